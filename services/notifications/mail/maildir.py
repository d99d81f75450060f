"""A mailbox on disk (Maildir) that takes letters where there is no mail server, to be read on a page."""

import hashlib
import mailbox
import os
import re
import stat
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path

from notifications.mail.calendar import Method
from notifications.mail.outcome import Outcome, Phase, State

KEY_PATTERN = re.compile(r"[0-9a-f]{32}")


class MailNotFoundError(LookupError):
    """No letter in the mailbox has that key."""


@dataclass(frozen=True, kw_only=True)
class MailSummary:
    """What a list of letters shows."""

    key: str
    message_id: str
    sender: str
    recipient: str
    recipient_address: str
    subject: str
    date: datetime


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file in a letter; `method` tells what a calendar part asks for."""

    filename: str
    content: str
    method: Method | None = None


@dataclass(frozen=True, kw_only=True)
class ParsedMail:
    """A letter, read back and taken apart."""

    head: MailSummary
    text: str
    html: str
    attachments: tuple[Attachment, ...]


class DiskMailbox:
    """The letters in one folder; one letter per Message-ID, however often it is written."""

    def __init__(self, folder: Path) -> None:
        """Open a folder, or make it."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._maildir = mailbox.Maildir(folder, create=True)

    def write(self, message: EmailMessage) -> Outcome:
        """Keep a letter for good: after a return it is on the disk, after a crash it is there wholly or not at all."""
        key = mailbox_key(str(message["Message-ID"]))
        draft = self._folder / "tmp" / f"{key}.{os.getpid()}"
        _write_synced(draft, message.as_bytes())
        try:
            with suppress(FileExistsError):
                os.link(draft, self._path(key))
        finally:
            draft.unlink()
        _sync_folder(self._folder / "new")
        return Outcome(state=State.ACCEPTED, phase=Phase.ANSWER, reason="written to the mailbox on disk")

    def heads(self, limit: int = 50, *, after: str = "") -> tuple[MailSummary, ...]:
        """List letters, newest first, `limit` at a time, from behind the letter with the key `after`."""
        keys = [entry for _, entry in sorted(self._entries(), reverse=True)]
        start = keys.index(after) + 1 if after in keys else 0
        return tuple(self._head(key) for key in keys[start : start + limit])

    def read(self, key: str) -> ParsedMail:
        """Read one letter.

        Raises:
            LetterNotFoundError: there is none with that key.

        """
        return parse_mail(key, self.source(key))

    def source(self, key: str) -> bytes:
        """Return a letter as it lies on the disk.

        Raises:
            LetterNotFoundError: there is none with that key.

        """
        if not KEY_PATTERN.fullmatch(key) or key not in self._maildir:
            raise MailNotFoundError(key)
        return self._maildir.get_bytes(key)

    def message_ids(self) -> dict[str, str]:
        """Return the Message-ID of each letter by its key."""
        parser = BytesHeaderParser()
        found = {}
        for _, key in self._entries():
            with suppress(FileNotFoundError):  # thrown away meanwhile
                found[key] = str(parser.parsebytes(self._path(key).read_bytes())["Message-ID"]).strip()
        return found

    def delete(self, keys: Iterable[str]) -> None:
        """Delete letters by their keys; those that are not there are no loss."""
        for key in keys:
            self._path(key).unlink(missing_ok=True)

    def __len__(self) -> int:
        """Count the letters."""
        return len(self._entries())

    def _path(self, key: str) -> Path:
        return self._folder / "new" / key

    def _entries(self) -> list[tuple[int, str]]:
        with os.scandir(self._folder / "new") as entries:
            return [(e.stat().st_mtime_ns, e.name) for e in entries if stat.S_ISREG(e.stat().st_mode)]

    def _head(self, key: str) -> MailSummary:
        return _summary(key, self._path(key).read_bytes())


def parse_mail(key: str, content: bytes) -> ParsedMail:
    """Take a letter apart."""
    message = message_from_bytes(content, policy=policy.default)
    return ParsedMail(
        head=_summary(key, content),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        attachments=tuple(_attachment(part) for part in message.iter_attachments()),
    )


def mailbox_key(message_id: str) -> str:
    """Return the key under which the letter of a message id lies."""
    return hashlib.sha256(message_id.encode()).hexdigest()[:32]


def _summary(key: str, content: bytes) -> MailSummary:
    """Read the headers as plain strings: the parser of header objects adds spaces to names of several encoded words."""
    raw = BytesHeaderParser().parsebytes(content)
    sender, recipient = _parse_address(raw["From"]), _parse_address(raw["To"])
    return MailSummary(
        key=key,
        message_id=raw["Message-ID"].strip(),
        sender=sender[0] or sender[1],
        recipient=recipient[0] or recipient[1],
        recipient_address=recipient[1],
        subject=_decode_words(raw["Subject"]),
        date=parsedate_to_datetime(raw["Date"]),
    )


def _parse_address(header: str) -> tuple[str, str]:
    name, address = parseaddr(_unfold(header))
    return _decode_words(name), address


def _decode_words(words: str) -> str:
    return str(make_header(decode_header(_unfold(words))))


def _unfold(header: str) -> str:
    return header.replace("\r", "").replace("\n", "")


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""


def _attachment(part: EmailMessage) -> Attachment:
    content = part.get_content()
    method = part.get_param("method")
    return Attachment(
        filename=part.get_filename() or "",
        content=content if isinstance(content, str) else content.decode("utf-8", "replace"),
        method=Method(str(method)) if method else None,
    )


def _write_synced(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make the new name in a folder last, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
