"""Read letters back: as they lie in the mailbox on disk, else as they would be written now.

What is for the recipient alone, as a link to sign in with, is not read back.
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
from servicekit.languages import noop as _


@dataclass(frozen=True, kw_only=True)
class CalendarEntry:
    """One entry of a calendar that a letter carries, on the clock of the place where the meeting is."""

    method: str
    """REQUEST or CANCEL."""
    summary: str
    location: str
    starts_at: datetime
    ends_at: datetime
    sequence: int


def mail_source(session: Session, settings: Settings, delivery: Delivery) -> bytes:
    """Return the letter of a delivery, with its headers.

    Raises:
        LetterNotReadyError: it cannot be written yet, or its recipient is not to be written to.

    """
    contact = session.get(Contact, delivery.person_id)
    if contact is None or contact.is_removed:
        raise MailNotReadyError(_("The recipient is not known yet, or is not to be written to any more."))
    if not settings.smtp_url and delivery.expires_at is None:
        try:
            return mailbox_of(settings).source(_maildir_key(settings, delivery))
        except MailNotFoundError:
            pass
    try:
        return compose_mail(session, settings, delivery).as_bytes()
    except MissingDataError as missing:
        raise MailNotReadyError(_("It waits for something that it names.")) from missing
    except ValueError as error:
        raise MailNotReadyError(_("Its recipient cannot be addressed.")) from error


def read_mail(session: Session, settings: Settings, delivery: Delivery) -> ParsedMail:
    """Return the letter of a delivery, taken apart.

    Raises:
        LetterNotReadyError: as `source` does.

    """
    return parse_mail(_maildir_key(settings, delivery), mail_source(session, settings, delivery))


def calendar_entries(found: ParsedMail) -> list[CalendarEntry]:
    """List what a letter asks its reader's calendar to do."""
    files = [attachment for attachment in found.attachments if attachment.filename.endswith(".ics")]
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


def _maildir_key(settings: Settings, delivery: Delivery) -> str:
    return mailbox_key(message_id_of(settings, delivery))
