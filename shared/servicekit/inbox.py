"""Receive events: each one's effect exactly once, whatever the bus repeats or reorders."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from contracts import event as wire
from contracts.event import Envelope, UnreadableEventError
from servicekit import context, identifiers, parking
from servicekit.clock import machine_now
from servicekit.database import DatabaseAwayError
from servicekit.inserts import insert_new
from servicekit.runtime import Runtime
from servicekit.tables import inbox

log = logging.getLogger(__name__)

CONTENTION_TRIES = 5


@dataclass(frozen=True)
class Received:
    """A body that came, and what it says; `envelope` is None where it cannot be read."""

    body: str
    envelope: Envelope[Any] | None
    error: UnreadableEventError | None = None
    from_history: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """The source and id under which its effect counts once; apart from the live ones where it is history."""
        if self.envelope is None:
            return "unreadable", str(identifiers.derived("unreadable", self.body))
        source = f"history:{self.envelope.source}" if self.from_history else self.envelope.source
        return source, str(self.envelope.id)


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
    """Run the state handlers alone and claim nothing: for history.

    What fails is kept as a dead letter of history, and holds nothing up.

    Raises:
        DatabaseAwayError: nothing took effect.

    """
    batch = [received for received in map(open_body, bodies) if received.envelope is not None]
    try:
        _retrying(runtime, lambda: _replay_all(runtime, batch))
    except DatabaseAwayError:
        raise
    except Exception:  # any failure of any handler: find out whose
        log.warning("a batch of history failed", extra={"events": len(batch)}, exc_info=True)
        _retrying(runtime, lambda: _replay_each(runtime, batch))


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
                _again(runtime, session, received)
            outcome = {"body": None, "error": None, "retry_at": None, "attempts": row.attempts + 1}
            log.info("parked event handled", extra={"event_id": row.event_id})
        except Exception as error:  # the event stays parked with its newest reason
            if runtime.database.is_away(error):
                raise DatabaseAwayError from error
            outcome = parking.failed(error, row.attempts + 1)
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
                    parking.park(session, received.key, received.body, received.error, dead=True)
            elif received.envelope.snapshot:
                _keep(runtime, session, received)
            elif received.key in claimed:
                claimed.discard(received.key)
                _handle(runtime, session, received)


def _replay_all(runtime: Runtime, batch: Sequence[Received]) -> None:
    with runtime.database.write() as session:
        for received in batch:
            _keep(runtime, session, received)


def _replay_each(runtime: Runtime, batch: Sequence[Received]) -> None:
    with runtime.database.write() as session:
        for received in batch:
            try:
                with session.begin_nested():
                    _keep(runtime, session, received)
            except Exception as error:  # the history goes on without it
                _raise_if_passing(runtime, error)
                log.exception("event of history failed", extra={"event_id": received.key[1]})
                parking.park(session, replace(received, from_history=True).key, received.body, error, dead=True)


def _raise_if_passing(runtime: Runtime, error: Exception) -> None:
    """Raise again what is the database's trouble and not the event's."""
    if runtime.database.is_contention(error):
        raise error
    if runtime.database.is_away(error):
        raise DatabaseAwayError from error


def _one_by_one(runtime: Runtime, batch: Sequence[Received]) -> None:
    with runtime.database.write() as session:
        for received in batch:
            try:
                with session.begin_nested():
                    _one(runtime, session, received)
            except Exception as error:  # parked with its reason, the others go on
                _raise_if_passing(runtime, error)
                log.exception("event parked", extra={"event_id": received.key[1]})
                parking.park(session, received.key, received.body, error)


def _one(runtime: Runtime, session: Session, received: Received) -> None:
    if received.envelope is None:
        if _claim(session, [received]):
            parking.park(session, received.key, received.body, received.error, dead=True)
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


def _again(runtime: Runtime, session: Session, received: Received) -> None:
    """Handle a parked event as it would have been: a snapshot tells nothing new."""
    is_snapshot = received.envelope is not None and received.envelope.snapshot
    (_keep if is_snapshot else _handle)(runtime, session, received)


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
