"""Events that failed: parked in the inbox for another try, or kept there as dead letters."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from contracts.event import UnreadableEventError
from servicekit.clock import machine_now
from servicekit.inserts import upsert
from servicekit.tables import inbox

MAX_ATTEMPTS = 8
"""After so many tries, 1, 2, 4 … seconds apart, an event is a dead letter."""


def park(session: Session, key: tuple[str, str], body: str, error: Exception | None, *, dead: bool = False) -> None:
    """Keep an event with its error; one that nobody can read, or that is `dead`, is not tried again."""
    source, event_id = key
    hopeless = dead or isinstance(error, UnreadableEventError)
    row = {"source": source, "event_id": event_id, "received_at": machine_now(), "body": _storable(body)}
    upsert(session, inbox, row | failed(error, MAX_ATTEMPTS if hopeless else 1))


def failed(error: Exception | None, attempts: int) -> dict[str, Any]:
    """Return what the inbox says of an event after so many tries."""
    retry_at = machine_now() + timedelta(seconds=2 ** (attempts - 1)) if attempts < MAX_ATTEMPTS else None
    reason = _storable(f"{type(error).__name__}: {error}")[:2000]
    return {"error": reason, "attempts": attempts, "retry_at": retry_at}


def _storable(text: str) -> str:
    """Replace what PostgreSQL keeps in no text: NUL and lone surrogates."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
