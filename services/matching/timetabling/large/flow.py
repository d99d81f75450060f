"""Flows of least cost: what could meet if slots did not matter, and the best meetings of one slot."""

from dataclasses import dataclass

import numpy as np
from ortools.graph.python import min_cost_flow

from matching.timetabling.large.instance import Bools, Ints, LargeMission


@dataclass(frozen=True, kw_only=True, eq=False)
class Limits:
    """How often each person may meet, how often it should, and how many meetings there are at most."""

    most: Ints
    least: Ints
    total: int
    video: int
    """How many meetings of each side's online people there are at most."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Selection:
    """The candidates whose flow is worth most, among those that leave the fewest meetings missing."""

    chosen: Ints
    value: int
    missing: int


def relaxed(mission: LargeMission, value: Ints | None = None, *, guarantee: bool = True) -> Selection:
    """Choose meetings that are worth most if each person's number of meetings and the sum of tables alone count.

    The b-matching relaxation: no timetable is worth more, and where everybody is always there one attains it
    (König 1916; de Werra 1971 for the tables).
    """
    value = mission.value if value is None else value
    most = mission.capacity
    least = np.clip(mission.least, 0, most) if guarantee else np.zeros_like(most)
    limits = Limits(most=most, least=least, total=int(mission.tables.sum()), video=int(mission.video_tables.sum()))
    chosen = best(mission, np.flatnonzero(mission.common), value, limits)
    loads = np.bincount(mission.guest[chosen], minlength=mission.people) + np.bincount(
        mission.host[chosen], minlength=mission.people
    )
    return Selection(
        chosen=chosen,
        value=int(mission.value[chosen].sum()),
        missing=int(np.maximum(mission.least - loads, 0).sum()),
    )


def best(mission: LargeMission, candidates: Ints, value: Ints, limits: Limits) -> Ints:
    """Choose from candidates those that keep the limits, miss fewest of the least numbers and are worth most."""
    candidates = candidates[(value[candidates] > 0) | _wanted(mission, candidates, limits)]
    if not len(candidates):
        return candidates
    source, sink, video = mission.people, mission.people + 1, (mission.people + 2, mission.people + 3)
    people = np.arange(mission.people)
    is_guest = people < mission.guests
    online = np.zeros(mission.people, np.bool_) if mission.online is None else mission.online
    start = np.where(is_guest, np.where(online, video[0], source), people)
    end = np.where(is_guest, people, np.where(online, video[1], sink))
    through = int(min(limits.total, limits.most[is_guest].sum(), limits.most[~is_guest].sum()))
    reward = 1 + 2 * through * int(np.abs(value[candidates]).max()) if limits.least.any() else 0
    flow = min_cost_flow.SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        mission.guest[candidates], mission.host[candidates], np.ones(len(candidates), np.int64), -value[candidates]
    )
    flow.add_arcs_with_capacity_and_unit_cost(start, end, limits.least, np.full(mission.people, -reward))
    flow.add_arcs_with_capacity_and_unit_cost(
        start, end, limits.most - limits.least, np.zeros(mission.people, np.int64)
    )
    flow.add_arc_with_capacity_and_unit_cost(source, sink, through, 0)
    if online.any():
        flow.add_arc_with_capacity_and_unit_cost(source, video[0], limits.video, 0)
        flow.add_arc_with_capacity_and_unit_cost(video[1], sink, limits.video, 0)
    flow.set_node_supply(source, through)
    flow.set_node_supply(sink, -through)
    if flow.solve() != flow.OPTIMAL:
        raise ArithmeticError("The flow of a large mission has no optimum.")
    met: Bools = np.asarray(flow.flows(arcs)) > 0
    return candidates[met]


def _wanted(mission: LargeMission, candidates: Ints, limits: Limits) -> Bools:
    wanted: Bools = limits.least > 0
    return np.asarray(wanted[mission.guest[candidates]] | wanted[mission.host[candidates]])


def refill(mission: LargeMission, slot_of: Ints, slot: int, value: Ints | None = None) -> None:
    """Put into one slot the meetings that are worth most beside all others: exact, and never worse than before.

    Args:
        mission: the mission.
        slot_of: the slot of each candidate; changed in place.
        slot: the slot to fill anew.
        value: what each meeting counts here, in place of its value.

    """
    before, counted = np.flatnonzero(slot_of == slot), mission.value if value is None else value
    slot_of[before] = -1
    spare = mission.has_room(slot_of, slot)
    open_here = mission.open_in[:, slot] & (slot_of < 0) & spare[mission.guest] & spare[mission.host]
    limits = Limits(
        most=spare.astype(np.int64),
        least=(spare & (mission.loads(slot_of) < mission.least)).astype(np.int64),
        total=int(mission.tables[slot]),
        video=int(mission.video_tables[slot]),
    )
    chosen = best(mission, np.flatnonzero(open_here), counted, limits)
    at_video = chosen[mission.needs_video[chosen]]
    if len(at_video) > limits.video:
        chosen = _with_fewer_online(mission, np.flatnonzero(open_here), at_video, counted, limits)
        if counted[chosen].sum() < counted[before].sum():
            chosen = before
    slot_of[chosen] = slot


def _with_fewer_online(mission: LargeMission, candidates: Ints, at_video: Ints, value: Ints, limits: Limits) -> Ints:
    """Choose again with the most valuable of the online meetings alone: those of both sides need the same tables."""
    kept = at_video[np.lexsort((at_video, -value[at_video]))][: limits.video]
    return best(mission, np.union1d(candidates[~mission.needs_video[candidates]], kept), value, limits)
