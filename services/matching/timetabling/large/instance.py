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

    Each is one person who sits at one table at a time. The guarantee comes before all value: as few meetings as
    possible are missing to everybody's least number.
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
    sits: Ints | None = None
    """Shape (people,): slots in which each sits in a meeting of no candidate, as bits. It counts for waits alone."""
    day: Ints | None = None
    """Shape (slots,): the number of each slot's day, from 0; None if all are of one day."""
    most_a_day: Ints | None = None
    """Shape (people, days): how many meetings a person may have on each day; None if only `most` limits them."""
    online: Bools | None = None
    """Shape (people,): whose meetings need a table with a video kit; None if nobody's do."""
    video: Ints | None = None
    """Shape (slots,): how many of the open tables have one; None if all have."""
    session: Ints | None = None
    """Shape (slots,): the number of each slot's session, from 0: between two of them nobody waits; None if all one."""
    clash: Ints | None = None
    """Shape (slots,): the slots that overlap each one, itself included, as bits; None if they follow one another."""
    seats: Ints | None = None
    """Shape (people, slots): how many meetings "a person" can be in at once. For bounds only; None if one."""
    beyond: Ints | None = None
    """Shape (candidates,): what a meeting is worth beyond its value, which alone leads the search; they rank alike."""
    most_beyond: int = 0
    """The most `beyond` of any timetable."""
    scale: int = 0
    """A large value as values go, by which the search is measured; 0 for the largest one."""

    def __post_init__(self) -> None:
        """Refuse what no timetable could be made from."""
        if not self.slots or self.slots > MOST_SLOTS:
            raise ValueError(f"A large mission has 1 to {MOST_SLOTS} slots, not {self.slots}.")
        lengths = (self.guest, self.host, self.value), (self.free, self.most, self.least)
        if any(len({len(array) for array in kind}) > 1 for kind in lengths):
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

    @property
    def top(self) -> int:
        """The value by which prices and temperatures are measured."""
        return self.scale or int(self.value.max(initial=1))

    @cached_property
    def days(self) -> Ints:
        """Shape (slots,): the number of each slot's day."""
        return np.zeros(self.slots, np.int64) if self.day is None else self.day

    @cached_property
    def day_slots(self) -> Ints:
        """Shape (days,): the slots of each day, as bits."""
        slots = np.zeros(int(self.days.max(initial=0)) + 1, np.int64)
        np.bitwise_or.at(slots, self.days, np.int64(1) << np.arange(self.slots))
        return slots

    @cached_property
    def common(self) -> Ints:
        """Shape (candidates,): the slots in which both sides are there and a table is open, as bits."""
        plain, video = ((tables > 0) @ (np.int64(1) << np.arange(self.slots)) for tables in self._kinds)
        return self.free[self.guest] & self.free[self.host] & np.where(self.needs_video, video, plain)

    @cached_property
    def needs_video(self) -> Bools:
        """Shape (candidates,): whether a meeting needs a table with a video kit."""
        none = np.zeros(len(self.guest), np.bool_)
        return none if self.online is None else self.online[self.guest] | self.online[self.host]

    @cached_property
    def video_tables(self) -> Ints:
        """Shape (slots,): how many meetings that need a video kit each slot has room for."""
        return self.tables if self.video is None else self.video

    @cached_property
    def open_in(self) -> Bools:
        """Shape (candidates, slots): whether a pair could meet in a slot if nobody else did."""
        return as_table(self.common, self.slots)

    @cached_property
    def present(self) -> Floats:
        """Shape (people, slots): 1 where a person is there, more where it can be in several meetings at once."""
        there = as_table(self.free, self.slots).astype(float)
        return there if self.seats is None else there * self.seats

    @cached_property
    def sessions(self) -> Ints:
        """Shape (sessions,): the slots of each session, as bits."""
        number = np.zeros(self.slots, np.int64) if self.session is None else self.session
        slots = np.zeros(int(number.max(initial=0)) + 1, np.int64)
        np.bitwise_or.at(slots, number, np.int64(1) << np.arange(self.slots))
        return slots

    @cached_property
    def day_limits(self) -> Ints:
        """Shape (people, days): how many meetings a person may have on each day; as many as there are slots, if any."""
        shape = (self.people, len(self.day_slots))
        return np.full(shape, self.slots) if self.most_a_day is None else self.most_a_day

    @cached_property
    def day_capacity(self) -> Ints:
        """Shape (people, days): how many meetings a person can have on each day, by caps and by the slots there."""
        there = np.stack([self.present[:, self.days == day].sum(axis=1) for day in range(len(self.day_slots))], axis=1)
        most = np.minimum(np.clip(self.day_limits, 0, there.astype(np.int64)), np.maximum(self.most, 0)[:, None])
        return np.asarray(most, dtype=np.int64)

    @cached_property
    def capacity(self) -> Ints:
        """Shape (people,): how many meetings a person can have."""
        return np.clip(self.most, 0, self.day_capacity.sum(axis=1))

    @cached_property
    def short_of_tables(self) -> bool:
        """Whether some slot has fewer tables than its people could use."""
        sides = self.present[: self.guests].sum(axis=0), self.present[self.guests :].sum(axis=0)
        return bool((self.tables < np.minimum(*sides)).any())

    def loads(self, slot_of: Ints) -> Ints:
        """Count each person's meetings."""
        met = slot_of >= 0
        return np.bincount(self.guest[met], minlength=self.people) + np.bincount(self.host[met], minlength=self.people)

    def day_loads(self, slot_of: Ints) -> Ints:
        """Count each person's meetings on each day: shape (people, days)."""
        met, days = np.flatnonzero(slot_of >= 0), len(self.day_slots)
        day = self.days[slot_of[met]]
        counts = sum(np.bincount(side[met] * days + day, minlength=self.people * days) for side in self._sides)
        return np.asarray(counts, dtype=np.int64).reshape(self.people, days)

    def has_room(self, slot_of: Ints, slot: int) -> Bools:
        """Shape (people,): whether each may have one more meeting in a slot beside all that are placed."""
        day, here = int(self.days[slot]), np.zeros(self.people, np.int64)
        spare: Bools = self.loads(slot_of) < self.capacity
        spare &= self.day_loads(slot_of)[:, day] < self.day_capacity[:, day]
        clashing = int(1 << slot if self.clash is None else self.clash[slot])
        beside = np.flatnonzero((slot_of >= 0) & (clashing >> np.maximum(slot_of, 0) & 1).astype(np.bool_))
        for side in self._sides:
            here += np.bincount(side[beside], minlength=self.people)
        return spare & (here < self.present[:, slot])

    @property
    def _kinds(self) -> tuple[Ints, Ints]:
        return self.tables, self.video_tables

    @property
    def _sides(self) -> tuple[Ints, Ints]:
        return self.guest, self.host

    @cached_property
    def weight(self) -> Ints:
        """Shape (candidates,): what each meeting is worth, `beyond` included."""
        return self.value if self.beyond is None else self.value + self.beyond

    def worth(self, slot_of: Ints) -> int:
        """Add up what the meetings are worth."""
        return int(self.weight[slot_of >= 0].sum())

    def missing(self, slot_of: Ints) -> int:
        """Count the meetings that are missing to everybody's least number."""
        return int(np.maximum(self.least - self.loads(slot_of), 0).sum())

    def without_locked(self) -> "LargeMission":
        """Give the mission of all that may still be chosen: same numbers, less time, fewer tables, no locked pair."""
        if self.locked is None or not (self.locked >= 0).any():
            return self
        held = np.flatnonzero(self.locked >= 0)
        free, tables = self.free.copy(), self.tables.copy()
        taken = np.int64(1) << self.locked[held] if self.clash is None else self.clash[self.locked[held]]
        for person in (self.guest[held], self.host[held]):
            np.bitwise_and.at(free, person, ~taken)
        np.subtract.at(tables, self.locked[held], 1)
        video = None if self.video is None else self.video.copy()
        if video is not None and self.online is not None:
            np.subtract.at(video, self.locked[held[self.needs_video[held]]], 1)
        had = self.loads(self.locked)
        daily = None if self.most_a_day is None else np.maximum(self.most_a_day - self.day_loads(self.locked), 0)
        rest = replace(
            self,
            free=free,
            tables=np.maximum(tables, 0),
            video=None if video is None else np.clip(video, 0, tables),
            most_a_day=daily,
            most=np.maximum(self.most - had, 0),
            least=np.maximum(self.least - had, 0),
            locked=None,
        )
        rest.common[held] = 0
        return rest


def as_table(bits: Ints, slots: int) -> Bools:
    """Spread numbers whose bits are slots over a table of shape (numbers, slots)."""
    return (bits[:, None] >> np.arange(slots) & 1).astype(np.bool_)
