"""List edge colouring, day split, selection rounds.

Edge colouring with lists: a slot for each chosen meeting, with exchanges of two slots along chains.

Sharing chosen meetings out among the days of a mission, so that nobody has too many on one of them.

Choosing meetings and placing them in turn, until what is chosen can be placed.
"""

from collections.abc import Iterable

import numpy as np

from matching.timetabling.large.flow import Limits, best, relaxed
from matching.timetabling.large.instance import UNPLACED, Ints, LargeMission
from matching.timetabling.large.occupancy import NOBODY, Diary, bits

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


NOW_OR_NEVER = 100
"""How much more a meeting counts on the last day on which both sides are there."""


def by_day(mission: LargeMission, chosen: Ints, slot_of: Ints) -> list[Ints]:
    """Give the meetings of each day, and at last those that found none.

    A flow for each day takes as many as that day's caps and tables allow, and at least so many of each person that
    the days after it can hold the others. Without holes all find a day: bipartite graphs split evenly (de Werra 1971).

    Args:
        mission: the mission.
        chosen: meetings without a slot.
        slot_of: the slots of those that have one.

    """
    spare = mission.day_capacity - mission.day_loads(slot_of)
    tables = mission.tables - np.bincount(slot_of[slot_of >= 0], minlength=mission.slots)
    value, shares = np.ones(len(mission.value), np.int64), []
    for day, slots in enumerate(mission.day_slots.tolist()):
        possible = chosen[(mission.common[chosen] & slots) != 0]
        later = sum(mission.day_slots.tolist()[day + 1 :])
        value[possible] = np.where(mission.common[possible] & later, 1, NOW_OR_NEVER)
        degree = np.bincount(mission.guest[chosen], minlength=mission.people)
        degree += np.bincount(mission.host[chosen], minlength=mission.people)
        most = np.maximum(spare[:, day], 0)
        limits = Limits(
            most=most,
            least=np.clip(degree - np.maximum(spare[:, day + 1 :], 0).sum(axis=1), 0, most),
            total=int(np.maximum(tables[mission.days == day], 0).sum()),
            video=int(mission.video_tables[mission.days == day].sum()),
        )
        shares.append(best(mission, possible, value, limits))
        chosen = np.setdiff1d(chosen, shares[-1])
    return [*shares, chosen]


DEARER = 0.02
"""Share of the largest value by which a meeting that found no place counts less the first time; then twice that."""


class Selecting:
    """A timetable made from the relaxation's choice, and made better by choosing again."""

    def __init__(self, mission: LargeMission, chosen: Ints) -> None:
        self.mission = mission
        self.diary = Diary(mission)
        self._colouring = Colouring(self.diary)
        self._counted = mission.value.copy()
        self._penalty = np.full(len(mission.value), max(1, round(DEARER * mission.top)))
        self.lost = self._placed(chosen)

    def again(self) -> None:
        """Choose with those that found no place counted less, keep what stays chosen, and place the rest."""
        lost = np.array(self.lost, dtype=np.int64)
        self._counted[lost] = np.maximum(self._counted[lost] - self._penalty[lost], 0)
        self._penalty[lost] *= 2
        placed = self.diary.as_slots() != UNPLACED
        chosen = relaxed(self.mission, self._counted + placed).chosen
        stays = np.zeros(len(placed), dtype=np.bool_)
        stays[chosen] = True
        for meeting in np.flatnonzero(placed & ~stays).tolist():
            self.diary.strike(meeting)
        new = chosen[~placed[chosen]]
        self.lost = self._placed(new)

    def _placed(self, meetings: Ints) -> list[int]:
        """Place meetings, on several days each on its own; give those that found no place."""
        mission, diary = self.mission, self.diary
        if len(mission.day_slots) == 1:
            return self._colouring.place_all(hardest_first(mission, meetings))
        lost = []
        *shares, homeless = by_day(mission, meetings, diary.as_slots())
        for slots, share in zip(mission.day_slots.tolist(), shares, strict=True):
            for meeting in share.tolist():
                diary.common[meeting] &= slots
            lost += self._colouring.place_all(hardest_first(mission, share))
        diary.common = mission.common.tolist()
        return self._colouring.place_all([*lost, *homeless.tolist()])

    def filled(self) -> Ints:
        """Give the slots with every candidate placed that still can be, the most valuable first; nobody moves."""
        if not self.diary.with_room:
            return self.diary.as_slots()
        diary = Diary.of(self.mission, self.diary.as_slots())
        fill(diary, np.argsort(-self.mission.value, kind="stable"))
        return diary.as_slots()


def fill(diary: Diary, candidates: Iterable[int] | Ints) -> list[int]:
    """Place candidates in their order wherever both sides and a table are free, those first who miss meetings."""
    mission = diary.mission
    order = np.asarray(list(candidates), dtype=np.int64)
    left, busy = np.array(diary.left), np.array(diary.busy, dtype=np.int64) | np.array(diary.barred, dtype=np.int64)
    guest, host = mission.guest[order], mission.host[order]
    open_slots = mission.common[order] & ~(busy[guest] | busy[host]) & diary.with_room
    can = (open_slots != 0) & (left[guest] > 0) & (left[host] > 0) & (np.array(diary.slot_of)[order] == UNPLACED)
    missing = mission.least > mission.capacity - left
    order = order[can]
    needed = missing[mission.guest[order]].astype(int) + missing[mission.host[order]]
    added = []
    for meeting in order[np.argsort(-needed, kind="stable")].tolist():
        slots = diary.places(meeting)
        if slots and diary.may_meet(meeting):
            diary.enter(meeting, (slots & -slots).bit_length() - 1)
            added.append(meeting)
    return added
