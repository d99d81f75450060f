"""Sharing chosen meetings out among the days of a mission, so that nobody has too many on one of them."""

import numpy as np

from matching.solver.large.flow import Limits, best
from matching.solver.large.mission import Ints, LargeMission

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
