"""Repairs of timetables of thousands: the aims of `solver.repair`, reached by flows and chains instead of models."""

from collections import defaultdict
from collections.abc import Sequence
from functools import partial

import numpy as np

from matching.domain.people import Id
from matching.domain.timetable import Placed
from matching.solver.bridge.assignment import assigned
from matching.solver.bridge.beside import Beside
from matching.solver.bridge.rebooking import Rebooking
from matching.solver.bridge.rows import Rows
from matching.solver.concern import EVERY_AIM, Concern, Merits, shift
from matching.solver.large.diary import bits

FEW = 200
"""Displaced meetings up to which it is asked of each of their people how many of its meetings can have slots at all."""
LOST, UNPLACED, AFFECTED, VALUE, MOVED = range(1, EVERY_AIM)
"""How many aims in a row are proven if this is the last one of them."""


def rebooked(beside: Beside, standing: Rows, concern: Concern) -> tuple[tuple[Placed, ...], Merits, int]:
    """Place what is displaced beside meetings that stand together: few others move, and none loses its place.

    Returns: the movable meetings that have a place, how good that is, and how many aims in a row are proven.

    Raises:
        TooMuchError: see `Rebooking`.

    """
    displaced = list(concern.displaced.values())
    if not displaced:
        meetings = tuple(standing.meetings)
        return meetings, concern.merits(beside.problem, meetings), EVERY_AIM
    rebooking = Rebooking(beside, standing, displaced)
    is_best = rebooking.place_at_once(partial(shift, beside.problem))
    rebooking.place_by_chains()
    meetings = rebooking.meetings()
    merits = concern.merits(beside.problem, meetings)
    if -merits.unplaced > _least_unplaced(beside, standing, displaced):
        return meetings, merits, LOST
    is_all = is_best and not merits.affected
    return meetings, merits, EVERY_AIM if is_all else _proven(merits, len(displaced))


def _proven(merits: Merits, displaced: int) -> int:
    """Count the proven aims where no repair places more: each displaced meeting with a place is one that moves."""
    if merits.affected:
        return UNPLACED
    if merits.unplaced:
        return AFFECTED
    return MOVED if -merits.moved == displaced else VALUE


def _least_unplaced(beside: Beside, standing: Rows, displaced: Sequence[Placed]) -> int:
    """Bound from below how many displaced meetings have no place: by tables, and by the time of either side's people.

    People's bounds hold for whoever is an organisation's only one with slots left, as if nobody else met.
    """
    ahead = beside.ahead & beside.opened
    seats = sum(len(beside.tables[slot]) for slot in bits(ahead))
    taken = int((ahead >> standing.slot & 1).sum())
    sides = (_without_time(beside, standing, displaced, side) for side in (0, 1))
    return max(taken + len(displaced) - seats, *sides)


def _without_time(beside: Beside, standing: Rows, displaced: Sequence[Placed], side: int) -> int:
    """Count the meetings for which people of one side have no time, whatever else stands."""
    waiting: dict[Id, list[int]] = defaultdict(list)
    for meeting in displaced:
        waiting[meeting.pair[side]].append(beside.together(meeting.pair))
    found, days = 0, beside.numbers.day.tolist()
    for organisation_id, slots in waiting.items():
        staff = beside.staff.get(organisation_id, ())
        if len(staff) != 1 or len(displaced) > FEW:
            found += slots.count(0)
            continue
        own = np.flatnonzero(standing.sides[side] == staff[0]).tolist()
        stay = [beside.together(standing.meetings[n].pair) | 1 << int(standing.slot[n]) for n in own]
        costs = [dict.fromkeys(bits(mask), 0) for mask in (*stay, *slots)]
        found += len(costs) - len(assigned([1] * len(costs), costs, days, beside.room[staff[0]].tolist()))
    return found
