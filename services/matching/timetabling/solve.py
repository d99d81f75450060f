"""The timetable of a mission of any size: exact where the model is small, by the large engine elsewhere."""

import time
from dataclasses import dataclass, replace
from threading import Event

from matching.timetabling.exact import solve as exact
from matching.timetabling.exact.search import Budget, Progress
from matching.timetabling.large.adapter import solve as large
from matching.timetabling.large.adapter.arrays import Arrays, TooMuchError
from matching.timetabling.large.adapter.reasons import unplaced
from matching.timetabling.large.adapter.validity import made_valid
from matching.timetabling.model.objectives import Aim
from matching.timetabling.model.placement import fill_greedily, in_order
from matching.timetabling.model.problem import Problem
from matching.timetabling.model.timetable import Placed, Reason, Timetable, Unplaced

SMALL = 10_000
"""Ways to seat the candidates up to which the exact model is the better choice."""
COUNTED = (Aim.COMFORT, Aim.EARLY)
"""Aims for which the large engine does nothing: they are counted and no more."""
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
    return exact.solve(problem, seed=seed, time_limit_seconds=run.left, progress=progress, stop=stop)


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
        took = self.limit - self.left
        seconds = self.limit if arrays.tell_all else MENDED_SHARE * self.limit
        search = large.Search(
            seed=self.seed,
            effort_seconds=seconds,
            ends_at=self.started_at + seconds - took,
            stopped=stop.is_set,
            progress=self.progress,
        )
        found = large.solve(arrays, search)
        meetings = found.meetings
        if not arrays.tell_all:
            meetings = made_valid(arrays, meetings, Budget.of_seconds(self.left, stop), self.seed)
        meetings, left_out = _filled(arrays, in_order(problem, meetings))
        bounds = dict.fromkeys(exact.LEAST_KNOWN, 0) | found.bounds.of_aims(arrays, found.whole, meetings)
        made = exact.timetable_of(problem, meetings, bounds, left_out, time.monotonic() - self.started_at)
        return replace(made, aims=tuple(replace(one, pursued=one.aim not in COUNTED) for one in made.aims))


def _filled(arrays: Arrays, meetings: tuple[Placed, ...]) -> tuple[tuple[Placed, ...], tuple[Unplaced, ...]]:
    """Let pairs meet for whom there is a place yet, with whoever is free; give the others with their reasons."""
    left_out = unplaced(arrays, meetings)
    pairs = [(one.guest_id, one.host_id) for one in left_out if one.reason is Reason.FREE_PLACE_LEFT]
    if not pairs:
        return meetings, left_out
    meetings = fill_greedily(arrays.problem, meetings, pairs)
    return meetings, unplaced(arrays, meetings)
