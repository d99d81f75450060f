"""The inbox: receive events so that each takes effect exactly once, whatever the bus repeats or reorders."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import repeat
from typing import Any

from sqlalchemy import and_
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from contracts import event as wire
from contracts.event import Envelope, UnreadableEventError
from servicekit import envelopes, identifiers
from servicekit.bus import handlers, parking, subscriptions
from servicekit.bus.event_keys import FORGED, HISTORY, UNREADABLE, ForgedEventError, own_key_of, unreadable_under
from servicekit.bus.parking import UnfinishedTryError
from servicekit.data.clock import machine_now
from servicekit.data.database import DatabaseAwayError
from servicekit.data.tables import inbox, insert_new
from servicekit.service import Runtime
from servicekit.telemetry import logs

log = logging.getLogger(__name__)

CONTENTION_TRIES = 5
SUSPICIOUS_TRIES = 5
"""So often has a worker died with a batch in hand before its events are tried one by one."""


@dataclass(frozen=True)
class Received:
    """A body that came and what it says: `event` is None where it says nothing to this service."""

    body: str
    key: tuple[str, str]
    """The source and id under which its effect counts once."""
    event: Envelope[Any] | None
    error: UnreadableEventError | None = None
    is_history: bool = False

    @property
    def is_live(self) -> bool:
        """Whether it tells this service news: it is claimed in the inbox, and reactions run."""
        is_news = self.error is not None or (self.event is not None and not self.event.snapshot)
        return is_news and not self.is_history


def receive(runtime: Runtime, bodies: Iterable[str], keys: Iterable[str | None] = repeat(None)) -> None:
    """Handle a batch in one transaction; what fails is parked, and the rest takes effect.

    `keys` are the routing keys under which the bodies came, where they came over a broker.

    Raises:
        DatabaseAwayError: nothing took effect and nothing is wrong with the events.

    """
    _see_through(runtime, [open_body(runtime, body, key) for body, key in zip(bodies, keys, strict=False)])


def replay(runtime: Runtime, bodies: Iterable[str], keys: Iterable[str | None] = repeat(None)) -> None:
    """Run the state handlers alone and claim nothing: for history.

    What fails is kept as a dead letter of history, and holds nothing up; what nobody can read is passed over.

    Raises:
        DatabaseAwayError: nothing took effect.

    """
    batch = [open_body(runtime, body, key, is_history=True) for body, key in zip(bodies, keys, strict=False)]
    _see_through(runtime, [received for received in batch if not received.key[0].startswith((UNREADABLE, FORGED))])


def set_aside(runtime: Runtime, bodies: Iterable[str], keys: Iterable[str | None] = repeat(None)) -> None:
    """Park a batch with which workers died, so that each event is tried alone and takes no other with it.

    Raises:
        DatabaseAwayError: nothing is parked.

    """
    batch = [open_body(runtime, body, key) for body, key in zip(bodies, keys, strict=False)]
    _surely(runtime, lambda: _park_all(runtime, batch))


def prune(session: Session) -> None:
    """Forget handled events that are older than any event can come again."""
    old = and_(inbox.c.received_at < machine_now() - timedelta(days=35), inbox.c.body.is_(None))
    session.execute(inbox.delete().where(old))


def _see_through(runtime: Runtime, batch: Sequence[Received]) -> None:
    """Take a batch at once, or, where that fails, one by one: each event with a savepoint of its own."""
    try:
        _retrying(runtime, lambda: _all_at_once(runtime, batch))
    except DatabaseAwayError:
        raise
    except Exception as error:  # noqa: BLE001  # any failure of any handler: find out whose
        log.warning("a batch failed", extra={"events": len(batch), "error": logs.traced(error, words=False)})
        _surely(runtime, lambda: _one_by_one(runtime, batch))


def _surely(runtime: Runtime, work: Callable[[], None]) -> None:
    """Do what keeps what fails aside: where not even that can be written, the fault is no event's.

    Raises:
        DatabaseAwayError: nothing took effect, and nothing is parked.

    """
    try:
        _retrying(runtime, work)
    except DBAPIError as error:
        raise DatabaseAwayError from error


def _all_at_once(runtime: Runtime, batch: Sequence[Received]) -> None:
    with runtime.database.write() as session:
        fresh = take(runtime, session, batch)
    _measure(runtime, batch, fresh)


def _one_by_one(runtime: Runtime, batch: Sequence[Received]) -> None:
    fresh = 0
    with runtime.database.write() as session:
        for received in batch:
            try:
                with session.begin_nested():
                    fresh += take(runtime, session, [received])
            except Exception as error:  # parked with its reason, the others go on
                if runtime.database.is_contention(error):
                    raise
                if runtime.database.is_away(error):
                    raise DatabaseAwayError from error
                _tell(received, error)
                parking.park(session, received.key, received.body, error, dead=received.is_history)
                fresh += received.is_live
    _measure(runtime, batch, fresh)


def _tell(received: Received, error: Exception) -> None:
    """Log why an event is parked; what the error says may quote the event, so of a private one only where it arose."""
    about = parking.about(received.key[1], received.body)
    trace = logs.traced(error, words=envelopes.is_public(about["type"]))
    log.error("event parked", extra=about | {"error": trace})


def _park_all(runtime: Runtime, batch: Sequence[Received]) -> None:
    with runtime.database.write() as session:
        for received in _claim(session, batch):
            if received.event or received.error:
                parking.park(session, received.key, received.body, received.error or UnfinishedTryError("in a batch"))


def _measure(runtime: Runtime, batch: Sequence[Received], fresh: int) -> None:
    live = [received for received in batch if received.is_live]
    first = next((received.event.id for received in live if received.event), None)
    runtime.metrics.took_effect(len(live), fresh, first)


def take(runtime: Runtime, session: Session, batch: Sequence[Received]) -> int:
    """Claim what is live and handle what was not claimed before; return how many that were.

    What cannot be read is parked at once.
    """
    fresh = _claim(session, batch)
    for received in fresh:
        if received.error:
            parking.park(session, received.key, received.body, received.error, dead=True)
    _handle(runtime, session, fresh)
    return sum(received.is_live for received in fresh)


def _claim(session: Session, batch: Sequence[Received]) -> list[Received]:
    """Return what is to be handled: what claims nothing, and each live event whose id was not there."""
    live = {received.key: received for received in reversed(batch) if received.is_live}
    if not live:
        return list(batch)
    now = machine_now()
    rows = [{"source": source, "event_id": event_id, "received_at": now} for source, event_id in live]
    claimed = {(row.source, row.event_id) for row in insert_new(session, inbox, rows)}
    firsts = {id(received) for key, received in live.items() if key in claimed}
    return [received for received in batch if not received.is_live or id(received) in firsts]


def _handle(runtime: Runtime, session: Session, batch: Sequence[Received]) -> None:
    handlers.handle(runtime, session, [(each.event, each.is_live) for each in batch if each.event])


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


def open_body(runtime: Runtime, body: str, routing_key: str | None = None, *, is_history: bool = False) -> Received:
    """Read a body as far as this service can.

    The broker holds every login to its own routing keys: what came from one who was
    held to another key than its source and type make, or to none, is not what it says it is.
    """
    try:
        envelope = wire.parse_envelope(body)
    except UnreadableEventError as error:
        unread = unreadable_under(routing_key), str(identifiers.derived(UNREADABLE, body))
        return Received(body, unread, None, error, is_history)
    if routing_key not in (None, own := own_key_of(envelope.source, envelope.type)):
        forged = ForgedEventError(f"its publisher was held to the routing key {routing_key!r}, and it says {own!r}")
        return Received(body, (FORGED, str(identifiers.derived(FORGED, body))), None, forged, is_history)
    key = ((HISTORY if is_history else "") + envelope.source, str(envelope.id))
    try:
        return Received(body, key, _understand(runtime, envelope), None, is_history)
    except UnreadableEventError as error:
        return Received(body, key, None, error, is_history)


def _understand(runtime: Runtime, envelope: Envelope[Any]) -> Envelope[Any] | None:
    """Load the data of an event that the service listens to; None where it is not for the service.

    Raises:
        UnreadableEventError: the data breaks the contract, or nobody knows this major version.

    """
    service = runtime.service
    is_heard = envelope.type in subscriptions.event_types(service)
    if envelope.type in wire.REGISTRY and not is_heard:
        return None
    try:
        return wire.parse_data(envelope)
    except LookupError:
        return None
