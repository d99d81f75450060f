"""Solving a model for one aim after another, always in the same way for the same model."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import inf
from threading import Event, Thread

from ortools.sat.python import cp_model

Progress = Callable[[int, int], None]
"""Told the value and the bound each time that a better timetable is found."""

EFFORT_A_SECOND = 0.5
"""Units of work in a second of the limit. A unit takes about 1.2 s, so that the units end before the seconds."""
LEAST_EFFORT, LEAST_SECONDS = 0.1, 0.1
"""What an aim gets when the budget is spent: enough to take over the solution that it starts from."""


@dataclass(frozen=True, kw_only=True)
class Reached:
    """How far one aim was reached: no solution is better than the bound."""

    value: int
    bound: int

    @property
    def proven(self) -> bool:
        """Whether nothing better exists."""
        return self.value == self.bound


@dataclass(kw_only=True)
class Budget:
    """What a search may still spend: units of work, which count, and the clock, which guards."""

    effort: float
    ends_at: float
    """Seconds of the monotonic clock."""
    stop: Event | None = None
    """Ends all that is spent from the budget, once it is set."""

    @classmethod
    def of_seconds(cls, seconds: float, stop: Event | None = None) -> "Budget":
        """Make the budget of a time limit that starts now."""
        return cls(effort=seconds * EFFORT_A_SECOND, ends_at=time.monotonic() + seconds, stop=stop)

    def portion(self, effort: float) -> "Budget":
        """Give a part of the effort, at most what is left, under the same clock."""
        return replace(self, effort=min(effort, self.effort))

    @property
    def is_spent(self) -> bool:
        """Whether effort or time is used up, or somebody has said stop."""
        return self.effort <= 0 or time.monotonic() >= self.ends_at or (self.stop is not None and self.stop.is_set())


class Search:
    """A model on its way through its aims; what one aim reaches, the next ones keep.

    One thread and a limit counted in work, not in time, make the answer depend on the model alone.
    """

    def __init__(self, model: cp_model.CpModel, budget: Budget, *, seed: int, stop: Event | None = None) -> None:
        self._model = model
        self._budget = budget
        self._stop = stop or budget.stop
        self.is_impossible = False
        self._solver = cp_model.CpSolver()
        self._solver.parameters.num_workers = 1
        self._solver.parameters.random_seed = seed
        self._solution: list[int] = []

    def maximise(
        self,
        aim: cp_model.LinearExprT,
        *,
        effort: float = inf,
        progress: Progress | None = None,
        keep: bool = True,
        by_cores: bool = False,
    ) -> Reached | None:
        """Find the most of an aim, and keep it for the aims to come; None if nothing was found within the budget.

        By cores, all is hoped for at once and given up piece by piece: soon proven where nearly all can be had.
        """
        self._model.maximize(aim)
        self._solver.parameters.optimize_with_core = by_cores
        self._solver.parameters.max_deterministic_time = max(min(self._budget.effort, effort), LEAST_EFFORT)
        self._solver.parameters.max_time_in_seconds = max(self._budget.ends_at - time.monotonic(), LEAST_SECONDS)
        with _stopping(self._solver, self._stop):
            status = self._solver.solve(self._model, _Listener(progress) if progress else None)
        self.is_impossible = status == cp_model.INFEASIBLE
        self._budget.effort -= self._solver.response_proto.deterministic_time
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        value, bound = round(self._solver.objective_value), int(self._solver.best_objective_bound + 1e-6)
        if keep:
            self._model.add(aim >= value)
        self._remember()
        return Reached(value=value, bound=value if status == cp_model.OPTIMAL else max(value, bound))

    def minimise(self, aim: cp_model.LinearExprT) -> Reached | None:
        """Find the least of an aim, and keep it for the aims to come."""
        found = self.maximise(-aim)
        return found and replace(found, value=-found.value, bound=-found.bound)

    def chooses(self, variable: cp_model.IntVar) -> bool:
        """Say whether the last solution sets a variable."""
        return bool(self._solution[variable.index])

    def _remember(self) -> None:
        """Let the next search start from the solution."""
        self._model.clear_hints()  # type: ignore[no-untyped-call]  # ortools is typed in part
        self._solution = list(self._solver.response_proto.solution)
        for index, number in enumerate(self._solution):
            self._model.add_hint(self._model.get_int_var_from_proto_index(index), number)


@contextmanager
def _stopping(solver: cp_model.CpSolver, stop: Event | None) -> Iterator[None]:
    """Let an event end a search while it runs; one that is set before ends it as soon as it has begun."""
    if stop is None:
        yield
        return
    solver.parameters.catch_sigint_signal = False
    ended = Event()

    def watch() -> None:
        while not ended.wait(0.05):
            if stop.is_set():
                solver.stop_search()

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


class _Listener(cp_model.CpSolverSolutionCallback):
    """Passes each better solution on."""

    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self._progress = progress

    def on_solution_callback(self) -> None:
        """Tell the value and the bound."""
        self._progress(round(self.objective_value), int(self.best_objective_bound))
