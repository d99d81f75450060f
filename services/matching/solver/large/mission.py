"""A large mission as arrays: who may meet whom, what it is worth, and when there is time and a table."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

UNPLACED = -1
"""The slot of a pair that does not meet."""
MOST_SLOTS = 62
"""Slots are bits of a signed 64-bit number."""
LARGEST_VALUE = 1_000_000
"""Up to here the guarantee can outweigh all values of a flow without an overflow of the flow's potentials."""


@dataclass(frozen=True, kw_only=True, eq=False)
class LargeMission:
    """Candidates between guests and hosts, who are numbered in one row: guests first.

    Where each organisation is one person who sits at one table at a time. The guarantee comes before all value: as few
    meetings as possible are missing to everybody's least number.
    """

    guests: int
    guest: Ints
    """Shape (candidates,): the number of each candidate's guest, below `guests`."""
    host: Ints
    """Shape (candidates,): the number of its host, from `guests` on."""
    value: Ints
    """Shape (candidates,): what the meeting is worth, from 1."""
    free: Ints
    """Shape (people,): the slots in which each person is there, as bits."""
    tables: Ints
    """Shape (slots,): the tables that are open in each slot."""
    most: Ints
    """Shape (people,): how many meetings a person may have."""
    least: Ints
    """Shape (people,): how many a person should have."""
    locked: Ints | None = None
    """Shape (candidates,): the slot of a meeting that stays whatever the rules say of it, else UNPLACED."""

    def __post_init__(self) -> None:
        """Refuse what no timetable could be made from."""
        if not self.slots or self.slots > MOST_SLOTS:
            raise ValueError(f"A large mission has 1 to {MOST_SLOTS} slots, not {self.slots}.")
        if (
            len({len(self.guest), len(self.host), len(self.value)}) > 1
            or len({len(self.free), len(self.most), len(self.least)}) > 1
        ):
            raise ValueError("Arrays of one kind differ in length.")
        if len(self.guest) and not (
            self.guest.min() >= 0
            and self.guest.max() < self.guests <= self.host.min()
            and self.host.max() < self.people
        ):
            raise ValueError("A candidate's guest or host has a number out of range.")
        if len(np.unique(self.guest * self.people + self.host)) < len(self.guest):
            raise ValueError("A pair is listed twice.")
        if len(self.value) and not (self.value.min() >= 1 and self.value.max() <= LARGEST_VALUE):
            raise ValueError(f"A candidate's value is from 1 to {LARGEST_VALUE}.")

    @property
    def people(self) -> int:
        """The number of guests and hosts."""
        return len(self.free)

    @property
    def slots(self) -> int:
        """The number of slots."""
        return len(self.tables)

    @cached_property
    def common(self) -> Ints:
        """Shape (candidates,): the slots in which both sides are there and a table is open, as bits."""
        opened = int(sum(1 << slot for slot in range(self.slots) if self.tables[slot] > 0))
        return self.free[self.guest] & self.free[self.host] & opened

    @cached_property
    def open_in(self) -> Bools:
        """Shape (candidates, slots): whether a pair could meet in a slot if nobody else did."""
        return as_table(self.common, self.slots)

    @cached_property
    def present(self) -> Floats:
        """Shape (people, slots): 1 where a person is there."""
        return as_table(self.free, self.slots).astype(float)

    @cached_property
    def capacity(self) -> Ints:
        """Shape (people,): how many meetings a person can have, by the cap and by the slots in which it is there."""
        return np.clip(self.most, 0, np.bitwise_count(self.free & ((1 << self.slots) - 1)).astype(np.int64))

    @cached_property
    def short_of_tables(self) -> bool:
        """Whether some slot has fewer tables than its people could use."""
        sides = self.present[: self.guests].sum(axis=0), self.present[self.guests :].sum(axis=0)
        return bool((self.tables < np.minimum(*sides)).any())

    def loads(self, slot_of: Ints) -> Ints:
        """Count each person's meetings."""
        met = slot_of >= 0
        return np.bincount(self.guest[met], minlength=self.people) + np.bincount(self.host[met], minlength=self.people)

    def worth(self, slot_of: Ints) -> int:
        """Add up what the meetings are worth."""
        return int(self.value[slot_of >= 0].sum())

    def missing(self, slot_of: Ints) -> int:
        """Count the meetings that are missing to everybody's least number."""
        return int(np.maximum(self.least - self.loads(slot_of), 0).sum())

    def without_locked(self) -> "LargeMission":
        """Give the mission of all that may still be chosen: same numbers, less time, fewer tables, no locked pair."""
        if self.locked is None or not (self.locked >= 0).any():
            return self
        held = np.flatnonzero(self.locked >= 0)
        free, tables = self.free.copy(), self.tables.copy()
        for person in (self.guest[held], self.host[held]):
            np.bitwise_and.at(free, person, ~(np.int64(1) << self.locked[held]))
        np.subtract.at(tables, self.locked[held], 1)
        had = self.loads(self.locked)
        rest = replace(
            self,
            free=free,
            tables=np.maximum(tables, 0),
            most=np.maximum(self.most - had, 0),
            least=np.maximum(self.least - had, 0),
            locked=None,
        )
        rest.common[held] = 0
        return rest


def as_table(bits: Ints, slots: int) -> Bools:
    """Spread numbers whose bits are slots over a table of shape (numbers, slots)."""
    return (bits[:, None] >> np.arange(slots) & 1).astype(np.bool_)
