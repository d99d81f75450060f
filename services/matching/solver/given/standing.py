"""A timetable of given meetings after an incident: what there was, what is asked now, how calm a repair is."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from matching.domain.given import GivenMeetings, breaks_between

AIMS = ("dropped", "unplaced", "unfair", "people", "moved", "breaks")
"""What is to be least, the first aim first: meetings that lose their place, others without one, breaks by which two
people differ beyond what fairness allows, people who are told, meetings moved, breaks."""
Places = Sequence[int | None]
"""For each meeting its slot, or None where it has no place."""


@dataclass(frozen=True)
class Standing:
    """A problem as it is now, and the slots of the meetings in the timetable before.

    A meeting that has no allowed slot any more has no place in any repair.
    """

    given: GivenMeetings
    before: Mapping[int, int]
    told: frozenset[int] = frozenset()
    """People who are told of a change whatever happens; they count all the same."""

    def rating(self, places: Places) -> list[int]:
        """Count for each aim what a repair costs; less is better, the first that differs decides."""
        given, before = self.given, self.before
        moved = [n for n, slot in before.items() if places[n] not in {slot, None}]
        dropped = [n for n in before if places[n] is None]
        anew = [n for n, slot in enumerate(places) if slot is not None and n not in before]
        told = self.told.union(*(given.meetings[n] for n in (*moved, *dropped, *anew)))
        breaks = self.breaks(places)
        return [
            len(dropped),
            sum(slot is None for slot in places) - len(dropped),
            max(0, apart(breaks) - given.fairness) if given.fairness is not None else 0,
            len(told),
            len(moved),
            sum(breaks),
        ]

    def breaks(self, places: Places) -> list[int]:
        """Count each person's breaks."""
        days = ((places[n] for n in meetings) for meetings in self.given.of_person)
        return [breaks_between(slot for slot in day if slot is not None) for day in days]

    def at_once(self) -> list[int | None]:
        """Give a repair without any search: who can stay does, the others take the first free place."""
        hall = _Hall(self.given)
        stay = [(number, [slot]) for number, slot in self.before.items() if slot in self.given.allowed[number]]
        hall.seat(stay)
        hall.seat((number, sorted(slots)) for number, slots in enumerate(self.given.allowed))
        return hall.places


class _Hall:
    """Meetings in their slots, under the rules but fairness."""

    def __init__(self, given: GivenMeetings) -> None:
        self._given = given
        self._busy: set[tuple[int, int]] = set()
        self._load: Counter[int] = Counter()
        self.places: list[int | None] = [None] * len(given.meetings)

    def seat(self, wishes: Iterable[tuple[int, Sequence[int]]]) -> None:
        """Give each meeting that has no place the first of its slots that is free."""
        for number, slots in wishes:
            slot = next((slot for slot in slots if self._fits(number, slot)), None)
            if slot is not None and self.places[number] is None:
                self.places[number] = slot
                self._load[slot] += 1
                self._busy |= {(person, slot) for person in self._given.meetings[number]}

    def _fits(self, number: int, slot: int) -> bool:
        busy = any((person, slot) in self._busy for person in self._given.meetings[number])
        return not busy and self._load[slot] < self._given.tables[slot] and self._in_order(number, slot)

    def _in_order(self, number: int, slot: int) -> bool:
        places = {**dict(enumerate(self.places)), number: slot}
        orders = ((places[first], places[then]) for first, then in self._given.precedences if number in {first, then})
        return all(first is None or then is None or first < then for first, then in orders)


def apart(breaks: Sequence[int]) -> int:
    """Give by how much people's numbers of breaks differ."""
    return max(breaks, default=0) - min(breaks, default=0)
