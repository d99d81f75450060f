"""A connection to a mail server with time limits for each reply and for the whole session."""

import select
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Timer

from notifications.mail.outcome import Phase

QUIT_TIMEOUT_SECONDS = 2.0
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "::1")


class Security(StrEnum):
    """How the connection is encrypted."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """The mail server for outgoing mails, with time limits in seconds.

    `timeout_seconds` limits each wait for the server. `deadline_seconds` limits the session up to the final dot: a
    server that sends a byte a second never times out. `early_reply_seconds` is how long to wait for an error reply
    before the final dot; `answer_seconds` limits the wait for the reply to it. `ca_file` has certificates to trust
    instead of the system's; `local_name` is the host name for EHLO.

    Raises:
        ValueError: a password would cross a network unencrypted, or is not ASCII.

    """

    host: str
    port: int = 587
    security: Security = Security.STARTTLS
    username: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""
    local_name: str = ""
    timeout_seconds: float = 20.0
    deadline_seconds: float = 55.0
    answer_seconds: float = 60.0
    early_reply_seconds: float = 0.02

    def __post_init__(self) -> None:
        if self.username and self.security is Security.NONE and self.host not in LOOPBACK_HOSTS:
            raise ValueError("a login to a mail server needs encryption: set starttls or tls")
        if not (self.username + self.password).isascii():
            raise ValueError("the login to a mail server must be ASCII")


class SmtpConnection:
    """One SMTP session; `phase` is its current step."""

    def __init__(self, server: MailServer) -> None:
        """Prepare a session without connecting."""
        self.server = server
        self.phase = Phase.CONNECT
        self.client = smtplib.SMTP(
            local_hostname=server.local_name or socket.gethostname(), timeout=server.timeout_seconds
        )
        self._expired = False

    def connect(self) -> None:
        """Connect to the server, with TLS from the start if it is configured."""
        address = (self.server.host, self.server.port)
        self.client.sock = socket.create_connection(address, timeout=self.server.timeout_seconds)
        if self._expired:
            raise TimeoutError("deadline")
        if self.server.security is Security.TLS:
            self.phase = Phase.ENCRYPTION
            self._wrap_socket()
            self.phase = Phase.CONNECT

    def start_tls(self) -> None:
        """Encrypt the open connection and discard what the server sent before (RFC 3207, section 4.2)."""
        self._wrap_socket()
        self.client.ehlo_resp = self.client.helo_resp = None
        self.client.esmtp_features = {}
        self.client.does_esmtp = False

    def command(self, command: str) -> tuple[int, bytes]:
        """Send a command and return code and text of the reply."""
        return self.client.docmd(command)

    def reply(self) -> tuple[int, bytes]:
        """Wait for a reply and return its code and text."""
        return self.client.getreply()

    def has_early_reply(self) -> bool:
        """Return whether the server has sent something, or has disconnected, before it should reply.

        Sent data may still be in buffers although the server is gone. This short wait distinguishes a mail that was cut
        off from one whose final reply was lost.
        """
        sock = self.client.sock
        return sock is None or bool(select.select([sock], [], [], self.server.early_reply_seconds)[0])

    @contextmanager
    def deadline(self, seconds: float) -> Iterator[None]:
        """Shut the connection down after a number of seconds; the block then ends with TimeoutError."""
        timer = Timer(seconds, self._abort)
        timer.daemon = True
        timer.start()
        try:
            yield
        except (OSError, smtplib.SMTPException) as error:
            if self._expired:
                raise TimeoutError("deadline") from error
            raise
        else:
            if self._expired:
                raise TimeoutError("deadline")  # a reply that was cut off looks like a complete one
        finally:
            timer.cancel()

    def close(self) -> None:
        """Send QUIT, unless in the middle of a mail, and disconnect; errors are ignored."""
        try:
            if self.client.sock is not None and self.phase is not Phase.BODY and not self._expired:
                self.client.sock.settimeout(min(QUIT_TIMEOUT_SECONDS, self.server.timeout_seconds))
                self.client.quit()
        except (OSError, smtplib.SMTPException):
            pass  # the outcome is already known
        finally:
            self.client.close()

    def _wrap_socket(self) -> None:
        context = ssl.create_default_context(cafile=self.server.ca_file or None)
        if self.client.sock is None:
            raise smtplib.SMTPServerDisconnected("connection lost")
        secure = context.wrap_socket(self.client.sock, server_hostname=self.server.host, do_handshake_on_connect=False)
        self.client.sock, self.client.file = secure, None
        secure.do_handshake()

    def _abort(self) -> None:
        self._expired = True
        sock = self.client.sock
        if sock is not None:
            with suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
