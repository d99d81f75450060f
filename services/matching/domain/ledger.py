"""Who sits where: an account of people, days and tables while a timetable grows."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from enum import IntEnum

from matching.domain.people import Id
from matching.domain.problem import Problem, Seating
from matching.domain.timetable import Pair, Placed


class Obstacle(IntEnum):
    """What stands in the way of a meeting, the strongest last."""

    TABLES = 1
    """Every table that the meeting could use is taken."""
    DAY = 2
    """One of the two has had as many meetings that day as anybody may."""
    PEOPLE = 3
    """One of the two sits in another meeting."""


class Ledger:
    """The places that a set of meetings takes."""

    def __init__(self, problem: Problem, meetings: Iterable[Placed]) -> None:
        self._problem = problem
        self._busy: set[tuple[Id, str]] = set()
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
            self._busy.update((person_id, slot_id) for slot_id in self._problem.clashes[meeting.slot_id])

    def obstacle(self, seating: Seating) -> Obstacle | None:
        """Name the strongest obstacle to a seating, None if it could be taken."""
        slot, *people = seating
        if any((person.id, slot.id) in self._busy for person in people):
            return Obstacle.PEOPLE
        if any(self.left_that_day(person.id, seating) == 0 for person in people):
            return Obstacle.DAY
        return None if self.free_tables(seating) else Obstacle.TABLES

    def left_that_day(self, person_id: Id, seating: Seating) -> int:
        """Count the meetings that a person may still have on the seating's day."""
        return max(0, self._problem.max_per_person_per_day - self._days[person_id, seating.slot.day])

    def free_tables(self, seating: Seating) -> tuple[str, ...]:
        """Give the open and free tables that a seating could use, those without a video kit first."""
        usable = self._problem.tables_for(seating.slot, online=seating.online)
        return tuple(table for table in usable if table not in self._taken[seating.slot.id])

    def tables_left(self, slot_id: str) -> tuple[str, ...]:
        """Give the open tables of a slot that nobody has taken."""
        taken = self._taken[slot_id]
        return tuple(table for table in self._problem.slot_by_id[slot_id].tables if table not in taken)
