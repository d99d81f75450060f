"""A bound by prices: lowered step by step while they cool."""

import time
from collections.abc import Callable

import numpy as np

from matching.solver.large.effort import Effort
from matching.solver.large.mission import UNPLACED, LargeMission
from matching.solver.large.prices import Prices, Window

PRICE_STEPS, LOOK_EVERY = 1500, 25
HOT, COLD = 10.0, 0.1
"""First and last temperature of the prices, in thousandths of the largest value."""
NEAR = 0.45
"""Share of the columns of the first step that an average one has."""


def cooled(mission: LargeMission, effort: Effort, share: float, lower: Callable[[float], bool]) -> Prices:
    """Give the prices of the lowest bound found.

    The temperature falls for half of the steps, then momentum brings the prices home.

    Args:
        mission: the mission.
        effort: half of its time at most is taken.
        share: of its work that may be taken.
        lower: told of each bound on the values of all timetables; says whether it is lower than any before.

    """
    prices = Prices.of(mission)
    window = Window(mission, np.full(len(mission.value), UNPLACED), np.arange(mission.slots), prices)
    unit = mission.top / 1000
    lower(window.look(10 * HOT * unit))
    steps = int(min(PRICE_STEPS, effort.work * share / max(window.size * NEAR, 1)))
    cheapest, until = prices, effort.half_way()
    for step in range(0, steps, LOOK_EVERY):
        heat = HOT * (COLD / HOT) ** min(1.0, 2 * step / steps)
        if lower(window.look((8 * heat + 10) * unit)):
            cheapest = window.prices
        if effort.is_spent or time.monotonic() >= until:
            return cheapest
        window.cool(LOOK_EVERY, heat * unit)
        effort.spend(LOOK_EVERY * window.size)
    return window.prices if lower(window.look(unit)) else cheapest


def lowest_bound(mission: LargeMission, effort: Effort) -> int:
    """Give the lowest bound on the values of all timetables that prices find; with slack for rounding."""
    bounds = [float("inf")]

    def lower(bound: float) -> bool:
        bounds.append(bound)
        return bound < min(bounds[:-1])

    cooled(mission, effort, 1.0, lower)
    return int(min(bounds) * (1 + 1e-12) + 1e-6)
