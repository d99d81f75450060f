"""Transports that take a mail: an SMTP server, or the mailbox on disk."""

import os
import socket
from collections.abc import Callable
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Protocol

from notifications.mail import smtp
from notifications.mail.maildir import DiskMailbox
from notifications.mail.outcome import Outcome, Phase, State
from notifications.mail.smtp_connection import MailServer
from notifications.settings import Settings, settings_of
from servicekit.runtime import Runtime


class Transport(Protocol):
    """Hands one letter over and tells what became of it; a fault on the way is an outcome."""

    concurrency: int
    """How many letters may be on their way at once."""

    def send(self, message: EmailMessage, before_final_dot: Callable[[], None]) -> Outcome:
        """Send a letter; `before_final_dot` is called when from now on it may arrive."""


class SmtpTransport:
    """A mail server."""

    def __init__(self, server: MailServer, concurrency: int) -> None:
        self.server, self.concurrency = server, concurrency

    def send(self, message: EmailMessage, before_final_dot: Callable[[], None]) -> Outcome:
        """Try once, and note the attempt before the final dot leaves."""
        return smtp.send(self.server, message, before_final_dot=before_final_dot)


class MailboxTransport:
    """The mailbox on disk: writing a letter twice leaves one, so that an attempt need not be noted before."""

    concurrency = 1

    def __init__(self, mailbox: DiskMailbox) -> None:
        self.mailbox = mailbox

    def send(self, message: EmailMessage, before_final_dot: Callable[[], None]) -> Outcome:
        """Write a letter through to the disk."""
        try:
            return self.mailbox.write(message)
        except OSError as error:
            return Outcome(state=State.DEFERRED, phase=Phase.BODY, reason=f"mailbox on disk: {error.strerror}")


def create_transport(settings: Settings) -> Transport:
    """Return the way that the settings name."""
    if settings.smtp_url:
        return SmtpTransport(settings.mail_server, settings.smtp_connections)
    return MailboxTransport(mailbox_of(settings))


def mailbox_of(settings: Settings) -> DiskMailbox:
    """Return the mailbox on disk."""
    return _cached_mailbox(settings.mailbox_dir)


@cache
def _cached_mailbox(folder: str) -> DiskMailbox:
    return DiskMailbox(Path(folder))


CHECK_TIMEOUT_SECONDS = 5.0


def check_transport(runtime: Runtime) -> str:
    """Say where letters go.

    Raises:
        OSError: the mail server does not answer, or the mailbox on disk cannot be written to.

    """
    settings = settings_of(runtime)
    if not settings.smtp_url:
        return _check_folder(Path(settings.mailbox_dir))
    server = settings.mail_server
    with socket.create_connection((server.host, server.port), CHECK_TIMEOUT_SECONDS):
        return f"server {server.host}:{server.port} answers"


def _check_folder(folder: Path) -> str:
    nearest = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not os.access(nearest, os.W_OK):
        raise PermissionError(f"the mailbox {folder} cannot be written to")
    return f"mailbox on disk, {folder}"
