"""How many events wait in a service's queue, asked of the broker now and then."""

import threading
import time

from servicekit import bus, topology

KEEP_SECONDS = 1.0
"""How old the answer may be."""


class Depth:
    """The depth of one queue; each question is a connection of its own, so the answer is kept for a while."""

    def __init__(self, broker_url: str, service: str) -> None:
        self._url, self._queue = broker_url, topology.queue_of(service)
        self._lock = threading.Lock()
        self._asked_at = float("-inf")
        self._found: int | None = None

    @property
    def waiting(self) -> int | None:
        """Events that wait; -1 where the queue is gone, None where the broker is away."""
        with self._lock:
            if time.monotonic() - self._asked_at > KEEP_SECONDS:
                self._found = self._ask()
                self._asked_at = time.monotonic()
            return self._found

    def _ask(self) -> int | None:
        try:
            link = bus.Link(self._url, 0)
        except bus.ERRORS:
            return None
        try:
            return int(link.channel.queue_declare(self._queue, passive=True).message_count)
        except bus.GONE:
            return -1
        except bus.ERRORS:
            return None
        finally:
            link.close()
