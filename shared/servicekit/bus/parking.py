"""Events that failed: parked in the inbox for another try, or kept there as dead letters."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from contracts.event import UnreadableEventError
from servicekit import envelopes
from servicekit.data import tombstones
from servicekit.data.clock import has_come, machine_now
from servicekit.data.tables import inbox, upsert
from servicekit.telemetry import logs, tracing

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
"""After so many tries, 1, 2, 4 … seconds apart, an event is a dead letter."""
_LONGEST_PAUSE = timedelta(seconds=2 ** (MAX_ATTEMPTS - 1))
_UNFINISHED = "the try did not come to an end: the worker or its database did"


class UnfinishedTryError(Exception):
    """A try that began and has not ended: what stands there while it lasts, and after the worker died."""


def park(session: Session, key: tuple[str, str], body: str, error: Exception | None, *, dead: bool = False) -> None:
    """Keep an event with its error; one that nobody can read, or that is `dead`, is not tried again.

    What is about somebody who is forgotten is not kept: its id alone is.
    """
    source, event_id = key
    if tombstones.is_about_forgotten(session, body, source):
        return
    said = {"body": _storable(body), "type": envelopes.names_of(body).type}
    row = {"source": source, "event_id": event_id, "received_at": machine_now(), **said}
    outcome = failed(error, 1, dead=dead)
    upsert(session, inbox, row | outcome)
    tell(event_id, body, outcome)


def begin_try(session: Session) -> tuple[str, str] | None:
    """Count a try of the event whose time came first, and return its key; one that somebody has in hand is left.

    What was tried for the last time and not settled has killed its worker: it is a dead letter now.
    """
    due = select(inbox).where(has_come(inbox.c.retry_at, _LONGEST_PAUSE)).order_by(inbox.c.retry_at).limit(1)
    while row := session.execute(due.with_for_update(skip_locked=True)).first():
        key, unfinished = (row.source, row.event_id), UnfinishedTryError(_UNFINISHED)
        if row.attempts < MAX_ATTEMPTS:
            begun = failed(unfinished, row.attempts + 1) | {"retry_at": _after(row.attempts + 1)}
            session.execute(update(inbox).where(_is(key)).values(**begun))
            return key
        outcome = failed(unfinished, row.attempts)
        session.execute(update(inbox).where(_is(key)).values(**outcome))
        tell(row.event_id, row.body, outcome)
    return None


def give_back(session: Session, key: tuple[str, str]) -> None:
    """Take back the count of a try that the event is not to blame for, and let its time come at once."""
    tries = {"attempts": inbox.c.attempts - 1, "retry_at": machine_now()}
    session.execute(update(inbox).where(_is(key), inbox.c.retry_at.is_not(None)).values(**tries))


def find(session: Session, key: tuple[str, str]) -> Any:
    """Lock an event that failed and return it; None where it is neither parked nor dead any more."""
    return session.execute(select(inbox).where(_is(key), inbox.c.body.is_not(None)).with_for_update()).first()


def settle(session: Session, row: Any, error: Exception | None) -> None:
    """Note how a try ended: with an error, or well."""
    said = about(row.event_id, row.body) | {"attempts": row.attempts}
    if error is None:
        outcome = {"body": None, "error": None, "retry_at": None}
        log.info("parked event handled", extra=said)
    else:
        outcome = failed(error, max(row.attempts, 1))
        log.warning("parked event failed again", extra=said | {"cause": type(error).__name__})
        tell(row.event_id, row.body, outcome)
    session.execute(update(inbox).where(_is((row.source, row.event_id))).values(**outcome))


def _is(key: tuple[str, str]) -> ColumnElement[bool]:
    return and_(inbox.c.source == key[0], inbox.c.event_id == key[1])


def failed(error: Exception | None, attempts: int, *, dead: bool = False) -> dict[str, Any]:
    """Return what the inbox says of an event after so many tries."""
    hopeless = dead or isinstance(error, UnreadableEventError) or attempts >= MAX_ATTEMPTS
    retry_at = None if hopeless else _after(attempts)
    said = logs.words_of(error) if error else ""
    reason = _storable(f"{type(error).__name__}: {said}")[:2000]
    return {"error": reason, "attempts": attempts, "retry_at": retry_at, "last_tried_at": machine_now()}


def _after(attempts: int) -> datetime:
    """Return when it is time for the next try after so many."""
    return machine_now() + timedelta(seconds=2 ** (attempts - 1))


def tell(event_id: str, body: str, outcome: Mapping[str, Any]) -> None:
    """Log at ERROR that an event is a dead letter now, if that is what became of it: a person must act."""
    if outcome["retry_at"] is None:
        kind = outcome["error"].partition(":")[0]
        log.error("event died", extra=about(event_id, body) | {"cause": kind})


def about(event_id: str, body: str) -> dict[str, Any]:
    """Return what a log line says of an event that failed: no word of its data."""
    names = envelopes.names_of(body)
    return {"event_id": event_id, "type": names.type} | tracing.logged(names.traceparent)


def _storable(text: str) -> str:
    """Replace what PostgreSQL keeps in no text: NUL and lone surrogates."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
