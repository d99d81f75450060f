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
        """Fold one header."""
        if hasattr(value, "addresses"):
            people = f",{self.linesep} ".join(_format_address(address, self.linesep) for address in value.addresses)
            return f"{name}: {people}{self.linesep}"
        if name.lower() == "subject":
            return f"{name}: {_encode_subject(str(value), self.linesep, first=len(name) + 2)}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Fold one header to bytes."""
        return self.fold(name, value).encode("ascii", "surrogateescape")


POLICY = HeaderPolicy(linesep="\r\n", cte_type="7bit")
"""CRLF line ends and ASCII bytes only: every mail server accepts that."""
MESSAGE_ID = re.compile(r"<[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+>", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class MailHeaders:
    """Sender, recipient, Message-ID and date of a mail; the Message-ID is the same on every attempt.

    Raises:
        ValueError: the Message-ID is malformed, or the date has no time zone.

    """

    sender: MailAddress
    recipient: MailAddress
    message_id: str
    date: datetime

    def __post_init__(self) -> None:
        if not MESSAGE_ID.fullmatch(self.message_id):
            raise ValueError("a message id has the form <id@host>")
        if self.date.tzinfo is None:
            raise ValueError("the date of a mail needs a time zone")


def make_message_id(delivery_id: str, channel: str, instance: str) -> str:
    """Return a Message-ID by which mail programs recognise a second copy of a mail."""
    return f"<{delivery_id}.{channel}@{instance}>"


def build_message(headers: MailHeaders, mail: RenderedMail, calendars: Sequence[CalendarPart] = ()) -> EmailMessage:
    """Build a message: text, HTML and the first calendar as alternatives, and every calendar as an attachment.

    Raises:
        ValueError: a header would contain a line break.

    """
    message = EmailMessage(policy=POLICY)
    _set_headers(message, headers)
    message["Subject"] = mail.subject
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    for part in calendars[:1]:
        message.add_alternative(part.content, subtype="calendar", params={"method": part.method.value})
    for position, part in enumerate(calendars):
        _attach_calendar(message, part, is_copy=position == 0)
    return message


def _set_headers(message: EmailMessage, headers: MailHeaders) -> None:
    message["From"] = headers.sender.header()
    message["To"] = headers.recipient.header()
    message["Date"] = format_datetime(headers.date)
    message["Message-ID"] = headers.message_id
    message["Auto-Submitted"] = "auto-generated"


def _attach_calendar(message: EmailMessage, part: CalendarPart, *, is_copy: bool) -> None:
    """Attach a calendar; a copy of the inline one is a plain file, so that mail programs do not process it twice."""
    if is_copy:
        message.add_attachment(part.content.encode(), maintype="application", subtype="ics", filename=part.filename)
        return
    message.add_attachment(
        part.content, subtype="calendar", filename=part.filename, params={"method": part.method.value}
    )


def _format_address(address: Address, linesep: str) -> str:
    name = address.display_name
    if not name:
        return address.addr_spec
    if PLAIN_TEXT.fullmatch(name) and "=?" not in name:
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"{linesep} <{address.addr_spec}>'
    return f"{_encoded_words(name, linesep, first=10)}{linesep} <{address.addr_spec}>"


def _encode_subject(text: str, linesep: str, first: int) -> str:
    """Return a short plain text unchanged and any other as encoded words."""
    if PLAIN_TEXT.fullmatch(text) and "=?" not in text:
        return text
    return _encoded_words(text, linesep, first)


def _encoded_words(text: str, linesep: str, first: int) -> str:
    """Encode a text as RFC 2047 words in lines of at most 76 octets; `first` columns of the first line are taken."""
    header = Header(text, "utf-8", maxlinelen=LINE_LENGTH, header_name="x" * first)
    return header.encode(splitchars="", linesep=linesep)
