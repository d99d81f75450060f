"""Threads of a service.

Run what time brings: each schedule once when it is due, however many workers tick.

The threads that work behind a service's pages: events, retries, schedules, tasks.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter

from opentelemetry.trace import SpanKind
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from servicekit.auth import tokens
from servicekit.auth.actors import Actor
from servicekit.bus import inbox, retries, snapshots
from servicekit.bus.consumer import Consumer, pulse_of
from servicekit.bus.dead_letters import store
from servicekit.bus.dead_letters.poison import Casualties
from servicekit.bus.in_process import Pump
from servicekit.bus.relay import Relay
from servicekit.data import clock
from servicekit.data.clock import SKEW, machine_now
from servicekit.data.tables import idempotency, insert_new, outbox, schedule
from servicekit.service import Runtime, Schedule, Task
from servicekit.telemetry.heartbeat import Pulse, Stop
from servicekit.web import rate_limits

log = logging.getLogger(__name__)


def tick(runtime: Runtime) -> bool:
    """Run every schedule that is due; tell whether there was one."""
    with runtime.database.read() as session:
        now = clock.now(session)
        due_at = {row.name: row.due_at for row in session.execute(select(schedule).where(schedule.c.due_at > now))}
    due = [declared for declared in all_of(runtime) if not _waits(declared, due_at.get(declared.name), now)]
    ran = [_attempt(runtime, declared) for declared in due]
    return any(ran)


def all_of(runtime: Runtime) -> tuple[Schedule, ...]:
    """Return the service's schedules and the ones that every service has."""
    return (*runtime.service.schedules, _TIDYING)


def _waits(declared: Schedule, due_at: datetime | None, now: datetime) -> bool:
    """Tell whether its time is ahead; further than a round and what clocks differ by, one set it that was put back."""
    return due_at is not None and now < due_at <= now + declared.every + SKEW


def _attempt(runtime: Runtime, declared: Schedule) -> bool:
    """Run one; what fails stays due, and those after it have their turn."""
    try:
        return _run(runtime, declared)
    except Exception:  # whatever it is, the others are due
        log.exception("schedule failed", extra={"schedule": declared.name})
        return False


def _run(runtime: Runtime, declared: Schedule) -> bool:
    """One transaction: lock the row, run, set the next due time."""
    with runtime.database.write() as session:
        now = clock.now(session)
        insert_new(session, schedule, [{"name": declared.name, "due_at": now}])
        mine = select(schedule).where(schedule.c.name == declared.name).with_for_update(skip_locked=True)
        row = session.execute(mine).first()
        if row is None or _waits(declared, row.due_at, now):
            return False
        has_more = declared.run(session, now, runtime.actor)
        following = now if has_more else now + declared.every
        session.execute(update(schedule).where(schedule.c.name == declared.name).values(due_at=following))
    return True


def _tidy(session: Session, _now: datetime, actor: Actor) -> bool:
    inbox.prune(session)
    tokens.forget(session)
    rate_limits.prune(session)
    store.give_up_old(session, actor)
    session.execute(idempotency.delete().where(idempotency.c.created_at < machine_now() - timedelta(days=1)))
    session.execute(outbox.delete().where(outbox.c.sent_at < machine_now() - timedelta(days=30)))
    return False


_TIDYING = Schedule(name="servicekit.tidy", every=timedelta(hours=1), run=_tidy)


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
        Loop(f"{name}-schedules", _repeat(lambda: tick(runtime), TICK_SECONDS)),
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
