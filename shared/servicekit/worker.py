"""The threads that work behind a service's pages: events, retries, schedules, tasks."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

from opentelemetry.trace import SpanKind

from servicekit import retries, schedules, snapshots
from servicekit.casualties import Casualties
from servicekit.consumer import Consumer, pulse_of
from servicekit.pulse import Pulse, Stop
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
        loops = [(loop, [runtime.pulse]) for runtime in runtimes for loop in _loops(runtime)]
        embedded = [runtime for runtime in runtimes if not runtime.has_broker]
        if embedded:
            loops.append((Loop("pump", Pump(embedded).run), [runtime.pulse for runtime in embedded]))
        self._loops = loops
        self._threads = [self._thread(loop, pulses) for loop, pulses in loops]

    def _thread(self, loop: "Loop", pulses: Sequence[Pulse]) -> threading.Thread:
        stop = self._stop if loop.beats_itself else Stop(self._stop, pulses, loop.name)
        return threading.Thread(target=loop.run, args=(stop,), name=loop.name, daemon=True)

    def start(self) -> None:
        """Start all threads; call it after any fork."""
        for loop, pulses in self._loops:
            for pulse in pulses:
                pulse.expect(loop.name, loop.patience_seconds)
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let every thread finish what it has in hand."""
        self._stop.set()
        for thread in self._threads:
            thread.join(STOP_SECONDS)


@dataclass(frozen=True)
class Loop:
    """Something that a worker does over and over, in a thread of that name."""

    name: str
    run: Callable[[threading.Event], None]
    patience_seconds: float = 0.0
    """How much longer than others one turn of it may take."""
    beats_itself: bool = False
    """Whether the loop says itself that it makes progress; a turn of it alone says nothing."""


def _loops(runtime: Runtime) -> list[Loop]:
    name = runtime.service.name
    loops = [
        Loop(f"{name}-retries", _repeat(lambda: retries.retry_due(runtime), RETRY_SECONDS)),
        Loop(f"{name}-schedules", _repeat(lambda: schedules.tick(runtime), TICK_SECONDS)),
        Loop(f"{name}-snapshots", _repeat(lambda: snapshots.step(runtime), TICK_SECONDS)),
        *(Loop(f"{name}-{task.name}", _task(runtime, task), task.patience_seconds) for task in runtime.service.tasks),
    ]
    if runtime.has_broker:
        loops.append(Loop(f"{name}-relay", Relay(runtime).run))
        loops.append(Loop(pulse_of(name), Consumer(runtime).run, beats_itself=True))
        loops.append(Loop(f"{name}-casualties", Casualties(runtime).run))
    return loops


def _task(runtime: Runtime, task: Task) -> Callable[[threading.Event], None]:
    return _repeat(lambda: _piece(runtime, task), task.idle_seconds, runtime.database.listen())


def _piece(runtime: Runtime, task: Task) -> bool:
    """Do one piece of a task's work; a look that found nothing is neither counted nor traced."""
    started, result = perf_counter(), "failed"
    with runtime.tracing.step(f"task {task.name}", SpanKind.INTERNAL) as step:
        try:
            result = "done" if task.work(runtime) else "idle"
        finally:
            if result == "idle":
                step.drop()
            else:
                runtime.metrics.task_seconds.observe(perf_counter() - started, (task.name, result))
    return result == "done"


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
