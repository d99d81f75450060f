"""The fewest literals that must be true, by core-guided search with totalizers.

Source: Andres, Kaufmann, Matheis and Schaub, Unsatisfiability-based optimization in clasp, 2012 (OLL); Ignatiev,
Morgado and Marques-Silva, RC2: an efficient MaxSAT solver, 2019. Unlike the RC2 of
python-sat it tells of bounds and models on its way.
"""

from collections.abc import Callable, Sequence

from pysat.solvers import Solver

from matching.timetabling.fixed.encoding import Formula


class CoreGuided:
    """A search for a model in which as few of some literals as possible are true.

    Args:
        formula: what must hold; it grows.
        costs: the literals.
        found: told of each model and of what it costs, when it is the best one so far; says how much it really costs.
        bounded: told of each number of literals that was proven to be needed.
        descends: once the cores are off, demand better and better models near the last one instead of counting the
            cores; good models come sooner, proofs later.

    Source of the descent: Berg, Demirović and Stuckey, Core-boosted linear search for incomplete MaxSAT, 2019.

    """

    def __init__(
        self,
        formula: Formula,
        costs: Sequence[int],
        found: Callable[[frozenset[int]], int],
        bounded: Callable[[int], None],
        *,
        solver: str,
        descends: bool = False,
    ) -> None:
        self._formula = formula
        self._solver = Solver(solver, bootstrap_with=formula.clauses)
        self._near: list[int] = []
        self._costs = tuple(costs)
        self._hopes = dict.fromkeys(-cost for cost in costs)
        self._next: dict[int, list[int]] = {}
        self._found = found
        self._bounded = bounded
        self._descends = descends
        self.bound = 0
        self.value: int | None = None

    def run(self, near: Sequence[int] = ()) -> bool:
        """Search until the best is proven, from a known model's literals on; say whether there is any model."""
        self._near = list(near)
        if not (self._near and self._solver.solve(assumptions=self._near)) and not self._solver.solve():
            return False
        self._take()
        while self.value is None or self.bound < self.value:
            if self._solver.solve(assumptions=list(self._hopes)):
                self._take()
                if self._descends:
                    self._descend()
            elif not self._give_up(self._solver.get_core() or []):
                return False
        return True

    @property
    def hopes(self) -> list[int]:
        """The literals that hold in every best model, once the best is proven by cores."""
        return list(self._hopes)

    def close(self) -> None:
        """Free the solver."""
        self._solver.delete()

    def _take(self) -> None:
        model = self._solver.get_model()
        cost = self._found(frozenset(literal for literal in model if literal > 0))
        if (self._descends or self._near) and (self.value is None or cost < self.value):
            self._solver.set_phases(model)
        self.value = cost if self.value is None else min(self.value, cost)

    def _descend(self) -> None:
        """Demand less and less until nothing is left to be had: the last model is the best one."""
        assert self.value is not None
        size = len(self._formula.clauses)
        counted = self._formula.counts(self._costs, self.value)
        self._solver.append_formula(self._formula.clauses[size:])
        while self.bound < self.value and self._solver.solve(assumptions=[-counted[self.value - 1]]):
            self._take()
        self.bound = self.value
        self._bounded(self.bound)

    def _give_up(self, core: list[int]) -> bool:
        """Hope no more that all of a core are false: one at least is true."""
        if not core:
            return False
        for hope in core:
            del self._hopes[hope]
            further = self._next.pop(hope, [])
            if further:
                self._hopes[-further[0]] = None
                self._next[-further[0]] = further[1:]
        if len(core) > 1 and not self._descends:
            self._count([-hope for hope in core])
        self.bound += 1
        self._bounded(self.bound)
        return True

    def _count(self, core: list[int]) -> None:
        """Hope that of a core no more than one literal is true."""
        size = len(self._formula.clauses)
        second, *further = self._formula.counts(core, len(core))[1:]
        self._hopes[-second] = None
        self._next[-second] = further
        self._solver.append_formula(self._formula.clauses[size:])
