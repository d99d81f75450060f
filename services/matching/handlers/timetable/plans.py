"""What a solution does to the meetings of a mission: made before anything is changed, so that it can be looked at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from matching.models import Meeting
from matching.models.meetings import PLACE, MeetingStatus, meeting_id

Ends = tuple[UUID, UUID]
"""A guest organisation and a host organisation."""
Meetings = dict[Ends, Meeting]


@dataclass(frozen=True, kw_only=True)
class Step:
    """What becomes of one meeting: without a place before it is added, without one after it is dropped."""

    meeting_id: UUID
    pair: Ends
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reason: str = ""

    @property
    def people(self) -> set[UUID]:
        """Those who sat at the table, or are to sit at it."""
        places = (place for place in (self.before, self.after) if place)
        return {place[name] for place in places for name in ("guest_person_id", "host_person_id")}

    @property
    def is_added(self) -> bool:
        """Whether the pair gets a meeting."""
        return self.before is None

    @property
    def is_dropped(self) -> bool:
        """Whether the meeting is struck."""
        return self.after is None

    @property
    def is_moved(self) -> bool:
        """Whether the meeting stays, elsewhere or with other people."""
        return not (self.is_added or self.is_dropped)

    def document(self) -> dict[str, Any]:
        """Tell the step with both places, as previews and comparisons do."""
        ends = {"guest_id": str(self.pair[0]), "host_id": str(self.pair[1])}
        places = {"from": self.before and plain(self.before), "to": self.after and plain(self.after)}
        told = {"meeting_id": str(self.meeting_id)} | ends | places
        return told | ({"reason": self.reason} if self.is_dropped else {})


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All that a solution changes."""

    steps: tuple[Step, ...] = ()
    locks: frozenset[Ends] = field(default_factory=frozenset)
    unlocks: frozenset[Ends] = field(default_factory=frozenset)

    @property
    def organisations(self) -> set[UUID]:
        """Those whose day changes."""
        return {end for step in self.steps for end in step.pair}

    def changes(self) -> dict[str, list[dict[str, Any]]]:
        """Tell what is moved, dropped and added, with both places."""
        return {
            "moved": [step.document() for step in self.steps if step.is_moved],
            "dropped": [step.document() for step in self.steps if step.is_dropped],
            "added": [step.document() for step in self.steps if step.is_added],
        }

    def afterwards(self, mission_id: UUID, meetings: Meetings) -> list[Meeting]:
        """Return the meetings as they will be; those that change as copies that belong to no session."""
        changed = {step.pair: _copy(mission_id, step) for step in self.steps}
        return [*(meeting for pair, meeting in meetings.items() if pair not in changed), *changed.values()]


def planned(mission_id: UUID, result: Mapping[str, Any], meetings: Meetings) -> Plan:
    """Compare the meetings as they are with where a solution has them."""
    reasons = {_ends(row): row["reason"] for row in result["dropped"]}
    wanted = {_ends(row): _place(row) for row in result["meetings"]}
    placed = [_placed(mission_id, pair, place, meetings.get(pair)) for pair, place in wanted.items()]
    rest = reasons if _tells_changes_alone(result) else meetings
    gone = [(pair, m) for pair, m in meetings.items() if m.stands and pair in rest and pair not in wanted]
    dropped = [
        Step(meeting_id=m.id, pair=pair, before=m.place(), after=None, reason=reasons.get(pair, "")) for pair, m in gone
    ]
    return Plan(
        steps=(*(step for step in placed if step is not None), *dropped),
        locks=frozenset(map(_ends, result["pinned"])),
        unlocks=frozenset(map(_ends, result.get("unpinned", ()))),
    )


def concerned(session: Session, mission_id: UUID, result: Mapping[str, Any]) -> Meetings:
    """Return the meetings that a solution may change, locked: all of the mission, unless it tells its changes alone."""
    if not _tells_changes_alone(result):
        return meetings_of(session, mission_id, locked=True)
    ids = [meeting_id(mission_id, *_ends(row)) for row in (*result["meetings"], *result["dropped"])]
    return _meetings(session, select(Meeting).where(Meeting.id.in_(ids)), locked=True)


def meetings_of(session: Session, mission_id: UUID, *, locked: bool = False) -> Meetings:
    """Return all meetings of a mission by their pairs, cancelled ones included."""
    return _meetings(session, select(Meeting).where(Meeting.mission_id == mission_id), locked=locked)


def _meetings(session: Session, query: Select[Meeting], *, locked: bool) -> Meetings:
    found = query.order_by(Meeting.id).with_for_update() if locked else query.order_by(Meeting.id)
    return {meeting.pair: meeting for meeting in session.scalars(found.execution_options(populate_existing=True))}


def _tells_changes_alone(result: Mapping[str, Any]) -> bool:
    return bool(result.get("others_stay"))


def plain(place: Mapping[str, Any]) -> dict[str, Any]:
    """Write a place as a document holds it."""
    return {name: value if isinstance(value, str | bool) else _text(value) for name, value in place.items()}


def _placed(mission_id: UUID, pair: Ends, place: dict[str, Any], meeting: Meeting | None) -> Step | None:
    """Say what a wanted place does to a pair's meeting: None where it is there already, or over."""
    if meeting is None or meeting.status == MeetingStatus.CANCELLED:
        return Step(meeting_id=meeting_id(mission_id, *pair), pair=pair, before=None, after=place)
    if meeting.stands and meeting.place() != place:
        return Step(meeting_id=meeting.id, pair=pair, before=meeting.place(), after=place)
    return None


def _copy(mission_id: UUID, step: Step) -> Meeting:
    place = step.after or step.before
    assert place is not None
    status = MeetingStatus.CANCELLED if step.is_dropped else MeetingStatus.MOVED
    return Meeting(
        id=step.meeting_id,
        mission_id=mission_id,
        guest_id=step.pair[0],
        host_id=step.pair[1],
        status=MeetingStatus.SCHEDULED if step.is_added else status,
        reason=step.reason,
        **place,
    )


def _ends(row: Mapping[str, Any]) -> Ends:
    return UUID(row["guest_id"]), UUID(row["host_id"])


def _place(row: Mapping[str, Any]) -> dict[str, Any]:
    """Read the members of a place as the columns of a meeting hold them; older rows know of no interpreter."""
    instants = {name: datetime.fromisoformat(row[name]) for name in ("starts_at", "ends_at")}
    people = {name: UUID(row[name]) for name in ("guest_person_id", "host_person_id")}
    return {"interpreter": ""} | {name: row[name] for name in PLACE if name in row} | instants | people


def _text(value: Any) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
