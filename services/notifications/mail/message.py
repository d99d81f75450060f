"""Builds the letter that goes over the wire: text, page and calendar in one MIME message."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from notifications.mail.addresses import Correspondent
from notifications.mail.calendar import CalendarPart
from notifications.mail.headers import HeaderPolicy
from notifications.mail.rendering import Rendered

POLICY = HeaderPolicy(linesep="\r\n", cte_type="7bit")
"""Lines end in CRLF and all bytes are ASCII, so that any server takes the letter as it is."""
MESSAGE_ID = re.compile(r"<[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+>", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """Who writes to whom and when; `message_id` is the same on every attempt.

    Raises:
        ValueError: the message id is none, or the date has no zone.

    """

    sender: Correspondent
    recipient: Correspondent
    message_id: str
    date: datetime
    reply_to: Correspondent | None = None

    def __post_init__(self) -> None:
        if not MESSAGE_ID.fullmatch(self.message_id):
            raise ValueError("a message id has the form <id@host>")
        if self.date.tzinfo is None:
            raise ValueError("the date of a letter needs a zone")


def message_id(notification_id: str, channel: str, instance: str) -> str:
    """Name a letter so that a second copy of it can be recognised."""
    return f"<{notification_id}.{channel}@{instance}>"


def compose(envelope: Envelope, letter: Rendered, calendars: Sequence[CalendarPart] = ()) -> EmailMessage:
    """Build a message: text, page and the first calendar as alternatives, every calendar attached as a file.

    Raises:
        ValueError: a header would hold a line break.

    """
    message = EmailMessage(policy=POLICY)
    _address(message, envelope)
    message["Subject"] = letter.subject
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    for part in calendars[:1]:
        message.add_alternative(part.content, subtype="calendar", params={"method": part.method.value})
    for position, part in enumerate(calendars):
        _attach(message, part, is_copy=position == 0)
    return message


def _address(message: EmailMessage, envelope: Envelope) -> None:
    message["From"] = envelope.sender.header()
    message["To"] = envelope.recipient.header()
    if envelope.reply_to:
        message["Reply-To"] = envelope.reply_to.header()
    message["Date"] = format_datetime(envelope.date)
    message["Message-ID"] = envelope.message_id
    message["Auto-Submitted"] = "auto-generated"


def _attach(message: EmailMessage, part: CalendarPart, *, is_copy: bool) -> None:
    """Attach a calendar; the copy of the inline one is a plain file, lest a mail reader act on it twice."""
    if is_copy:
        message.add_attachment(part.content.encode(), maintype="application", subtype="ics", filename=part.filename)
        return
    message.add_attachment(
        part.content, subtype="calendar", filename=part.filename, params={"method": part.method.value}
    )
