"""The checker of mission-schedule/2: plain data in, broken rules and figures out. It shares no code with any solver."""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import Any

from matching.timetabling.files.check_format1 import Verdict

Body = dict[str, Any]


def check(instance: Body, schedule: Body) -> Verdict:
    """Hold every rule of an instance against a schedule; both are valid by their schemas."""
    rows = [row for row in schedule["meetings"] if _is_known(instance, row)]
    violations = [f"row {row}: names what there is not" for row in schedule["meetings"] if row not in rows]
    for row in rows:
        violations += [f"meeting {row['meeting']}: {broken}" for broken in _alone(instance, row)]
    violations += [*_together(instance, rows), *_counts(instance, rows), *_locks(instance, schedule, rows)]
    violations += [*_cancelled(instance, rows), *_dropped(schedule, rows)]
    meetings = Counter(number for row in rows for number in instance["meetings"][row["meeting"]][:2])
    least = [one.get("min_meetings", 0) for one in instance["organisations"]]
    missing = [max(0, fewest - meetings[number]) for number, fewest in enumerate(least)]
    figures = {
        "scheduled": len(rows),
        "objective": sum(instance["meetings"][row["meeting"]][2] for row in rows),
        "below_minimum": sum(map(bool, missing)),
        "missing_meetings": sum(missing),
        "breaks": _breaks(instance, rows),
        "table_changes": _table_changes(instance, rows),
    }
    return Verdict(violations, figures)


def _is_known(instance: Body, row: Body) -> bool:
    interpreter = row.get("interpreter")
    return bool(
        row["meeting"] < len(instance["meetings"])
        and row["slot"] < len(instance["slots"])
        and row["table"] < len(instance["tables"])
        and max(row["staff"]) < len(instance["staff"])
        and (interpreter is None or interpreter < len(instance.get("interpreters", ())))
    )


def _alone(instance: Body, row: Body) -> Iterator[str]:
    table, slot = instance["tables"][row["table"]], row["slot"]
    people = [instance["staff"][number] for number in row["staff"]]
    if [person["organisation"] for person in people] != instance["meetings"][row["meeting"]][:2]:
        yield "somebody sits there for another organisation"
    if slot in table.get("closed", []):
        yield f"table {row['table']} is closed in slot {slot}"
    if any(person.get("online", False) for person in people) and not table.get("online", False):
        yield f"table {row['table']} has nothing for meetings online"
    helper = [] if row.get("interpreter") is None else [instance["interpreters"][row["interpreter"]]]
    if any(slot in person.get("away", []) for person in people + helper):
        yield f"somebody is not there in slot {slot}"
    yield from _languages(people, helper)
    for person in people + helper:
        for item in instance.get("agenda", []):
            bound = "organisations" not in item or person.get("organisation", -1) in item["organisations"]
            if bound and _meets_item(instance, item, slot, table["location"], person):
                yield f"somebody is bound by the agenda in slot {slot}"


def _languages(people: list[Body], helper: list[Body]) -> Iterator[str]:
    ours, theirs = (set(person.get("languages", [])) for person in people)
    if ours and theirs and ours.isdisjoint(theirs):
        known = {language for one in helper for language in one["languages"]}
        if not known & ours or not known & theirs:
            yield "the two have no language in common, and nobody interprets"


def _meets_item(instance: Body, item: Body, slot: int, location: int, person: Body) -> bool:
    start, end = instance["slots"][slot]["start"], instance["slots"][slot]["end"]
    to, back = 0, 0
    if "location" in item and not person.get("online", False):
        to, back = instance["walking"][location][item["location"]], instance["walking"][item["location"]][location]
    return bool(end + to > item["start"] and item["end"] + back > start)


def _together(instance: Body, rows: list[Body]) -> Iterator[str]:
    for one, other in combinations(rows, 2):
        pair = f"meetings {one['meeting']} and {other['meeting']}"
        if instance["meetings"][one["meeting"]][:2] == instance["meetings"][other["meeting"]][:2]:
            yield f"{pair}: are of the same two organisations"
        first, then = sorted((one, other), key=lambda row: instance["slots"][row["slot"]]["start"])
        time_between = instance["slots"][then["slot"]]["start"] - instance["slots"][first["slot"]]["end"]
        if time_between < 0 and one["table"] == other["table"]:
            yield f"{pair}: share a table"
        places = [instance["tables"][row["table"]]["location"] for row in (first, then)]
        walk = instance["walking"][places[0]][places[1]]
        for number in set(one["staff"]) & set(other["staff"]):
            if time_between < (0 if instance["staff"][number].get("online", False) else walk):
                yield f"{pair}: person {number} cannot be in both"
        if (
            one.get("interpreter") is not None
            and one["interpreter"] == other.get("interpreter")
            and time_between < walk
        ):
            yield f"{pair}: interpreter {one['interpreter']} cannot be in both"


