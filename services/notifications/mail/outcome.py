"""What became of an attempt to send a letter."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How far a letter got."""

    ACCEPTED = "accepted"
    """The next server, or the mailbox, answers for it now."""
    DEFERRED = "deferred"
    """Certainly not delivered; worth another attempt later."""
    FAILED = "failed"
    """Certainly not delivered, and refused for good."""
    UNKNOWN = "unknown"
    """Handed over, but the answer was lost: delivered or not, nobody can tell."""


class Phase(StrEnum):
    """The step of the conversation at which an attempt ended."""

    CONNECT = "connect"
    HELLO = "hello"
    ENCRYPTION = "encryption"
    AUTHENTICATION = "authentication"
    SENDER = "sender"
    RECIPIENT = "recipient"
    DATA = "data"
    BODY = "body"
    """After the server said go ahead, before the final dot has left."""
    ANSWER = "answer"
    """After the final dot has left."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The end of one attempt; `code` is the server's reply code, None where it gave none."""

    state: State
    phase: Phase
    reason: str
    code: int | None = None
