"""Solving instances of mission-schedule/1 whose meetings are all given."""

from collections import Counter
from collections.abc import Callable
from threading import Event
from typing import Any

from matching.domain.given import GivenMeetings
from matching.solver.given.first import solve

Body = dict[str, Any]
Progress = Callable[[int | None, int, float], None]
"""Told the value, None if there is no timetable yet, the bound and the seconds."""


def solved(instance: Body, time_limit_seconds: float, progress: Progress, stop: Event) -> Body:
    """Give the schedule of an instance of given meetings."""
    outcome = solve(given_of(instance), time_limit_seconds=time_limit_seconds, progress=progress, stop=stop)
    rows = with_tables(list(enumerate(outcome.places or ())))
    return {
        "instance": instance["name"],
        "status": outcome.verdict.value,
        "objective": outcome.value,
        "bound": None if outcome.verdict == "infeasible" else outcome.bound,
        "seconds": round(outcome.seconds, 3),
        "meetings": rows,
    }


def given_of(instance: Body) -> GivenMeetings:
    """Read the problem of an instance of given meetings."""
    meetings = tuple((one, other) for one, other in instance["meetings"])
    return GivenMeetings(
        people=instance["participants"],
        tables=tables_of(instance),
        meetings=meetings,
        allowed=tuple(allowed_of(instance, number) for number in range(len(meetings))),
        precedences=tuple((first, then) for first, then in instance.get("precedences", ())),
        fairness=instance.get("fairness_d"),
    )


def tables_of(instance: Body) -> tuple[int, ...]:
    """Give the number of tables in each slot."""
    tables = instance["tables"]
    return tuple(tables) if isinstance(tables, list) else (tables,) * instance["slots"]


def with_tables(placed: list[tuple[int, int]]) -> list[list[int]]:
    """Give each placed meeting the first free table of its slot."""
    taken: Counter[int] = Counter()
    rows = []
    for meeting, slot in placed:
        rows.append([meeting, slot, taken[slot]])
        taken[slot] += 1
    return rows


def allowed_of(instance: Body, number: int) -> frozenset[int]:
    """Give the slots in which a meeting may be: both are there, in its session, where it is fixed."""
    slots = set(range(instance["slots"]))
    for person in instance["meetings"][number][:2]:
        slots -= set(instance["forbidden"][person])
    session = instance["session"][number] if "session" in instance else 0
    if session:
        slots &= set(range(*instance["sessions"][session - 1]))
    fixed = instance["fixed"][number] if "fixed" in instance else None
    return frozenset(slots if fixed is None else slots & {fixed})
