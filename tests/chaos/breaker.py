"""Breaks a stage as the plan says, and mends it when the time comes."""

import heapq
import itertools
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from chaos.diary import Diary
from chaos.plan import Fault
from chaos.stages import Stage
from deployment import Process

Mend = Callable[[], None]
Break = Callable[["Breaker", Fault], Mend | None]
"""Breaks something; returns what mends it, to be called when the fault has lasted long enough."""


@dataclass
class Breaker:
    """Goes through a plan in the thread that started the servers: they would not outlive another one."""

    stage: Stage
    diary: Diary
    means: dict[str, Break]
    """How to bring each kind of fault about."""
    down: set[str] = field(default_factory=set)
    """What was stopped on purpose and has not been started again."""
    _mending: list[tuple[float, int, Mend]] = field(default_factory=list)
    _order: "itertools.count[int]" = field(default_factory=itertools.count)

    def run(self, plan: list[Fault], until: float) -> None:
        """Break what is due and mend what is over, up to an instant by the monotonic clock."""
        waiting = list(plan)
        while time.monotonic() < until:
            if waiting and self.diary.seconds >= waiting[0].at:
                self.strike(waiting.pop(0))
            self._mend_due(time.monotonic())
            self._revive()
            time.sleep(0.05)

    def strike(self, fault: Fault) -> None:
        """Bring one fault about."""
        self.diary.note(f"{fault.kind}: {fault.target}" + (f" for {fault.seconds:.1f} s" if fault.seconds else ""))
        mend = self.means[fault.kind](self, fault)
        if mend is not None:
            heapq.heappush(self._mending, (time.monotonic() + fault.seconds, next(self._order), mend))

    def heal(self) -> None:
        """Mend everything at once."""
        self._mend_due(float("inf"))
        self._revive()

    def tend(self, is_over: Callable[[], bool]) -> None:
        """Break nothing more, and start again what ends by itself, until something else is over."""
        while not is_over():
            self._revive()
            time.sleep(0.1)

    def _mend_due(self, now: float) -> None:
        while self._mending and self._mending[0][0] <= now:
            heapq.heappop(self._mending)[2]()

    def _revive(self) -> None:
        """Start again what ended by itself, as a supervisor would."""
        for name, process in self.stage.processes.items():
            if name not in self.down and process.child.poll() is not None:
                self.diary.note(f"{name} had ended by itself with {process.child.returncode}: started again")
                self.diary.counts["ended by themselves"] += 1
                process.start()


def stop_process(breaker: Breaker, name: str, how: signal.Signals) -> Mend | None:
    """Kill a process, or ask it to end; return what starts it again."""
    process = breaker.stage.processes.get(name)
    if process is None or name in breaker.down:
        breaker.diary.note(f"  {name} is down already")
        return None
    breaker.down.add(name)
    if how == signal.SIGKILL:
        process.kill()
        breaker.diary.counts["kills"] += 1
    else:
        _signal(process, signal.SIGCONT)  # one that stands still would never hear of it
        status = process.stop()
        breaker.diary.counts["ended"] += 1
        if status not in (0, -signal.SIGTERM):
            breaker.diary.note(f"  {name} ended with {status}")

    def start() -> None:
        process.start()
        breaker.down.discard(name)
        breaker.diary.counts["restarts"] += 1
        breaker.diary.note(f"{name} started again")

    return start


def freeze_process(breaker: Breaker, name: str) -> Mend | None:
    """Let a process stand still; return what lets it go on."""
    process = breaker.stage.processes[name]
    if name in breaker.down:
        breaker.diary.note(f"  {name} is down already")
        return None
    frozen = process.child
    breaker.diary.counts["frozen"] += 1
    _signal(process, signal.SIGSTOP)

    def resume() -> None:
        if process.child is frozen and frozen.poll() is None:
            _signal(process, signal.SIGCONT)

    return resume


def _signal(process: Process, what: signal.Signals) -> None:
    os.killpg(process.child.pid, what)
