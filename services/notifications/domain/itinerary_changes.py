"""Compares an itinerary with what a person was last notified about, meeting by meeting."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

MeetingLine = Mapping[str, Any]
"""A meeting of an itinerary as JSON values, with times in ISO 8601."""

NOTIFIED_FIELDS = ("starts_at", "ends_at", "table", "is_online", "partner_id")
"""The fields whose change is worth a mail; other changes are not."""
UPCOMING_STATES = frozenset({"scheduled", "moved"})
FINISHED_STATES = frozenset({"held", "no_show"})
URGENT_WITHIN = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class LastNotified:
    """The state of a meeting that a person was last notified about."""

    line: MeetingLine
    is_cancelled: bool
    sequence: int


@dataclass(frozen=True, kw_only=True)
class Change:
    """A change to notify a person about; `sequence` is the SEQUENCE of the person's calendar entry."""

    kind: str
    """new, moved or cancelled."""
    line: MeetingLine
    sequence: int
    old: MeetingLine | None = None


def find_changes(person_id: str, meetings: Iterable[MeetingLine], known: Mapping[str, LastNotified]) -> list[Change]:
    """Return the changes in an organisation's itinerary for one of its people, sorted by time.

    A meeting that another person attends now, or that is no longer listed, counts as cancelled for this person.
    """
    by_id = {line["meeting_id"]: line for line in meetings}
    own = {key: line for key, line in by_id.items() if line["person_id"] == person_id}
    changes = [_meeting_change(line, known.get(key)) for key, line in own.items()]
    changes += [_removed_meeting(known[key], by_id.get(key)) for key in known if key not in own]
    return sorted((change for change in changes if change), key=lambda change: _sort_key(change.line))


def count_unchanged(person_id: str, meetings: Iterable[MeetingLine], changes: Iterable[Change]) -> int:
    """Count a person's upcoming meetings that are not among the changes."""
    changed = {change.line["meeting_id"] for change in changes}
    upcoming = [line for line in meetings if line["person_id"] == person_id and line["status"] in UPCOMING_STATES]
    return sum(line["meeting_id"] not in changed for line in upcoming)


def is_urgent(changes: Iterable[Change], now: datetime) -> bool:
    """Return whether a meeting is moved or cancelled whose old or new time is within the next 24 hours."""
    times = [
        datetime.fromisoformat(line["starts_at"])
        for change in changes
        if change.kind != "new"
        for line in (change.line, change.old or change.line)
    ]
    return any(now <= at < now + URGENT_WITHIN for at in times)


def _meeting_change(line: MeetingLine, known: LastNotified | None) -> Change | None:
    is_known = known is not None and not known.is_cancelled
    following = known.sequence + 1 if known else 0
    if line["status"] == "cancelled":
        return Change(kind="cancelled", line=line, sequence=following) if is_known else None
    if line["status"] in FINISHED_STATES:
        return None
    if known is None or known.is_cancelled:
        return Change(kind="new", line=line, sequence=following)
    if _time_and_place(line) == _time_and_place(known.line):
        return None
    return Change(kind="moved", line=line, sequence=following, old=known.line)


def _removed_meeting(known: LastNotified, elsewhere: MeetingLine | None) -> Change | None:
    """Return the cancellation of a meeting that the person no longer attends; None if it is known or over."""
    if known.is_cancelled or (elsewhere is not None and elsewhere["status"] in FINISHED_STATES):
        return None
    reason = elsewhere["reason"] if elsewhere is not None else ""
    line = {**known.line, "status": "cancelled", "reason": reason}
    return Change(kind="cancelled", line=line, sequence=known.sequence + 1)


def _time_and_place(line: MeetingLine) -> tuple[Any, ...]:
    times = (datetime.fromisoformat(line["starts_at"]), datetime.fromisoformat(line["ends_at"]))
    return (*times, *(line[name] for name in NOTIFIED_FIELDS[2:]))


def _sort_key(line: MeetingLine) -> tuple[datetime, str]:
    return datetime.fromisoformat(line["starts_at"]), line["meeting_id"]
