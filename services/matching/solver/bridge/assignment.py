"""Meetings of one person: each takes a slot of its own, and each day has room for so many."""

from collections.abc import Mapping, Sequence

import numpy as np
from ortools.graph.python import min_cost_flow


def assigned(
    worth: Sequence[int], costs: Sequence[Mapping[int, int]], days: Sequence[int], room: Sequence[int]
) -> dict[int, int]:
    """Give slots to most meetings; of all such choices to the most valuable, and then where it costs least.

    Exact: meetings that can have slots together are the independent sets of a matroid, so that their order by value
    alone decides which ones are worth most, and the number of a meeting in it does for its value.

    Args:
        worth: of each meeting.
        costs: for each meeting its slots, with what each costs.
        days: the day of each slot.
        room: how many meetings each day has room for.

    Returns: the slots, by the number of the meeting.

    """
    flow = min_cost_flow.SimpleMinCostFlow()
    rank = {value: number for number, value in enumerate(sorted(set(worth)), 1)}
    dear = 1 + sum(max(own.values(), default=0) for own in costs)
    first_slot, first_day = len(costs), len(costs) + len(days)
    source, sink = first_day + len(room), first_day + len(room) + 1
    arcs = [(m, first_slot + slot, 1, cost) for m, own in enumerate(costs) for slot, cost in own.items()]
    sits = len(arcs)
    arcs += [(source, meeting, 1, -dear * rank[value]) for meeting, value in enumerate(worth)]
    arcs += [(first_slot + slot, first_day + day, 1, 0) for slot, day in enumerate(days)]
    arcs += [(first_day + day, sink, number, 0) for day, number in enumerate(room)]
    flow.add_arcs_with_capacity_and_unit_cost(*np.array(arcs, dtype=np.int64).T)
    flow.set_node_supply(source, len(costs))
    flow.set_node_supply(sink, -len(costs))
    if flow.solve_max_flow_with_min_cost() != flow.OPTIMAL:
        raise ArithmeticError("The flow of one person's meetings has no optimum.")
    return {arcs[arc][0]: arcs[arc][1] - first_slot for arc in range(sits) if flow.flow(arc)}
