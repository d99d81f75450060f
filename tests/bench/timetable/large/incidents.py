"""How fast a large timetable is repaired, and how few people notice."""

from time import process_time

import numpy as np

from matching.timetabling.large import UNPLACED
from matching.timetabling.large.repair import Standing

EVENTS = 100


def repaired(mission, found, seed=0):
    """Let a hundred of each kind of incident happen to one timetable, and give figures of each kind."""
    started = process_time()
    standing = Standing(mission, found.slot_of, found.table_of)
    figures = {"read the timetable, CPU ms": 1000 * (process_time() - started)}
    chance = np.random.default_rng(seed)
    third = (1 << mission.slots // 3) - 1
    rest = (1 << 2 * mission.slots // 3) - 1
    kinds = {
        "cancelled": standing.cancel,
        "late by a third": lambda person: standing.change_hours(person, int(mission.free[person]) & ~third),
        "leaves after two thirds": lambda person: standing.change_hours(person, int(mission.free[person]) & rest),
    }
    people = chance.permutation(mission.people)[: 3 * min(EVENTS, mission.people // 3)]
    for (name, happen), chosen in zip(kinds.items(), np.split(people, 3), strict=True):
        figures[name] = _measured(happen, chosen.tolist())
    tables = mission.tables.copy()
    tables[mission.slots // 2] -= 1
    figures["a table lost"] = _measured(standing.change_hall, [tables.tolist()])
    tables[-2:] = 0
    figures["two slots lost"] = _measured(standing.change_hall, [tables.tolist()])
    newcomer = int(chance.permutation(np.flatnonzero(np.bitwise_count(mission.free) > mission.slots // 2))[0])
    standing.cancel(newcomer)
    standing.change_hours(newcomer, int(mission.free[newcomer]))
    figures["walk-in"] = _measured(standing.welcome, [newcomer])
    figures["meetings left"] = int((standing.slot_of != UNPLACED).sum())
    return figures


def _measured(happen, subjects):
    """Time each incident by the clock and of the processor, and count what it changed."""
    wall, cpu, changes = [], [], []
    for subject in subjects:
        started = process_time()
        changes.append(happen(subject))
        cpu.append(1000 * (process_time() - started))
        wall.append(1000 * changes[-1].seconds)
    reasons = {}
    for dropped in (dropped for change in changes for dropped in change.dropped):
        reasons[dropped.reason] = reasons.get(dropped.reason, 0) + 1
    counts = {
        name: float(np.mean([len(getattr(change, name)) for change in changes]))
        for name in ("moved", "dropped", "added", "told")
    }
    wall_p50, wall_p95, wall_max = np.percentile(wall, [50, 95, 100])
    times = {"p50 ms": wall_p50, "p95 ms": wall_p95, "max ms": wall_max, "p95 CPU ms": np.percentile(cpu, 95)}
    return {name: float(value) for name, value in times.items()} | counts | {"reasons": reasons}
