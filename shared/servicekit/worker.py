"""The threads that work behind a service's pages: events, retries, schedules, tasks."""

import logging
import threading
from collections.abc import Callable, Sequence

from servicekit import inbox, schedules
from servicekit.consumer import Consumer
from servicekit.pump import Pump
from servicekit.relay import Relay
from servicekit.runtime import Runtime
from servicekit.service import Task

log = logging.getLogger(__name__)

RETRY_SECONDS = 0.5
TICK_SECONDS = 0.5
STOP_SECONDS = 25.0


class Worker:
    """Works for services: over the broker where there is one, else in this process."""

    def __init__(self, runtimes: Sequence[Runtime]) -> None:
        self._stop = threading.Event()
        loops = [loop for runtime in runtimes for loop in _loops(runtime)]
        embedded = [runtime for runtime in runtimes if not runtime.has_broker]
        if embedded:
            loops.append(("pump", Pump(embedded).run))
        self._threads = [
            threading.Thread(target=run, args=(self._stop,), name=name, daemon=True) for name, run in loops
        ]

    def start(self) -> None:
        """Start all threads; call it after any fork."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let every thread finish what it has in hand."""
        self._stop.set()
        for thread in self._threads:
            thread.join(STOP_SECONDS)


Loop = tuple[str, Callable[[threading.Event], None]]


def _loops(runtime: Runtime) -> list[Loop]:
    name = runtime.service.name
    loops: list[Loop] = [
        (f"{name}-retries", _repeat(lambda: inbox.retry_due(runtime), RETRY_SECONDS)),
        (f"{name}-schedules", _repeat(lambda: schedules.tick(runtime), TICK_SECONDS)),
        *((f"{name}-{task.name}", _task(runtime, task)) for task in runtime.service.tasks),
    ]
    if runtime.has_broker:
        loops += [(f"{name}-relay", Relay(runtime).run), (f"{name}-consumer", Consumer(runtime).run)]
    return loops


def _task(runtime: Runtime, task: Task) -> Callable[[threading.Event], None]:
    return _repeat(lambda: task.work(runtime), task.idle_seconds, runtime.database.listen())


def _repeat(
    step: Callable[[], bool], idle_seconds: float, wake: threading.Event | None = None
) -> Callable[[threading.Event], None]:
    """Make a loop that steps as long as there is something to do, and looks again after a while."""

    def run(stop: threading.Event) -> None:
        pause = idle_seconds
        while not stop.is_set():
            try:
                busy = step()
                pause = idle_seconds
            except Exception:  # the rows are as they were: look again later
                log.warning("work failed", extra={"loop": threading.current_thread().name}, exc_info=True)
                busy, pause = False, min(2 * pause, 10.0)
            if not busy:
                _sleep(stop, wake, pause)

    return run


def _sleep(stop: threading.Event, wake: threading.Event | None, seconds: float) -> None:
    if wake is None:
        stop.wait(seconds)
    else:
        wake.wait(seconds)
        wake.clear()
