"""Receive events: each one's effect exactly once, whatever the bus repeats or reorders."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from contracts import event as wire
from contracts.event import Envelope, UnknownVersionError, UnreadableEventError
from servicekit import context, identifiers
from servicekit.clock import machine_now
from servicekit.database import DatabaseAwayError
from servicekit.inserts import insert_new, upsert
from servicekit.runtime import Runtime
from servicekit.tables import inbox

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
"""After so many tries, 1, 2, 4 … seconds apart, an event is a dead letter."""
CONTENTION_TRIES = 5


@dataclass(frozen=True)
class Received:
    """A body that came, and what it says; `envelope` is None where it cannot be read."""

    body: str
    envelope: Envelope[Any] | None
    error: UnreadableEventError | None = None

    @property
    def key(self) -> tuple[str, str]:
        """The source and id under which its effect counts once."""
        if self.envelope is None:
            return "unreadable", str(identifiers.derived("unreadable", self.body))
        return self.envelope.source, str(self.envelope.id)


def receive(runtime: Runtime, bodies: Sequence[str]) -> None:
    """Handle a batch in one transaction; what fails is parked, and the rest takes effect.

    Raises:
        DatabaseAwayError: nothing took effect and nothing is wrong with the events.

    """
    batch = [open_body(body) for body in bodies]
    try:
        _retrying(runtime, lambda: _all_at_once(runtime, batch))
    except DatabaseAwayError:
        raise
    except Exception:  # any failure of any handler: find out whose
        log.warning("a batch failed", extra={"events": len(batch)}, exc_info=True)
        _retrying(runtime, lambda: _one_by_one(runtime, batch))


def replay(runtime: Runtime, bodies: Sequence[str]) -> None:
    """Run the state handlers alone and claim nothing: for history and snapshots."""
    batch = [received for received in map(open_body, bodies) if received.envelope is not None]

    def apply() -> None:
        with runtime.database.write() as session:
            for received in batch:
                _keep(runtime, session, received)

    _retrying(runtime, apply)


def open_body(body: str) -> Received:
    """Read a body as far as it can be read."""
    try:
        return Received(body, wire.read(body))
    except UnreadableEventError as error:
        return Received(body, None, error)


def retry_due(runtime: Runtime) -> bool:
    """Try one parked event again whose time has come; tell whether there was one."""
    due = select(inbox).where(inbox.c.retry_at <= machine_now()).order_by(inbox.c.retry_at).limit(1)
    with runtime.database.write() as session:
        row = session.execute(due.with_for_update(skip_locked=True)).first()
        if row is None:
            return False
        received = open_body(row.body)
        try:
            with session.begin_nested():
                _handle(runtime, session, received)
            outcome = {"body": None, "error": None, "retry_at": None, "attempts": row.attempts + 1}
            log.info("parked event handled", extra={"event_id": row.event_id})
        except Exception as error:  # the event stays parked with its newest reason
            if runtime.database.is_away(error):
                raise DatabaseAwayError from error
            outcome = _failed(error, row.attempts + 1)
            log.warning("parked event failed again", extra={"event_id": row.event_id, "attempts": row.attempts + 1})
        session.execute(update(inbox).where(_is(row.source, row.event_id)).values(**outcome))
    return True


def prune(session: Session) -> None:
    """Forget handled events that are older than any event can come again."""
    old = and_(inbox.c.received_at < machine_now() - timedelta(days=35), inbox.c.body.is_(None))
    session.execute(inbox.delete().where(old))


def _all_at_once(runtime: Runtime, batch: Sequence[Received]) -> None:
    with runtime.database.write() as session:
        claimed = _claim(session, [received for received in batch if _counts(received)])
        for received in batch:
            if received.envelope is None or isinstance(received.error, UnreadableEventError):
                if received.key in claimed:
                    claimed.discard(received.key)
                    _park(session, received, received.error or UnreadableEventError("unreadable"), dead=True)
            elif received.envelope.snapshot:
                _keep(runtime, session, received)
            elif received.key in claimed:
                claimed.discard(received.key)
                _handle(runtime, session, received)


def _one_by_one(runtime: Runtime, batch: Sequence[Received]) -> None:
    with runtime.database.write() as session:
        for received in batch:
            try:
                with session.begin_nested():
                    _one(runtime, session, received)
            except Exception as error:  # parked with its reason, the others go on
                if runtime.database.is_contention(error):
                    raise
                if runtime.database.is_away(error):
                    raise DatabaseAwayError from error
                log.exception("event parked", extra={"event_id": received.key[1]})
                _park(session, received, error)


def _one(runtime: Runtime, session: Session, received: Received) -> None:
    if received.envelope is None:
        if _claim(session, [received]):
            _park(session, received, received.error or UnreadableEventError("unreadable"), dead=True)
    elif received.envelope.snapshot:
        _keep(runtime, session, received)
    elif _claim(session, [received]):
        _handle(runtime, session, received)


def _counts(received: Received) -> bool:
    return received.envelope is None or not received.envelope.snapshot


def _claim(session: Session, batch: Sequence[Received]) -> set[tuple[str, str]]:
    if not batch:
        return set()
    keys = dict.fromkeys(received.key for received in batch)
    rows = [{"source": source, "event_id": event_id, "received_at": machine_now()} for source, event_id in keys]
    return {(row.source, row.event_id) for row in insert_new(session, inbox, rows)}


def _handle(runtime: Runtime, session: Session, received: Received) -> None:
    _run(runtime, session, received, (runtime.service.state_handlers(), runtime.service.reaction_handlers()))


def _keep(runtime: Runtime, session: Session, received: Received) -> None:
    _run(runtime, session, received, (runtime.service.state_handlers(),))


def _run(runtime: Runtime, session: Session, received: Received, tables: Sequence[Any]) -> None:
    envelope = received.envelope
    assert envelope is not None
    handlers = [table[envelope.type] for table in tables if envelope.type in table]
    if not handlers and envelope.type in wire.REGISTRY:
        return
    try:
        event = wire.typed(envelope)
    except LookupError:
        return  # nobody of ours knows the type: not for us
    surroundings = context.of(session)
    surroundings.cause = event
    try:
        for handler in handlers:
            handler(session, event, runtime.actor)
    finally:
        surroundings.cause = None


def _park(session: Session, received: Received, error: Exception, *, dead: bool = False) -> None:
    source, event_id = received.key
    hopeless = dead or isinstance(error, UnknownVersionError | UnreadableEventError)
    row = {"source": source, "event_id": event_id, "received_at": machine_now(), "body": _storable(received.body)}
    upsert(session, inbox, row | _failed(error, MAX_ATTEMPTS if hopeless else 1))


def _failed(error: Exception, attempts: int) -> dict[str, Any]:
    wait = timedelta(seconds=2 ** (attempts - 1))
    retry_at = machine_now() + wait if attempts < MAX_ATTEMPTS else None
    return {"error": _storable(f"{type(error).__name__}: {error}")[:2000], "attempts": attempts, "retry_at": retry_at}


def _storable(text: str) -> str:
    """Replace what PostgreSQL keeps in no text: NUL and lone surrogates."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


def _is(source: str, event_id: str) -> Any:
    return and_(inbox.c.source == source, inbox.c.event_id == event_id)


def _retrying(runtime: Runtime, work: Callable[[], None]) -> None:
    for attempt in range(1, CONTENTION_TRIES + 1):
        try:
            return work()
        except Exception as error:
            if runtime.database.is_contention(error) and attempt < CONTENTION_TRIES:
                continue
            if runtime.database.is_away(error):
                raise DatabaseAwayError from error
            raise
    return None
