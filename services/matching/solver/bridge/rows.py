"""Meetings of a problem as rows of numbers: who sits where when, for thousands at once."""

from collections.abc import Mapping, Sequence
from copy import copy
from functools import cached_property
from itertools import repeat
from operator import attrgetter
from typing import Any, Self

import numpy as np

from matching.domain.problem import Problem
from matching.domain.timetable import Placed
from matching.solver.large.mission import Bools, Ints

NONE = -1


class Numbers:
    """The people, slots, tables and interpreters of a problem in the order in which it lists them."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.slots = list(problem.slot_by_id.values())
        self.person = {person.id: n for n, person in enumerate(problem.people)}
        self.slot = {slot.id: n for n, slot in enumerate(self.slots)}
        self.table = {table_id: n for n, table_id in enumerate(problem.table_order)}
        self.interpreter = {one.id: n for n, one in enumerate(problem.interpreters)}

    @cached_property
    def day(self) -> Ints:
        """Shape (slots,): the number of each slot's day."""
        days = [slot.day for slot in self.slots]
        number = {day: n for n, day in enumerate(dict.fromkeys(days))}
        return np.array([number[day] for day in days], dtype=np.int64)

    @cached_property
    def free(self) -> Ints:
        """Shape (people,): the slots in which each may sit, begun or not, as bits."""
        presence = self.problem.presence
        return np.array([presence.of(person) for person in self.problem.people], dtype=np.int64)

    @cached_property
    def open(self) -> Bools:
        """Shape (slots, tables): which tables are open."""
        is_open = np.zeros((len(self.slots), len(self.table)), np.bool_)
        for at, slot in enumerate(self.slots):
            is_open[at, [self.table[table_id] for table_id in slot.tables]] = True
        return is_open


class Rows:
    """Meetings as columns of shape (meetings,)."""

    def __init__(self, numbers: Numbers, meetings: Sequence[Placed]) -> None:
        self.numbers = numbers
        self.meetings = meetings
        self.sides = (
            self._read("guest_person", numbers.person),
            self._read("host_person", numbers.person),
        )
        """The numbers of the people of the guests and of the hosts; NONE: nobody who takes part."""
        self.slot = self._read("slot_id", numbers.slot)
        self.table = self._read("table_id", numbers.table)
        self.helper = self._read("interpreter", numbers.interpreter)

    def some(self, which: Bools) -> Self:
        """Give some of the rows."""
        part = copy(self)
        part.meetings = [self.meetings[number] for number in np.flatnonzero(which).tolist()]
        part.sides = (self.sides[0][which], self.sides[1][which])
        part.slot, part.table, part.helper = self.slot[which], self.table[which], self.helper[which]
        return part

    def plus(self, others: "Rows") -> Self:
        """Give the rows of both."""
        both = copy(self)
        both.meetings = [*self.meetings, *others.meetings]
        guests, hosts = (np.concatenate(side) for side in zip(self.sides, others.sides, strict=True))
        both.sides = (guests, hosts)
        for name in ("slot", "table", "helper"):
            setattr(both, name, np.concatenate([getattr(self, name), getattr(others, name)]))
        return both

    def crowded(self, there: Bools) -> Bools:
        """Say which of some meetings share a person, an interpreter or a table, or are too many for somebody's day."""
        slots, days = len(self.numbers.slots), int(self.numbers.day.max()) + 1
        found = np.zeros(len(self.meetings), np.bool_)
        at = there & (self.slot >= 0)
        sits = [np.where(side >= 0, side * slots + self.slot, NONE) for side in self.sides]
        loads = [np.where(side >= 0, side * days + self.numbers.day[self.slot], NONE) for side in self.sides]
        at_table = np.where(self.table >= 0, self.table * slots + self.slot, NONE)
        helps = np.where(self.helper >= 0, self.helper * slots + self.slot, NONE)
        for keys, most in (
            (sits, 1),
            (loads, self.numbers.problem.max_per_person_per_day),
            ([at_table], 1),
            ([helps], 1),
        ):
            number = np.bincount(np.concatenate([each[at & (each >= 0)] for each in keys]), minlength=1)
            for each in keys:
                mine = at & (each >= 0)
                found[mine] |= number[each[mine]] > most
        return found

    def _read(self, name: str, number: Mapping[Any, int]) -> Ints:
        found = map(number.get, map(attrgetter(name), self.meetings), repeat(NONE))
        return np.fromiter(found, np.int64, len(self.meetings))
