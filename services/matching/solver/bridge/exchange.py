"""More guests with enough meetings, at the same value."""

import numpy as np

from matching.domain.aims import Aim
from matching.solver.bridge.arrays import Arrays
from matching.solver.large.mission import UNPLACED, Ints, LargeMission


def exchanged(arrays: Arrays, mission: LargeMission, slot_of: Ints) -> Ints:
    """Let guests who lack meetings take those of guests who have more than enough, where no value is lost.

    The host's person, the slot and the table stay.
    """
    if not arrays.missing.any() or {Aim.GUARANTEE, Aim.TARGET}.isdisjoint(arrays.problem.aims):
        return slot_of
    exchange = _Exchange(arrays, mission, slot_of.copy())
    lacking = exchange.left.argsort(kind="stable")
    for guest in lacking[exchange.left[lacking] > 0].tolist():
        exchange.supply(guest)
    return exchange.slot_of


class _Exchange:
    """A timetable in which meetings go from one guest to another; `left` is what each organisation still lacks."""

    def __init__(self, arrays: Arrays, mission: LargeMission, slot_of: Ints) -> None:
        self.slot_of, self._arrays, self._mission = slot_of, arrays, mission
        placed = np.flatnonzero(slot_of != UNPLACED)
        self.left = arrays.missing - np.bincount(arrays.guest[placed], minlength=len(arrays.missing))
        self._daily = mission.day_loads(slot_of)
        self._busy = np.zeros(mission.people, np.int64)
        for side in (mission.guest, mission.host):
            np.bitwise_or.at(self._busy, side[placed], np.int64(1) << slot_of[placed])

    def supply(self, guest: int) -> None:
        """Give a guest meetings of others, the most valuable first, until it lacks none."""
        arrays, weight = self._arrays, self._mission.weight
        own = np.flatnonzero((arrays.guest == guest) & (self.slot_of == UNPLACED))
        for wanted in own[np.argsort(-weight[own], kind="stable")].tolist():
            if self.left[guest] <= 0:
                return
            others = np.flatnonzero((self._mission.host == self._mission.host[wanted]) & (self.slot_of != UNPLACED))
            for other in others[weight[others] <= weight[wanted]].tolist():
                if self._may_change(wanted, other):
                    self._change(wanted, other)
                    break

    def _may_change(self, wanted: int, other: int) -> bool:
        """Say whether a guest may have another's meeting, who has more than enough."""
        mission, slot = self._mission, int(self.slot_of[other])
        person, day = mission.guest[wanted], mission.days[slot]
        return bool(
            self.left[self._arrays.guest[other]] < 0
            and mission.common[wanted] >> slot & 1
            and not self._busy[person] & self._arrays.clashes[slot]
            and self._daily[person, day] < mission.day_limits[person, day]
            and mission.needs_video[wanted] <= mission.needs_video[other]
        )

    def _change(self, wanted: int, other: int) -> None:
        arrays, mission, slot = self._arrays, self._mission, int(self.slot_of[other])
        self.slot_of[wanted], self.slot_of[other] = slot, UNPLACED
        self.left[arrays.guest[wanted]] -= 1
        self.left[arrays.guest[other]] += 1
        for candidate, step in ((wanted, 1), (other, -1)):
            self._daily[mission.guest[candidate], mission.days[slot]] += step
        self._busy[mission.guest[wanted]] |= 1 << slot
        self._busy[mission.guest[other]] &= ~(1 << slot)
