"""mission-schedule/1, all meetings fixed: read an instance, solve or repair it, write the schedule.

Solving instances of mission-schedule/1 whose meetings are all given.

Repairing timetables of mission-schedule/1 whose meetings are all given.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from threading import Event
from typing import Any

from matching.timetabling.files.reading import allowed_of, tables_of
from matching.timetabling.files.schedule import Terms, aims, changes
from matching.timetabling.files.unplaced_reasons import why_unplaced
from matching.timetabling.fixed.instance import GivenMeetings
from matching.timetabling.fixed.repair import Repaired, repair
from matching.timetabling.fixed.solve import solve

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


def with_tables(placed: list[tuple[int, int]]) -> list[list[int]]:
    """Give each placed meeting the first free table of its slot."""
    taken: Counter[int] = Counter()
    rows = []
    for meeting, slot in placed:
        rows.append([meeting, slot, taken[slot]])
        taken[slot] += 1
    return rows


def repaired(instance: Body, rows: list[Any], told: frozenset[int], terms: Terms) -> Body:
    """Give the calmest timetable of an instance of given meetings.

    Args:
        instance: as it is now.
        rows: of the schedule before.
        told: who is told anyway, since a meeting of theirs is cancelled.
        terms: how long it may take, and whom it tells.

    """
    given = given_of(instance)
    before = {row[0]: row[1] for row in reversed(rows)}
    found = repair(given, before, told=told, time_limit_seconds=terms.seconds, progress=terms.progress, stop=terms.stop)
    after = {number: slot for number, slot in enumerate(found.places) if slot is not None}
    unplaced = [number for number, slot in enumerate(found.places) if slot is None]
    differs = changes(before, after, why_unplaced(instance, after, before, unplaced))
    tables = seated(after, {row[0]: row for row in rows if after.get(row[0]) == row[1]}, given.tables)
    return {
        "instance": instance["name"],
        "status": "optimal" if all(found.proven.values()) else "feasible",
        "objective": found.costs["breaks"],
        "bound": found.bounds.get("breaks"),
        "seconds": round(found.seconds, 3),
        "meetings": [[number, slot, tables[number]] for number, slot in sorted(after.items())],
        **differs,
        "reseated": reseated(rows, after, tables),
        "told": _told(given, differs, told),
        "aims": aims(found.costs, found.bounds),
        **_fairness(instance, found),
    }


def seated(
    after: Mapping[int, int], stays: Mapping[int, list[Any]], tables: Mapping[int, int] | tuple[int, ...]
) -> dict[int, int]:
    """Give each meeting a table: its own if it stays and the table is there, else one that is free."""
    taken: dict[tuple[int, int], int] = {}
    for number, row in sorted(stays.items()):
        if len(row) > 2 and row[2] is not None and row[2] < tables[after[number]]:
            taken.setdefault((after[number], row[2]), number)
    found = {number: table for (_, table), number in taken.items()}
    for number, slot in sorted(after.items()):
        if number not in found:
            found[number] = next(table for table in range(tables[slot]) if (slot, table) not in taken)
            taken[slot, found[number]] = number
    return found


def reseated(rows: list[Any], after: Mapping[int, int], tables: Mapping[int, int]) -> list[int]:
    """List the meetings that keep their slot and have another table."""
    had = {row[0]: (row[1], row[2]) for row in rows if len(row) > 2 and row[2] is not None}
    return sorted(n for n, (slot, table) in had.items() if after.get(n) == slot and tables[n] != table)


def _told(given: GivenMeetings, differs: Body, told: frozenset[int]) -> list[int]:
    numbers = [entry["meeting"] for entry in (*differs["moved"], *differs["dropped"])] + differs["added"]
    return sorted(told.union(*(given.meetings[number] for number in numbers)))


def _fairness(instance: Body, found: Repaired) -> Body:
    """Say by how much breaks differ where it is more than what was asked for."""
    excess = found.costs["unfair"]
    return {"fairness_kept": instance["fairness_d"] + excess} if excess else {}
