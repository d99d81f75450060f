"""mission-schedule/1, a mission: read an instance, solve or repair it, write the schedule.

Solving missions of mission-schedule/1: by the solver of large missions, or exactly where the format says more.

Repairing missions of mission-schedule/1: exactly where they are small, else incident by incident in milliseconds.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from itertools import pairwise
from threading import Event
from typing import Any

import numpy as np

from matching.timetabling import large
from matching.timetabling.files.format1_fixed import reseated, seated
from matching.timetabling.files.format2 import Detailed
from matching.timetabling.files.reading import FileError, allowed_of, tables_of
from matching.timetabling.files.schedule import Terms, aims, changes
from matching.timetabling.files.unplaced_reasons import why_unplaced
from matching.timetabling.fixed.instance import breaks_between
from matching.timetabling.format2_engine import solve
from matching.timetabling.format2_engine.least_disruption import Before, Repaired, calmest, in_order, rating
from matching.timetabling.large import LargeMission
from matching.timetabling.large.incidents import after_incidents

Body = dict[str, Any]
Progress = Callable[[int | None, int, float], None]


def solved(instance: Body, time_limit_seconds: float, progress: Progress, stop: Event) -> Body:
    """Give the schedule of a mission's instance.

    Raises:
        FileError: neither solver takes it: it is large, and has more slots or values than arrays hold.

    """
    if says_more(instance):
        return _solve_exactly(instance, time_limit_seconds, progress, stop)
    try:
        mission = read(instance)
    except (ValueError, OverflowError):
        return _solve_exactly(instance, time_limit_seconds, progress, stop)
    if instance.get("min_meetings_hard"):
        try:
            return _solve_exactly(instance, time_limit_seconds, progress, stop)
        except FileError:
            return _as_demanded(_solve_large(instance, mission, time_limit_seconds, progress, stop))
    return _solve_large(instance, mission, time_limit_seconds, progress, stop)[0]


def _solve_large(
    instance: Body, mission: large.LargeMission, time_limit_seconds: float, progress: Progress, stop: Event
) -> tuple[Body, large.Result]:
    started_at = time.monotonic()
    found = large.solve(
        mission,
        time_limit_seconds=time_limit_seconds,
        progress=lambda value, bound: progress(value, bound, time.monotonic() - started_at),
        stopped=stop.is_set,
    )
    placed = np.flatnonzero(found.slot_of >= 0)
    return {
        "instance": instance["name"],
        "status": "optimal" if found.proven else "feasible",
        "objective": int(found.value),
        "bound": int(found.bound),
        "seconds": round(found.seconds, 3),
        "meetings": [[int(n), int(found.slot_of[n]), int(found.table_of[n])] for n in placed],
        "missing_meetings": int(found.missing),
        "breaks": int(found.breaks),
        "table_changes": int(found.table_changes),
        "aims": aims(*_aims(found)),
    }, found


def _aims(found: large.Result) -> tuple[dict[str, int], dict[str, int]]:
    """Give what was attained, and what is known of the best: nothing has fewer breaks or changes than none."""
    costs = {
        "missing": int(found.missing),
        "value": int(found.value),
        "breaks": int(found.breaks),
        "table_changes": int(found.table_changes),
    }
    return costs, {"missing": int(found.least_missing), "value": int(found.bound), "breaks": 0, "table_changes": 0}


def _as_demanded(answer: tuple[Body, large.Result]) -> Body:
    """Keep a schedule in which nobody is below the least number; else say what is known of one."""
    schedule, found = answer
    if not found.missing:
        return schedule
    status = "infeasible" if found.least_missing else "unknown"
    return schedule | {"status": status, "objective": None, "bound": None, "meetings": []}


def says_more(instance: Body) -> bool:
    """Say whether an instance has rules that arrays do not hold: sessions, fixed slots, an order of meetings."""
    fixed = any(slot is not None for slot in instance.get("fixed", ()))
    return fixed or any(instance.get("session", ())) or bool(instance.get("precedences"))


def read(instance: Body) -> large.LargeMission:
    """Read a mission as arrays: candidates, times as bits, tables, caps, guarantees; raise if they cannot hold it."""
    slots, people = instance["slots"], instance["participants"]
    whole = (1 << slots) - 1
    free = [whole & ~sum(1 << slot for slot in set(forbidden)) for forbidden in instance["forbidden"]]
    most = [slots if cap is None else cap for cap in instance.get("max_meetings", [None] * people)]
    edges = np.array(instance["meetings"], dtype=np.int64).reshape(-1, 3)
    return large.LargeMission(
        guests=instance["guests"],
        guest=edges[:, 0],
        host=edges[:, 1],
        value=edges[:, 2],
        free=np.array(free, dtype=np.int64),
        tables=np.array(_usable_tables(instance), dtype=np.int64),
        most=np.array(most, dtype=np.int64),
        least=np.array(instance.get("min_meetings", [0] * people), dtype=np.int64),
    )


def _usable_tables(instance: Body) -> list[int]:
    """Give the number of tables in each slot, no more than there are people to sit at them."""
    return [min(number, instance["participants"]) for number in tables_of(instance)]


def _solve_exactly(instance: Body, time_limit_seconds: float, progress: Progress, stop: Event) -> Body:
    found = solve.solved(as_second(instance), time_limit_seconds, progress, stop)
    return found | {"meetings": [[row["meeting"], row["slot"], row["table"]] for row in found["meetings"]]}


def as_second(instance: Body) -> Body:
    """Write a mission in mission-schedule/2: each participant is an organisation of one person, all in one hall.

    What that format does not say is beside it: the slots in which meetings may be, and their order.
    """
    tables = _usable_tables(instance)
    caps = instance.get("max_meetings", [None] * instance["participants"])
    least = instance.get("min_meetings", [0] * instance["participants"])
    organisations = [
        {"side": "guest" if number < instance["guests"] else "host", "min_meetings": fewest}
        | ({} if cap is None else {"max_meetings": cap})
        for number, (cap, fewest) in enumerate(zip(caps, least, strict=True))
    ]
    return {
        "format": "mission-schedule/2",
        "name": instance["name"],
        "slots": [{"start": slot, "end": slot + 1, "day": 0} for slot in range(instance["slots"])],
        "walking": [[0]],
        "tables": [
            {"location": 0, "closed": [slot for slot, count in enumerate(tables) if number >= count]}
            for number in range(max(tables, default=0))
        ],
        "organisations": organisations,
        "min_meetings_hard": instance.get("min_meetings_hard", False),
        "staff": [{"organisation": number, "away": away} for number, away in enumerate(instance["forbidden"])],
        "meetings": instance["meetings"],
        "allowed": [sorted(allowed_of(instance, number)) for number in range(len(instance["meetings"]))],
        "precedences": instance.get("precedences", []),
    }


MOST_WAYS = 100_000
"""Ways to hold the meetings (a candidate in a slot) up to which the exact model goes on from that."""
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
        found = _repair_exactly(instance, before, after, told, terms)
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


def _repair_exactly(instance: Body, before: Slots, start: Slots, told: frozenset[int], terms: Terms) -> Repaired:
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
