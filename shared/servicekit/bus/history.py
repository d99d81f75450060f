"""Stream, joining, installing, queue.

Read the stream of past events, from its start up to now.

The queue of a service at the broker: declared with what it listens to, and looked for.

Bring a service that missed something up to date: one that is new, and one whose queue was gone.

Install a service: its tables, its queue, and word of it to the others.
"""

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import timedelta
from functools import partial
from typing import TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from servicekit import identifiers, migrations
from servicekit.bus import embedded_outbox, inbox, membership, subscriptions, topology
from servicekit.bus.broker import Delivery, Link, Subscriber
from servicekit.bus.membership import Member
from servicekit.bus.topology import LOG
from servicekit.data import clock
from servicekit.privacy import restoring
from servicekit.service import Runtime, Service

log = logging.getLogger(__name__)

BATCH = 500
MAX_AGE = timedelta(days=30)
"""How old what is read may be."""
PATIENCE_SECONDS = 10.0
"""How long a stream that holds something may take to begin."""
QUIET_SECONDS = 0.3
"""A stream that has begun and sends nothing for so long has no more of its last chunk."""
LAST_CHUNK_SECONDS = 2.0
"""How long its last chunk is read at most: a busy stream is never quiet. An empty one is waited for as long."""

Take = Callable[[Subscriber, Sequence[Delivery]], None]
"""What to do with a batch, while the subscriber's connection is kept."""


class StalledError(OSError):
    """The stream fell silent before its end: not all of the history is read."""


def read(runtime: Runtime, take: Take) -> int:
    """Pass all that the stream holds now to `take`, in order; return the place of the last, -1 where there is none.

    Raises:
        StalledError: some of it did not come.

    """
    end = last_offset(runtime)
    if end is None:
        return -1
    subscriber = subscribe(runtime, "first")
    count, offset = 0, -1
    try:
        while offset < end:
            if not (batch := subscriber.take(PATIENCE_SECONDS)):
                raise StalledError("the history fell silent before its end")
            take(subscriber, [delivery for delivery in batch if is_young(delivery.event_id)])
            subscriber.acknowledge(batch)
            offset = batch[-1].offset
            count += len(batch)
    finally:
        subscriber.close()
    log.info("history read", extra={"events": count})
    return offset


def is_young(event_id: UUID | None) -> bool:
    """Tell whether an event is within the history's age: whole segments outlive it."""
    return event_id is None or clock.machine_now() - identifiers.made_at(event_id) < MAX_AGE


def holds_something(subscriber: Subscriber) -> bool:
    """Tell whether there is any event in the stream."""
    return bool(subscriber.channel.queue_declare(LOG, passive=True).message_count)


def last_offset(runtime: Runtime) -> int | None:
    """Return the place of the newest event of the stream; None where it is empty.

    Raises:
        StalledError: there is one, and it does not come.

    """
    subscriber = subscribe(runtime, "last")
    last: Delivery | None = None
    deadline = time.monotonic() + LAST_CHUNK_SECONDS
    try:
        is_there = holds_something(subscriber)
        patience = PATIENCE_SECONDS if is_there else LAST_CHUNK_SECONDS
        while batch := subscriber.take(QUIET_SECONDS if last else patience):
            subscriber.acknowledge(batch)
            last = batch[-1]
            if time.monotonic() > deadline:
                break
    finally:
        subscriber.close()
    if last is None and is_there:
        raise StalledError("the history does not begin")
    return None if last is None else last.offset


def subscribe(runtime: Runtime, offset: str | int, batch: int = BATCH) -> Subscriber:
    """Connect to the stream from some place on: `first`, `last` or an offset."""
    settings = runtime.settings
    arguments = {"x-stream-offset": offset}
    return Subscriber(settings.broker_url, settings.broker_heartbeat_seconds, LOG, batch=batch, arguments=arguments)


def declare(url: str, service: Service) -> None:
    """Declare the queue of a service and bind what the service listens to, on a connection of its own; idempotent."""
    queue = topology.queue_of(service.name)
    with closing(Link(url, 0)) as link:
        link.channel.queue_declare(queue, durable=True, auto_delete=False, arguments=topology.QUEUE_ARGUMENTS)
        for private, key in sorted(subscriptions.bindings(service)):
            exchange = topology.PRIVATE if private else topology.EVENTS
            link.channel.queue_bind(queue, exchange, key)


