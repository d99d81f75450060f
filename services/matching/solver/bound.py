"""A bound that is quick on large missions: how much everyone could meet if slots did not matter."""

from collections import Counter

from ortools.graph.python import min_cost_flow

from matching.domain.people import Id
from matching.domain.problem import Problem

START, HALL, END = range(3)


def flow_bound(problem: Problem) -> int:
    """Give a value that no timetable exceeds, in points of the last tier.

    Each organisation meets as often as its people's days allow, all together as often as there are tables: the
    b-matching relaxation, solved exactly as a flow of least cost. A flow past the hall keeps tables empty.
    """
    capacities = _capacities(problem)
    nodes = {organisation_id: END + 1 + number for number, organisation_id in enumerate(capacities)}
    tables = len(problem.locked) + sum(len(slot.tables) for slot in problem.slots)
    guests = dict.fromkeys(candidate.guest_id for candidate in problem.ordered_candidates)
    hosts = dict.fromkeys(candidate.host_id for candidate in problem.ordered_candidates)
    arcs = [(START, HALL, tables, 0), (START, END, tables, 0)]
    arcs += [(HALL, nodes[guest_id], capacities[guest_id], 0) for guest_id in guests]
    arcs += [(nodes[c.guest_id], nodes[c.host_id], 1, -problem.weights[c.pair]) for c in problem.ordered_candidates]
    arcs += [(nodes[host_id], END, capacities[host_id], 0) for host_id in hosts]
    flow = min_cost_flow.SimpleMinCostFlow()
    for arc in arcs:
        flow.add_arc_with_capacity_and_unit_cost(*arc)
    flow.set_node_supply(START, tables)
    flow.set_node_supply(END, -tables)
    everything = sum(problem.weights.values())
    return -flow.optimal_cost() if flow.solve() == flow.OPTIMAL else everything


def _capacities(problem: Problem) -> Counter[Id]:
    """Count for each organisation the meetings that its people could have, locked ones besides."""
    capacities: Counter[Id] = Counter()
    for candidate in problem.ordered_candidates:
        capacities.update(dict.fromkeys(candidate.pair, 0))
    for organisation_id, people in problem.negotiators.items():
        for _, free in people:
            days = Counter(problem.slot_by_id[slot_id].day for slot_id in free)
            capacities[organisation_id] += sum(min(n, problem.max_per_person_per_day) for n in days.values())
    for meeting in problem.locked:
        capacities.update(meeting.pair)
    return capacities
