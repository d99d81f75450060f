"""Reads letters as their recipients' programs do, and says what is wrong with one."""

import mailbox
import re
from collections.abc import Iterable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

from aiosmtpd.smtp import Envelope

import ical_reader

HEADERS = ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted")
WHY = {"ru": "Вы получ", "en": "You receive this message because"}
"""How a letter says, in its last lines and in its language, why it came."""


def letters_in(folder: Path) -> list[EmailMessage]:
    """Read every letter of a Maildir."""
    box = mailbox.Maildir(str(folder), create=False)
    return [_parsed(box.get_bytes(key)) for key in box.keys()]  # noqa: SIM118


def letters_taken(envelopes: Iterable[Envelope]) -> list[EmailMessage]:
    """Read every letter that a mail server took."""
    return [_parsed(envelope.content) for envelope in envelopes]


def body_of(letter: EmailMessage, kind: str) -> str:
    """Return the text or the HTML of a letter."""
    part = letter.get_body((kind,))
    assert part is not None, f"{letter['Subject']}: no {kind} part"
    content: str = part.get_content()
    return content


def address_of(letter: EmailMessage) -> str:
    """Return the address of the one recipient."""
    (recipient,) = letter["To"].addresses
    return str(recipient.addr_spec)


def calendars_of(letter: EmailMessage) -> list[ical_reader.Component]:
    """Parse every calendar part of a letter, each distinct one once."""
    parts = {part.get_content() for part in letter.walk() if part.get_content_type() == "text/calendar"}
    return [ical_reader.parse(_crlf(content)) for content in sorted(parts)]


def language_of(letter: EmailMessage) -> str:
    """Return the language in which a letter is written, as its HTML says."""
    found = re.search(r'<html[^>]* lang="(\w+)"', body_of(letter, "html"))
    assert found, f"{letter['Subject']}: the HTML names no language"
    return found[1]


def check_letter(letter: EmailMessage) -> None:
    """Fail if a letter is not what a mail program and its reader expect."""
    assert not letter.defects
    for name in HEADERS:
        assert letter[name], f"{letter['Subject']}: no {name}"
    assert len(letter["To"].addresses) == 1
    text, html = body_of(letter, "plain"), body_of(letter, "html")
    assert "<" not in text.replace("<http", "")
    assert "{{" not in html + text
    assert "None" not in text
    assert WHY[language_of(letter)] in text
    for calendar in calendars_of(letter):
        check_calendar(calendar)


def check_calendar(calendar: ical_reader.Component) -> None:
    """Fail if a calendar object is not what RFC 5545 and RFC 5546 ask for."""
    assert calendar["METHOD"].text in {"REQUEST", "CANCEL"}
    events = calendar.every("VEVENT")
    assert events
    for event in events:
        assert event["UID"].text
        assert int(event["SEQUENCE"].value) >= 0
        assert event["DTSTAMP"].value.endswith("Z")
        start = event["DTSTART"]
        assert start.value.endswith("Z") or ZoneInfo(start.parameters["TZID"])
        assert event["SUMMARY"].text
        assert event["ATTENDEE"].value.lower().startswith("mailto:")


def _parsed(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)


def _crlf(content: str) -> str:
    return content.replace("\r\n", "\n").replace("\n", "\r\n")
