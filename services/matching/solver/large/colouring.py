"""Edge colouring with lists: a slot for each chosen meeting, with exchanges of two slots along chains."""

from collections.abc import Iterable

import numpy as np

from matching.solver.large.diary import NOBODY, Diary, bits
from matching.solver.large.mission import Ints, LargeMission

SEARCHED = 400
"""People from whom a chain is tried that would free a table."""


class Colouring:
    """Places meetings one after another; what was placed may change its slot, and never loses its place.

    With full availability this is König's proof: every meeting finds its slot. Tables are kept even while slots are
    filled, and made even by odd chains where they are not (de Werra's balanced classes).
    """

    def __init__(self, diary: Diary) -> None:
        self.diary = diary
        self._level = max(diary.room, default=0)
        self._roomy = 0
        self._turn = 0

    def place_all(self, meetings: Iterable[int]) -> list[int]:
        """Place meetings in their order, and give those that found no place."""
        return [meeting for meeting in meetings if not self.place(meeting)]

    def place(self, meeting: int) -> bool:
        """Give one meeting a slot, if one can be had directly, by a chain, or by freeing a table."""
        diary = self.diary
        free, places = diary.open_slots(meeting) & diary.with_kits(meeting), diary.places(meeting)
        if places:
            diary.enter(meeting, self._emptiest(places))
            return True
        for slot in bits(free & ~diary.with_room):
            places = diary.places(meeting) if self._free_table(slot) else 0
            if places:
                diary.enter(meeting, self._emptiest(places))
                return True
        return self._by_chain(meeting)

    def _emptiest(self, free: int) -> int:
        """Choose of some slots one that has about as many tables left as any."""
        roomy = free & self._roomy
        while not roomy and self._level > 1 and not self._roomy & self.diary.with_room:
            self._level -= 1 + self._level // 50
            self._roomy = sum(1 << slot for slot, room in enumerate(self.diary.room) if room >= self._level)
            roomy = free & self._roomy
        slot = (roomy or free) & -(roomy or free)
        place = slot.bit_length() - 1
        if self.diary.room[place] - 1 < self._level:
            self._roomy &= ~slot
        return place

    def _by_chain(self, meeting: int) -> bool:
        """Free a slot for both sides, each along a chain of its own where it is busy; fewest busy sides first.

        The two chains never undo one another: on its way from one side a chain reaches the other only by the slot that
        was just freed there.
        """
        diary = self.diary
        sides = diary.guest[meeting], diary.host[meeting]
        both = diary.busy[sides[0]] & diary.busy[sides[1]]
        common = diary.common[meeting] & diary.with_kits(meeting)
        for slot in (*bits(common & ~both), *bits(common & both)):
            if not all(self._vacate(person, slot) for person in sides):
                continue
            if (diary.room[slot] > 0 or self._free_table(slot)) and diary.places(meeting) >> slot & 1:
                diary.enter(meeting, slot)
                return True
        return False

    def _vacate(self, person: int, slot: int) -> bool:
        """Free a person in a slot along the first chain that masks and tables allow."""
        diary = self.diary
        if not diary.busy[person] >> slot & 1:
            return True
        for other in bits(diary.free[person] & ~diary.busy[person]):
            chain = diary.chain(person, slot, other)
            if chain is not None and diary.has_tables(chain, slot, other):
                diary.shift(chain, slot, other)
                return True
        return False

    def _free_table(self, full: int) -> bool:
        """Move one meeting more out of a full slot than into it, along an odd chain to a slot that has a table left."""
        diary = self.diary
        people, roomy = diary.mission.people, bits(diary.with_room & ~(1 << full))
        for _ in range(min(people, SEARCHED)):
            self._turn = (self._turn + 1) % people
            if diary.at[self._turn][full] == NOBODY:
                continue
            for other in roomy:
                if not diary.busy[self._turn] >> other & 1:
                    chain = diary.chain(self._turn, full, other)
                    if chain is not None and len(chain) % 2 and diary.has_tables(chain, full, other):
                        diary.shift(chain, full, other)
                        return True
        return False


def coloured(mission: LargeMission, chosen: Ints) -> tuple[Diary, list[int]]:
    """Place chosen meetings, those of the people with least choice first; give also those that found no place."""
    diary = Diary(mission)
    return diary, Colouring(diary).place_all(hardest_first(mission, chosen))


def hardest_first(mission: LargeMission, chosen: Ints) -> list[int]:
    """Order meetings by how little time their busier side has to spare."""
    loads = np.bincount(mission.guest[chosen], minlength=mission.people) + np.bincount(
        mission.host[chosen], minlength=mission.people
    )
    spare = mission.present.sum(axis=1) - loads
    tightness = np.minimum(spare[mission.guest[chosen]], spare[mission.host[chosen]])
    freedom = np.bitwise_count(mission.common[chosen])
    return [int(meeting) for meeting in chosen[np.lexsort((chosen, freedom, tightness))]]
