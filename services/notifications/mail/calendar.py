"""Builds iCalendar objects (RFC 5545) for meetings, to attach to mails (RFC 6047)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vCalAddress

from notifications.mail.addresses import MailAddress

PRODID = "-//Caravan//Notifications//EN"
CONTROL_CHARACTERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


class Method(StrEnum):
    """The iTIP method of a calendar object (RFC 5546, section 1.4)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True, kw_only=True)
class CalendarEvent:
    """One meeting in one person's calendar.

    `uid` identifies the meeting and never changes; `sequence` grows with each change. `timezone` is the IANA time zone
    of the place of the meeting, in which times are written.
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    timezone: str
    summary: str
    location: str = ""
    description: str = ""
    url: str = ""
    organiser: MailAddress
    attendee: MailAddress


@dataclass(frozen=True, kw_only=True)
class CalendarPart:
    """A calendar object with its method and the file name of its attachment."""

    method: Method
    filename: str
    content: str


def event_uid(meeting_id: str, instance: str) -> str:
    """Return the globally unique UID of a meeting; `instance` is the host name of the instance."""
    return f"{meeting_id}@{instance}"


def request_part(appointments: Sequence[CalendarEvent], *, stamped_at: datetime) -> CalendarPart:
    """Return a calendar part that adds meetings or updates them."""
    content = _calendar(Method.REQUEST, appointments, stamped_at)
    return CalendarPart(method=Method.REQUEST, filename="invite.ics", content=content)


def cancel_part(appointments: Sequence[CalendarEvent], *, stamped_at: datetime) -> CalendarPart:
    """Return a calendar part that cancels meetings."""
    content = _calendar(Method.CANCEL, appointments, stamped_at)
    return CalendarPart(method=Method.CANCEL, filename="cancel.ics", content=content)


def _calendar(method: Method, appointments: Sequence[CalendarEvent], stamped_at: datetime) -> str:
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("method", method.value)
    for timezone in sorted({a.timezone for a in appointments} - {"UTC"}):
        calendar.add_component(_timezone_component(timezone, [a for a in appointments if a.timezone == timezone]))
    for appointment in appointments:
        calendar.add_component(_event_component(method, appointment, stamped_at))
    return str(calendar.to_ical().decode())


def _timezone_component(timezone: str, appointments: Sequence[CalendarEvent]) -> Timezone:
    """Return a VTIMEZONE for the years of the meetings only: the whole history would be larger than the mail."""
    first = min(a.starts_at for a in appointments).year
    last = max(a.ends_at for a in appointments).year
    return _cached_timezone_component(timezone, first, last)


@lru_cache(maxsize=128)
def _cached_timezone_component(timezone: str, first: int, last: int) -> Timezone:
    """Return a VTIMEZONE for some years; cached, because all mails about a mission need the same one."""
    zone = Timezone.from_tzid(timezone, first_date=date(first, 1, 1), last_date=date(last + 1, 1, 2))
    zone.pop("COMMENT", None)
    return zone


def _event_component(method: Method, appointment: CalendarEvent, stamped_at: datetime) -> Event:
    zone = UTC if appointment.timezone == "UTC" else ZoneInfo(appointment.timezone)
    event = Event()
    event.add("uid", _without_control_characters(appointment.uid))
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", stamped_at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", appointment.starts_at.astimezone(zone))
    event.add("dtend", appointment.ends_at.astimezone(zone))
    event.add("status", "CANCELLED" if method is Method.CANCEL else "CONFIRMED")
    for name in ("summary", "location", "description"):
        text = _without_control_characters(getattr(appointment, name))
        if text:
            event.add(name, text)
    if appointment.url:
        event.add("url", _checked_uri(appointment.url))
    event.add("organizer", _calendar_address(appointment.organiser), encode=False)
    event.add("attendee", _attendee(appointment.attendee), encode=False)
    return event


def _attendee(correspondent: MailAddress) -> vCalAddress:
    """Return the attendee with RSVP=FALSE: people answer on the page, not by mail."""
    person = _calendar_address(correspondent)
    person.params["ROLE"] = "REQ-PARTICIPANT"
    person.params["PARTSTAT"] = "NEEDS-ACTION"
    person.params["RSVP"] = "FALSE"
    return person


def _calendar_address(correspondent: MailAddress) -> vCalAddress:
    person = vCalAddress(_checked_uri(f"mailto:{correspondent.address}"))
    name = _without_control_characters(correspondent.name).replace("\n", " ").replace('"', "'")
    if name:
        person.params["CN"] = name
    return person


def _without_control_characters(text: str) -> str:
    """Remove control characters and normalise line ends, which the library does not do."""
    return CONTROL_CHARACTERS.sub("", text.replace("\r\n", "\n"))


def _checked_uri(uri: str) -> str:
    if CONTROL_CHARACTERS.search(uri) or re.search(r"\s", uri):
        raise ValueError("a URI in a calendar has no white space and no control characters")
    return uri
