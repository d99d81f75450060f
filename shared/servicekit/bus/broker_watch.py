"""What the broker has of a service, asked of it now and then, and never waited for long.

How many events wait in its queue, and whether the stream of history is there.
"""

import threading
import time
from dataclasses import dataclass

from servicekit.bus import broker, topology

KEEP_SECONDS = 1.0
"""How old the answer may be."""
SILENCE_SECONDS = 1.0
"""How long the broker may be silent before it counts as away: who looks has a time limit of their own."""
PATIENCE_SECONDS = 1.5
"""How long a look waits for a broker that is slow, and not silent; then it tells what was found last."""


@dataclass(frozen=True)
class Found:
    """What the broker has."""

    waiting: int
    """Events that wait in the service's queue; -1 where it is gone."""
    has_history: bool
    """Whether the stream is there, without which no event is sent."""


class BrokerWatch:
    """Looks at a queue and at the history; each look is a connection of its own, so its answer is kept for a while."""

    def __init__(self, broker_url: str, service: str) -> None:
        self._url, self._queue = broker_url, topology.queue_of(service)
        self._lock = threading.Lock()
        self._answered = threading.Event()
        self._answered.set()
        self._answered_at = float("-inf")
        self._found: Found | None = None

    @property
    def found(self) -> Found | None:
        """What the broker has; None where it is away."""
        with self._lock:
            if self._answered.is_set() and time.monotonic() - self._answered_at > KEEP_SECONDS:
                self._answered.clear()
                threading.Thread(target=self._look, name="broker-watch", daemon=True).start()
        self._answered.wait(PATIENCE_SECONDS)
        return self._found

    def _look(self) -> None:
        """Ask apart from who wants to know, and one question at a time."""
        try:
            self._found = self._ask()
        finally:
            self._answered_at = time.monotonic()
            self._answered.set()

    def _ask(self) -> Found | None:
        try:
            link = broker.Link(self._url, 0, silence_seconds=SILENCE_SECONDS)
        except broker.ERRORS:
            return None
        try:
            waiting, history = link.count(self._queue), link.count(topology.LOG)
        except broker.ERRORS:
            return None
        finally:
            link.close()
        return Found(-1 if waiting is None else waiting, history is not None)
