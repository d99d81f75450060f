"""The rules of a timetable of given meetings as a formula, and the breaks to be avoided.

Source: Bofill et al., JAIR 74 (2022), their MaxSAT encoding with both implied constraints; clusters make counting the
tables easy: meetings that share a person are counted by the person.
"""

from collections.abc import Collection, Sequence

from matching.domain.given import GivenMeetings
from matching.solver.given.breaks import Day
from matching.solver.given.formula import FALSE, Formula
from matching.solver.given.windows import narrowed


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
