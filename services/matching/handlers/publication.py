"""Publish a timetable: its meetings, the version, and one itinerary for each organisation whose day changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts import matching as events
from matching import queries, telling
from matching.handlers import itineraries
from matching.handlers.meetings import tell
from matching.handlers.plans import Meetings, Plan, meetings_of, plain, planned
from matching.models import Inputs, Meeting, MissionCopy, TimetableRun, TimetableVersion
from matching.models.meetings import MeetingStatus, meeting_id
from matching.models.runs import RunStatus
from servicekit import clock, identifiers, outbox

NO_CHANGES: dict[str, list[Any]] = {"moved": [], "dropped": [], "added": []}


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A timetable that is to be published, however it was made; `result` is what `solutions` writes."""

    mission_id: UUID
    cause: str
    value: int
    bound: int
    proven: bool
    seconds: float
    result: dict[str, Any]
    run_id: UUID | None = None
    published_by: str = ""
    edits: tuple[dict[str, Any], ...] = ()


def publish(session: Session, run: TimetableRun, counters: Inputs) -> TimetableVersion:
    """Make a run's solution the mission's timetable; the caller has locked the counters and found them unchanged."""
    run.check_solved()
    assert run.result is not None
    found = {name: run.result[name] for name in ("value", "bound", "proven", "seconds")}
    outcome = Outcome(mission_id=run.mission_id, cause=run.cause, result=run.result, run_id=run.id, **found)
    version = publish_outcome(session, outcome, counters)
    run.status, run.number, run.lease_until = RunStatus.PUBLISHED, version.number, None
    return version


def publish_outcome(session: Session, outcome: Outcome, counters: Inputs) -> TimetableVersion:
    """Make a solution the mission's timetable; the caller has locked the counters."""
    mission = session.get_one(MissionCopy, outcome.mission_id)
    meetings = meetings_of(session, mission.id, locked=True)
    version = _version(session, mission, outcome, counters.timetable_number + 1)
    plan = planned(mission.id, outcome.result, meetings)
    _apply(session, mission, plan, meetings)
    version.changes = _changes(plan, outcome.result)
    version.meetings = [_line(m) for m in sorted(meetings.values(), key=_in_order) if m.stands or m.is_over]
    version.unplaced = _waiting_list(session, version, outcome.result, meetings)
    outbox.record(session, version, published(version))
    with telling.at_hand(session, {end for pair in meetings for end in pair}):
        _tell(session, mission, plan, meetings)
        carried = {end for meeting in itineraries.carried(session, mission, meetings.values()) for end in meeting.pair}
        itineraries.issue(session, mission, plan.organisations | carried, version.number, outcome.cause)
    counters.timetable_number = version.number
    counters.timetable_version += 1
    mission.planned = mission.plan
    for delegate in queries.delegates(session, mission.id):
        delegate.planned = delegate.plan
    return version


def _apply(session: Session, mission: MissionCopy, plan: Plan, meetings: Meetings) -> None:
    """Bring the meetings to where the plan has them."""
    for step in plan.steps:
        if step.pair not in meetings:
            meetings[step.pair] = _new(session, mission, step.pair)
        meeting = meetings[step.pair]
        if step.after is None:
            meeting.cancel(step.reason)
        else:
            meeting.take_place(step.after, MeetingStatus.SCHEDULED if step.is_added else MeetingStatus.MOVED)
    for pair in plan.unlocks:
        meetings[pair].pin(locked=False)
    for pair in plan.locks:
        meetings[pair].pin(locked=True)
    session.flush()


def _tell(session: Session, mission: MissionCopy, plan: Plan, meetings: Meetings) -> None:
    """Record what happened to each meeting: what is new first, then what moved, then what is cancelled."""
    kinds = (
        (events.MeetingScheduled, [step for step in plan.steps if step.is_added]),
        (events.MeetingMoved, [step for step in plan.steps if step.is_moved]),
        (events.MeetingCancelled, [step for step in plan.steps if step.is_dropped]),
    )
    for kind, steps in kinds:
        for step in steps:
            tell(session, mission, meetings[step.pair], kind)


