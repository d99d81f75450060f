"""The outcome of an attempt to send a mail."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """The result of an attempt."""

    ACCEPTED = "accepted"
    """The next mail server, or the mailbox on disk, has taken the mail."""
    DEFERRED = "deferred"
    """Certainly not delivered; another attempt may succeed."""
    FAILED = "failed"
    """Certainly not delivered; refused permanently."""
    UNKNOWN = "unknown"
    """Handed over, but the reply was lost: it may have been delivered."""


class Phase(StrEnum):
    """The step of the SMTP session at which an attempt ended."""

    CONNECT = "connect"
    HELLO = "hello"
    ENCRYPTION = "encryption"
    AUTHENTICATION = "authentication"
    SENDER = "sender"
    RECIPIENT = "recipient"
    DATA = "data"
    BODY = "body"
    """After the reply to DATA, before the final dot is sent."""
    ANSWER = "answer"
    """After the final dot is sent."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The outcome of one attempt; `code` is the server's reply code, None if there was no reply."""

    state: State
    phase: Phase
    reason: str
    code: int | None = None
