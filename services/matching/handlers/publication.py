"""Publish a solved run: meetings, the version, and one itinerary for each organisation whose day changed."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts import matching as events
from matching import queries, telling
from matching.handlers import itineraries
from matching.handlers.meetings import tell
from matching.models import Inputs, Meeting, MissionCopy, TimetableRun, TimetableVersion
from matching.models.meetings import PLACE, MeetingStatus, meeting_id
from matching.models.runs import RunStatus
from servicekit import clock, identifiers, outbox

NO_CHANGES: dict[str, list[Any]] = {"moved": [], "dropped": [], "added": []}


def publish(session: Session, run: TimetableRun, counters: Inputs) -> TimetableVersion:
    """Make a run's solution the mission's timetable; the caller has locked the counters and found them unchanged."""
    run.check_solved()
    assert run.result is not None
    mission = session.get_one(MissionCopy, run.mission_id)
    meetings = _meetings(session, mission.id)
    version = _version(session, mission, run, counters.timetable_number + 1)
    changes = _apply(session, mission, run.result, meetings)
    version.changes = changes.document()
    version.meetings = [_line(m) for m in sorted(meetings.values(), key=_in_order) if m.stands or m.is_over]
    version.unplaced = _waiting_list(session, version, run.result, meetings)
    outbox.record(session, version, published(version))
    with telling.at_hand(session, {end for pair in meetings for end in pair}):
        changes.tell(session)
        itineraries.issue(session, mission, changes.organisations, version.number, run.cause)
    run.status, run.number, run.lease_until = RunStatus.PUBLISHED, version.number, None
    counters.timetable_number = version.number
    counters.timetable_version += 1
    for delegate in queries.delegates(session, mission.id):
        delegate.planned = delegate.plan
    return version


class _Changes:
    """What a new timetable does to the meetings of the old one."""

    def __init__(self, mission: MissionCopy) -> None:
        self._mission = mission
        self._moved: list[tuple[Meeting, dict[str, Any]]] = []
        self._dropped: list[Meeting] = []
        self._added: list[Meeting] = []

    @property
    def organisations(self) -> set[UUID]:
        """Those whose day changed."""
        changed = [*(meeting for meeting, _ in self._moved), *self._dropped, *self._added]
        return {end for meeting in changed for end in meeting.pair}

    def add(self, meeting: Meeting, place: dict[str, Any]) -> None:
        """Give a pair a meeting, or bring back one that was cancelled."""
        meeting.take_place(place, MeetingStatus.SCHEDULED)
        self._added.append(meeting)

    def move(self, meeting: Meeting, place: dict[str, Any]) -> None:
        """Give a meeting another place."""
        self._moved.append((meeting, meeting.place()))
        meeting.take_place(place, MeetingStatus.MOVED)

    def drop(self, meeting: Meeting, reason: str) -> None:
        """Strike a meeting."""
        meeting.cancel(reason)
        self._dropped.append(meeting)

    def tell(self, session: Session) -> None:
        """Record what happened to each meeting."""
        kinds = (
            (events.MeetingScheduled, self._added),
            (events.MeetingMoved, [meeting for meeting, _ in self._moved]),
            (events.MeetingCancelled, self._dropped),
        )
        for kind, meetings in kinds:
            for meeting in meetings:
                tell(session, self._mission, meeting, kind)

    def document(self) -> dict[str, Any]:
        """Write the changes as the version keeps them."""
        return {
            "moved": [
                {"meeting_id": str(m.id), "from": _plain(was), "to": _plain(m.place())} for m, was in self._moved
            ],
            "dropped": [_ends(m) | {"meeting_id": str(m.id), "reason": m.reason} for m in self._dropped],
            "added": [str(meeting.id) for meeting in self._added],
        }


def _apply(
    session: Session, mission: MissionCopy, result: dict[str, Any], meetings: dict[tuple[UUID, UUID], Meeting]
) -> _Changes:
    """Bring the meetings to where the solution has them."""
    changes = _Changes(mission)
    reasons = {(UUID(row["guest_id"]), UUID(row["host_id"])): row["reason"] for row in result["dropped"]}
    wanted = {(UUID(row["guest_id"]), UUID(row["host_id"])): _place(row) for row in result["meetings"]}
    for pair, place in wanted.items():
        meeting = meetings.get(pair)
        if meeting is None:
            meetings[pair] = meeting = _new(session, mission, pair)
            changes.add(meeting, place)
        elif meeting.status == MeetingStatus.CANCELLED:
            changes.add(meeting, place)
        elif meeting.stands and meeting.place() != place:
            changes.move(meeting, place)
    for pair, meeting in meetings.items():
        if meeting.stands and pair not in wanted:
            changes.drop(meeting, reasons.get(pair, ""))
    for row in result["pinned"]:
        meetings[UUID(row["guest_id"]), UUID(row["host_id"])].pin(locked=True)
    session.flush()
    return changes


def _waiting_list(
    session: Session, version: TimetableVersion, result: dict[str, Any], meetings: dict[tuple[UUID, UUID], Meeting]
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
    return [row if {row["guest_id"], row["host_id"]} <= admitted else row | {"reason": "withdrawn"} for row in rows]


def _version(session: Session, mission: MissionCopy, run: TimetableRun, number: int) -> TimetableVersion:
    version = TimetableVersion(
        id=identifiers.derived(mission.id, "timetable", number),
        home=mission.home,
        version=0,
        mission_id=mission.id,
        number=number,
        run_id=run.id,
        cause=run.cause,
        value=run.value,
        bound=run.bound,
        proven=run.proven,
        seconds=run.seconds,
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


def _meetings(session: Session, mission_id: UUID) -> dict[tuple[UUID, UUID], Meeting]:
    query = select(Meeting).where(Meeting.mission_id == mission_id).order_by(Meeting.id).with_for_update()
    return {meeting.pair: meeting for meeting in session.scalars(query.execution_options(populate_existing=True))}


def _place(row: dict[str, Any]) -> dict[str, Any]:
    """Read the members of a place as the columns of a meeting hold them; older rows know of no interpreter."""
    instants = {name: datetime.fromisoformat(row[name]) for name in ("starts_at", "ends_at")}
    people = {name: UUID(row[name]) for name in ("guest_person_id", "host_person_id")}
    return {"interpreter": ""} | {name: row[name] for name in PLACE if name in row} | instants | people


def _plain(place: dict[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, str | bool) else _text(value) for name, value in place.items()}


def _text(value: Any) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def _ends(meeting: Meeting) -> dict[str, str]:
    return {"guest_id": str(meeting.guest_id), "host_id": str(meeting.host_id)}


def _line(meeting: Meeting) -> dict[str, Any]:
    state = {"meeting_id": str(meeting.id), "status": str(meeting.status), "is_locked": meeting.is_locked}
    return state | _ends(meeting) | _plain(meeting.place())


def _in_order(meeting: Meeting) -> tuple[datetime, str, str]:
    return meeting.starts_at, meeting.table, str(meeting.id)
