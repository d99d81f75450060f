"""Mail servers for tests: a real one that can be told to refuse, and hostile ones that break the conversation."""

import socket
import subprocess
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from servers.ports import LOOPBACK as HOST
from servers.ports import free_port


@dataclass
class Desk:
    """What the real server answers, and what it took in."""

    answers: dict[str, str] = field(default_factory=dict)
    taken: list = field(default_factory=list)

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802  # aiosmtpd's name
        envelope.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802  # aiosmtpd's name
        if "RCPT" not in self.answers:
            envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  # aiosmtpd's name
        if "DATA" not in self.answers:
            self.taken.append(envelope)
        return self.answers.get("DATA", "250 OK")


@contextmanager
def a_mail_server(desk, *, is_encrypted=False, **options):
    """Run a real server; with `is_encrypted` it wants TLS before it says a word. Yields its port."""
    port = free_port()
    ssl_context = options.pop("ssl_context", None) if is_encrypted else None
    controller = Controller(desk, hostname=HOST, port=port, ssl_context=ssl_context, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def password_check(username, password):
    """Make an authenticator that knows one user."""

    def check(server, session, envelope, mechanism, login):
        return AuthResult(
            success=(login.login, login.password) == (username.encode(), password.encode()), handled=False
        )

    return check


@dataclass
class Villain:
    """A server of few words: `script` answers each command, as bytes, or does something to the connection."""

    script: dict
    port: int = 0
    letters: list = field(default_factory=list)

    def answer(self, step, connection):
        """Carry out one step; return False to hang up."""
        reply = self.script.get(step, REPLIES.get(step, b"502 what\r\n"))
        if callable(reply):
            return reply(connection)
        connection.sendall(reply)
        return not reply.startswith((b"421", b"221"))


REPLIES = {
    "BANNER": b"220 villain\r\n",
    "EHLO": b"250 villain\r\n",
    "MAIL": b"250 ok\r\n",
    "RCPT": b"250 ok\r\n",
    "DATA": b"354 go\r\n",
    "LINE": b"",
    "DOT": b"250 ok\r\n",
    "QUIT": b"221 bye\r\n",
}


def hang_up(connection):
    """Drop the connection."""
    return False


def reset(connection):
    """Drop the connection without a good-bye on the wire."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    return False


def fall_silent(connection):
    """Say nothing more, until the other side hangs up."""
    with suppress(OSError):
        while connection.recv(65536):
            pass
    return False


def dribble(connection):
    """Say one byte at a time, and never come to an end."""
    with suppress(OSError):
        while True:
            connection.sendall(b"2")
            time.sleep(0.05)
    return False


@contextmanager
def a_villain(**script):
    """Run a hostile server; the keywords are steps of `REPLIES`. Yields it, with its port and the letters it has."""
    with socket.create_server((HOST, 0)) as listener:
        villain = Villain(script, listener.getsockname()[1])
        threading.Thread(target=_serve, args=(listener, villain), daemon=True).start()
        yield villain
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


def _serve(listener, villain):
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                _converse(connection, villain)


def _converse(connection, villain):
    if not villain.answer("BANNER", connection):
        return
    with connection.makefile("rb") as lines:
        for line in lines:
            step = line[:4].upper().decode("ascii", "replace").strip()
            if not villain.answer(step, connection):
                return
            is_letter = step == "DATA" and villain.script.get("DATA", REPLIES["DATA"]).startswith(b"354")
            if is_letter and not _take(connection, villain, lines):
                return


def _take(connection, villain, lines):
    letter = []
    for line in lines:
        if line == b".\r\n":
            villain.letters.append(b"".join(letter))
            return villain.answer("DOT", connection)
        letter.append(line)
        if not villain.answer("LINE", connection):
            return False
    return False


def a_certificate(folder):
    """Make a certificate for the server's address that signs itself; return the paths of certificate and key."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    names = ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=IP:{HOST}"]
    paths = ["-keyout", str(key), "-out", str(certificate)]
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names, *paths]
    subprocess.run(make, check=True, capture_output=True)
    return certificate, key