def _counts(instance: Body, rows: list[Body]) -> Iterator[str]:
    organisations = Counter(number for row in rows for number in instance["meetings"][row["meeting"]][:2])
    for number, one in enumerate(instance["organisations"]):
        if organisations[number] > one.get("max_meetings", len(rows)):
            yield f"organisation {number}: {organisations[number]} meetings, at most {one['max_meetings']}"
    days = Counter((number, instance["slots"][row["slot"]]["day"]) for row in rows for number in row["staff"])
    for (number, day), count in days.items():
        if count > instance["staff"][number].get("max_a_day", count):
            yield f"person {number}: {count} meetings on day {day}"


def _locks(instance: Body, schedule: Body, rows: list[Body]) -> Iterator[str]:
    """Demand that locked meetings are where they must be, but those that are cancelled or said to have no place."""
    found = {row["meeting"]: row for row in rows}
    gone = {entry["meeting"] for entry in schedule.get("dropped", [])} | set(instance.get("cancelled", []))
    for lock in instance.get("locks", []):
        row = found.get(lock["meeting"], {})
        if lock["meeting"] not in gone and any(row.get(name) != wanted for name, wanted in lock.items()):
            yield f"meeting {lock['meeting']}: is not where it is locked"


def _cancelled(instance: Body, rows: list[Body]) -> Iterator[str]:
    gone = instance.get("cancelled", [])
    yield from (f"meeting {row['meeting']}: is cancelled" for row in rows if row["meeting"] in gone)


def _dropped(schedule: Body, rows: list[Body]) -> Iterator[str]:
    said = {entry["meeting"] for entry in schedule.get("dropped", [])}
    placed = said & {row["meeting"] for row in rows}
    yield from (f"meeting {number}: is said to have no place, and has one" for number in sorted(placed))


def _days(instance: Body, rows: list[Body], sides: list[int]) -> list[list[tuple[int, int]]]:
    """Give for each member of staff and day the slots and tables of its meetings, in order."""
    days: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for row in rows:
        for side in sides:
            days.setdefault((row["staff"][side], instance["slots"][row["slot"]]["day"]), []).append(
                (row["slot"], row["table"])
            )
    return [sorted(seats) for seats in days.values()]


def _breaks(instance: Body, rows: list[Body]) -> int:
    """Count the groups of slots of a day that lie between two meetings of one person."""
    number = {}
    for slot, one in enumerate(instance["slots"]):
        number[slot] = sum(earlier["day"] == one["day"] for earlier in instance["slots"][:slot])
    days = _days(instance, rows, [0, 1])
    return sum(number[then] > number[first] + 1 for day in days for (first, _), (then, _) in pairwise(day))


def _table_changes(instance: Body, rows: list[Body]) -> int:
    """Count how often a host's person sits at another table than before on that day, but those who are there online."""
    there = [row for row in rows if not instance["staff"][row["staff"][1]].get("online", False)]
    return sum(one != then for day in _days(instance, there, [1]) for (_, one), (_, then) in pairwise(day))


def differing(_: Body, before: Body, after: Body) -> dict[str, set[int]]:
    """Find the meetings whose rows differ between two schedules, and the staff who are told of them."""
    was, now = (
        {row["meeting"]: {"interpreter": None} | row for row in schedule["meetings"]} for schedule in (before, after)
    )
    moved = {meeting for meeting in was.keys() & now.keys() if was[meeting] != now[meeting]}
    changed = moved | (was.keys() ^ now.keys())
    return {
        "moved": moved,
        "dropped": was.keys() - now.keys(),
        "added": now.keys() - was.keys(),
        "told": {n for found in (was, now) for meeting in changed & found.keys() for n in found[meeting]["staff"]},
    }


def difference(instance: Body, before: Body, after: Body) -> Body:
    """Count what differs between two schedules, and whose staff would be told."""
    found = differing(instance, before, after)
    names = ("moved", "removed", "added", "people_touched")
    return {name: len(differs) for name, differs in zip(names, found.values(), strict=True)}
