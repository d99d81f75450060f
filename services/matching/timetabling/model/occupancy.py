"""Who and what is taken while a timetable grows; what still stands after a change.

Who sits where: an account of people, days and tables while a timetable grows.

What still stands of a timetable after the world has changed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from enum import IntEnum

from matching.timetabling.model.availability import Location
from matching.timetabling.model.people import Id, may_sit
from matching.timetabling.model.problem import Problem, Seating, Sitter
from matching.timetabling.model.timetable import Pair, Placed


class Obstacle(IntEnum):
    """What stands in the way of a meeting, the strongest last."""

    TABLES = 1
    """Every table that the meeting could use is taken."""
    INTERPRETER = 2
    """Who would interpret sits in another meeting, or too far away."""
    DAY = 3
    """One of the two has had as many meetings that day as anybody may."""
    WALK = 4
    """One of the two has a meeting from which, or to which, the way is too long."""
    PEOPLE = 5
    """One of the two sits in another meeting."""


class Ledger:
    """The places that a set of meetings takes."""

    def __init__(self, problem: Problem, meetings: Iterable[Placed]) -> None:
        self._problem = problem
        self._busy: set[tuple[Sitter, str]] = set()
        self._stands: dict[Sitter, list[tuple[str, Location]]] = defaultdict(list)
        self._days: Counter[tuple[Id, object]] = Counter()
        self._taken: dict[str, set[str]] = defaultdict(set)
        self.pairs: set[Pair] = set()
        for meeting in meetings:
            self.take(meeting)

    def take(self, meeting: Placed) -> None:
        """Enter a meeting, whether the rules allow it or not."""
        day = self._problem.slot_by_id[meeting.slot_id].day
        self.pairs.add(meeting.pair)
        self._taken[meeting.slot_id].add(meeting.table_id)
        for person_id in meeting.people:
            self._days[person_id, day] += 1
        place = meeting.slot_id, self._problem.locations.of(meeting.slot_id, meeting.table_id)
        for sitter in meeting.sitters:
            self._busy.update((sitter, slot_id) for slot_id in self._problem.clashes[meeting.slot_id])
            self._stands[sitter].append(place)

    def take_table(self, meeting: Placed) -> None:
        """Enter no more than the table of a meeting."""
        self._taken[meeting.slot_id].add(meeting.table_id)

    def obstacle(self, seating: Seating) -> Obstacle | None:
        """Name the strongest obstacle to a seating, None if it could be taken."""
        people = seating.people
        if any(self._is_busy(person.id, seating) for person in people):
            return Obstacle.PEOPLE
        if any(not person.online and self._is_too_far(person.id, seating) for person in people):
            return Obstacle.WALK
        if any(self.left_that_day(person.id, seating) == 0 for person in people):
            return Obstacle.DAY
        helper = seating.interpreter
        if helper and (self._is_busy(helper, seating) or self._is_too_far(helper, seating)):
            return Obstacle.INTERPRETER
        return Obstacle.TABLES if next(self._free(seating), None) is None else None

    def out_of_reach(self, sitter: Sitter, seating: Seating) -> list[tuple[str, Location]]:
        """Give slot and location of the meetings of somebody who walks between which and a seating is too little time.

        Meetings that overlap the seating are among them.
        """
        if seating.location is None:
            return []
        here = seating.slot.id, seating.location
        return [there for there in self._stands[sitter] if self._problem.locations.too_far(here, there)]

    def left_that_day(self, person_id: Id, seating: Seating) -> int:
        """Count the meetings that a person may still have on the seating's day."""
        return max(0, self._problem.max_per_person_per_day - self._days[person_id, seating.slot.day])

    def free_tables(self, seating: Seating) -> tuple[str, ...]:
        """Give the open and free tables that a seating could use, those without a video kit first."""
        return tuple(self._free(seating))

    def is_free(self, slot_id: str, table_id: str) -> bool:
        """Say whether nobody has taken a table in a slot."""
        return table_id not in self._taken[slot_id]

    def tables_left(self, slot_id: str, location: Location = None) -> tuple[str, ...]:
        """Give the open tables of a slot that nobody has taken; those of one location, or all."""
        taken = self._taken[slot_id]
        tables = self._problem.tables_for(self._problem.slot_by_id[slot_id], online=False, location=location)
        return tuple(table for table in tables if table not in taken)

    def _free(self, seating: Seating) -> Iterator[str]:
        taken = self._taken[seating.slot.id]
        usable = self._problem.tables_for(seating.slot, online=seating.online, location=seating.location)
        return (table for table in usable if table not in taken)

    def _is_busy(self, sitter: Sitter, seating: Seating) -> bool:
        return (sitter, seating.slot.id) in self._busy

    def _is_too_far(self, sitter: Sitter, seating: Seating) -> bool:
        return bool(self.out_of_reach(sitter, seating))


def seating_of(problem: Problem, meeting: Placed) -> Seating | None:
    """Give the seating of a meeting that could stand where it is if it were alone, None if it can stand no more."""
    slot = problem.slot_by_id.get(meeting.slot_id)
    guest, host = (problem.person_by_id.get(person_id) for person_id in meeting.people)
    if slot is None or guest is None or host is None or problem.is_avoided(meeting.pair):
        return None
    location = problem.locations.of(slot.id, meeting.table_id)
    seating = Seating(slot, guest, host, meeting.interpreter, location)
    present = all(may_sit(person, slot.starts_at, slot.ends_at, problem.agenda) for person in (guest, host))
    of_the_pair = (guest.organisation_id, host.organisation_id) == meeting.pair
    has_table = meeting.table_id in problem.tables_for(slot, online=seating.online)
    is_placed = present and of_the_pair and has_table and problem.is_reachable(seating)
    return seating if is_placed and _is_understood(problem, seating) else None


def _is_understood(problem: Problem, seating: Seating) -> bool:
    """Say whether the two have a language in common or an interpreter who is there; one too many may stay."""
    able = problem.interpreters_for(seating)
    return "" in able or seating.interpreter in able


def still_standing(problem: Problem, before: Iterable[Placed], disturbed: frozenset[Id]) -> tuple[Placed, ...]:
    """Give the locked meetings and those of before that can stand beside them, the undisturbed ones first."""
    ledger = Ledger(problem, problem.locked)
    stay = list(problem.locked)
    for meeting in sorted(before, key=lambda m: not disturbed.isdisjoint(m.pair)):
        seating = seating_of(problem, meeting)
        if seating is None or meeting.pair in ledger.pairs or ledger.obstacle(seating) not in {None, Obstacle.TABLES}:
            continue
        if ledger.is_free(meeting.slot_id, meeting.table_id):
            ledger.take(meeting)
            stay.append(meeting)
    return tuple(stay)
