"""Take events from the service's queue and see each through: never lost, never behind a bad one.

The database's work runs in a thread of its own, so that a slow or absent database never
costs the connection to the broker: the batch stays in hand, unacknowledged, until it is back.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime
from typing import TypeVar

from servicekit import bus, identifiers, inbox, membership, topology
from servicekit.bus import Delivery, Subscriber
from servicekit.clock import machine_now
from servicekit.database import DatabaseAwayError
from servicekit.joining import catch_up
from servicekit.runtime import Runtime

log = logging.getLogger(__name__)

HOLD_SECONDS = 600.0
"""How long a batch is held while the database is away, before it goes back to the queue."""
LOOK_SECONDS = 60.0
"""How often the service notes that its queue is there."""
TAKE_SECONDS = 1.0
SUSPICIOUS_DELIVERIES = 5
"""So often has a worker died with a batch in hand before its events are tried one by one."""
T = TypeVar("T")


class Consumer:
    """The consumer of one service; the broker makes one of several workers the active one."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._database = runtime.database
        self._aside = ThreadPoolExecutor(1, thread_name_prefix=f"{runtime.service.name}-events")
        self._queue = topology.queue_of(runtime.service.name)
        self._stop = threading.Event()
        self._looked_at = 0.0
        self._newest: Delivery | None = None

    def run(self, stop: threading.Event) -> None:
        """Consume until told to stop; reconnect, join and heal as needed."""
        self._stop = stop
        pause = 0.1
        while not stop.is_set():
            try:
                if self._database.answers() and catch_up(self._runtime, keep=self._replay, receive=self._receive):
                    pause = 0.1
                    self._live()
            except bus.ERRORS as error:
                log.warning("the broker is away or the queue gone", extra={"queue": self._queue, "cause": repr(error)})
            except Exception:  # the database is away: come back
                log.warning("consumer starts over", extra={"queue": self._queue}, exc_info=True)
            stop.wait(pause)
            pause = min(2 * pause, 5.0)
        self._aside.shutdown(wait=False, cancel_futures=True)

    def _live(self) -> None:
        settings = self._runtime.settings
        subscriber = Subscriber(settings.broker_url, settings.broker_heartbeat_seconds, self._queue)
        self._runtime.metrics.connected.set(1, ("consumer",))
        try:
            while not self._stop.is_set():
                self._round(subscriber, TAKE_SECONDS)
                self._look(subscriber)
            subscriber.stop()
            while self._round(subscriber, 0):
                pass
        finally:
            self._runtime.metrics.connected.set(0, ("consumer",))
            subscriber.close()

    def _round(self, subscriber: Subscriber, timeout: float) -> bool:
        batch: Sequence[Delivery] = subscriber.take(timeout)
        if batch:
            self._runtime.metrics.redelivered.add(sum(delivery.count > 0 for delivery in batch))
            has_killed = any(delivery.count >= SUSPICIOUS_DELIVERIES for delivery in batch)
            self._see_through(subscriber, batch, inbox.set_aside if has_killed else inbox.receive)
            subscriber.acknowledge(batch)
        self._newest = batch[-1] if batch else None
        return bool(batch)

    def _look(self, subscriber: Subscriber) -> None:
        """Note that the queue is there; what waits in it would go with it, and is not seen yet."""
        if time.monotonic() - self._looked_at < LOOK_SECONDS:
            return
        waiting = subscriber.channel.queue_declare(self._queue, passive=True).message_count
        up_to = _made_at(self._newest) if self._newest or waiting else machine_now()
        try:
            if up_to:
                self._keeping(subscriber, lambda: self._note_queue(up_to))
        except Exception as error:
            if not self._database.is_away(error):
                raise
        self._looked_at = time.monotonic()

    def _receive(self, subscriber: Subscriber, batch: Sequence[Delivery]) -> None:
        self._see_through(subscriber, batch, inbox.receive)

    def _replay(self, subscriber: Subscriber, batch: Sequence[Delivery]) -> None:
        self._see_through(subscriber, batch, inbox.replay)

    def _see_through(self, subscriber: Subscriber, batch: Sequence[Delivery], take: Callable[..., None]) -> None:
        bodies, keys = [each.body for each in batch], [each.routing_key for each in batch]
        self._persist(subscriber, lambda: take(self._runtime, bodies, keys))

    def _persist(self, link: Subscriber, work: Callable[[], None]) -> None:
        """Do the work; while the database is away wait for it, at most ten minutes, with the batch in hand."""
        deadline = time.monotonic() + HOLD_SECONDS
        self._runtime.pulse.beat()
        while True:
            try:
                return self._keeping(link, work)
            except DatabaseAwayError:
                log.warning("the database is away: events wait in hand", extra={"queue": self._queue})
                while not self._keeping(link, self._database.answers):
                    if time.monotonic() > deadline or self._stop.is_set():
                        raise
                    self._keeping(link, lambda: self._stop.wait(1))

    def _keeping(self, link: Subscriber, work: Callable[[], T]) -> T:
        """Do the work aside; read ahead and keep the connection meanwhile."""
        future = self._aside.submit(work)
        link.look_ahead()
        patience = max(link.heartbeat_seconds, 1) / 4
        while not wait([future], timeout=patience).done:
            link.keep()
        return future.result()

    def _note_queue(self, up_to: datetime) -> None:
        with self._database.write() as session:
            membership.queue_seen(session, up_to)


def _made_at(delivery: Delivery | None) -> datetime | None:
    return identifiers.made_at(delivery.event_id) if delivery and delivery.event_id else None
