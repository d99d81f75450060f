"""A propositional formula that grows: clauses, names for what is true, and counts."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from pysat.card import CardEnc, EncType, ITotalizer
from pysat.formula import CNFPlus

TRUE, FALSE = 1, -1
"""Literals whose value is known; others are numbers of variables, negated by a minus sign."""


class Formula:
    """Clauses over variables that are numbered from 1; known literals are left out of them."""

    def __init__(self) -> None:
        self.clauses: list[list[int]] = [[TRUE]]
        self.variables = 1

    def variable(self) -> int:
        """Make a new variable."""
        self.variables += 1
        return self.variables

    def add(self, *literals: int) -> None:
        """Demand that one of the literals is true."""
        if TRUE not in literals:
            self.clauses.append([literal for literal in literals if literal != FALSE] or [FALSE])

    def any_of(self, literals: Iterable[int]) -> int:
        """Give a literal that is true exactly if one of the literals is."""
        known = sorted(set(literals) - {FALSE})
        if TRUE in known or not known:
            return TRUE if known else FALSE
        if len(known) == 1:
            return known[0]
        name = self.variable()
        self.add(-name, *known)
        for literal in known:
            self.add(-literal, name)
        return name

    def at_most_one(self, literals: Sequence[int]) -> None:
        """Demand that no two literals are true."""
        for number, literal in enumerate(literals):
            for other in literals[:number]:
                self.add(-literal, -other)

    def at_most(self, literals: Sequence[int], most: int) -> None:
        """Demand that no more literals than that are true."""
        known = sum(literal == TRUE for literal in literals)
        open_ones = [literal for literal in literals if literal not in {TRUE, FALSE}]
        if most < known:
            self.add(FALSE)
        elif most - known < len(open_ones):
            self._take(CardEnc.atmost(open_ones, most - known, top_id=self.variables, encoding=EncType.totalizer))

    def exactly(self, literals: Sequence[int], count: int) -> None:
        """Demand that this many literals are true."""
        self.at_most(literals, count)
        self.at_most([-literal for literal in literals], len(literals) - count)

    def _take(self, counted: CNFPlus) -> None:
        self.clauses += counted.clauses
        self.variables = max(self.variables, counted.nv)

    def counts(self, literals: Sequence[int], most: int) -> list[int]:
        """Give literals of which the n-th is true if n + 1 or more of the given ones are, for n below most.

        Source: Bailleux and Boufkhad, Efficient CNF encoding of Boolean cardinality constraints, 2003.

        """
        known = sum(literal == TRUE for literal in literals)
        open_ones = [literal for literal in literals if literal not in {TRUE, FALSE}]
        wanted = min(most - known, len(open_ones))
        if wanted <= 0 or len(open_ones) < 2:
            return ([TRUE] * known + open_ones)[: max(most, 0)]
        totalizer = ITotalizer(open_ones, ubound=wanted - 1, top_id=self.variables)
        self.clauses += totalizer.cnf.clauses
        self.variables = max(self.variables, totalizer.top_id)
        outputs = list(totalizer.rhs[:wanted])
        totalizer.delete()
        for smaller, larger in pairwise(outputs):
            self.add(-larger, smaller)
        return [TRUE] * known + outputs
