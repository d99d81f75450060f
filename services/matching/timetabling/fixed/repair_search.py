"""Repair objectives as literals, search.

A timetable of given meetings after an incident: what there was, what is asked now, how calm a repair is.

What a repair changes, as literals: who is told, what moves, what has no place, and who waits.

The search for the calmest repair of a timetable of given meetings: one aim after another, each proven by cores.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

from pysat.solvers import Solver

from matching.timetabling.fixed.encoding import FALSE, TRUE, Day, Fairness, Rules
from matching.timetabling.fixed.instance import GivenMeetings, breaks_between
from matching.timetabling.fixed.maxsat import CoreGuided

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


class Changes(Rules):
    """All timetables under the rules but fairness, beside the one before.

    Args:
        standing: the problem as it is now, and the timetable before.
        optional: meetings that may be left out.

    """

    def __init__(self, standing: Standing, optional: Collection[int]) -> None:
        given = standing.given
        super().__init__(given, given.allowed, optional)
        self._before, self._told = standing.before, standing.told
        self.places = [
            self.formula.any_of(slots.values()) if number in optional else TRUE
            for number, slots in enumerate(self.stands)
        ]
        """For each meeting the literal that says that it has a place."""
        for person, meetings in enumerate(given.of_person):
            if set(meetings) & set(optional):
                self._as_many(self.sits[person], [self.places[number] for number in meetings])
            else:
                self.formula.exactly(self.sits[person], len(meetings))

    def people(self) -> list[int]:
        """Give literals of which one is true for each person that is told of a change."""
        days = enumerate(self._given.of_person)
        return [TRUE if person in self._told else self._is_told(meetings) for person, meetings in days]

    def moved(self) -> list[int]:
        """Give literals of which one is true for each meeting that does not stay."""
        return [-self.stands[number].get(slot, FALSE) for number, slot in self._before.items()]

    def ends(self) -> list[list[int]]:
        """Give for each person literals of which one is true for each break."""
        days = zip(self.sits, self._given.of_person, strict=True)
        return [Day(self.formula, sits, len(meetings)).ends() if len(meetings) > 1 else [] for sits, meetings in days]

    def known(self, places: Places) -> list[int]:
        """Give the literals of a timetable."""
        return [self.stands[number][slot] for number, slot in enumerate(places) if slot is not None]

    def read(self, model: Collection[int]) -> list[int | None]:
        """Read the slots of the meetings from the true literals."""
        return [next((slot for slot, stands in slots.items() if stands in model), None) for slots in self.stands]

    def _as_many(self, sits: Sequence[int], places: Sequence[int]) -> None:
        """Let a person sit in as many slots as it has meetings: implied, but hard to see where slots are too few."""
        idle = self.formula.counts([-literal for literal in sits], len(sits))
        for number, more in enumerate(self.formula.counts(places, len(places))):
            self.formula.add(-more, -idle[len(sits) - number - 1] if number < len(sits) else FALSE)

    def _is_told(self, meetings: Collection[int]) -> int:
        """Give the literal that is true if some of a person's meetings is changed."""
        changed = {self._changed(number) for number in meetings} - {FALSE}
        if not changed or TRUE in changed:
            return TRUE if changed else FALSE
        told = self.formula.variable()
        for literal in changed:
            self.formula.add(-literal, told)
        return told

    def _changed(self, number: int) -> int:
        if number in self._before:
            return -self.stands[number].get(self._before[number], FALSE)
        return self.places[number]


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
