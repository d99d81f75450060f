"""Publish a timetable: its meetings, the version, and one itinerary for each organisation whose day changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts import matching as events
from matching import event_fields, queries
from matching.handlers import itineraries
from matching.handlers.meetings import tell
from matching.handlers.timetable.plans import Meetings, Plan, concerned, plain, planned
from matching.models import Inputs, Meeting, MissionCopy, TimetableRun, TimetableVersion
from matching.models.meetings import OVER, PLACE, STANDING, MeetingStatus, meeting_id
from matching.models.timetable import RunStatus
from servicekit import identifiers
from servicekit.bus import outbox
from servicekit.data import clock

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
    meetings = concerned(session, mission.id, outcome.result)
    version = _version(session, mission, outcome, counters.timetable_number + 1)
    plan = planned(mission.id, outcome.result, meetings)
    _apply(session, mission, plan, meetings)
    version.changes = _changes(plan, outcome.result)
    version.meetings = lines(session, mission.id)
    version.unplaced = _waiting_list(session, version, outcome.result)
    outbox.record(session, version, published(version))
    concerned_ones = plan.organisations | _carried(session, mission)
    with event_fields.at_hand(session, _named(version, concerned_ones)):
        _tell(session, mission, plan, meetings)
        itineraries.issue(session, mission, concerned_ones, version.number, outcome.cause)
    counters.timetable_number = version.number
    counters.timetable_version += 1
    mission.planned = mission.plan
    queries.settle_plans(session, mission.id)
    return version


def lines(session: Session, mission_id: UUID) -> list[dict[str, Any]]:
    """List the meetings of a mission that stand or are over, with their places and states, the earliest first."""
    ids = (Meeting.id, Meeting.guest_id, Meeting.host_id)
    columns = select(*ids, Meeting.status, Meeting.is_locked, *(getattr(Meeting, name) for name in PLACE))
    here = columns.where(Meeting.mission_id == mission_id, Meeting.status.in_((*STANDING, *OVER)))
    found = [
        {"meeting_id": str(id_), "guest_id": str(guest), "host_id": str(host), "status": status, "is_locked": is_locked}
        | plain(dict(zip(PLACE, place, strict=True)))
        for id_, guest, host, status, is_locked, *place in session.execute(here)
    ]
    return sorted(found, key=itemgetter("starts_at", "table", "meeting_id"))


def _carried(session: Session, mission: MissionCopy) -> set[UUID]:
    """Return the organisations that have a meeting at a table that has been moved."""
    tables = itineraries.moved_tables(mission)
    if not tables:
        return set()
    there = session.scalars(select(Meeting).where(Meeting.mission_id == mission.id, Meeting.table.in_(tables)))
    return {end for meeting in itineraries.carried(session, mission, there) for end in meeting.pair}


def _named(version: TimetableVersion, changing: set[UUID]) -> set[UUID]:
    """Return the organisations whose day changes, and all whom they meet or met."""
    changed = {str(id_) for id_ in changing}
    ends = ((row["guest_id"], row["host_id"]) for row in version.meetings)
    return changing.union(UUID(end) for pair in ends if not changed.isdisjoint(pair) for end in pair)


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


def _waiting_list(session: Session, version: TimetableVersion, result: dict[str, Any]) -> list[dict[str, Any]]:
    """List who has no meeting and why; whoever was listed before stays listed."""
    before = session.scalar(
        select(TimetableVersion.unplaced).where(
            TimetableVersion.mission_id == version.mission_id, TimetableVersion.number == version.number - 1
        )
    )
    listed: dict[tuple[str, str], dict[str, Any]] = {}
    for row in (*result["unplaced"], *result["dropped"], *_still_out(session, version.mission_id, before or ())):
        listed.setdefault((row["guest_id"], row["host_id"]), row)
    placed = {(row["guest_id"], row["host_id"]) for row in version.meetings}
    return [row for pair, row in listed.items() if pair not in placed]


def _still_out(session: Session, mission_id: UUID, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Say of those who were listed before and are candidates no more what became of them."""
    admitted = set(map(str, queries.admitted(session, mission_id)))
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
