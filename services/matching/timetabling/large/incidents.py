"""What has changed since a timetable of a large mission was made, as incidents that are answered at once."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from matching.timetabling.large import UNPLACED, LargeMission
from matching.timetabling.large.repair import Standing

Slots = dict[int, int]
"""The slot of each meeting that has one."""


def after_incidents(mission: LargeMission, known: Mapping[int, int], told: frozenset[int]) -> Slots:
    """Repair a timetable.

    Args:
        mission: as it is now.
        known: the slots of the meetings in the timetable before.
        told: people who have lost a meeting that is no more, and may have others.

    """
    before = _possible(mission, known)
    numbers, slots = np.array(list(before), dtype=np.int64), np.array(list(before.values()), dtype=np.int64)
    slot_of, table_of = np.full(len(mission.value), UNPLACED), np.full(len(mission.value), UNPLACED)
    slot_of[numbers] = slots
    table_of[numbers] = _tables(slots)
    free = mission.free.copy()
    for side in (mission.guest, mission.host):
        np.bitwise_or.at(free, side[numbers], np.int64(1) << slots)
    tables = np.maximum(mission.tables, np.bincount(slots, minlength=mission.slots))
    standing = Standing(replace(mission, free=free, tables=tables), slot_of, table_of)
    for person in np.flatnonzero(free != mission.free).tolist():
        standing.change_hours(person, int(mission.free[person]))
    standing.change_hall(mission.tables.tolist())
    for person in _waiting(mission, known, before, told):
        standing.welcome(person)
    now = standing.slot_of
    return {number: int(now[number]) for number in np.flatnonzero(now != UNPLACED).tolist()}


def _possible(mission: LargeMission, known: Mapping[int, int]) -> Slots:
    """Give the timetable before without what its people cannot have had: the most valuable meetings stay."""
    found: Slots = {}
    busy: set[tuple[int, int]] = set()
    counts: Counter[int] = Counter()
    for number in sorted(known, key=lambda number: (-mission.value[number], number)):
        slot, pair = known[number], (int(mission.guest[number]), int(mission.host[number]))
        full = any(counts[person] >= mission.most[person] for person in pair)
        if slot < mission.slots and not full and busy.isdisjoint((person, slot) for person in pair):
            found[number] = slot
            busy |= {(person, slot) for person in pair}
            counts.update(pair)
    return found


def _tables(slots: np.ndarray) -> list[int]:
    """Number the meetings of each slot."""
    taken: Counter[int] = Counter()
    tables = []
    for slot in slots.tolist():
        tables.append(taken[slot])
        taken[slot] += 1
    return tables


def _waiting(mission: LargeMission, known: Mapping[int, int], before: Slots, told: frozenset[int]) -> list[int]:
    """Give who has come new, or has lost a meeting otherwise than by the hours and the hall."""
    people = set(mission.guest.tolist()) | set(mission.host.tolist())
    had = {int(side[number]) for number in known for side in (mission.guest, mission.host)}
    lost = {int(side[number]) for number in known.keys() - before.keys() for side in (mission.guest, mission.host)}
    here = set(np.flatnonzero((mission.free != 0) & (mission.most > 0)).tolist())
    return sorted(people & here & ((people - had) | lost | told))
