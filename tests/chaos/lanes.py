"""Lanes in which requests are made: in one of them one after the other, all of them at once."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from queue import SimpleQueue

WAITING = 12
"""How many requests may wait in a lane before the client that fills it has to wait itself."""

Work = Callable[[], None]


class Lanes:
    """Some threads that make requests; what goes wrong in one is kept, and the next request has its turn."""

    def __init__(self, number: int) -> None:
        self.done: Counter[str] = Counter()
        """How many requests were made, by kind."""
        self.troubles: list[str] = []
        """What the platform did that it should not have."""
        self._queues: list[SimpleQueue[tuple[str, str, Work] | None]] = [SimpleQueue() for _ in range(number)]
        self._threads = [
            threading.Thread(target=self._run, args=(queue,), name=f"lane {index}", daemon=True)
            for index, queue in enumerate(self._queues)
        ]
        for thread in self._threads:
            thread.start()

    def __len__(self) -> int:
        return len(self._queues)

    def submit(self, lane: int, kind: str, what: str, work: Work) -> None:
        """Put a request at the end of a lane, once there is room."""
        queue = self._queues[lane % len(self)]
        while queue.qsize() >= WAITING:
            time.sleep(0.02)
        queue.put((kind, what, work))

    def finish(self, seconds: float) -> list[str]:
        """Make what waits, then end; return which lanes did not come to their end in time."""
        for queue in self._queues:
            queue.put(None)
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return [thread.name for thread in self._threads if thread.is_alive()]

    def _run(self, queue: SimpleQueue[tuple[str, str, Work] | None]) -> None:
        while (one := queue.get()) is not None:
            kind, what, work = one
            try:
                work()
                self.done[kind] += 1
            except Exception as error:  # noqa: BLE001  # whatever it is, it is a finding
                self.troubles.append(f"{what}: {type(error).__name__}: {error}")
