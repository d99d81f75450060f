"""One person's day as a formula: when it has begun, and the breaks that end in it."""

from collections.abc import Sequence

from matching.solver.given.formula import FALSE, Formula
from matching.solver.given.windows import ImpossibleError


class Day:
    """The slots of a person who sits in as many of them as there are meetings, or in fewer where some are left out.

    Args:
        formula: takes the rules.
        sits: for each slot, the literal that says that the person sits in a meeting.
        meetings: their number.

    """

    def __init__(self, formula: Formula, sits: Sequence[int], meetings: int) -> None:
        self._formula = formula
        self._sits = sits
        self._meetings = meetings

    def breaks(self, least: int, most: int | None) -> list[int]:
        """Demand from `least` to `most` breaks; give literals of which one is true for each break.

        Raises:
            ImpossibleError: the day has no room for that many breaks.

        """
        possible = max(0, min(self._meetings - 1, len(self._sits) - self._meetings))
        if least > possible:
            raise ImpossibleError
        if not possible:
            return []
        ends = self.ends()
        limit = possible if most is None else min(most, possible)
        self._formula.at_most(ends, limit)
        if least:
            self._formula.at_most([-end for end in ends], len(ends) - least)
        return ends

    def ends(self) -> list[int]:
        """Give for each slot with which a break may end the literal that says that one does."""
        ends = []
        begun = FALSE
        for slot, (sits, goes_on) in enumerate(zip(self._sits, self._sits[1:], strict=False)):
            begun = self._formula.any_of([begun, sits])
            if slot and FALSE not in {begun, -sits, goes_on}:
                end = self._formula.variable()
                self._formula.add(-begun, sits, -goes_on, end)
                for literal in (begun, -sits, goes_on):
                    self._formula.add(-end, literal)
                ends.append(end)
        return ends
