"""The draft as read, conflict codes.

Why a meeting cannot be somewhere, as programs and readers are told it.

The draft as an organiser reads it.
"""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy.orm import Session

from matching import lookups
from matching.errors import MeetingNotFoundError
from matching.handlers.timetable.solutions import place_of
from matching.models import DraftEdit
from matching.queries.draft_state import Desk, desk_of
from matching.timetabling.manual import alternatives
from matching.timetabling.manual.alternatives import Row
from matching.timetabling.manual.conflicts import Refusal, Refused
from matching.timetabling.model.timetable import Pair
from servicekit.auth.actors import Actor
from servicekit.problems import Why
from servicekit.texts.languages import noop as _

WORDS = {
    Refused.AVOIDED: _("One side asked not to meet the other."),
    Refused.SLOT_UNKNOWN: _("The programme has no such slot."),
    Refused.SLOT_PAST: _("The slot has begun."),
    Refused.PERSON_UNKNOWN: _("Delegate %(person_id)s does not take part for the organisation."),
    Refused.PERSON_NO_NEGOTIATOR: _("Delegate %(person_id)s sits in no meetings."),
    Refused.PERSON_ABSENT: _("Delegate %(person_id)s is not there then."),
    Refused.AGENDA_BINDS: _("The programme wants delegate %(person_id)s elsewhere then."),
    Refused.PERSON_BUSY: _("Delegate %(person_id)s sits in meeting %(meeting_id)s then."),
    Refused.DAY_CAP_REACHED: _("Delegate %(person_id)s has enough meetings that day."),
    Refused.TABLE_SHUT: _("The table is not open then."),
    Refused.TABLE_WITHOUT_VIDEO: _("One of the two takes part online, and the table has no video kit."),
    Refused.TABLE_TAKEN: _("Meeting %(meeting_id)s has the table then."),
    Refused.NO_TABLE_LEFT: _("Every table that the meeting could use is taken then."),
    Refused.NO_INTERPRETER: _(
        "Nobody is there then who interprets between %(guest_languages)s and %(host_languages)s."
    ),
    Refused.INTERPRETER_UNKNOWN: _("The mission has no interpreter %(interpreter)s."),
    Refused.INTERPRETER_UNFIT: _("Interpreter %(interpreter)s does not speak a language of each of the two."),
    Refused.INTERPRETER_ABSENT: _("Interpreter %(interpreter)s is not there then."),
    Refused.INTERPRETER_BUSY: _("Interpreter %(interpreter)s sits in meeting %(meeting_id)s then."),
    Refused.TOO_FAR: _("The walk to or from meeting %(meeting_id)s takes %(minutes)s min, and there is less time."),
    Refused.AGENDA_TOO_FAR: _(
        "The walk to or from %(agenda_id)s of the programme takes %(minutes)s min, and there is less time."
    ),
    Refused.NO_PEOPLE: _("One side has nobody who sits in meetings."),
    Refused.MEETING_BEGUN: _("Meeting %(meeting_id)s is running or over."),
    Refused.MEETING_LOCKED: _("Meeting %(meeting_id)s is locked."),
    Refused.MEETING_UNLOCKED: _("Meeting %(meeting_id)s is not locked."),
    Refused.MEETING_ELSEWHERE: _("Meeting %(meeting_id)s was changed meanwhile."),
    Refused.MEETING_EXISTS: _("The two have meeting %(meeting_id)s already."),
}


def whys(desk: Desk, refusals: Iterable[Refusal]) -> list[Why]:
    """Name what stands in the way, with the ids that everybody knows."""
    return [Why(refusal.code, WORDS[refusal.code], _about(desk, refusal)) for refusal in refusals]


class Told:
    """What stands in the way on one desk, said in the reader's language."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._say = current_app.extensions["caravan.gettext"]()

    def of(self, refusals: Iterable[Refusal]) -> list[dict[str, Any]]:
        """Say what stands in the way."""
        told = ((why, self._say(why.detail)) for why in whys(self._desk, refusals))
        return [{"code": w.code, "detail": text % w.about if w.about else text, "about": w.about} for w, text in told]


def _about(desk: Desk, refusal: Refusal) -> dict[str, str]:
    about: dict[str, Any] = {}
    if refusal.person_id is not None:
        about["person_id"] = desk.real.get(refusal.person_id, refusal.person_id)
    if refusal.meeting is not None:
        guest, host = desk.ends(refusal.meeting)
        about |= {"meeting_id": desk.meeting_id(refusal.meeting), "guest_id": guest, "host_id": host}
    if refusal.interpreter:
        about["interpreter"] = refusal.interpreter
    if refusal.languages:
        about["guest_languages"], about["host_languages"] = refusal.languages
    if refusal.agenda_item is not None:
        about["agenda_id"] = refusal.agenda_item.id
    if refusal.minutes is not None:
        about["minutes"] = refusal.minutes
    return {name: str(value) for name, value in about.items()}


def desk_for(session: Session, mission_id: UUID, actor: Actor, *, is_whole: bool = False) -> Desk:
    """Lay the draft of a mission out for somebody who looks; raises MissionNotFoundError or HallUnusableError.

    Unless it is whole nobody can tell from it what meetings are worth.
    """
    mission = lookups.known_mission(session, mission_id, actor)
    return desk_of(session, mission, lookups.rules_for(session, mission), is_whole=is_whole)


def draft(session: Session, mission_id: UUID, actor: Actor) -> dict[str, Any]:
    """Tell the draft: its meetings, its edits and what conflicts."""
    desk = desk_for(session, mission_id, actor)
    told = Told(desk)
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
    told = Told(desk)
    rows = alternatives.rows(desk.draft.places, _pair(session, desk, asked))
    return {"version": desk.version, "items": [_row(desk, told, row) for row in rows]}


def _row(desk: Desk, told: Told, row: Row) -> dict[str, Any]:
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
        lookups.check_guest_and_host(session, desk.mission.id, *ends)
        return desk.alias(ends)
    pair = desk.pairs.get(asked["meeting_id"])
    if pair is None:
        raise MeetingNotFoundError(_("There is no meeting %(id)s."), id=asked["meeting_id"])
    return pair


def _meetings(desk: Desk, told: Told) -> Iterator[dict[str, Any]]:
    drafted = desk.draft
    for pair, meeting in drafted.meetings.items():
        if meeting.slot_id in desk.facts.problem.slot_by_id:
            yield place_of(desk.facts, meeting, desk.real) | {
                "meeting_id": str(desk.meeting_id(pair)),
                "is_locked": pair in drafted.locked,
                "has_begun": pair in drafted.begun,
                "conflicts": told.of(desk.stranded.get(pair, ())),
            }


def _edit(desk: Desk, told: Told, row: DraftEdit) -> dict[str, Any]:
    names = ("id", "sequence", "kind", "steps", "reason", "made_at", "made_by")
    return {name: getattr(row, name) for name in names} | {"conflicts": told.of(desk.draft.refused.get(row.id, ()))}
