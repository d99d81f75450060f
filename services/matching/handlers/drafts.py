"""Publish the draft of a timetable: all of its edits at once, or none."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from matching.handlers import editing, inputs, publication
from matching.handlers.publication import Outcome
from matching.handlers.solutions import result_of
from matching.models import DraftEdit, Meeting, TimetableDraft, TimetableVersion
from matching.models.runs import Cause
from matching.queries.desks import Desk
from matching.timetabling.model import unplaced_reasons
from matching.timetabling.model.placement import in_order
from matching.timetabling.model.problem import value_of
from matching.timetabling.model.timetable import Pair, Placed, Timetable
from servicekit.auth import Actor


def publish_draft(session: Session, mission_id: UUID, seen: int, actor: Actor) -> TimetableVersion:
    """Make the draft the mission's timetable, and begin an empty one.

    Raises:
        MissionNotFoundError, MissionElsewhereError: the mission is not ours to decide about.
        NoTimetableError: nothing is published yet.
        DraftAnotherError, DraftEmptyError, DraftConflictsError: the draft is not what may be published.

    """
    desk = editing.opened(session, mission_id, actor, is_whole=True)
    draft = session.get_one(TimetableDraft, mission_id)
    conflicts = len(desk.draft.refused) + len(desk.stranded)
    draft.check_ready(seen, edits=len(desk.rows), conflicts=conflicts)
    version = publish_edits(session, desk, desk.rows, actor)
    session.execute(delete(DraftEdit).where(DraftEdit.mission_id == mission_id))
    draft.version += 1
    return version


def publish_edits(session: Session, desk: Desk, rows: Iterable[DraftEdit], actor: Actor) -> TimetableVersion:
    """Make what a desk shows the mission's timetable, and remember by which edits; the caller has locked it."""
    result = result_of_draft(desk)
    outcome = Outcome(
        mission_id=desk.mission.id,
        cause=Cause.BY_HAND,
        value=result["value"],
        bound=_bound(desk, result["value"]),
        proven=False,
        seconds=0.0,
        result=result,
        published_by=actor.id[:64],
        edits=tuple(row.document() for row in rows),
    )
    version = publication.publish_outcome(session, outcome, inputs.locked(session, desk.mission.id))
    _call_off(session, desk)
    return version


def result_of_draft(desk: Desk) -> dict[str, Any]:
    """Write the draft as runs write their solutions."""
    problem, draft = desk.facts.problem, desk.draft
    known = [meeting for meeting in draft.meetings.values() if meeting.slot_id in problem.slot_by_id]
    removed = _removed(desk)
    found = Timetable(
        meetings=in_order(problem, known),
        value=value_of(problem, known),
        bound=0,
        proven=False,
        unplaced=unplaced_reasons.unplaced(problem, (*known, *removed.values())),
        seconds=0.0,
    )
    said = {pair: row.reason for row in desk.rows for pair in row.pairs if row.reason}
    gone = [desk.ends(pair) for pair in removed]
    return result_of(desk.facts, found, found.unplaced, (), found.meetings) | {
        "dropped": [_named(ends) | {"reason": said.get(ends, "")} for ends in gone],
        "pinned": [_named(desk.ends(pair)) for pair in draft.locked - draft.begun],
        "unpinned": [_named(desk.ends(pair)) for pair in desk.base.locked - draft.locked - set(removed)],
    }


def _removed(desk: Desk) -> dict[Pair, Placed]:
    """Return the published meetings that the draft has no more, where they were."""
    return {pair: meeting for pair, meeting in desk.base.meetings.items() if pair not in desk.draft.meetings}


def _bound(desk: Desk, value: int) -> int:
    """Give a value that no timetable of the mission exceeds, as far as it is known without a search."""
    from matching.timetabling.exact.solve import flow_bound  # noqa: PLC0415  loads OR-tools when first used

    begun = tuple(m for pair, m in desk.draft.meetings.items() if pair in desk.draft.begun)
    known = tuple(meeting for meeting in begun if meeting.slot_id in desk.facts.problem.slot_by_id)
    return max(value, flow_bound(desk.facts.problem.holding(known)))


def _call_off(session: Session, desk: Desk) -> None:
    """Let no later timetable bring back what was removed by hand; what was added by hand may come back."""
    removed = {desk.ends(pair) for pair in _removed(desk)}
    added = {desk.ends(pair) for pair in desk.draft.meetings if pair not in desk.base.meetings}
    for meeting in session.scalars(select(Meeting).where(Meeting.mission_id == desk.mission.id)):
        if meeting.pair in removed | added:
            meeting.is_called_off = meeting.pair in removed


def _named(ends: tuple[UUID, UUID]) -> dict[str, str]:
    return {"guest_id": str(ends[0]), "host_id": str(ends[1])}
