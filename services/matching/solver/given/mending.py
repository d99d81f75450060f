"""The search for the calmest repair of a timetable of given meetings: one aim after another, each proven by cores."""

from collections.abc import Callable, Collection
from itertools import chain, count
from typing import Any

from pysat.solvers import Solver

from matching.solver.given.changes import Changes
from matching.solver.given.cores import CoreGuided
from matching.solver.given.fairness import Fairness
from matching.solver.given.formula import FALSE, TRUE
from matching.solver.given.standing import AIMS, Places, Standing

SOLVER = "glucose4"
Tell = Callable[[dict[str, Any]], None]
"""Takes `{"places": …, "rating": …}`, `{"aim": …, "bound": …}`, and last `{"done": true}`."""


def search(standing: Standing, tell: Tell) -> None:
    """Tell better and better repairs and bounds, until each aim is proven."""
    _Mending(standing, tell).run()
    tell({"done": True})


class _Mending:
    """One search; what one aim has reached holds for the next ones."""

    def __init__(self, standing: Standing, tell: Tell) -> None:
        self._standing, self._tell = standing, tell
        self._given, self._before = standing.given, standing.before
        self._places: Places = standing.at_once()
        self._rating = standing.rating(self._places)

    def run(self) -> None:
        """Reach for one aim after another."""
        every = range(len(self._given.meetings))
        changes = Changes(self._standing, every)
        for aim, numbers in (("dropped", self._before.keys()), ("unplaced", set(every) - self._before.keys())):
            self._reach(aim, changes, [-changes.places[number] for number in sorted(numbers)])
        dropped, unplaced = self._rating[:2]
        if not dropped + unplaced:
            changes = Changes(self._standing, ())
        ends = changes.ends()
        self._be_fair(changes, ends)
        self._reach("people", changes, changes.people())
        self._reach("moved", changes, changes.moved(), surely=-dropped)
        self._reach("breaks", changes, list(chain.from_iterable(ends)))

    def _reach(self, aim: str, changes: Changes, costs: list[int], surely: int = 0) -> None:
        """Make as few of some literals true as can be, and keep to that; what costs beside them is counted, too."""
        surely += costs.count(TRUE)
        search = CoreGuided(
            changes.formula,
            [literal for literal in costs if literal not in {TRUE, FALSE}],
            lambda model: self._found(changes, model)[AIMS.index(aim)] - surely,
            lambda bound: self._tell({"aim": aim, "bound": bound + surely}),
            solver=SOLVER,
        )
        try:
            search.run(changes.known(self._places))
            for hope in search.hopes:
                changes.formula.add(hope)
            self._tell({"aim": aim, "bound": search.bound + surely})
        finally:
            search.close()

    def _found(self, changes: Changes, model: Collection[int]) -> list[int]:
        places = changes.read(model)
        rating = self._standing.rating(places)
        if rating < self._rating:
            self._places, self._rating = places, rating
            self._tell({"places": places, "rating": rating})
        return rating

    def _be_fair(self, changes: Changes, ends: list[list[int]]) -> None:
        """Let the people's breaks differ by what fairness allows, or by as little more as can be."""
        if self._given.fairness is None:
            self._tell({"aim": "unfair", "bound": 0})
            return
        formula = changes.formula
        fairness = Fairness(formula, ends, [len(meetings) for meetings in self._given.of_person])
        with Solver(SOLVER, bootstrap_with=formula.clauses) as solver:
            solver.solve(assumptions=changes.known(self._places))
            solver.set_phases(solver.get_model())
            for excess in count():
                size = len(formula.clauses)
                fair = fairness.within(self._given.fairness + excess)
                solver.append_formula(formula.clauses[size:])
                self._tell({"aim": "unfair", "bound": excess})
                if solver.solve(assumptions=[fair]):
                    self._found(changes, frozenset(solver.get_model()))
                    formula.add(fair)
                    return
