"""The timetable of a mission of any size: exact where the model is small, by the large engine elsewhere."""

import time
from dataclasses import dataclass
from threading import Event

from matching.domain import reasons
from matching.domain.problem import Problem, value_of
from matching.domain.seating import fill_greedily, in_order
from matching.domain.timetable import Placed, Reason, Timetable, Unplaced
from matching.solver import first
from matching.solver.bridge import reasons as reasons_at_once
from matching.solver.bridge import solve as bridge
from matching.solver.bridge.arrays import Arrays, TooMuchError, expresses_all
from matching.solver.bridge.mending import made_valid
from matching.solver.search import Budget, Progress

SMALL = 10_000
"""Ways to seat the candidates up to which the exact model is the better choice."""
MENDED_SHARE = 0.5
"""Share of the time for the large engine where it does not know all rules; the rest is for what it leaves to mend."""


def solve(
    problem: Problem,
    *,
    seed: int = 0,
    time_limit_seconds: float = 30.0,
    progress: Progress | None = None,
    stop: Event | None = None,
    small: int = SMALL,
) -> Timetable:
    """Choose and place the meetings that are worth most, and say how near to the best possible they are.

    The answer depends on the problem and the seed only, unless the limit in seconds or a stop cuts the search short.

    Args:
        problem: the mission.
        seed: of all that is tried by chance.
        time_limit_seconds: when to end with the best so far.
        progress: told the value and the bound each time that one of them gets better.
        stop: once it is set, the best so far is the answer.
        small: the ways to seat the candidates up to which the model is exact.

    """
    run = _Run(seed=seed, started_at=time.monotonic(), limit=time_limit_seconds, progress=progress, stop=stop)
    try:
        arrays = Arrays(problem)
        if arrays.options > small:
            return run.largely(arrays)
    except TooMuchError:
        pass
    return first.solve(problem, seed=seed, time_limit_seconds=run.left, progress=progress, stop=stop)


@dataclass(frozen=True, kw_only=True)
class _Run:
    """One call of the solver."""

    seed: int
    started_at: float
    limit: float
    progress: Progress | None
    stop: Event | None

    @property
    def left(self) -> float:
        """The seconds that are left."""
        return self.limit - (time.monotonic() - self.started_at)

    def largely(self, arrays: Arrays) -> Timetable:
        """Solve with the large engine. What reading took is kept for making it valid and for the reasons."""
        problem, stop = arrays.problem, self.stop or Event()
        took, is_told = self.limit - self.left, expresses_all(problem)
        seconds = self.limit if is_told else MENDED_SHARE * self.limit
        search = bridge.Search(
            seed=self.seed,
            effort_seconds=seconds,
            ends_at=self.started_at + seconds - took,
            stopped=stop.is_set,
            progress=self.progress,
        )
        found = bridge.solve(arrays, search)
        meetings = found.meetings
        if not is_told:
            budget = Budget.of_seconds(self.left, stop)
            meetings = made_valid(problem, meetings, arrays.options, budget, self.seed)
        meetings, unplaced = _filled(problem, in_order(problem, meetings))
        value = value_of(problem, meetings)
        return Timetable(
            meetings=meetings,
            value=value,
            bound=found.bound,
            proven=value == found.bound,
            unplaced=unplaced,
            seconds=time.monotonic() - self.started_at,
        )


def _filled(problem: Problem, meetings: tuple[Placed, ...]) -> tuple[tuple[Placed, ...], tuple[Unplaced, ...]]:
    """Let pairs meet for whom there is a place yet, with whoever is free; give the others with their reasons."""
    unplaced = _unplaced(problem, meetings)
    pairs = [(one.guest_id, one.host_id) for one in unplaced if one.reason is Reason.FREE_PLACE_LEFT]
    if not pairs:
        return meetings, unplaced
    meetings = fill_greedily(problem, meetings, pairs)
    return meetings, _unplaced(problem, meetings)


def _unplaced(problem: Problem, meetings: tuple[Placed, ...]) -> tuple[Unplaced, ...]:
    if expresses_all(problem):
        return reasons_at_once.unplaced(problem, meetings)
    return reasons.unplaced(problem, meetings)
