"""Aims of a model, one after another, each with its own share of the time."""

import time
from threading import Event

from ortools.sat.python import cp_model

from matching.timetabling.exact.search import Budget, Progress, Search


class Ladder:
    """A model on its way through its aims; what one reaches, the next ones keep."""

    def __init__(self, cp: cp_model.CpModel, seconds: float, stop: Event) -> None:
        self._ends_at = time.monotonic() + seconds
        self._budget = Budget.of_seconds(seconds)
        self._search = Search(cp, self._budget, seed=0, stop=stop)
        self.costs: dict[str, int] = {}
        self.bounds: dict[str, int] = {}
        """For each aim what no timetable surpasses that is as good in the aims before."""

    @property
    def is_impossible(self) -> bool:
        """Whether the last aim found that there is no timetable."""
        return self._search.is_impossible

    def least(self, aim: str, cost: cp_model.LinearExprT, share: float) -> bool:
        """Make a cost least with a share of the time that is left; say whether a timetable was found."""
        return self._reach(aim, -1, cost, share, None)

    def most(self, aim: str, worth: cp_model.LinearExprT, share: float, progress: Progress | None = None) -> bool:
        """Make something greatest with a share of the time that is left; say whether a timetable was found."""
        return self._reach(aim, 1, worth, share, progress)

    def reads(self, variable: cp_model.IntVar) -> bool:
        """Read a variable in the last timetable."""
        return self._search.chooses(variable)

    def is_proven(self, *aims: str) -> bool:
        """Say whether nothing better exists for some aims."""
        return all(aim in self.bounds and self.bounds[aim] == self.costs[aim] for aim in aims)

    def _reach(
        self, aim: str, sign: int, expression: cp_model.LinearExprT, share: float, progress: Progress | None
    ) -> bool:
        now = time.monotonic()
        self._budget.ends_at = now + share * (self._ends_at - now)
        found = self._search.maximise(sign * expression, effort=share * self._budget.effort, progress=progress)
        if found is None:
            return False
        self.costs[aim], self.bounds[aim] = sign * found.value, sign * found.bound
        return True
