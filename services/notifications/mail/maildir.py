"""The mailbox on disk (Maildir), used if no mail server is configured, and a parser for stored mails."""

import hashlib
import mailbox
import os
import re
import stat
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.utils import parseaddr
from pathlib import Path

from notifications.mail.outcome import Outcome, Phase, State

KEY_PATTERN = re.compile(r"[0-9a-f]{32}")


class MailNotFoundError(LookupError):
    """The mailbox has no mail with that key."""


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file attached to a mail, as text."""

    filename: str
    content: str


@dataclass(frozen=True, kw_only=True)
class ParsedMail:
    """The parts of a mail that a page shows; `recipient` is a name, or the address where there is no name."""

    recipient: str
    recipient_address: str
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...]


class DiskMailbox:
    """A Maildir folder that keeps one mail per Message-ID, however often it is written."""

    def __init__(self, folder: Path) -> None:
        """Open the folder, or create it."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._maildir = mailbox.Maildir(folder, create=True)

    def write(self, message: EmailMessage) -> Outcome:
        """Store a mail durably and atomically.

        After a return it is on disk; after a crash it is there completely or not at all.
        """
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

    def source(self, key: str) -> bytes:
        """Return a mail as it is stored.

        Raises:
            MailNotFoundError: no mail has that key.

        """
        if not KEY_PATTERN.fullmatch(key) or key not in self._maildir:
            raise MailNotFoundError(key)
        return self._maildir.get_bytes(key)

    def message_ids(self) -> dict[str, str]:
        """Return the Message-ID of each mail by its key."""
        parser = BytesHeaderParser()
        message_ids = {}
        for key in self._keys():
            with suppress(FileNotFoundError):  # deleted meanwhile
                message_ids[key] = str(parser.parsebytes(self._path(key).read_bytes())["Message-ID"]).strip()
        return message_ids

    def delete(self, keys: Iterable[str]) -> None:
        """Delete mails by their keys; unknown keys are ignored."""
        for key in keys:
            self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / "new" / key

    def _keys(self) -> list[str]:
        with os.scandir(self._folder / "new") as entries:
            return [entry.name for entry in entries if stat.S_ISREG(entry.stat().st_mode)]


def mailbox_key(message_id: str) -> str:
    """Return the key under which a mail with this Message-ID is stored."""
    return hashlib.sha256(message_id.encode()).hexdigest()[:32]


def parse_mail(content: bytes) -> ParsedMail:
    """Parse a mail as it is stored or sent."""
    message = message_from_bytes(content, policy=policy.default)
    # The parser of header objects adds spaces to names of several encoded words, so headers are read as plain strings.
    headers = BytesHeaderParser().parsebytes(content)
    name, address = parseaddr(_unfold(headers["To"]))
    return ParsedMail(
        recipient=_decode_words(name) or address,
        recipient_address=address,
        subject=_decode_words(headers["Subject"]),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        attachments=tuple(_attachment(part) for part in message.iter_attachments()),
    )


def _decode_words(words: str) -> str:
    return str(make_header(decode_header(_unfold(words))))


def _unfold(header: str) -> str:
    return header.replace("\r", "").replace("\n", "")


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""


def _attachment(part: EmailMessage) -> Attachment:
    content = part.get_content()
    text = content if isinstance(content, str) else content.decode("utf-8", "replace")
    return Attachment(filename=part.get_filename() or "", content=text)


def _write_synced(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Flush the folder, so that a new file name survives a crash."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
