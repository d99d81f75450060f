"""Take over what the service's consumers died on: from the broker into the inbox, as dead letters."""

import logging
import threading
import time
from collections.abc import Sequence

from servicekit.bus import broker, parking, topology
from servicekit.bus.broker import Delivery, Subscriber
from servicekit.bus.inbox import open_body
from servicekit.data.clock import machine_now
from servicekit.data.tables import inbox, insert_new
from servicekit.service import Runtime
from servicekit.telemetry import logs

log = logging.getLogger(__name__)

TAKE_SECONDS = 0.25
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 60.0
_REASON = "it killed its consumer %d times, and the broker gave it up"


class KilledConsumerError(Exception):
    """The consumer died every time that it had the event in hand."""


class Casualties:
    """The loop of one service; several workers share the queue."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._queue = topology.dead_queue_of(runtime.service.name)

    def run(self, stop: threading.Event) -> None:
        """Take over until told to stop; what cannot be taken over stays on the broker."""
        pause = FIRST_PAUSE_SECONDS
        while not stop.is_set():
            began = time.monotonic()
            try:
                if self._runtime.database.answers():
                    self._take(stop)
            except broker.GONE:
                log.warning("no queue of dead messages: run `caravan broker setup` again", extra={"queue": self._queue})
            except broker.ERRORS as error:
                log.warning(
                    "dead messages wait for the broker", extra={"queue": self._queue, "cause": logs.told(error)}
                )
            except Exception:  # the database is away: the messages go back to their queue
                log.warning("dead messages wait", extra={"queue": self._queue}, exc_info=True)
            lasted = time.monotonic() - began > LONGEST_PAUSE_SECONDS
            pause = FIRST_PAUSE_SECONDS if lasted else min(2 * pause, LONGEST_PAUSE_SECONDS)
            stop.wait(pause)

    def _take(self, stop: threading.Event) -> None:
        settings = self._runtime.settings
        subscriber = Subscriber(settings.broker_url, settings.broker_heartbeat_seconds, self._queue)
        try:
            while not stop.is_set():
                batch = subscriber.take(TAKE_SECONDS)
                if batch:
                    bury(self._runtime, batch)
                    subscriber.acknowledge(batch)
        finally:
            subscriber.close()


def bury(runtime: Runtime, batch: Sequence[Delivery]) -> int:
    """Keep as dead letters what the inbox does not know, and forget the rest; return how many were kept."""
    kept, deliveries = 0, topology.QUEUE_ARGUMENTS["x-delivery-limit"] + 1
    with runtime.database.write() as session:
        for delivery in batch:
            received = open_body(runtime, delivery.body, delivery.routing_key)
            if received.event is None and received.error is None:
                continue  # nothing for this service: it only came with what was
            key = received.key
            row = {"source": key[0], "event_id": key[1], "received_at": machine_now()}
            if insert_new(session, inbox, [row]):
                parking.park(session, key, delivery.body, KilledConsumerError(_REASON % deliveries), dead=True)
                kept += 1
    return kept
