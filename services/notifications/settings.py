"""What notifications is told at its start."""

from dataclasses import dataclass, field
from typing import Self
from urllib.parse import SplitResult, unquote, urlsplit

from notifications.mail.addresses import MailAddress
from notifications.mail.smtp_connection import LOOPBACK_HOSTS, MailServer, Security
from servicekit.runtime import Runtime
from servicekit.settings import Settings as CommonSettings

_SECURITY = {"smtp": Security.NONE, "smtp+starttls": Security.STARTTLS, "smtps": Security.TLS}
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class SmtpUrl(str):
    """The address of a mail server, `smtp+starttls://user:password@host:587`; empty: there is none.

    The schemes are `smtp` (in the clear), `smtp+starttls` and `smtps`.

    Raises:
        ValueError: it is no such address, or a password would cross a network in the clear.

    """

    __slots__ = ()

    def __new__(cls, text: str = "") -> Self:
        """Check the address before anything is sent to it."""
        if text:
            _mail_server(urlsplit(text))
        return super().__new__(cls, text)

    def server(self, **patience: float) -> MailServer:
        """Return the server with our patience, as MailServer names it."""
        return _mail_server(urlsplit(self), **patience)


class SenderAddress(str):
    """An address that mail can be sent from.

    Raises:
        ValueError: it is none.

    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Check the address as a header would."""
        return super().__new__(cls, MailAddress(text).address)


@dataclass(frozen=True, kw_only=True)
class Settings(CommonSettings):
    """How mail leaves, and in whose name."""

    smtp_url: SmtpUrl = field(default=SmtpUrl(), repr=False)
    """The mail server, `smtp+starttls://user:password@host:587`; empty: letters go to the mailbox on disk."""
    smtp_connections: int = 4
    """How many letters are handed over at once."""
    smtp_timeout_seconds: float = 20.0
    """The longest silence of the mail server."""
    smtp_deadline_seconds: float = 55.0
    """The most that one letter may take up to its final dot."""
    smtp_answer_seconds: float = 60.0
    """The longest wait for the answer to the final dot."""
    mailbox_dir: str = "mailbox"
    """The folder of the mailbox on disk."""
    sender_address: SenderAddress = field(default=SenderAddress("caravan@caravan.localhost"))
    """The address from which letters come."""
    sender_name: str = "Caravan"
    """The name from which letters come."""
    lease_seconds: float = 30.0
    """How much longer than the mail server may take a sender may hold a letter; then another one takes it."""

    @property
    def sender(self) -> MailAddress:
        """Return who writes."""
        return MailAddress(self.sender_address, self.sender_name)

    @property
    def mail_server(self) -> MailServer:
        """Return the mail server with our patience."""
        return self.smtp_url.server(
            timeout_seconds=self.smtp_timeout_seconds,
            deadline_seconds=self.smtp_deadline_seconds,
            answer_seconds=self.smtp_answer_seconds,
        )

    @property
    def claim_seconds(self) -> float:
        """Return how long a sender may hold a letter that cannot have arrived yet, in seconds."""
        return self.smtp_deadline_seconds + self.lease_seconds

    @property
    def handover_seconds(self) -> float:
        """Return how long the answer to the final dot may take, with a margin, in seconds."""
        return self.smtp_answer_seconds + self.lease_seconds

    def refusal_of(self, host: str) -> str | None:
        """Refuse any address but the machine's own while letters stay in a mailbox that everybody could read."""
        if self.smtp_url or host in LOOPBACK_HOSTS:
            return None
        return f"without NOTIFICATIONS_SMTP_URL letters stay in a mailbox that is read on 127.0.0.1, not on {host}"


def settings_of(runtime: Runtime) -> Settings:
    """Return the settings of notifications."""
    assert isinstance(runtime.settings, Settings)
    return runtime.settings


def _mail_server(url: SplitResult, **patience: float) -> MailServer:
    if url.scheme not in _SECURITY or not url.hostname or url.path.strip("/") or url.query:
        raise ValueError("is no address like smtp+starttls://user:password@host:587")
    return MailServer(
        host=url.hostname,
        port=url.port or _PORTS[url.scheme],
        security=_SECURITY[url.scheme],
        username=unquote(url.username or ""),
        password=unquote(url.password or ""),
        **patience,  # type: ignore[arg-type]  # only numbers of seconds come here
    )
