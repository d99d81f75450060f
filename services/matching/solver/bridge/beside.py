"""Who is free beside locked meetings, and where tables are: a mission of meetings that may move, in numbers."""

from collections import defaultdict
from functools import cached_property, reduce
from itertools import product
from operator import or_

import numpy as np

from matching.domain.people import Id
from matching.domain.problem import Problem
from matching.domain.timetable import Pair
from matching.solver.bridge.rows import Numbers, Rows
from matching.solver.large.mission import Ints


class Beside:
    """What locked meetings leave of people, days and tables."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.numbers = Numbers(problem)
        self.slots = self.numbers.slots
        self.held = Rows(self.numbers, problem.locked)

    @cached_property
    def ahead(self) -> int:
        """The slots that have not begun, as bits."""
        since = self.problem.earliest_start_at
        return sum(1 << n for n, slot in enumerate(self.slots) if since is None or slot.starts_at >= since)

    @cached_property
    def opened(self) -> int:
        """The slots with tables that no locked meeting has, as bits."""
        return sum(1 << number for number, tables in enumerate(self.tables) if tables)

    @cached_property
    def free(self) -> Ints:
        """Shape (people,): the slots in which each may sit down anew, as bits."""
        free = self.numbers.free & self.ahead
        for side in self.held.sides:
            known = side >= 0
            np.bitwise_and.at(free, side[known], ~(np.int64(1) << self.held.slot[known]))
        return np.asarray(free, dtype=np.int64)

    @cached_property
    def room(self) -> Ints:
        """Shape (people, days): how many more meetings each may have on each day."""
        days = int(self.numbers.day.max()) + 1
        room = np.full((len(self.problem.people), days), self.problem.max_per_person_per_day)
        for side in self.held.sides:
            known = side >= 0
            np.subtract.at(room, (side[known], self.numbers.day[self.held.slot[known]]), 1)
        return np.asarray(np.maximum(room, 0), dtype=np.int64)

    @cached_property
    def tables(self) -> list[list[str]]:
        """For each slot its open tables that no locked meeting has, those without a video kit first."""
        taken: dict[str, set[str]] = defaultdict(set)
        for meeting in self.problem.locked:
            taken[meeting.slot_id].add(meeting.table_id)
        return [
            [table for table in self.problem.tables_for(slot, online=False) if table not in taken[slot.id]]
            for slot in self.slots
        ]

    @cached_property
    def staff(self) -> dict[Id, list[int]]:
        """The numbers of those of each organisation who have slots left."""
        found: dict[Id, list[int]] = defaultdict(list)
        for number, (person, free) in enumerate(zip(self.problem.people, self.free.tolist(), strict=True)):
            if free:
                found[person.organisation_id].append(number)
        return found

    def couples(self, pair: Pair) -> list[tuple[int, int]]:
        """Give the two people of each side who could meet."""
        return [(guest, host) for guest, host in product(*(self.staff.get(end, ()) for end in pair))]

    def together(self, pair: Pair) -> int:
        """Give the slots in which a pair could meet if only the locked meetings were there, as bits."""
        return (
            reduce(or_, (int(self.free[guest] & self.free[host]) for guest, host in self.couples(pair)), 0)
            & self.opened
        )
