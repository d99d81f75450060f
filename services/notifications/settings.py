"""Settings of notifications, read from the environment at start."""

from dataclasses import dataclass, field
from typing import Self
from urllib.parse import SplitResult, unquote, urlsplit

from notifications.mail.addresses import MailAddress
from notifications.mail.smtp_connection import LOOPBACK_HOSTS, MailServer, Security
from servicekit.service import Runtime
from servicekit.settings import Settings as CommonSettings

_SECURITY = {"smtp": Security.NONE, "smtp+starttls": Security.STARTTLS, "smtps": Security.TLS}
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class SmtpUrl(str):
    """The URL of a mail server, `smtp+starttls://user:password@host:587`; empty if there is none.

    The schemes are `smtp` (no encryption), `smtp+starttls` and `smtps`.

    Raises:
        ValueError: the URL is malformed, or a password would cross a network unencrypted.

    """

    __slots__ = ()

    def __new__(cls, text: str = "") -> Self:
        """Validate the URL."""
        if text:
            _mail_server(urlsplit(text))
        return super().__new__(cls, text)

    def server(self, **timeouts: float) -> MailServer:
        """Return the server; `timeouts` are fields of MailServer, in seconds."""
        return _mail_server(urlsplit(self), **timeouts)


class SenderAddress(str):
    """An e-mail address that mails can be sent from.

    Raises:
        ValueError: the address is invalid.

    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Validate the address."""
        return super().__new__(cls, MailAddress(text).address)


@dataclass(frozen=True, kw_only=True)
class Settings(CommonSettings):
    """Settings for sending mail."""

    smtp_url: SmtpUrl = field(default=SmtpUrl(), repr=False)
    """The mail server, `smtp+starttls://user:password@host:587`; empty: mails go to the mailbox on disk."""
    smtp_connections: int = 4
    """How many mails are sent to the server in parallel."""
    smtp_timeout_seconds: float = 20.0
    """Timeout for each single reply of the mail server."""
    smtp_deadline_seconds: float = 55.0
    """Time limit for one mail from connecting up to its final dot."""
    smtp_answer_seconds: float = 60.0
    """Time limit for the reply to the final dot."""
    mailbox_dir: str = "mailbox"
    """The folder of the mailbox on disk."""
    sender_address: SenderAddress = field(default=SenderAddress("caravan@caravan.localhost"))
    """The address in From."""
    sender_name: str = "Caravan"
    """The name in From."""
    lease_seconds: float = 30.0
    """Margin of a claim on top of the mail server's time limit; afterwards another sender may take the delivery."""

    @property
    def sender(self) -> MailAddress:
        """Return the name and address in From."""
        return MailAddress(self.sender_address, self.sender_name)

    @property
    def mail_server(self) -> MailServer:
        """Return the mail server with its time limits."""
        return self.smtp_url.server(
            timeout_seconds=self.smtp_timeout_seconds,
            deadline_seconds=self.smtp_deadline_seconds,
            answer_seconds=self.smtp_answer_seconds,
        )

    @property
    def claim_seconds(self) -> float:
        """Return the length of a claim before the final dot, in seconds."""
        return self.smtp_deadline_seconds + self.lease_seconds

    @property
    def handover_seconds(self) -> float:
        """Return the length of a claim from the final dot on, in seconds."""
        return self.smtp_answer_seconds + self.lease_seconds

    def refusal_of(self, host: str) -> str | None:
        """Return why the service may not listen on a host, or None.

        Without a mail server only loopback is allowed: every visitor could read the mails in the mailbox.
        """
        if self.smtp_url or host in LOOPBACK_HOSTS:
            return None
        return f"without NOTIFICATIONS_SMTP_URL mails stay in a mailbox that is served on 127.0.0.1 only, not on {host}"


def settings_of(runtime: Runtime) -> Settings:
    """Return the settings of notifications."""
    assert isinstance(runtime.settings, Settings)
    return runtime.settings


def _mail_server(url: SplitResult, **timeouts: float) -> MailServer:
    if url.scheme not in _SECURITY or not url.hostname or url.path.strip("/") or url.query:
        raise ValueError("is not a URL like smtp+starttls://user:password@host:587")
    return MailServer(
        host=url.hostname,
        port=url.port or _PORTS[url.scheme],
        security=_SECURITY[url.scheme],
        username=unquote(url.username or ""),
        password=unquote(url.password or ""),
        **timeouts,  # type: ignore[arg-type]  # callers pass only numbers of seconds
    )
