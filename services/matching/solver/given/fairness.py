"""How far people's numbers of breaks may lie apart, as a formula."""

from collections.abc import Sequence

from matching.solver.given.formula import Formula


class Fairness:
    """The breaks of all people, counted.

    Args:
        formula: takes the rules.
        ends: for each person literals of which one is true for each break.
        meetings: the most meetings of each person.

    """

    def __init__(self, formula: Formula, ends: Sequence[Sequence[int]], meetings: Sequence[int]) -> None:
        self._formula = formula
        self._ends = ends
        self._counts = [formula.counts(of_person, len(of_person)) for of_person in ends]
        possible = (min(len(of_person), max(0, n - 1)) for of_person, n in zip(ends, meetings, strict=True))
        self._most_of_the_least = min(possible, default=0)

    def within(self, apart: int) -> int:
        """Give a literal that demands that no two people's numbers of breaks differ by more."""
        return self._formula.any_of(self._between(n, n + apart) for n in range(self._most_of_the_least + 1))

    def _between(self, least: int, most: int) -> int:
        """Give a literal that demands from `least` to `most` breaks of everybody."""
        demand = self._formula.variable()
        for ends, counts in zip(self._ends, self._counts, strict=True):
            if most < len(counts):
                self._formula.add(-demand, -counts[most])
            if least:
                others = self._formula.counts([-end for end in ends], len(ends))
                self._formula.add(-demand, -others[len(ends) - least])
        return demand
