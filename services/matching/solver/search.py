"""Solving a model for one aim after another, always in the same way for the same model."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from ortools.sat.python import cp_model

Progress = Callable[[int, int], None]
"""Told the value and the bound each time that a better timetable is found."""

EFFORT_A_SECOND = 0.5
"""Deterministic units in a second of the limit. A unit takes about 1.2 s, so that the units end before the seconds."""


@dataclass(frozen=True, kw_only=True)
class Reached:
    """How far one aim was reached: no solution is better than the bound."""

    value: int
    bound: int

    @property
    def proven(self) -> bool:
        """Whether nothing better exists."""
        return self.value == self.bound


class Search:
    """A model on its way through its aims; what one aim reaches, the next ones keep.

    One thread and a limit counted in work, not in time, make the answer depend on the model alone. The limit in
    seconds is a guard behind it.
    """

    def __init__(self, model: cp_model.CpModel, *, seed: int, time_limit_seconds: float) -> None:
        self._model = model
        self._solver = cp_model.CpSolver()
        self._solver.parameters.num_workers = 1
        self._solver.parameters.random_seed = seed
        self._effort = time_limit_seconds * EFFORT_A_SECOND
        self._ends_at = time.monotonic() + time_limit_seconds
        self._solution: list[int] = []

    def maximise(
        self, aim: cp_model.LinearExprT, *, share: float = 1.0, progress: Progress | None = None
    ) -> Reached | None:
        """Find the most of an aim with a share of the effort, and keep it for the aims to come.

        Returns: None if nothing was found within the limit.

        """
        self._model.maximize(aim)
        parameters = self._solver.parameters
        parameters.max_deterministic_time = max(self._effort * share, EFFORT_A_SECOND)
        parameters.max_time_in_seconds = max(self._ends_at - time.monotonic(), 0.1)
        status = self._solver.solve(self._model, _Listener(progress) if progress else None)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        self._effort -= self._solver.response_proto.deterministic_time
        value, bound = round(self._solver.objective_value), int(self._solver.best_objective_bound + 1e-6)
        self._keep(aim, value)
        return Reached(value=value, bound=value if status == cp_model.OPTIMAL else max(value, bound))

    def minimise(self, aim: cp_model.LinearExprT, *, share: float = 1.0) -> Reached | None:
        """Find the least of an aim, and keep it for the aims to come."""
        found = self.maximise(-aim, share=share)
        return found and replace(found, value=-found.value, bound=-found.bound)

    def chooses(self, variable: cp_model.IntVar) -> bool:
        """Say whether the last solution sets a variable."""
        return bool(self._solution[variable.index])

    def _keep(self, aim: cp_model.LinearExprT, value: int) -> None:
        self._model.add(aim >= value)
        self._model.clear_hints()  # type: ignore[no-untyped-call]  # ortools is typed in part
        self._solution = list(self._solver.response_proto.solution)
        for index, number in enumerate(self._solution):
            self._model.add_hint(self._model.get_int_var_from_proto_index(index), number)


class _Listener(cp_model.CpSolverSolutionCallback):
    """Passes each better solution on."""

    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self._progress = progress

    def on_solution_callback(self) -> None:
        """Tell the value and the bound."""
        self._progress(round(self.objective_value), int(self.best_objective_bound))
