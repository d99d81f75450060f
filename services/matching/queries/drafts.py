"""The draft as an organiser reads it."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from matching import loading, refusals
from matching.errors import MeetingNotFoundError
from matching.handlers.solutions import place_of
from matching.models import DraftEdit
from matching.queries.desks import Desk, desk_of
from matching.timetabling.manual import alternatives
from matching.timetabling.manual.alternatives import Row
from matching.timetabling.model.timetable import Pair
from servicekit.auth import Actor
from servicekit.languages import noop as _


def desk_for(session: Session, mission_id: UUID, actor: Actor, *, is_whole: bool = False) -> Desk:
    """Lay the draft of a mission out for somebody who looks; raises MissionNotFoundError or HallUnusableError.

    Unless it is whole nobody can tell from it what meetings are worth.
    """
    mission = loading.known_mission(session, mission_id, actor)
    return desk_of(session, mission, loading.rules_for(session, mission), is_whole=is_whole)


def draft(session: Session, mission_id: UUID, actor: Actor) -> dict[str, Any]:
    """Tell the draft: its meetings, its edits and what conflicts."""
    desk = desk_for(session, mission_id, actor)
    told = refusals.Told(desk)
    return {
        "mission_id": desk.mission.id,
        "version": desk.version,
        "timetable": desk.number,
        "meetings": list(_meetings(desk, told)),
        "edits": [_edit(desk, told, row) for row in desk.rows],
        "conflicts": len(desk.draft.refused) + len(desk.stranded),
    }


def places(session: Session, mission_id: UUID, asked: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """Tell for each slot and table whether a pair could meet there, and who would sit there.

    Raises:
        MeetingNotFoundError: the pair has no meeting of that id.
        StrangerError, NotParticipantError, SameSideError: the two are no guest and host of the mission.

    """
    desk = desk_for(session, mission_id, actor)
    told = refusals.Told(desk)
    rows = alternatives.rows(desk.draft.places, _pair(session, desk, asked))
    return {"version": desk.version, "items": [_row(desk, told, row) for row in rows]}


def _row(desk: Desk, told: refusals.Told, row: Row) -> dict[str, Any]:
    guest, host = ((str(desk.real[one]) if one in desk.real else None) for one in row.people or (None, None))
    return {
        "slot": row.slot.id,
        "guest_person_id": guest,
        "host_person_id": host,
        "interpreter": row.interpreter,
        "reasons": told.of(row.refusals),
        "tables": [{"table": table, "reasons": told.of(found)} for table, found in row.tables.items()],
    }


def _pair(session: Session, desk: Desk, asked: dict[str, Any]) -> Pair:
    if asked["meeting_id"] is None:
        ends: tuple[UUID, UUID] = asked["guest_id"], asked["host_id"]
        loading.check_guest_and_host(session, desk.mission.id, *ends)
        return desk.alias(ends)
    pair = desk.pairs.get(asked["meeting_id"])
    if pair is None:
        raise MeetingNotFoundError(_("There is no meeting %(id)s."), id=asked["meeting_id"])
    return pair


def _meetings(desk: Desk, told: refusals.Told) -> Iterator[dict[str, Any]]:
    drafted = desk.draft
    for pair, meeting in drafted.meetings.items():
        if meeting.slot_id in desk.facts.problem.slot_by_id:
            yield place_of(desk.facts, meeting, desk.real) | {
                "meeting_id": str(desk.meeting_id(pair)),
                "is_locked": pair in drafted.locked,
                "has_begun": pair in drafted.begun,
                "conflicts": told.of(desk.stranded.get(pair, ())),
            }


def _edit(desk: Desk, told: refusals.Told, row: DraftEdit) -> dict[str, Any]:
    names = ("id", "sequence", "kind", "steps", "reason", "made_at", "made_by")
    return {name: getattr(row, name) for name in names} | {"conflicts": told.of(desk.draft.refused.get(row.id, ()))}
