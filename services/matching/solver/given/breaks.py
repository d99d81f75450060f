"""One person's day as a formula: how many meetings have passed by each slot, and the breaks between them."""

from collections.abc import Sequence

from matching.solver.given.formula import FALSE, TRUE, Formula
from matching.solver.given.windows import ImpossibleError


class Day:
    """The slots of a person who sits in them or not.

    Args:
        formula: takes the rules.
        sits: for each slot, the literal that says that the person sits in a meeting.
        allowed: for each of the person's meetings its slots.

    """

    def __init__(self, formula: Formula, sits: Sequence[int], allowed: Sequence[set[int]]) -> None:
        self._formula = formula
        self._sits = sits
        self._meetings = len(allowed)
        least, most = _bounds(allowed, len(sits))
        self._passed = [
            [self._literal(count, *ends) for count in range(1, len(allowed) + 1)]
            for ends in zip(least, most, strict=True)
        ]
        self._count()

    def breaks(self, least: int, most: int | None) -> list[int]:
        """Demand from `least` to `most` breaks; give literals that count those beyond the least number.

        Raises:
            ImpossibleError: the day has no room for that many breaks.

        """
        possible = max(0, min(self._meetings - 1, len(self._sits) - self._meetings))
        if least > possible:
            raise ImpossibleError
        ends = self._ends() if possible else []
        if least:
            self._formula.at_most([-end for end in ends], len(ends) - least)
        limit = possible if most is None else min(most, possible)
        counted = self._formula.counts(ends, limit + 1)
        for literal in counted[limit:]:
            self._formula.add(-literal)
        if not least:
            self._in_one_piece(counted[0] if counted[:limit] else FALSE)
        return [literal for literal in counted[least:limit] if literal != FALSE]

    def _literal(self, count: int, least: int, most: int) -> int:
        if count <= least:
            return TRUE
        return FALSE if count > most else self._formula.variable()

    def _count(self) -> None:
        """Let each slot raise the number of meetings that have passed by one if the person sits in it."""
        add = self._formula.add
        for slot, sits in enumerate(self._sits):
            before, after = [TRUE, *self._passed[slot]], [TRUE, *self._passed[slot + 1]]
            for count in range(1, self._meetings + 1):
                add(-before[count], after[count])
                add(-before[count - 1], -sits, after[count])
                add(-after[count], before[count], sits)
                add(-after[count], before[count - 1])

    def _ends(self) -> list[int]:
        """Give for each slot the literal that says that a break ends with it."""
        ends = []
        for slot in range(1, len(self._sits) - 1):
            begun, idle, goes_on = self._passed[slot][0], -self._sits[slot], self._sits[slot + 1]
            if FALSE in {begun, idle, goes_on} or self._passed[slot][-1] == TRUE:
                continue
            end = self._formula.variable()
            self._formula.add(-begun, -idle, -goes_on, end)
            for literal in (begun, idle, goes_on):
                self._formula.add(-end, literal)
            ends.append(end)
        return ends

    def _in_one_piece(self, has_breaks: int) -> None:
        """Let a day without breaks go on with a meeting in each slot from the first one to the last one."""
        for slot in range(1, len(self._sits)):
            for now, then in zip(self._passed[slot], self._passed[slot + 1][1:], strict=False):
                self._formula.add(has_breaks, -now, then)


def _bounds(allowed: Sequence[set[int]], slots: int) -> tuple[list[int], list[int]]:
    """Give the fewest and the most meetings that can have passed before each slot, and before the end.

    Raises:
        ImpossibleError: there are more meetings than can pass.

    """
    least = [sum(max(own) < slot for own in allowed) for slot in range(slots + 1)]
    most = [min(slot, sum(min(own) < slot for own in allowed)) for slot in range(slots + 1)]
    for slot in range(slots):
        most[slot + 1] = min(most[slot + 1], most[slot] + 1)
    for slot in reversed(range(slots)):
        least[slot] = max(least[slot], least[slot + 1] - 1)
        most[slot] = min(most[slot], most[slot + 1])
    if any(fewest > utmost for fewest, utmost in zip(least, most, strict=True)):
        raise ImpossibleError
    return least, most
