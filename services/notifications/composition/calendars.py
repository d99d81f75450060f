"""Builds the iCalendar parts of an itinerary mail."""

from collections.abc import Mapping
from typing import Any

from notifications.composition.labels import Gettext
from notifications.composition.mail_data import MailData
from notifications.mail import calendar
from notifications.mail.addresses import MailAddress
from notifications.mail.calendar import CalendarEvent, CalendarPart
from notifications.mail.contexts import Itinerary, MailContext, MeetingLine
from servicekit.texts.languages import noop as _

SUMMARY = _("Meeting: %(partner)s")
TABLE = _("Table %(table)s")
ONLINE = _("Online")


def calendar_parts(data: MailData, context: MailContext, gettext: Gettext) -> tuple[CalendarPart, ...]:
    """Return a REQUEST part for new and moved meetings and a CANCEL part; each only if needed, none for other mails."""
    if not isinstance(context, Itinerary):
        return ()
    builder = _EventBuilder(data, context, gettext)
    stamped_at = data.delivery.created_at
    requested = [builder.event(line) for line in (*context.new, *context.moved)]
    cancelled = [builder.event(line) for line in context.cancelled]
    parts = []
    if requested:
        parts.append(calendar.request_part(requested, stamped_at=stamped_at))
    if cancelled:
        parts.append(calendar.cancel_part(cancelled, stamped_at=stamped_at))
    return tuple(parts)


class _EventBuilder:
    """Builds the calendar events of one mail; what they share is looked up once."""

    def __init__(self, data: MailData, context: Itinerary, gettext: Gettext) -> None:
        content: Mapping[str, Any] = data.delivery.content
        self._context, self._gettext, self._mission = context, gettext, data.mission
        self._instance = data.settings.instance
        self._venue = data.text(data.mission.venue)
        self._organiser = MailAddress(data.settings.sender_address, context.organiser_name)
        self._attendee = MailAddress(data.contact.email, data.recipient_name)
        self._sequences = {
            line["meeting_id"]: line["sequence"] for kind in ("new", "moved", "cancelled") for line in content[kind]
        }

    def event(self, line: MeetingLine) -> CalendarEvent:
        """Return the event of a meeting at its present time and table."""
        return CalendarEvent(
            uid=calendar.event_uid(line.meeting_id, self._instance),
            sequence=self._sequences[line.meeting_id],
            starts_at=line.starts_at,
            ends_at=line.ends_at,
            timezone=self._mission.timezone,
            summary=self._gettext(SUMMARY) % {"partner": line.partner_name},
            location=self._place(line),
            description=self._context.mission_title,
            url=self._context.action_url,
            organiser=self._organiser,
            attendee=self._attendee,
        )

    def _place(self, line: MeetingLine) -> str:
        if line.reader_is_online:
            return self._gettext(ONLINE)
        table = self._gettext(TABLE) % {"table": line.table}
        return ", ".join(part for part in (table, self._venue) if part)
