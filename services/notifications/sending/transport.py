"""Ways for a letter to leave: a mail server, or the mailbox on disk."""

from collections.abc import Callable
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Protocol

from notifications.mail import smtp
from notifications.mail.mailbox import DiskMailbox
from notifications.mail.outcome import Outcome, Phase, State
from notifications.mail.smtp_line import MailServer
from notifications.settings import Settings


class Transport(Protocol):
    """Hands one letter over and tells what became of it; a fault on the way is an outcome."""

    width: int
    """How many letters may be on their way at once."""

    def hand_over(self, message: EmailMessage, before_dot: Callable[[], None]) -> Outcome:
        """Send a letter; `before_dot` is called when from now on it may arrive."""


class SmtpTransport:
    """A mail server."""

    def __init__(self, server: MailServer, width: int) -> None:
        self.server, self.width = server, width

    def hand_over(self, message: EmailMessage, before_dot: Callable[[], None]) -> Outcome:
        """Try once, and note the attempt before the final dot leaves."""
        return smtp.send(self.server, message, before_dot=before_dot)


class MailboxTransport:
    """The mailbox on disk: writing a letter twice leaves one, so that an attempt need not be noted before."""

    width = 1

    def __init__(self, mailbox: DiskMailbox) -> None:
        self.mailbox = mailbox

    def hand_over(self, message: EmailMessage, before_dot: Callable[[], None]) -> Outcome:
        """Write a letter through to the disk."""
        try:
            return self.mailbox.write(message)
        except OSError as error:
            return Outcome(state=State.DEFERRED, phase=Phase.BODY, reason=f"mailbox on disk: {error.strerror}")


def transport_of(settings: Settings) -> Transport:
    """Return the way that the settings name."""
    if settings.smtp_url:
        return SmtpTransport(settings.mail_server, settings.smtp_connections)
    return MailboxTransport(mailbox_of(settings))


def mailbox_of(settings: Settings) -> DiskMailbox:
    """Return the mailbox on disk."""
    return _mailbox(settings.mailbox_dir)


@cache
def _mailbox(folder: str) -> DiskMailbox:
    return DiskMailbox(Path(folder))
