"""Shows a delivery's mail: as stored in the mailbox on disk, otherwise as it would be composed now.

Sign-in links and codes are never shown: they are only for the recipient.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from icalendar import Calendar
from sqlalchemy.orm import Session

from notifications.composition.mail_data import MissingDataError
from notifications.composition.message import compose_mail, message_id_of
from notifications.errors import MailNotReadyError
from notifications.mail.maildir import MailNotFoundError, ParsedMail, mailbox_key, parse_mail
from notifications.models import Contact, Delivery
from notifications.sending.transport import mailbox_of
from notifications.settings import Settings
from servicekit.texts.languages import noop as _


@dataclass(frozen=True, kw_only=True)
class CalendarEntry:
    """One calendar event in a mail, with times in the time zone of the meeting's place."""

    method: str
    """REQUEST or CANCEL."""
    summary: str
    location: str
    starts_at: datetime
    ends_at: datetime
    sequence: int


def mail_source(session: Session, settings: Settings, delivery: Delivery) -> bytes:
    """Return the mail of a delivery with its headers.

    Raises:
        MailNotReadyError: it cannot be composed yet, or its recipient must not be written to.

    """
    contact = session.get(Contact, delivery.person_id)
    if contact is None or contact.is_removed:
        raise MailNotReadyError(_("The recipient is not known yet, or is not to be written to any more."))
    if not settings.smtp_url and delivery.expires_at is None:
        try:
            return mailbox_of(settings).source(mailbox_key(message_id_of(settings, delivery)))
        except MailNotFoundError:
            pass
    try:
        return compose_mail(session, settings, delivery).as_bytes()
    except MissingDataError as missing:
        raise MailNotReadyError(_("It waits for something that it names.")) from missing
    except ValueError as error:
        raise MailNotReadyError(_("Its recipient cannot be addressed.")) from error


def read_mail(session: Session, settings: Settings, delivery: Delivery) -> ParsedMail:
    """Return the mail of a delivery, parsed.

    Raises:
        MailNotReadyError: as for `mail_source`.

    """
    return parse_mail(mail_source(session, settings, delivery))


def calendar_entries(mail: ParsedMail) -> list[CalendarEntry]:
    """List the calendar events that a mail adds, changes or cancels."""
    files = [attachment for attachment in mail.attachments if attachment.filename.endswith(".ics")]
    calendars = [Calendar.from_ical(file.content) for file in files]
    return [_calendar_entry(calendar, event) for calendar in calendars for event in calendar.walk("VEVENT")]


def _calendar_entry(calendar: Any, event: Any) -> CalendarEntry:
    return CalendarEntry(
        method=str(calendar["METHOD"]),
        summary=str(event["SUMMARY"]),
        location=str(event.get("LOCATION", "")),
        starts_at=event["DTSTART"].dt,
        ends_at=event["DTEND"].dt,
        sequence=int(event["SEQUENCE"]),
    )
