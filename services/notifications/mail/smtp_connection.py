"""The line to a mail server: one connection with time limits, step by step."""

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
    """How the line is encrypted."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """A server that takes our letters, and our patience with it in seconds.

    `timeout_seconds` bounds one silence, `deadline_seconds` everything up to the final dot (a server that
    answers a byte a second is never silent), `early_reply_seconds` is how long to listen for a
    protest before the final dot, `answer_seconds` bounds the wait for the last answer. `ca_file` names
    certificates to trust instead of the system's; `local_name` is what we call ourselves.

    Raises:
        ValueError: a password would cross a network in the clear, or is not ASCII.

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
            raise ValueError("a login to a mail server is written in ASCII")


class SmtpConnection:
    """One conversation; `phase` tells the step it is at."""

    def __init__(self, server: MailServer) -> None:
        """Prepare a line; nothing is connected yet."""
        self.server = server
        self.phase = Phase.CONNECT
        self.client = smtplib.SMTP(
            local_hostname=server.local_name or socket.gethostname(), timeout=server.timeout_seconds
        )
        self._expired = False

    def connect(self) -> None:
        """Reach the server, encrypted at once where it wants that."""
        address = (self.server.host, self.server.port)
        self.client.sock = socket.create_connection(address, timeout=self.server.timeout_seconds)
        if self._expired:
            raise TimeoutError("deadline")
        if self.server.security is Security.TLS:
            self.phase = Phase.ENCRYPTION
            self._wrap_socket()
            self.phase = Phase.CONNECT

    def start_tls(self) -> None:
        """Encrypt an open line and forget what was said in the clear (RFC 3207, section 4.2)."""
        self._wrap_socket()
        self.client.ehlo_resp = self.client.helo_resp = None
        self.client.esmtp_features = {}
        self.client.does_esmtp = False

    def command(self, words: str) -> tuple[int, bytes]:
        """Say something and return the reply, with its code."""
        return self.client.docmd(words)

    def reply(self) -> tuple[int, bytes]:
        """Wait for a reply and return it, with its code."""
        return self.client.getreply()

    def has_early_reply(self) -> bool:
        """Tell whether the server says something, or hangs up, when it is our turn.

        What was sent may lie in buffers while the other end is gone already: this short look is what tells
        a letter that was cut off from one that was lost after its end.
        """
        sock = self.client.sock
        return sock is None or bool(select.select([sock], [], [], self.server.early_reply_seconds)[0])

    @contextmanager
    def deadline(self, seconds: float) -> Iterator[None]:
        """Cut the line when a number of seconds has passed; what waits on it then fails with TimeoutError."""
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
                raise TimeoutError("deadline")  # a reply cut in the middle reads like a whole one
        finally:
            timer.cancel()

    def close(self) -> None:
        """Say good-bye, unless in the middle of a letter, and hang up, whatever the server makes of it."""
        try:
            if self.client.sock is not None and self.phase is not Phase.BODY and not self._expired:
                self.client.sock.settimeout(min(QUIT_TIMEOUT_SECONDS, self.server.timeout_seconds))
                self.client.quit()
        except (OSError, smtplib.SMTPException):
            pass  # the letter's fate was sealed before
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
