"""Choosing meetings and placing them in turn, until what is chosen can be placed."""

from collections.abc import Iterable

import numpy as np

from matching.solver.large.colouring import Colouring, hardest_first
from matching.solver.large.days import by_day
from matching.solver.large.diary import Diary
from matching.solver.large.flow import relaxed
from matching.solver.large.mission import UNPLACED, Ints, LargeMission

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
