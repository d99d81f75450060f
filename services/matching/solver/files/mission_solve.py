"""Solving missions of mission-schedule/1: by the solver of large missions, or exactly where the format says more."""

import time
from collections.abc import Callable
from threading import Event
from typing import Any

import numpy as np

from matching.solver import large
from matching.solver.files import second_solve
from matching.solver.files.changes import aims
from matching.solver.files.first_solve import allowed_of, tables_of
from matching.solver.files.reading import FileError

Body = dict[str, Any]
Progress = Callable[[int | None, int, float], None]


def solved(instance: Body, time_limit_seconds: float, progress: Progress, stop: Event) -> Body:
    """Give the schedule of a mission's instance.

    Raises:
        FileError: neither solver takes it: it is large, and has more slots or values than arrays hold.

    """
    if says_more(instance):
        return _exactly(instance, time_limit_seconds, progress, stop)
    try:
        mission = read(instance)
    except (ValueError, OverflowError):
        return _exactly(instance, time_limit_seconds, progress, stop)
    if instance.get("min_meetings_hard"):
        try:
            return _exactly(instance, time_limit_seconds, progress, stop)
        except FileError:
            return _as_demanded(_largely(instance, mission, time_limit_seconds, progress, stop))
    return _largely(instance, mission, time_limit_seconds, progress, stop)[0]


def _largely(
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


def _exactly(instance: Body, time_limit_seconds: float, progress: Progress, stop: Event) -> Body:
    found = second_solve.solved(as_second(instance), time_limit_seconds, progress, stop)
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
