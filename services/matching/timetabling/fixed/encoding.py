"""SAT encoding.

A propositional formula that grows: clauses, names for what is true, and counts.

One person's day as a formula: when it has begun, and the breaks that end in it.

The rules of a timetable of given meetings as a formula, and the breaks to be avoided.

Source: Bofill et al., JAIR 74 (2022), their MaxSAT encoding with both implied constraints; clusters make counting the
tables easy: meetings that share a person are counted by the person.

How far people's numbers of breaks may lie apart, as a formula.
"""

from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise

from pysat.card import CardEnc, EncType, ITotalizer
from pysat.formula import CNFPlus

from matching.timetabling.fixed.instance import GivenMeetings, ImpossibleError, narrowed

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


class Rules:
    """All timetables under the rules but fairness; breaks are not counted.

    Args:
        given: the problem.
        allowed: for each meeting the slots in which it may stand.
        optional: meetings that may be left out; one that cannot stand anywhere is.

    """

    def __init__(
        self, given: GivenMeetings, allowed: Sequence[Collection[int]], optional: Collection[int] = frozenset()
    ) -> None:
        self.formula = Formula()
        self._given = given
        self._optional = optional
        self.stands = [{slot: self.formula.variable() for slot in sorted(slots)} for slots in allowed]
        """For each meeting and slot the literal that says that it stands there."""
        self.sits = [[self._any(meetings, slot) for slot in range(len(given.tables))] for meetings in given.of_person]
        """For each person and slot the literal that says that the person sits in a meeting."""
        self._one_slot_each()
        self._one_meeting_at_a_time()
        self._precedences()
        self._tables()

    def _any(self, meetings: Collection[int], slot: int) -> int:
        return self.formula.any_of(self.stands[number].get(slot, FALSE) for number in meetings)

    def _one_slot_each(self) -> None:
        for number, slots in enumerate(self.stands):
            if number not in self._optional:
                self.formula.add(*slots.values())
            self.formula.at_most_one(list(slots.values()))

    def _one_meeting_at_a_time(self) -> None:
        for meetings in self._given.of_person:
            for slot in range(len(self._given.tables)):
                self.formula.at_most_one([self.stands[n][slot] for n in meetings if slot in self.stands[n]])

    def _precedences(self) -> None:
        """Let the first stand earlier; one that is left out binds nobody."""
        for first, then in self._given.precedences:
            stands = self.stands[first]
            left_out = -self.formula.any_of(stands.values()) if first in self._optional else FALSE
            for slot, follows in self.stands[then].items():
                earlier = [stood for before, stood in stands.items() if before < slot]
                self.formula.add(-follows, left_out, *earlier)

    def _tables(self) -> None:
        """Let no slot hold more meetings than tables; of a cluster's meetings a slot holds one at most.

        People are counted, too: each meeting takes two.
        """
        owned = clusters(self._given)
        for slot, tables in enumerate(self._given.tables):
            self.formula.at_most([self._held(person, meetings, slot) for person, meetings in owned.items()], tables)
            self.formula.at_most([sits[slot] for sits in self.sits], 2 * tables)

    def _held(self, person: int, meetings: list[int], slot: int) -> int:
        """Give the literal that says that a cluster has a meeting in a slot."""
        whole = len(meetings) == len(self._given.of_person[person])
        return self.sits[person][slot] if whole else self._any(meetings, slot)


class Encoding(Rules):
    """All timetables in which each person has at least some number of breaks, the least one.

    With a limit of fairness nobody has more than that beyond the least one; a least number of 0 without a limit allows
    all timetables.

    Raises:
        ImpossibleError: some meeting has no slot.

    """

    def __init__(self, given: GivenMeetings, least: int = 0) -> None:
        super().__init__(given, narrowed(given))
        self.breaks: list[int] = []
        """Literals of which as many are true as there are breaks."""
        most = None if given.fairness is None else least + given.fairness
        for person, meetings in enumerate(given.of_person):
            self.formula.exactly(self.sits[person], len(meetings))
            day = Day(self.formula, self.sits[person], len(meetings))
            self.breaks += day.breaks(least, most)

    def places(self, model: Collection[int]) -> list[int]:
        """Read the slots of the meetings from the true literals."""
        return [next(slot for slot, stands in slots.items() if stands in model) for slots in self.stands]


def clusters(given: GivenMeetings) -> dict[int, list[int]]:
    """Give each meeting to one of its two people, so that few people have all of them.

    Whoever has the fewest partners left is left out, and the partners take their meetings: a small vertex cover.
    """
    partners: dict[int, set[int]] = {person: set() for person, meetings in enumerate(given.of_person) if meetings}
    for one, other in given.meetings:
        partners[one].add(other)
        partners[other].add(one)
    left_out: set[int] = set()
    while partners:
        person = min(partners, key=lambda one: (len(partners[one]), one))
        left_out.add(person)
        gone = {person, *partners[person]}
        partners = {one: others - gone for one, others in partners.items() if one not in gone}
    owned: dict[int, list[int]] = {}
    for number, pair in enumerate(given.meetings):
        rank = {person: (person not in left_out, len(given.of_person[person])) for person in pair}
        owned.setdefault(max(pair, key=lambda person: rank[person]), []).append(number)
    return owned


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
