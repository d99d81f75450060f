"""Repairing missions of mission-schedule/1: exactly where they are small, else incident by incident in milliseconds."""

import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from matching.domain.given import breaks_between
from matching.solver.files.changes import aims, changes
from matching.solver.files.detailed import Detailed
from matching.solver.files.first_reasons import why_unplaced
from matching.solver.files.first_repair import reseated, seated
from matching.solver.files.first_solve import allowed_of, tables_of
from matching.solver.files.mission_incidents import after_incidents
from matching.solver.files.mission_solve import as_second, read, says_more
from matching.solver.files.second_calm import Before, Repaired, calmest, in_order, rating
from matching.solver.files.terms import Terms
from matching.solver.large import LargeMission

MOST_WAYS = 100_000
"""Ways to hold the meetings (a candidate in a slot) up to which the exact model goes on from that."""
Body = dict[str, Any]
Slots = dict[int, int]
"""The slot of each meeting that has one."""


def repaired(instance: Body, rows: list[Any], told: frozenset[int], terms: Terms) -> Body:
    """Give the calmest timetable of a mission as it is now, by the aims of `second_repair`.

    Raises:
        FileError: neither way takes the mission: it is large, and has more slots or rules than arrays hold.

    """
    known, started_at = {row[0]: row for row in reversed(rows)}, time.monotonic()
    before, mission = {number: row[1] for number, row in known.items()}, _arrays(instance)
    after, costs, answer = {}, {}, {}
    if mission is not None:
        after = after_incidents(mission, before, told)
        costs = _costs(instance, before, after, told)
        terms.progress(costs, time.monotonic() - started_at)
        answer = {"status": "feasible", "objective": costs["value"], "bound": None, "aims": aims(costs, {})}
    if mission is None or int(np.bitwise_count(mission.common).sum()) <= MOST_WAYS:
        found = _exactly(instance, before, after, told, terms)
        if found.costs and (not costs or found.rating <= rating(costs)):
            after, costs, answer = {way.meeting: way.slot for way in found.ways}, dict(found.costs), found.schedule()
        elif not costs:
            return found.schedule()
    answer |= {"missing_meetings": costs["missing"], "seconds": round(time.monotonic() - started_at, 3)}
    return answer | _schedule(instance, known, after, told)


def _arrays(instance: Body) -> LargeMission | None:
    """Read a mission as arrays, if they can hold it."""
    try:
        return None if says_more(instance) else read(instance)
    except (ValueError, OverflowError):
        return None


def _exactly(instance: Body, before: Slots, start: Slots, told: frozenset[int], terms: Terms) -> Repaired:
    """Repair by the exact model, in which each participant is the one person of an organisation."""
    mission = Detailed(as_second(instance))
    staff = {number: (instance["meetings"][number][0], instance["meetings"][number][1]) for number in before}
    stays, known = (
        {number: way for number, slot in slots.items() for way in mission.ways(number) if way.slot == slot}
        for slots in (before, start)
    )
    return calmest(mission, Before(staff, stays, known, told), terms)


def _schedule(instance: Body, known: Mapping[int, Any], after: Slots, told: frozenset[int]) -> Body:
    """Write what a repair has changed, with tables."""
    before = {number: row[1] for number, row in known.items()}
    differs = changes(before, after, why_unplaced(instance, after, known, sorted(known.keys() - after.keys())))
    stays = {number: row for number, row in known.items() if after.get(number) == row[1]}
    tables = seated(after, stays, tables_of(instance))
    return {
        "instance": instance["name"],
        "meetings": [[number, slot, tables[number]] for number, slot in sorted(after.items())],
        **{name: listed for name, listed in differs.items() if name != "unplaced"},
        "reseated": reseated(list(known.values()), after, tables),
        "told": sorted(_told(instance, before, after, told, new=True)),
        "breaks": sum(map(breaks_between, _days(instance, after))),
        "table_changes": _table_changes(instance, after, tables),
    }


def _costs(instance: Body, before: Slots, after: Slots, told: frozenset[int]) -> dict[str, int]:
    """Count what a repair costs by each aim, in their order, and what it is worth."""
    tables = tables_of(instance)
    could_stay = {n for n, slot in before.items() if slot in allowed_of(instance, n) and tables[slot]}
    gone = before.keys() - after.keys()
    counts = Counter(person for number in after for person in instance["meetings"][number][:2])
    least = enumerate(instance.get("min_meetings", ()))
    found = {
        "lost": len(gone & could_stay),
        "displaced": len(gone - could_stay),
        "people": len(_told(instance, before, after, told, new=False)),
        "moved": sum(slot != after.get(number, slot) for number, slot in before.items()),
        "missing": sum(max(0, fewest - counts[person]) for person, fewest in least),
        "value": sum(instance["meetings"][number][2] for number in after),
    }
    return in_order(found, hard=instance.get("min_meetings_hard", False))


def _told(instance: Body, before: Slots, after: Slots, told: frozenset[int], *, new: bool) -> frozenset[int]:
    """Find whose meetings were moved or dropped, or are new besides."""
    changed = {number for number, slot in before.items() if after.get(number) != slot}
    changed |= after.keys() - before.keys() if new else set()
    return told.union(*(instance["meetings"][number][:2] for number in changed))


def _days(instance: Body, after: Slots) -> list[list[int]]:
    days: dict[int, list[int]] = defaultdict(list)
    for number, slot in after.items():
        for person in instance["meetings"][number][:2]:
            days[person].append(slot)
    return list(days.values())


def _table_changes(instance: Body, after: Slots, tables: Mapping[int, int]) -> int:
    """Count how often a host sits at another table than at its meeting before."""
    seats: dict[int, list[int]] = defaultdict(list)
    for number in sorted(after, key=after.__getitem__):
        seats[instance["meetings"][number][1]].append(tables[number])
    return sum(one != then for day in seats.values() for one, then in pairwise(day))