def exists(url: str, queue: str) -> bool:
    """Tell whether a queue is there, on a connection of its own."""
    with closing(Link(url, 0)) as link:
        return link.count(queue) is not None


_CATCHING_UP = 7_214_452
"""Key of the lock that lets one worker at a time read history."""
T = TypeVar("T")


def catch_up(runtime: Runtime, *, keep: Take, receive: Take) -> bool:
    """Heal and join as far as that is due; tell whether the service may go live.

    Args:
        runtime: the service.
        keep: what to do with history that came before the service: state handlers alone.
        receive: what to do with what its lost queue held: all that a live event gets.

    """
    queue = topology.queue_of(runtime.service.name)
    with runtime.database.exclusively(_CATCHING_UP) as alone:
        if not alone:
            return False
        with runtime.database.read() as session:
            member = membership.find(session)
        if member is None:
            log.warning("service is not installed", extra={"queue": queue})
            return False
        if not exists(runtime.settings.broker_url, queue):
            _restore_queue(runtime, queue)
        if not member.joined:
            offset = read(runtime, keep)
            _note(runtime, partial(membership.has_joined, offset=offset))
        _close_gap(runtime, receive)
    return True


def join_beside(runtime: Runtime, publishers: Sequence[Runtime]) -> None:
    """Join a service that shares its process with all others: their outboxes are the history."""
    with runtime.database.read() as session:
        member = membership.find(session)
    if member is None or member.joined:
        return
    for publisher in publishers:
        after = 0
        while rows := embedded_outbox.rows(publisher, sent=True, after=after):
            bodies = embedded_outbox.bodies_for(runtime, rows)
            if bodies:
                inbox.replay(runtime, bodies)
            after = rows[-1].seq
            for waiting in publishers:
                waiting.pulse.beat()
    _note(runtime, membership.has_joined)


def _restore_queue(runtime: Runtime, queue: str) -> None:
    _note(runtime, membership.queue_lost)
    log.error("the queue is gone: made again, and history is read for what it held", extra={"queue": queue})
    declare(runtime.settings.broker_url, runtime.service)


def _close_gap(runtime: Runtime, receive: Take) -> None:
    with runtime.database.read() as session:
        member = membership.find(session)
    if member and member.lost_at:
        # whoever made the queue may have died before it was bound
        declare(runtime.settings.broker_url, runtime.service)
        read(runtime, partial(_receive_news, member, receive))
        _note(runtime, membership.has_healed)


def _receive_news(member: Member, receive: Take, subscriber: Subscriber, batch: Sequence[Delivery]) -> None:
    """Receive what came since the service listened; what it has received already, its inbox knows."""
    news = [delivery for delivery in batch if not _was_before(member, delivery)]
    if news:
        receive(subscriber, news)


def _was_before(member: Member, delivery: Delivery) -> bool:
    event_id = delivery.event_id
    return event_id is not None and member.was_before(delivery.offset, identifiers.made_at(event_id))


def _note(runtime: Runtime, change: Callable[[Session], T]) -> T:
    with runtime.database.write() as session:
        return change(session)


def install(runtime: Runtime) -> None:
    """Bring the database to head, declare the queue where there is a broker, announce the service; repeatable.

    A database that was restored forgets again whom the file of tombstones names.

    Raises:
        OSError: the broker is away.
        SpoiltFileError: the file cannot be read, or holds something else than tombstones.

    """
    migrations.upgrade(runtime)
    if runtime.has_broker:
        _note_a_lost_queue(runtime)
        declare(runtime.settings.broker_url, runtime.service)
    with runtime.database.write() as session:
        membership.install(session)
    restoring.reconcile(runtime)


def _note_a_lost_queue(runtime: Runtime) -> None:
    """Remember what to replay where the service listened before and its queue is gone."""
    with runtime.database.read() as session:
        listened = membership.find(session) is not None
    if listened and not exists(runtime.settings.broker_url, topology.queue_of(runtime.service.name)):
        with runtime.database.write() as session:
            membership.queue_lost(session)
