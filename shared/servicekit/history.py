"""Read the stream of past events, from its start up to now."""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

from servicekit import clock, identifiers
from servicekit.bus import Subscriber
from servicekit.deliveries import Delivery
from servicekit.runtime import Runtime
from servicekit.topology import LOG

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
