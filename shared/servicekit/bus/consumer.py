"""Take events from the service's queue and see each through: never lost, never behind a bad one.

The database's work runs in a thread of its own, so that a slow or absent database never
costs the connection to the broker: the batch stays in hand, unacknowledged, until it is back.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

from servicekit.bus import broker, inbox, topology
from servicekit.bus.broker import Delivery, Subscriber
from servicekit.bus.history import catch_up
from servicekit.data.database import DatabaseAwayError
from servicekit.service import Runtime
from servicekit.telemetry import logs

log = logging.getLogger(__name__)

HOLD_SECONDS = 600.0
"""How long a batch is held while the database is away, before it goes back to the queue."""
LOOK_SECONDS = 15.0
"""How long nothing comes, at most, before the broker is asked whether something should."""
TAKE_SECONDS = 0.25
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 5.0
ABSENCES = (*broker.ERRORS, DatabaseAwayError)
"""What is raised where a restart of the worker would not help."""
T = TypeVar("T")


class SilentQueueError(Exception):
    """Events wait for this worker, and the broker brings none."""


class Consumer:
    """The consumer of one service; the broker makes one of several workers the active one.

    Its pulse is progress: a batch that took effect, a queue in which nothing waits for this
    worker, or an absence that no restart would end. An open connection is none of these.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._pulse = pulse_of(runtime.service.name)
        self._database = runtime.database
        self._aside = ThreadPoolExecutor(1, thread_name_prefix=f"{runtime.service.name}-events")
        self._queue = topology.queue_of(runtime.service.name)
        self._stop = threading.Event()
        self._look_seconds = min(LOOK_SECONDS, runtime.settings.stuck_seconds / 4)

    def run(self, stop: threading.Event) -> None:
        """Consume until told to stop; reconnect, join and heal as needed."""
        self._stop = stop
        pause = FIRST_PAUSE_SECONDS
        while not stop.is_set():
            began = time.monotonic()
            try:
                self._work()
            except Exception as error:  # whatever is in hand comes again
                is_absence = isinstance(error, ABSENCES) or self._database.is_away(error)
                if is_absence:
                    self._beat()
                about = {"queue": self._queue, "cause": logs.told(error)}
                log.warning("consumer starts over", extra=about, exc_info=not is_absence)
            lasted = time.monotonic() - began > LONGEST_PAUSE_SECONDS
            pause = FIRST_PAUSE_SECONDS if lasted else min(2 * pause, LONGEST_PAUSE_SECONDS)
            stop.wait(pause)
        self._aside.shutdown(wait=False, cancel_futures=True)

    def _work(self) -> None:
        if self._database.answers() and catch_up(self._runtime, keep=self._replay, receive=self._receive):
            self._live()
        else:
            self._beat()

    def _live(self) -> None:
        settings = self._runtime.settings
        subscriber = Subscriber(settings.broker_url, settings.broker_heartbeat_seconds, self._queue)
        self._runtime.metrics.connected.set(1, ("consumer",))
        moved_at = time.monotonic()
        try:
            while not self._stop.is_set():
                if self._round(subscriber, TAKE_SECONDS):
                    moved_at = time.monotonic()
                elif time.monotonic() - moved_at > self._look_seconds:
                    self._look(subscriber)
                    moved_at = time.monotonic()
            subscriber.stop()
            while self._round(subscriber, 0):
                pass
        finally:
            self._runtime.metrics.connected.set(0, ("consumer",))
            self._runtime.metrics.in_hand.set(0)
            subscriber.close()

    def _round(self, subscriber: Subscriber, timeout: float) -> bool:
        batch: Sequence[Delivery] = subscriber.take(timeout)
        if batch:
            self._runtime.metrics.redelivered.add(sum(delivery.count > 0 for delivery in batch))
            self._runtime.metrics.in_hand.set(len(batch) + subscriber.ahead)
            has_killed = any(delivery.count >= inbox.SUSPICIOUS_TRIES for delivery in batch)
            self._see_through(subscriber, batch, inbox.set_aside if has_killed else inbox.receive)
            subscriber.acknowledge(batch)
            self._runtime.metrics.in_hand.set(subscriber.ahead)
            self._beat()
        return bool(batch)

    def _look(self, subscriber: Subscriber) -> None:
        """Ask the broker, when nothing has come for a while, whether that is right.

        Raises:
            SilentQueueError: events wait, and nobody but this worker is there to take them.

        """
        queue = subscriber.channel.queue_declare(self._queue, passive=True)
        if queue.message_count and queue.consumer_count <= 1:
            raise SilentQueueError
        self._beat()

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
        while True:
            self._beat()
            try:
                return self._keeping(link, work)
            except DatabaseAwayError as error:
                if time.monotonic() > deadline or self._stop.is_set():
                    raise
                cause = logs.words_of(error.__cause__) if error.__cause__ else ""
                log.warning("the database is away: events wait in hand", extra={"queue": self._queue, "cause": cause})
                self._await_database(link, deadline)

    def _await_database(self, link: Subscriber, deadline: float) -> None:
        """Wait a moment, and until the database answers, but not beyond the deadline."""
        while not self._stop.is_set():
            self._beat()
            link.keep()
            self._keeping(link, lambda: self._stop.wait(1))
            if self._keeping(link, self._database.answers) or time.monotonic() > deadline:
                return

    def _keeping(self, link: Subscriber, work: Callable[[], T]) -> T:
        """Do the work aside; read ahead and keep the connection meanwhile."""
        future = self._aside.submit(work)
        link.look_ahead()
        patience = max(link.heartbeat_seconds, 1) / 4
        while not wait([future], timeout=patience).done:
            link.keep()
        return future.result()

    def _beat(self) -> None:
        self._runtime.pulse.beat(self._pulse)


def pulse_of(service: str) -> str:
    """Return the name under which the consumer of a service tells that it is alive."""
    return f"{service}-consumer"
