"""Portfolio of child processes.

Searches in processes of their own: a search cannot be interrupted from within, but a process can be ended.

The timetable of given meetings, found by searches in processes of their own, with a limit and a way to stop.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from queue import Empty, Queue
from threading import Event, Thread
from typing import Any, Self

from matching.timetabling.fixed.instance import GivenMeetings
from matching.timetabling.fixed.worker import dumped

WORKER = (sys.executable, "-m", "matching.timetabling.fixed.worker")
Message = dict[str, Any]


class Processes:
    """Searches at work on one problem; all are ended on leaving."""

    def __init__(self, problem: Mapping[str, Any]) -> None:
        self._problem = problem
        self._told: Queue[Message] = Queue()
        self._workers: list[subprocess.Popen[str]] = []
        self._readers: list[Thread] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.kill()
        for worker, reader in zip(self._workers, self._readers, strict=True):
            worker.wait()
            reader.join()
            if worker.stdout:
                worker.stdout.close()

    def __len__(self) -> int:
        return len(self._workers)

    def start(self, manner: str) -> None:
        """Let one more search begin."""
        worker = subprocess.Popen(  # noqa: S603  our own module
            [*WORKER, manner], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        reader = Thread(target=self._read, args=(worker,), daemon=True)
        self._workers.append(worker)
        self._readers.append(reader)
        reader.start()

    def hear(self, seconds: float) -> Message:
        """Give the next thing that some search tells, or nothing if none does within some seconds.

        Raises:
            RuntimeError: a search ended without an answer.

        """
        try:
            message = self._told.get(timeout=max(0.0, seconds))
        except Empty:
            return {}
        if message.get("ended"):
            raise RuntimeError("A search ended without an answer.")
        return message

    def _read(self, worker: subprocess.Popen[str]) -> None:
        """Give a worker the problem and pass on what it tells; an end without an answer is told, too."""
        if worker.stdin is None or worker.stdout is None:
            return
        with suppress(BrokenPipeError), worker.stdin:
            json.dump(self._problem, worker.stdin)
        for line in worker.stdout:
            self._told.put(json.loads(line))
        self._told.put({"ended": worker.wait()})


MANNERS = ("proof", "descent")
"""One after the other: most problems are proven before the second starts; then it finds better ones."""
SECOND_AFTER = 15.0
"""Seconds after which the second search joins the first one."""

Progress = Callable[[int | None, int, float], None]
"""Told the fewest breaks found, None if there is no timetable yet, the bound, and the seconds."""


class Verdict(StrEnum):
    """What is known of a problem."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a search found: the meetings' slots and their breaks; no timetable has fewer than the bound."""

    verdict: Verdict
    places: tuple[int, ...] | None
    value: int | None
    bound: int
    seconds: float


def solve(
    given: GivenMeetings,
    *,
    time_limit_seconds: float = 60.0,
    progress: Progress | None = None,
    stop: Event | None = None,
) -> Outcome:
    """Place all meetings with as few breaks as possible, or say that it cannot be done.

    Stopped by the event or by the limit, the best so far is kept.

    Raises:
        RuntimeError: a search ended without an answer.

    """
    searches = _Searches(given, progress, stop or Event())
    searches.work(time_limit_seconds)
    return searches.outcome()


@dataclass
class _Searches:
    """Searches at work on one problem, and the best of what they told."""

    given: GivenMeetings
    progress: Progress | None
    stop: Event
    started_at: float = field(default_factory=time.monotonic)
    value: int | None = None
    places: tuple[int, ...] | None = None
    bound: int = 0
    is_done: bool = False

    @property
    def seconds(self) -> float:
        """The time since the start."""
        return time.monotonic() - self.started_at

    def work(self, limit: float) -> None:
        """Let the searches work until one is done, they are stopped, or the time is up."""
        with Processes(dumped(self.given)) as processes:
            while not self.is_done and not self.stop.is_set() and self.seconds < limit:
                if len(processes) < len(MANNERS) and self.seconds >= SECOND_AFTER * len(processes):
                    processes.start(MANNERS[len(processes)])
                self._hear(processes.hear(min(0.1, limit - self.seconds)))

    def outcome(self) -> Outcome:
        """Say what is known."""
        if self.places is None:
            verdict = Verdict.INFEASIBLE if self.is_done else Verdict.UNKNOWN
        else:
            verdict = Verdict.OPTIMAL if self.is_done else Verdict.FEASIBLE
        return Outcome(verdict=verdict, places=self.places, value=self.value, bound=self.bound, seconds=self.seconds)

    def _hear(self, message: dict[str, Any]) -> None:
        if "places" in message and (self.value is None or message["value"] < self.value):
            self.value, self.places = message["value"], tuple(message["places"])
        self.bound = max(self.bound, message.get("bound", 0))
        if "done" in message:
            self.is_done = True
            self.bound = self.bound if self.value is None else self.value
        elif self.value is not None and self.bound >= self.value:
            self.is_done = True
        if self.progress and not message.keys().isdisjoint({"places", "bound", "done"}):
            self.progress(self.value, self.bound, self.seconds)
