"""Meetings of a problem as rows of numbers: who sits where when, for thousands at once."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import numpy as np

from matching.domain.problem import Problem
from matching.domain.timetable import Placed
from matching.solver.large.mission import Bools, Ints

NONE = -1


class Rows:
    """Meetings as columns of shape (meetings,); people, slots and tables are numbered as the problem lists them."""

    def __init__(self, problem: Problem, meetings: Sequence[Placed]) -> None:
        self.problem = problem
        self.meetings = meetings
        self.number = {person.id: n for n, person in enumerate(problem.people)}
        slots = {slot_id: n for n, slot_id in enumerate(problem.slot_by_id)}
        tables = {table_id: n for n, table_id in enumerate(problem.table_order)}
        helpers = {one.id: n for n, one in enumerate(problem.interpreters)}
        self.sides = tuple(
            self._ints(self.number.get(who, NONE) for who in side)
            for side in ((m.guest_person for m in meetings), (m.host_person for m in meetings))
        )
        """The numbers of the people of the guests and of the hosts; NONE: nobody who takes part."""
        self.slot = self._ints(slots.get(meeting.slot_id, NONE) for meeting in meetings)
        self.table = self._ints(tables.get(meeting.table_id, NONE) for meeting in meetings)
        self.helper = self._ints(helpers.get(meeting.interpreter, NONE) for meeting in meetings)

    @cached_property
    def day(self) -> Ints:
        """Shape (slots,): the number of each slot's day."""
        days = [slot.day for slot in self.problem.slot_by_id.values()]
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
        number = {table_id: n for n, table_id in enumerate(self.problem.table_order)}
        is_open = np.zeros((len(self.problem.slots), len(number)), np.bool_)
        for at, slot in enumerate(self.problem.slot_by_id.values()):
            is_open[at, [number[table_id] for table_id in slot.tables]] = True
        return is_open

    def crowded(self, there: Bools) -> Bools:
        """Say which of some meetings share a person, an interpreter or a table, or are too many for somebody's day."""
        slots, days = len(self.problem.slots), int(self.day.max()) + 1
        found = np.zeros(len(self.meetings), np.bool_)
        at = there & (self.slot >= 0)
        sits = [np.where(side >= 0, side * slots + self.slot, NONE) for side in self.sides]
        loads = [np.where(side >= 0, side * days + self.day[self.slot], NONE) for side in self.sides]
        at_table = np.where(self.table >= 0, self.table * slots + self.slot, NONE)
        helps = np.where(self.helper >= 0, self.helper * slots + self.slot, NONE)
        for keys, most in ((sits, 1), (loads, self.problem.max_per_person_per_day), ([at_table], 1), ([helps], 1)):
            number = np.bincount(np.concatenate([each[at & (each >= 0)] for each in keys]), minlength=1)
            for each in keys:
                mine = at & (each >= 0)
                found[mine] |= number[each[mine]] > most
        return found

    def _ints(self, numbers: Iterable[int]) -> Ints:
        return np.fromiter(numbers, np.int64, len(self.meetings))

    def chosen(self, which: Bools) -> Iterator[Placed]:
        """Give some of the meetings."""
        return (self.meetings[number] for number in np.flatnonzero(which).tolist())