def _changes(plan: Plan, result: dict[str, Any]) -> dict[str, Any]:
    """Write the changes as the version keeps them, with the facts behind the reasons of what was dropped."""
    told = plan.changes()
    facts = {(row["guest_id"], row["host_id"]): row.get("facts", {}) for row in result["dropped"]}
    return {
        "moved": [{name: row[name] for name in ("meeting_id", "from", "to")} for row in told["moved"]],
        "dropped": [
            {name: row[name] for name in ("meeting_id", "guest_id", "host_id", "reason")}
            | {"facts": facts.get((row["guest_id"], row["host_id"]), {})}
            for row in told["dropped"]
        ],
        "added": [row["meeting_id"] for row in told["added"]],
    }


def _waiting_list(
    session: Session, version: TimetableVersion, result: dict[str, Any], meetings: Meetings
) -> list[dict[str, Any]]:
    """List who has no meeting and why; whoever was listed before stays listed."""
    before = session.scalar(
        select(TimetableVersion.unplaced).where(
            TimetableVersion.mission_id == version.mission_id, TimetableVersion.number == version.number - 1
        )
    )
    listed: dict[tuple[str, str], dict[str, Any]] = {}
    for row in (*result["unplaced"], *result["dropped"], *_still_out(session, version.mission_id, before or ())):
        listed.setdefault((row["guest_id"], row["host_id"]), row)
    placed = {(str(guest), str(host)) for (guest, host), m in meetings.items() if m.stands or m.is_over}
    return [row for pair, row in listed.items() if pair not in placed]


def _still_out(session: Session, mission_id: UUID, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Say of those who were listed before and are candidates no more what became of them."""
    admitted = {str(row.organisation_id) for row in queries.participants(session, mission_id) if row.is_in}
    gone = {"reason": "withdrawn", "facts": {}}
    return [row if {row["guest_id"], row["host_id"]} <= admitted else row | gone for row in rows]


def _version(session: Session, mission: MissionCopy, outcome: Outcome, number: int) -> TimetableVersion:
    version = TimetableVersion(
        id=identifiers.derived(mission.id, "timetable", number),
        home=mission.home,
        version=0,
        mission_id=mission.id,
        number=number,
        run_id=outcome.run_id,
        cause=outcome.cause,
        value=outcome.value,
        bound=outcome.bound,
        proven=outcome.proven,
        seconds=outcome.seconds,
        published_by=outcome.published_by,
        edits=list(outcome.edits),
        published_at=clock.now(session),
        meetings=[],
        unplaced=[],
        changes=NO_CHANGES,
    )
    session.add(version)
    return version


def published(version: TimetableVersion) -> events.TimetablePublished:
    """Tell of a version of the timetable."""
    return events.TimetablePublished(
        timetable_id=version.id,
        mission_id=version.mission_id,
        number=version.number,
        cause=version.cause,
        value=version.value,
        bound=version.bound,
        proven=version.proven,
        meetings=len(version.meetings),
        unplaced=len(version.unplaced),
    )


def _new(session: Session, mission: MissionCopy, pair: tuple[UUID, UUID]) -> Meeting:
    meeting = Meeting(
        id=meeting_id(mission.id, *pair),
        home=mission.home,
        version=0,
        mission_id=mission.id,
        guest_id=pair[0],
        host_id=pair[1],
        reason="",
        is_locked=False,
        is_called_off=False,
    )
    session.add(meeting)
    return meeting


def _ends(meeting: Meeting) -> dict[str, str]:
    return {"guest_id": str(meeting.guest_id), "host_id": str(meeting.host_id)}


def _line(meeting: Meeting) -> dict[str, Any]:
    state = {"meeting_id": str(meeting.id), "status": str(meeting.status), "is_locked": meeting.is_locked}
    return state | _ends(meeting) | plain(meeting.place())


def _in_order(meeting: Meeting) -> tuple[datetime, str, str]:
    return meeting.starts_at, meeting.table, str(meeting.id)
