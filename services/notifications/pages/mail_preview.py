"""Read letters back: as they lie in the mailbox on disk, else as they would be written now.

What is for the recipient alone, as a link to sign in with, is not read back.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from icalendar import Calendar
from sqlalchemy.orm import Session

from notifications.composition.lookups import FactMissingError
from notifications.composition.message import message_id_of, write
from notifications.errors import LetterNotReadyError
from notifications.mail.maildir import Letter, LetterNotFoundError, key_of, read_back
from notifications.models import Contact, Delivery
from notifications.sending.transport import mailbox_of
from notifications.settings import Settings
from servicekit.languages import noop as _


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry of a calendar that a letter carries, on the clock of the place where the meeting is."""

    method: str
    """REQUEST or CANCEL."""
    summary: str
    location: str
    starts_at: datetime
    ends_at: datetime
    sequence: int


def source(session: Session, settings: Settings, delivery: Delivery) -> bytes:
    """Return the letter of a delivery, with its headers.

    Raises:
        LetterNotReadyError: it cannot be written yet, or its recipient is not to be written to.

    """
    contact = session.get(Contact, delivery.person_id)
    if contact is None or contact.is_removed:
        raise LetterNotReadyError(_("The recipient is not known yet, or is not to be written to any more."))
    if not settings.smtp_url and delivery.expires_at is None:
        try:
            return mailbox_of(settings).source(_key(settings, delivery))
        except LetterNotFoundError:
            pass
    try:
        return write(session, settings, delivery).as_bytes()
    except FactMissingError as missing:
        raise LetterNotReadyError(_("It waits for something that it names.")) from missing
    except ValueError as error:
        raise LetterNotReadyError(_("Its recipient cannot be addressed.")) from error


def letter(session: Session, settings: Settings, delivery: Delivery) -> Letter:
    """Return the letter of a delivery, taken apart.

    Raises:
        LetterNotReadyError: as `source` does.

    """
    return read_back(_key(settings, delivery), source(session, settings, delivery))


def entries(found: Letter) -> list[Entry]:
    """List what a letter asks its reader's calendar to do."""
    files = [attachment for attachment in found.attachments if attachment.filename.endswith(".ics")]
    calendars = [Calendar.from_ical(file.content) for file in files]
    return [_entry(calendar, event) for calendar in calendars for event in calendar.walk("VEVENT")]


def _entry(calendar: Any, event: Any) -> Entry:
    return Entry(
        method=str(calendar["METHOD"]),
        summary=str(event["SUMMARY"]),
        location=str(event.get("LOCATION", "")),
        starts_at=event["DTSTART"].dt,
        ends_at=event["DTEND"].dt,
        sequence=int(event["SEQUENCE"]),
    )


def _key(settings: Settings, delivery: Delivery) -> str:
    return key_of(message_id_of(settings, delivery))
