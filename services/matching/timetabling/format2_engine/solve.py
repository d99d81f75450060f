"""Solving instances of mission-schedule/2 exactly, by OR-tools CP-SAT: one aim after another."""

import time
from collections.abc import Callable
from threading import Event

from matching.timetabling.files.format2 import Body, Detailed, Way
from matching.timetabling.files.schedule import aims
from matching.timetabling.format2_engine.breaks import breaks, count
from matching.timetabling.format2_engine.lexicographic import Ladder
from matching.timetabling.format2_engine.model import Model
from matching.timetabling.format2_engine.seats import MOST_SEATS, Seats, changes, rows, seated

SHARES = {"missing": 0.2, "value": 0.6, "breaks": 0.6, "table_changes": 1.0}
"""Of the time that the aims before have left."""
Progress = Callable[[int | None, int, float], None]


def solved(instance: Body, time_limit_seconds: float, progress: Progress, stop: Event) -> Body:
    """Choose and place the meetings of an instance.

    Fewest meetings are missing to the guarantees, then the value is greatest, then people wait as seldom as possible,
    then hosts change tables as seldom as possible.

    Raises:
        FileError: the instance is too large for an exact model.

    """
    started_at = time.monotonic()
    model = Model(Detailed(instance))
    ladder = Ladder(model.cp, time_limit_seconds, stop)
    tell = lambda value, bound: progress(value, bound, time.monotonic() - started_at)  # noqa: E731  a closure of one line
    if not ladder.least("missing", model.missing, SHARES["missing"]):
        status = "infeasible" if ladder.is_impossible else "unknown"
        return _schedule(instance, status, started_at)
    ladder.most("value", model.worth, SHARES["value"], tell)
    ladder.least("breaks", breaks(model), SHARES["breaks"])
    ways, tables = _with_few_changes(model, ladder)
    costs = _costs(model, ladder, ways, tables)
    status = "optimal" if ladder.is_proven("missing", "value") else "feasible"
    return _schedule(instance, status, started_at) | {
        "objective": costs["value"],
        "bound": ladder.bounds.get("value"),
        "meetings": rows(ways, tables),
        "missing_meetings": costs["missing"],
        "breaks": costs["breaks"],
        "table_changes": costs["table_changes"],
        "aims": aims(costs, ladder.bounds),
    }


def _with_few_changes(model: Model, ladder: Ladder) -> tuple[list[Way], dict[int, int]]:
    """Give the meetings and their tables, which are lowered by the model unless it would be too large."""
    ways = model.held(ladder.reads)
    tables = seated(model.mission, ways)
    if not changes(model.mission, ways, tables):
        ladder.bounds["table_changes"] = 0
    elif "breaks" in ladder.costs and Seats.number(model) <= MOST_SEATS:
        seats = Seats(model)
        seats.start_from(ways, tables)
        if ladder.least("table_changes", seats.changes, SHARES["table_changes"]):
            ways = model.held(ladder.reads)
            tables = {way.meeting: seats.table(way, ladder.reads) for way in ways}
    return ways, tables


def _costs(model: Model, ladder: Ladder, ways: list[Way], tables: dict[int, int]) -> dict[str, int]:
    """Count what a timetable attains of each aim."""
    meetings = model.mission.body["meetings"]
    return {
        "missing": ladder.costs["missing"],
        "value": sum(meetings[way.meeting][2] for way in ways),
        "breaks": count(model.mission, ways),
        "table_changes": changes(model.mission, ways, tables),
    }


def _schedule(instance: Body, status: str, started_at: float) -> Body:
    return {
        "instance": instance["name"],
        "status": status,
        "objective": None,
        "bound": None,
        "seconds": round(time.monotonic() - started_at, 3),
        "meetings": [],
    }
