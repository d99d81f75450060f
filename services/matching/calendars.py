"""The meetings of a company as a file that calendars read (RFC 5545)."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from uuid import UUID

from icalendar import Calendar, Event

from matching.models import Meeting

PRODUCER = "-//Caravan//Matching//EN"


def calendar_of(
    meetings: Iterable[Meeting],
    names: Mapping[UUID, str],
    places: Mapping[UUID, str],
    *,
    instance: str,
    stamped_at: datetime,
) -> bytes:
    """Write meetings with their partners' names and their places, by the meetings' ids.

    Each has the identity that letters give it, so that a calendar which had the letter enters none twice.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCER)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for meeting in meetings:
        event = Event()
        event.add("uid", f"{meeting.id}@{instance}")
        event.add("dtstamp", stamped_at.astimezone(UTC).replace(microsecond=0))
        event.add("dtstart", meeting.starts_at.astimezone(UTC))
        event.add("dtend", meeting.ends_at.astimezone(UTC))
        event.add("summary", names[meeting.id])
        event.add("location", places[meeting.id])
        calendar.add_component(event)
    return bytes(calendar.to_ical())
