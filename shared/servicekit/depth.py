"""How many events wait in a service's queue, asked of the broker now and then, and never waited for long."""

import threading
import time

from servicekit import bus, topology

KEEP_SECONDS = 1.0
"""How old the answer may be."""
SILENCE_SECONDS = 1.0
"""How long the broker may be silent before it counts as away: who looks has a time limit of their own."""
PATIENCE_SECONDS = 1.5
"""How long a look waits for a broker that is slow, and not silent; then it tells what was found last."""


class Depth:
    """The depth of one queue; each question is a connection of its own, so the answer is kept for a while."""

    def __init__(self, broker_url: str, service: str) -> None:
        self._url, self._queue = broker_url, topology.queue_of(service)
        self._lock = threading.Lock()
        self._answered = threading.Event()
        self._answered.set()
        self._answered_at = float("-inf")
        self._found: int | None = None

    @property
    def waiting(self) -> int | None:
        """Events that wait; -1 where the queue is gone, None where the broker is away."""
        with self._lock:
            if self._answered.is_set() and time.monotonic() - self._answered_at > KEEP_SECONDS:
                self._answered.clear()
                threading.Thread(target=self._look, name="depth", daemon=True).start()
        self._answered.wait(PATIENCE_SECONDS)
        return self._found

    def _look(self) -> None:
        """Ask apart from who wants to know, and one question at a time."""
        try:
            self._found = self._ask()
        finally:
            self._answered_at = time.monotonic()
            self._answered.set()

    def _ask(self) -> int | None:
        try:
            link = bus.Link(self._url, 0, silence_seconds=SILENCE_SECONDS)
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
