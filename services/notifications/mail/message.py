"""Builds the MIME message of a mail: text, HTML and calendar parts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any

from notifications.mail.addresses import MailAddress
from notifications.mail.calendar import CalendarPart
from notifications.mail.rendering import RenderedMail

PLAIN_TEXT = re.compile(r"[A-Za-z0-9 .,:;()'!?&+/@\"\\-]{0,60}", re.ASCII)
LINE_LENGTH = 76


class HeaderPolicy(EmailPolicy):
    """E-mail policy with CRLF line ends, ASCII only, subject and addresses as RFC 2047 encoded words.

    It replaces the standard library's header folding, which is wrong for some names: with Python 3.11 a long name with
    commas becomes 21 recipients, and a Russian subject with a no-break space gets a space in the middle of a word.
    """

    def fold(self, name: str, value: Any) -> str:
        """Write one header with its line ends."""
        if hasattr(value, "addresses"):
            people = f",{self.linesep} ".join(_format_address(address, self.linesep) for address in value.addresses)
            return f"{name}: {people}{self.linesep}"
        if name.lower() == "subject":
            return f"{name}: {_encode_subject(str(value), self.linesep, first=len(name) + 2)}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Write one header as bytes."""
        return self.fold(name, value).encode("ascii", "surrogateescape")


def _format_address(address: Address, linesep: str) -> str:
    name = address.display_name
    if not name:
        return address.addr_spec
    if PLAIN_TEXT.fullmatch(name) and "=?" not in name:
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"{linesep} <{address.addr_spec}>'
    return f"{_encoded_words(name, linesep, first=10)}{linesep} <{address.addr_spec}>"


def _encode_subject(text: str, linesep: str, first: int) -> str:
    """Leave a short plain line alone and encode any other."""
    if PLAIN_TEXT.fullmatch(text) and "=?" not in text:
        return text
    return _encoded_words(text, linesep, first)


def _encoded_words(text: str, linesep: str, first: int) -> str:
    """Encode a text as words of at most 76 octets; `first` columns of the first line are taken."""
    header = Header(text, "utf-8", maxlinelen=LINE_LENGTH, header_name="x" * first)
    return header.encode(splitchars="", linesep=linesep)


POLICY = HeaderPolicy(linesep="\r\n", cte_type="7bit")
"""Lines end in CRLF and all bytes are ASCII, so that any server takes the letter as it is."""
MESSAGE_ID = re.compile(r"<[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+>", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class MailHeaders:
    """Who writes to whom and when; `message_id` is the same on every attempt.

    Raises:
        ValueError: the message id is none, or the date has no zone.

    """

    sender: MailAddress
    recipient: MailAddress
    message_id: str
    date: datetime

    def __post_init__(self) -> None:
        if not MESSAGE_ID.fullmatch(self.message_id):
            raise ValueError("a message id has the form <id@host>")
        if self.date.tzinfo is None:
            raise ValueError("the date of a letter needs a zone")


def make_message_id(notification_id: str, channel: str, instance: str) -> str:
    """Name a letter so that a second copy of it can be recognised."""
    return f"<{notification_id}.{channel}@{instance}>"


def build_message(envelope: MailHeaders, letter: RenderedMail, calendars: Sequence[CalendarPart] = ()) -> EmailMessage:
    """Build a message: text, page and the first calendar as alternatives, every calendar attached as a file.

    Raises:
        ValueError: a header would hold a line break.

    """
    message = EmailMessage(policy=POLICY)
    _set_headers(message, envelope)
    message["Subject"] = letter.subject
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    for part in calendars[:1]:
        message.add_alternative(part.content, subtype="calendar", params={"method": part.method.value})
    for position, part in enumerate(calendars):
        _attach_calendar(message, part, is_copy=position == 0)
    return message


def _set_headers(message: EmailMessage, envelope: MailHeaders) -> None:
    message["From"] = envelope.sender.header()
    message["To"] = envelope.recipient.header()
    message["Date"] = format_datetime(envelope.date)
    message["Message-ID"] = envelope.message_id
    message["Auto-Submitted"] = "auto-generated"


def _attach_calendar(message: EmailMessage, part: CalendarPart, *, is_copy: bool) -> None:
    """Attach a calendar; the copy of the inline one is a plain file, lest a mail reader act on it twice."""
    if is_copy:
        message.add_attachment(part.content.encode(), maintype="application", subtype="ics", filename=part.filename)
        return
    message.add_attachment(
        part.content, subtype="calendar", filename=part.filename, params={"method": part.method.value}
    )
