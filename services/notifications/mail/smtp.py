"""Sends one mail to one recipient over SMTP (RFC 5321) and returns exactly how far it got."""

import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage

from notifications.mail.outcome import Outcome, Phase, State
from notifications.mail.smtp_connection import MailServer, Security, SmtpConnection


class _AttemptEnded(Exception):  # noqa: N818  # carries an outcome, which need not be an error
    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.reason)
        self.outcome = outcome


def send(
    server: MailServer,
    message: EmailMessage,
    *,
    before_final_dot: Callable[[], None] = lambda: None,
) -> Outcome:
    """Try once to send a mail; failures of network or server are returned as outcomes, not raised.

    Args:
        server: the mail server and its time limits.
        message: a mail with exactly one address in From and one in To.
        before_final_dot: called when everything but the final dot is sent and the server is still connected. It
            records that from now on the mail may be delivered. If it raises, the attempt ends there: servers discard
            a mail without its final dot.

    Raises:
        ValueError: the mail does not have exactly one sender and one recipient.

    """
    sender, recipient = _single_address(message, "From"), _single_address(message, "To")
    body = _dot_stuffed(message.as_bytes())
    connection = SmtpConnection(server)
    try:
        with connection.deadline(server.deadline_seconds):
            _open_session(connection, server)
            _send_envelope(connection, sender, recipient)
            _send_body(connection, body)
            before_final_dot()
        with connection.deadline(server.answer_seconds):
            return _end_body(connection)
    except _AttemptEnded as ended:
        return ended.outcome
    except (OSError, smtplib.SMTPException) as error:
        return _failure(connection.phase, error)
    finally:
        connection.close()


def _open_session(connection: SmtpConnection, server: MailServer) -> None:
    connection.connect()
    _expect(connection.reply(), 220, connection.phase)
    connection.phase = Phase.HELLO
    _hello(connection)
    if server.security is Security.STARTTLS:
        connection.phase = Phase.ENCRYPTION
        _expect(connection.command("STARTTLS"), 220, connection.phase)
        connection.start_tls()
        _hello(connection)
    if server.username:
        connection.phase = Phase.AUTHENTICATION
        connection.client.login(server.username, server.password)


def _hello(connection: SmtpConnection) -> None:
    code, answer = connection.client.ehlo()
    if code != 250:
        code, answer = connection.client.helo()
    _expect((code, answer), 250, connection.phase)


def _send_envelope(connection: SmtpConnection, sender: str, recipient: str) -> None:
    connection.phase = Phase.SENDER
    _expect(connection.client.mail(sender), 250, connection.phase)
    connection.phase = Phase.RECIPIENT
    _expect(connection.client.rcpt(recipient), 250, connection.phase)


def _send_body(connection: SmtpConnection, body: bytes) -> None:
    """Send everything but the final dot, and check that the server is still connected."""
    connection.phase = Phase.DATA
    _expect(connection.command("DATA"), 354, connection.phase)
    connection.phase = Phase.BODY
    connection.client.send(body)
    if connection.has_early_reply():
        _expect(connection.reply(), 354, connection.phase)


def _end_body(connection: SmtpConnection) -> Outcome:
    """Send the final dot; if the connection fails from here on, the outcome is unknown."""
    connection.client.send(b".\r\n")
    connection.phase = Phase.ANSWER
    code, answer = connection.reply()
    if 200 <= code < 300:
        return Outcome(state=State.ACCEPTED, phase=Phase.ANSWER, code=code, reason=_reply_text(answer))
    return _refusal(code, answer, Phase.ANSWER)


def _expect(reply: tuple[int, bytes], expected: int, phase: Phase) -> None:
    code, answer = reply
    if code // 10 != expected // 10:
        raise _AttemptEnded(_refusal(code, answer, phase))


def _refusal(code: int, answer: bytes, phase: Phase) -> Outcome:
    """Return the outcome of a refusal: 5xx is final only if it concerns this mail, not the server or our settings."""
    concerns_mail = phase in (Phase.SENDER, Phase.RECIPIENT, Phase.DATA, Phase.BODY, Phase.ANSWER)
    if 500 <= code < 600 and concerns_mail:
        state = State.FAILED
    elif 400 <= code < 600 or phase is not Phase.ANSWER:
        state = State.DEFERRED
    else:
        state = State.UNKNOWN
    reason = phase.value if phase is Phase.ENCRYPTION else _reply_text(answer)
    return Outcome(state=state, phase=phase, code=code if code > 0 else None, reason=reason)


def _failure(phase: Phase, error: OSError | smtplib.SMTPException) -> Outcome:
    """Return the outcome of a failed session: only after the final dot may the mail have been delivered."""
    state = State.UNKNOWN if phase is Phase.ANSWER else State.DEFERRED
    code = error.smtp_code if isinstance(error, smtplib.SMTPAuthenticationError) else None
    return Outcome(state=state, phase=phase, code=code, reason=_failure_reason(error))


def _failure_reason(error: OSError | smtplib.SMTPException) -> str:
    if isinstance(error, (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError)):
        return "authentication"
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return "timeout"
    if isinstance(error, ssl.SSLError):
        return "encryption"
    if isinstance(error, ConnectionRefusedError):
        return "connection refused"
    if isinstance(error, (ConnectionError, smtplib.SMTPServerDisconnected)):
        return "connection lost"
    return str(error)[:200] or type(error).__name__


def _single_address(message: EmailMessage, header: str) -> str:
    addresses = [address for value in message.get_all(header, []) for address in value.addresses]
    if len(addresses) != 1:
        raise ValueError(f"a mail needs exactly one address in {header}, not {len(addresses)}")
    return str(addresses[0].addr_spec)


def _dot_stuffed(content: bytes) -> bytes:
    """Double the dots at the start of lines (RFC 5321, section 4.5.2) and end the last line."""
    stuffed = content.replace(b"\r\n.", b"\r\n..")
    stuffed = b"." + stuffed if stuffed.startswith(b".") else stuffed
    return stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n"


def _reply_text(answer: bytes) -> str:
    """Return a server's reply as one line of at most 200 characters."""
    return " ".join(answer.decode("utf-8", "replace").split())[:200]
