"""Whether the loops behind a service's pages still turn: progress, not sockets."""

import threading
import time
from collections.abc import Sequence


class Pulse:
    """When each loop of a service last turned, in this process; a process without loops has none to lose."""

    def __init__(self) -> None:
        self._beats: dict[str, float] = {}
        self._patience: dict[str, float] = {}

    def expect(self, loop: str, patience_seconds: float = 0.0) -> None:
        """Count on a loop from now on; one turn of it may take so much longer than that of others."""
        self._beats[loop] = time.monotonic()
        self._patience[loop] = patience_seconds

    def beat(self, loop: str | None = None) -> None:
        """Note a turn of a loop, or of the one whose thread this is."""
        name = loop or threading.current_thread().name
        if name in self._beats:
            self._beats[name] = time.monotonic()

    def ages(self) -> dict[str, float]:
        """Return how long ago each loop turned, in seconds."""
        now = time.monotonic()
        return {loop: now - beat for loop, beat in self._beats.copy().items()}

    def stuck(self, seconds: float) -> dict[str, float]:
        """Return the loops that have not turned for longer than that, beyond what each may take, and for how long."""
        return {loop: age for loop, age in self.ages().items() if age > seconds + self._patience[loop]}


class Stop(threading.Event):
    """The signal to stop as one loop sees it: a loop asks for it on every turn, and that is its pulse."""

    def __init__(self, signal: threading.Event, pulses: Sequence[Pulse], loop: str) -> None:
        super().__init__()
        self._signal, self._pulses, self._loop = signal, tuple(pulses), loop

    def is_set(self) -> bool:
        """Tell whether to stop."""
        self._beat()
        return self._signal.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is time to stop, or for a while."""
        self._beat()
        return self._signal.wait(timeout)

    def set(self) -> None:
        """Let everybody stop."""
        self._signal.set()

    def _beat(self) -> None:
        for pulse in self._pulses:
            pulse.beat(self._loop)
