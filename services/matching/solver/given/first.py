"""The timetable of given meetings, found by searches in processes of their own, with a limit and a way to stop."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Event
from typing import Any

from matching.domain.given import GivenMeetings
from matching.solver.given.processes import Processes
from matching.solver.given.worker import dumped

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
