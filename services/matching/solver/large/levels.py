"""Prices of the relaxation without slots: where the prices with slots begin."""

import numpy as np

from matching.solver.large.mission import Floats, LargeMission

STEPS, HOT, COLD, RESTART = 300, 0.1, 0.002, 40
"""Steps, first and last temperature as shares of the largest value, and after how many steps momentum is dropped."""


def levels(mission: LargeMission) -> tuple[Floats, float]:
    """Give a price for each person's meetings and one for a table, near the optimum of the b-matching's dual."""
    usable = np.flatnonzero(mission.common)
    guest, host, value = mission.guest[usable], mission.host[usable], mission.value[usable].astype(float)
    capacity, tables = mission.capacity.astype(float), float(mission.tables.sum())
    top = float(mission.top)
    person, table = np.full(mission.people, top / 10), 0.0
    before, table_before = person, table
    best, found = np.inf, (person, table)
    for step in range(STEPS):
        heat = top * HOT * (COLD / HOT) ** (step / STEPS)
        earned = value - person[guest] - person[host] - table
        bound = float(np.maximum(earned, 0).sum() + person @ capacity + table * tables)
        if bound < best:
            best, found = bound, (person, table)
        share = 1 / (1 + np.exp(np.clip(-earned / heat, -50, 50)))
        asked = np.bincount(guest, share, mission.people) + np.bincount(host, share, mission.people)
        stepped = np.maximum(person - heat * (capacity - asked) / np.maximum(capacity, 1), 0)
        table_stepped = max(table - heat / 2 * (tables - float(share.sum())) / max(tables, 1), 0.0)
        momentum = (step % RESTART) / (step % RESTART + 3)
        person = np.maximum(stepped + momentum * (stepped - before), 0)
        table = max(table_stepped + momentum * (table_stepped - table_before), 0.0)
        before, table_before = stepped, table_stepped
    return found
