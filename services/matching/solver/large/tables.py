"""Tables for meetings that have their slots: a host keeps one all day where that can be had."""

import numpy as np

from matching.solver.large.mission import UNPLACED, Ints, LargeMission


def give_tables(mission: LargeMission, slot_of: Ints) -> tuple[Ints, int]:
    """Number the table of each meeting, and count how often a host changes tables.

    Hosts, the busiest first, get a table of their own for the whole day if one is left that is theirs in all their
    slots; the meetings of the others take what is left, slot by slot, at the host's table before if they can.
    """
    meetings = np.flatnonzero(slot_of != UNPLACED)
    counts = np.bincount(slot_of[meetings], minlength=mission.slots)
    number = int(max(mission.tables.max(initial=0), counts.max(initial=0)))
    open_tables = np.maximum(mission.tables, counts)
    taken = np.zeros(number, np.int64)
    for slot in range(mission.slots):
        taken[open_tables[slot] :] |= 1 << slot
    by_host = meetings[np.lexsort((slot_of[meetings], mission.host[meetings]))]
    homes = _homes(mission, slot_of, by_host, taken)
    table_of = np.full(len(slot_of), UNPLACED)
    table_of[by_host] = homes[mission.host[by_host] - mission.guests]
    _seat_the_rest(mission, slot_of, table_of, by_host[table_of[by_host] == UNPLACED], taken)
    same_host = mission.host[by_host][1:] == mission.host[by_host][:-1]
    return table_of, int((same_host & (table_of[by_host][1:] != table_of[by_host][:-1])).sum())


def _homes(mission: LargeMission, slot_of: Ints, by_host: Ints, taken: Ints) -> Ints:
    """Give each host the first table that is free in all its slots, or UNPLACED; take it there.

    Only locked meetings can be two at once: their host sits at no table of its own.
    """
    hosts = mission.people - mission.guests
    days = np.zeros(hosts, np.int64)
    np.bitwise_or.at(days, mission.host[by_host] - mission.guests, np.int64(1) << slot_of[by_host])
    twice_at_once = np.bitwise_count(days) < np.bincount(mission.host[by_host] - mission.guests, minlength=hosts)
    days[twice_at_once] = 0
    homes = np.full(hosts, UNPLACED)
    for host in np.argsort(-np.bitwise_count(days).astype(np.int64), kind="stable").tolist():
        if days[host]:
            clear = taken & days[host] == 0
            table = int(clear.argmax()) if len(clear) else 0
            if len(clear) and clear[table]:
                homes[host] = table
                taken[table] |= days[host]
    return homes


def _seat_the_rest(mission: LargeMission, slot_of: Ints, table_of: Ints, rest: Ints, taken: Ints) -> None:
    """Seat meetings of hosts without a table of their own, in the order of time."""
    last: dict[int, int] = {}
    for slot in range(mission.slots):
        here = rest[slot_of[rest] == slot]
        free = [int(table) for table in np.flatnonzero(taken >> slot & 1 == 0)]
        spare = set(free)
        waiting = []
        for meeting in here.tolist():
            table = last.get(int(mission.host[meeting]), UNPLACED)
            if table in spare:
                spare.remove(table)
                table_of[meeting] = table
            else:
                waiting.append(meeting)
        for meeting, table in zip(waiting, (table for table in free if table in spare), strict=False):
            table_of[meeting] = table
            last[int(mission.host[meeting])] = table
