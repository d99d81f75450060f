"""The checker of mission-schedule/2: plain data in, broken rules and figures out. It shares no code with any solver."""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from typing import Any

from matching.solver.files.first_check import Verdict

Body = dict[str, Any]


def check(instance: Body, schedule: Body) -> Verdict:
    """Hold every rule of an instance against a schedule; both are valid by their schemas."""
    rows = [row for row in schedule["meetings"] if _is_known(instance, row)]
    violations = [f"row {row}: names what there is not" for row in schedule["meetings"] if row not in rows]
    for row in rows:
        violations += [f"meeting {row['meeting']}: {broken}" for broken in _alone(instance, row)]
    violations += [*_together(instance, rows), *_counts(instance, rows), *_locks(instance, rows)]
    meetings = Counter(number for row in rows for number in instance["meetings"][row["meeting"]][:2])
    least = [one.get("min_meetings", 0) for one in instance["organisations"]]
    missing = [max(0, fewest - meetings[number]) for number, fewest in enumerate(least)]
    figures = {
        "scheduled": len(rows),
        "objective": sum(instance["meetings"][row["meeting"]][2] for row in rows),
        "below_minimum": sum(map(bool, missing)),
        "missing_meetings": sum(missing),
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


def _locks(instance: Body, rows: list[Body]) -> Iterator[str]:
    found = {row["meeting"]: row for row in rows}
    for lock in instance.get("locks", []):
        row = found.get(lock["meeting"], {})
        if any(row.get(name) != wanted for name, wanted in lock.items()):
            yield f"meeting {lock['meeting']}: is not where it is locked"


def difference(instance: Body, before: Body, after: Body) -> Body:
    """Count what differs between two schedules, and whose staff would be told."""
    was, now = ({row["meeting"]: row for row in schedule["meetings"]} for schedule in (before, after))
    moved = {meeting for meeting in was.keys() & now.keys() if was[meeting] != now[meeting]}
    changed = moved | (was.keys() ^ now.keys())
    told = {person for found in (was, now) for meeting in changed & found.keys() for person in found[meeting]["staff"]}
    return {
        "moved": len(moved),
        "removed": len(was.keys() - now.keys()),
        "added": len(now.keys() - was.keys()),
        "people_touched": len(told),
    }
