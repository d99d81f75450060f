"""Who meets whom when, as bits and tables that one meeting changes at a time."""

from collections.abc import Iterable
from typing import Self

import numpy as np

from matching.timetabling.large.instance import UNPLACED, Ints, LargeMission

NOBODY = -1


class Diary:
    """The meetings of a mission in a form in which one of them is placed or moved in a microsecond.

    Plain lists and whole numbers as bit sets: what follows a chain from person to person has no use for arrays.
    """

    def __init__(self, mission: LargeMission) -> None:
        self.mission = mission
        self.slots = mission.slots
        self.guest: list[int] = mission.guest.tolist()
        self.host: list[int] = mission.host.tolist()
        self.common: list[int] = mission.common.tolist()
        self.free: list[int] = (mission.free & ((1 << mission.slots) - 1)).tolist()
        self.slot_of = [UNPLACED] * len(self.guest)
        self.busy = [0] * mission.people
        self.at = [[NOBODY] * mission.slots for _ in range(mission.people)]
        """For each person and slot the meeting, or NOBODY."""
        self.room: list[int] = mission.tables.tolist()
        """The tables left in each slot."""
        self.video: list[int] = mission.video_tables.tolist()
        """The tables with a video kit left in each slot, as if only online meetings took them."""
        self.with_video = sum(1 << slot for slot, left in enumerate(self.video) if left > 0)
        self.online: list[bool] = mission.needs_video.tolist()
        self.left: list[int] = mission.capacity.tolist()
        """How many more meetings each person may have."""
        self.with_room = sum(1 << slot for slot, room in enumerate(self.room) if room > 0)
        self._days: list[int] = mission.days.tolist()
        self._day_slots: list[int] = mission.day_slots.tolist()
        self._day_left: list[list[int]] = mission.day_limits.tolist()
        self.barred: list[int] = [self._full_days(left) for left in self._day_left]
        """The slots of the days on which each person may have no more meetings, as bits."""

    @classmethod
    def of(cls, mission: LargeMission, slot_of: Ints) -> Self:
        """Enter a whole timetable."""
        diary = cls(mission)
        met = np.flatnonzero(slot_of != UNPLACED)
        slot, sides = slot_of[met], (mission.guest[met], mission.host[met])
        busy = np.zeros(mission.people, np.int64)
        at = np.full((mission.people, mission.slots), NOBODY)
        for side in sides:
            np.bitwise_or.at(busy, side, np.int64(1) << slot)
            at[side, slot] = met
        diary.slot_of, diary.busy, diary.at = slot_of.tolist(), busy.tolist(), at.tolist()
        diary.left = (mission.capacity - mission.loads(slot_of)).tolist()
        diary._day_left = (mission.day_limits - mission.day_loads(slot_of)).tolist()
        diary.barred = [diary._full_days(left) for left in diary._day_left]
        online = mission.needs_video[met]
        for number, taken in enumerate(np.bincount(slot, minlength=mission.slots).tolist()):
            diary.seat(number, -taken)
        for number, taken in enumerate(np.bincount(slot[online], minlength=mission.slots).tolist()):
            diary._take_kits(number, taken)
        return diary

    def _full_days(self, left: list[int]) -> int:
        return sum(slots for slots, number in zip(self._day_slots, left, strict=True) if number <= 0)

    def enter(self, meeting: int, slot: int) -> None:
        """Place a meeting; whether it may stand there is for the caller to know."""
        self.slot_of[meeting] = slot
        for person in (self.guest[meeting], self.host[meeting]):
            self.busy[person] |= 1 << slot
            self.at[person][slot] = meeting
            self._count(person, slot, 1)
        self.seat(slot, -1)
        self._take_kits(slot, int(self.online[meeting]))

    def strike(self, meeting: int) -> int:
        """Take a meeting out, and give the slot that it had."""
        slot = self.slot_of[meeting]
        self.slot_of[meeting] = UNPLACED
        for person in (self.guest[meeting], self.host[meeting]):
            self.busy[person] &= ~(1 << slot)
            self.at[person][slot] = NOBODY
            self._count(person, slot, -1)
        self.seat(slot, 1)
        self._take_kits(slot, -int(self.online[meeting]))
        return slot

    def _take_kits(self, slot: int, number: int) -> None:
        """Take video kits of a slot, or give some back."""
        self.video[slot] -= number
        if self.video[slot] > 0:
            self.with_video |= 1 << slot
        else:
            self.with_video &= ~(1 << slot)

    def _count(self, person: int, slot: int, change: int) -> None:
        day = self._days[slot]
        self.left[person] -= change
        self._day_left[person][day] -= change
        if self._day_left[person][day] > 0:
            self.barred[person] &= ~self._day_slots[day]
        else:
            self.barred[person] |= self._day_slots[day]

    def shift(self, meetings: Iterable[int], one: int, other: int) -> None:
        """Exchange two slots for meetings that stand in either and that together leave everybody's day valid."""
        moved = [(meeting, one + other - self.slot_of[meeting]) for meeting in meetings]
        for meeting, _ in moved:
            self.strike(meeting)
        for meeting, slot in moved:
            self.enter(meeting, slot)

    def may_meet(self, meeting: int) -> bool:
        """Say whether both sides may have one more meeting."""
        return self.left[self.guest[meeting]] > 0 and self.left[self.host[meeting]] > 0

    def left_by_day(self, person: int) -> list[int]:
        """Give how many more meetings a person may have on each day."""
        return [max(0, left) for left in self._day_left[person]]

    def open_slots(self, meeting: int) -> int:
        """Give the slots in which both sides are there and free, as bits, whether or not a table is."""
        guest, host = self.guest[meeting], self.host[meeting]
        return self.common[meeting] & ~(self.busy[guest] | self.busy[host] | self.barred[guest] | self.barred[host])

    def places(self, meeting: int) -> int:
        """Give the slots in which both sides and a table that would do are free, as bits."""
        return self.open_slots(meeting) & self.with_room & self.with_kits(meeting)

    def with_kits(self, meeting: int) -> int:
        """Give the slots in which no video kit is missing to a meeting, as bits."""
        return self.with_video if self.online[meeting] else -1

    def chain(self, person: int, one: int, other: int) -> list[int] | None:
        """Follow the meetings that must change over if a person's meeting leaves slot one for the other.

        The path of two colours (Kempe 1879) from a person who has nothing in `other`; None if one of its meetings
        may not stand in the slot that it would go to, or one of the people at its ends has had enough on that day.
        """
        found = []
        meeting = self.at[person][one]
        here, there = one, other
        crosses = self._days[one] != self._days[other]
        if crosses and self.barred[person] >> other & 1:
            return None
        while meeting != NOBODY:
            if not self.common[meeting] >> there & 1:
                return None
            found.append(meeting)
            person = self.guest[meeting] + self.host[meeting] - person
            meeting = self.at[person][there]
            here, there = there, here
        if crosses and found and self.barred[person] >> here & 1:
            return None
        return found

    def has_tables(self, chain: list[int], one: int, other: int) -> bool:
        """Say whether two slots have the tables for an exchange along a chain that begins in slot `one`."""
        if len(chain) % 2 and self.room[other] <= 0:
            return False
        more = sum(self.online[meeting] for meeting in chain[::2]) - sum(self.online[m] for m in chain[1::2])
        return self.video[other] >= more and self.video[one] >= -more

    def as_slots(self) -> Ints:
        """Give the slot of each candidate."""
        return np.array(self.slot_of, dtype=np.int64)

    def seat(self, slot: int, change: int) -> None:
        """Take tables of a slot, or give some back."""
        self.room[slot] += change
        if self.room[slot] > 0:
            self.with_room |= 1 << slot
        else:
            self.with_room &= ~(1 << slot)


def bits(mask: int) -> list[int]:
    """List the slots of a bit set, earliest first."""
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found
