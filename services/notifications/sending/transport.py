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
from servicekit.service import Runtime


class Transport(Protocol):
    """Sends one mail and returns the outcome; failures are outcomes, too."""

    concurrency: int
    """How many mails may be sent in parallel."""

    def send(self, message: EmailMessage, before_final_dot: Callable[[], None]) -> Outcome:
        """Send a mail; `before_final_dot` is called just before the point from which it may be delivered."""


class SmtpTransport:
    """Sends over SMTP."""

    def __init__(self, server: MailServer, concurrency: int) -> None:
        self.server, self.concurrency = server, concurrency

    def send(self, message: EmailMessage, before_final_dot: Callable[[], None]) -> Outcome:
        """Try once; `before_final_dot` records the attempt."""
        return smtp.send(self.server, message, before_final_dot=before_final_dot)


class MailboxTransport:
    """Writes to the mailbox on disk; a mail written twice is kept once, so attempts need not be recorded before."""

    concurrency = 1

    def __init__(self, mailbox: DiskMailbox) -> None:
        self.mailbox = mailbox

    def send(self, message: EmailMessage, before_final_dot: Callable[[], None]) -> Outcome:
        """Write the mail to disk; `before_final_dot` is not called."""
        try:
            return self.mailbox.write(message)
        except OSError as error:
            return Outcome(state=State.DEFERRED, phase=Phase.BODY, reason=f"mailbox on disk: {error.strerror}")


def create_transport(settings: Settings) -> Transport:
    """Return the configured transport."""
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
    """Health check: return a description of the transport.

    Raises:
        OSError: the mail server does not accept connections, or the mailbox on disk is not writable.

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
