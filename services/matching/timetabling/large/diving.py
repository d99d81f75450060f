"""Filling slots one after another by prices that learn from each slot that is settled."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from matching.timetabling.large.flow import refill
from matching.timetabling.large.instance import UNPLACED, Ints, LargeMission
from matching.timetabling.large.lagrangian import Prices, Window
from matching.timetabling.large.run import Effort

EXACT = 20
"""Work of the exact filling of a slot, in steps."""
FINENESS = 10_000
"""What the largest value is scaled to, so that prices count in whole numbers."""


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How a dive is done; heat, strength and margin are thousandths of the largest value."""

    steps: int = 50
    """Steps of the prices before each slot."""
    heat: float = 5.0
    strength: float = 50.0
    """Premium for the likelihood of meeting in this slot."""
    margin: float = 40.0


class Diver:
    """Fills slots of one mission, in an order by chance, while there is effort."""

    def __init__(self, mission: LargeMission, chance: Generator, effort: Effort) -> None:
        self._mission, self._chance, self._effort = mission, chance, effort
        self._unit = mission.top / 1000

    def fill(self, slot_of: Ints, slots: Ints, prices: Prices, manner: Manner) -> None:
        """Fill some slots anew, each with the meetings that prices draw into it.

        What the linear relaxation would spread over several slots is settled one slot at a time, and the prices of
        the others are cooled again before the next. Slots that are left when the effort is spent stay empty.

        Args:
            slot_of: the slot of each candidate; changed in place.
            slots: the slots to fill.
            prices: where the prices begin.
            manner: how.

        """
        slot_of[np.isin(slot_of, slots)] = UNPLACED
        window = Window(self._mission, slot_of, slots, prices)
        window.look(manner.margin * self._unit)
        while len(window.slots) and not self._effort.is_spent:
            window.cool(manner.steps, manner.heat * self._unit)
            self._effort.spend(window.size * (manner.steps + EXACT))
            place = int(self._chance.integers(len(window.slots)))
            slot = int(window.slots[place])
            if window.size:
                refill(self._mission, slot_of, slot, self._counts(window, place, manner))
            window.close(place, np.where(slot_of == slot, slot_of, UNPLACED))

    def _counts(self, window: Window, place: int, manner: Manner) -> Ints:
        """Give what each candidate counts in one slot, in whole numbers."""
        counts = np.zeros(len(self._mission.value), np.int64)
        drawn, pull = window.pull(place, manner.heat * self._unit, manner.strength * self._unit)
        counts[drawn] = (pull * FINENESS / (1000 * self._unit)).astype(np.int64)
        return counts
