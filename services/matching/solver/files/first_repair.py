"""Repairing timetables of mission-schedule/1 whose meetings are all given."""

from collections.abc import Mapping
from typing import Any

from matching.domain.given import GivenMeetings
from matching.solver.files.changes import aims, changes
from matching.solver.files.first_reasons import why_unplaced
from matching.solver.files.first_solve import given_of
from matching.solver.files.terms import Terms
from matching.solver.given.repair import Repaired, repair

Body = dict[str, Any]


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
