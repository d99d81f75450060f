"""Independent checker.

What a schedule of mission-schedule/1 says of meetings without a place, held against the timetable itself.

The checker of mission-schedule/1: plain data in, broken rules and figures out. It shares no code with any solver.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

Body = dict[str, Any]


def check_claims(instance: Body, schedule: Body, slot_of: dict[int, int]) -> Iterator[str]:
    """Find what is said and is not so."""
    for entry in (*schedule.get("dropped", ()), *schedule.get("unplaced", ())):
        number, reason = entry["meeting"], entry["reason"]
        if number in slot_of:
            yield f"meeting {number}: is said to have no place, and has one"
        elif reason not in _true_reasons(instance, slot_of, number):
            yield f"meeting {number}: {reason} is said to be why it has no place, and is not so"


def _true_reasons(instance: Body, slot_of: dict[int, int], number: int) -> set[str]:
    """Give all reasons that would be true of a meeting without a place."""
    if number >= len(instance["meetings"]) or number in instance.get("cancelled", ()):
        return {"cancelled"}
    pair = instance["meetings"][number][:2]
    tables = instance["tables"] if isinstance(instance["tables"], list) else [instance["tables"]] * instance["slots"]
    load = Counter(slot_of.values())
    busy = {(person, slot) for meeting, slot in slot_of.items() for person in instance["meetings"][meeting][:2]}
    common = [slot for slot in _slots(instance, number) if tables[slot]]
    ordered = [slot for slot in common if _in_order(instance, slot_of, number, slot)]
    free = [slot for slot in ordered if all((person, slot) not in busy for person in pair)]
    rooms = [slot for slot in free if load[slot] < tables[slot]]
    facts = {
        "no_common_slot": not common,
        "too_few_slots": any(_is_short(instance, person, tables) for person in pair),
        "meets_already": any(instance["meetings"][meeting][:2] == pair for meeting in slot_of),
        "cap_reached": any(_is_full(instance, person, slot_of) for person in pair),
        "out_of_order": bool(common) and not ordered,
        "people_busy": bool(ordered) and not free,
        "hall_full": bool(free) and not rooms,
        "free_place_left": bool(rooms),
    }
    return {reason for reason, is_so in facts.items() if is_so}


def _slots(instance: Body, number: int) -> list[int]:
    start, end = 0, instance["slots"]
    session = instance["session"][number] if "session" in instance else 0
    if session:
        start, end = instance["sessions"][session - 1]
    fixed = instance["fixed"][number] if "fixed" in instance else None
    away = {slot for person in instance["meetings"][number][:2] for slot in instance["forbidden"][person]}
    return [slot for slot in range(start, end) if slot not in away and fixed in {None, slot}]


def _in_order(instance: Body, slot_of: dict[int, int], number: int, slot: int) -> bool:
    for first, then in instance.get("precedences", ()):
        if first == number and then in slot_of and slot >= slot_of[then]:
            return False
        if then == number and first in slot_of and slot_of[first] >= slot:
            return False
    return True


def _is_short(instance: Body, person: int, tables: list[int]) -> bool:
    """Say whether somebody has more given meetings than slots."""
    gone = instance.get("cancelled", ())
    asked = sum(person in row[:2] for number, row in enumerate(instance["meetings"]) if number not in gone)
    there = sum(bool(count) and slot not in instance["forbidden"][person] for slot, count in enumerate(tables))
    return instance["kind"] == "b2bsp" and asked > there


def _is_full(instance: Body, person: int, slot_of: dict[int, int]) -> bool:
    most = instance.get("max_meetings", [None] * instance["participants"])[person]
    return most is not None and sum(person in instance["meetings"][number][:2] for number in slot_of) >= most


@dataclass(frozen=True)
class Verdict:
    """What is broken, in words, and what the schedule is worth."""

    violations: list[str]
    figures: Body


def check(instance: Body, schedule: Body) -> Verdict:
    """Hold every rule of an instance against a schedule; both are valid by their schemas."""
    rows = schedule["meetings"]
    known = [row for row in rows if row[0] < len(instance["meetings"]) and row[1] < instance["slots"]]
    violations = [f"row {row}: no such meeting or slot" for row in rows if row not in known]
    slot_of = {row[0]: row[1] for row in known}
    violations += [f"meeting {m}: placed {n} times" for m, n in Counter(row[0] for row in known).items() if n > 1]
    days: dict[int, list[int]] = defaultdict(list)
    for meeting, slot in slot_of.items():
        for person in instance["meetings"][meeting][:2]:
            days[person].append(slot)
    violations += [*_of_meetings(instance, slot_of), *_of_people(instance, days), *_of_tables(instance, known, slot_of)]
    violations += check_claims(instance, schedule, slot_of)
    breaks = [_breaks(days[person]) for person in range(instance["participants"])]
    figures: Body = {"scheduled": len(slot_of), "breaks": sum(breaks), "most_breaks": max(breaks, default=0)}
    if instance["kind"] == "b2bsp":
        violations += _of_given(instance, schedule, slot_of, breaks)
        figures["objective"] = sum(breaks)
        figures["unplaced"] = len(instance["meetings"]) - len(slot_of) - len(set(instance.get("cancelled", ())))
    else:
        counts = [len(days[person]) for person in range(instance["participants"])]
        violations += _of_mission(instance, slot_of, counts)
        least = instance.get("min_meetings") or [0] * len(counts)
        figures["objective"] = sum(instance["meetings"][meeting][2] for meeting in slot_of)
        lacks = [max(0, fewest - count) for count, fewest in zip(counts, least, strict=True)]
        figures["below_minimum"], figures["missing_meetings"] = sum(map(bool, lacks)), sum(lacks)
        figures["table_changes"] = _table_changes(instance, known)
    return Verdict(violations, figures)


def _breaks(slots: list[int]) -> int:
    taken = set(slots)
    return sum(slot + 1 not in taken and slot != max(taken) for slot in taken)


def _table_changes(instance: Body, rows: list[list[Any]]) -> int:
    """Count how often a host sits at another table than at its meeting before."""
    seats: dict[int, dict[int, Any]] = defaultdict(dict)
    for row in rows:
        seats[instance["meetings"][row[0]][1]][row[1]] = row[2] if len(row) > 2 else None
    days = ([day[slot] for slot in sorted(day)] for day in seats.values())
    return sum(None not in {one, other} and one != other for day in days for one, other in pairwise(day))


def _of_meetings(instance: Body, slot_of: dict[int, int]) -> Iterator[str]:
    for meeting, slot in slot_of.items():
        session = instance["session"][meeting] if "session" in instance else 0
        if session and not instance["sessions"][session - 1][0] <= slot < instance["sessions"][session - 1][1]:
            yield f"meeting {meeting}: slot {slot} is outside session {session}"
        if meeting in instance.get("cancelled", ()):
            yield f"meeting {meeting}: is cancelled"
        fixed = instance["fixed"][meeting] if "fixed" in instance else None
        if fixed is not None and fixed != slot:
            yield f"meeting {meeting}: is fixed to slot {fixed}, stands in {slot}"
        for person in instance["meetings"][meeting][:2]:
            if slot in instance["forbidden"][person]:
                yield f"meeting {meeting}: participant {person} is not there in slot {slot}"
    for first, then in instance.get("precedences", ()):
        if first in slot_of and then in slot_of and slot_of[first] >= slot_of[then]:
            yield f"meeting {first}: must come before {then}"


def _of_people(instance: Body, days: dict[int, list[int]]) -> Iterator[str]:
    for person, slots in days.items():
        yield from (f"participant {person}: {n} meetings in slot {s}" for s, n in Counter(slots).items() if n > 1)


def _of_tables(instance: Body, rows: list[list[Any]], slot_of: dict[int, int]) -> Iterator[str]:
    tables = instance["tables"] if isinstance(instance["tables"], list) else [instance["tables"]] * instance["slots"]
    for slot, count in Counter(slot_of.values()).items():
        if count > tables[slot]:
            yield f"slot {slot}: {count} meetings at {tables[slot]} tables"
    seats = [(row[1], row[2]) for row in rows if len(row) > 2 and row[2] is not None]
    for (slot, table), count in Counter(seats).items():
        if count > 1 or table >= tables[slot]:
            yield f"slot {slot}: table {table} is taken {count} times, of {tables[slot]} tables"


def _of_given(instance: Body, schedule: Body, slot_of: dict[int, int], breaks: list[int]) -> Iterator[str]:
    """Demand all meetings, but those that are said to have no place, and fairness, as far as it is said to be kept."""
    said = {entry["meeting"] for name in ("dropped", "unplaced") for entry in schedule.get(name, ())}
    for meeting in set(range(len(instance["meetings"]))) - slot_of.keys() - said - set(instance.get("cancelled", ())):
        yield f"meeting {meeting}: is not placed"
    most = instance.get("fairness_d")
    kept = schedule.get("fairness_kept", most)
    apart = max(breaks, default=0) - min(breaks, default=0)
    if most is not None and apart > max(most, kept):
        yield f"fairness: breaks differ by {apart}, at most by {kept}"
    if kept not in {most, apart}:
        yield f"fairness: is said to be kept within {kept}, breaks differ by {apart}"


def _of_mission(instance: Body, slot_of: dict[int, int], counts: list[int]) -> Iterator[str]:
    pairs = Counter(tuple(instance["meetings"][meeting][:2]) for meeting in slot_of)
    yield from (f"participants {pair}: meet {n} times" for pair, n in pairs.items() if n > 1)
    for person, most in enumerate(instance.get("max_meetings", ())):
        if most is not None and counts[person] > most:
            yield f"participant {person}: {counts[person]} meetings, at most {most}"
    if instance.get("min_meetings_hard"):
        for person, least in enumerate(instance.get("min_meetings", ())):
            if counts[person] < least:
                yield f"participant {person}: {counts[person]} meetings, at least {least}"


def differing(instance: Body, before: Body, after: Body) -> dict[str, set[int]]:
    """Find the meetings that differ between two schedules, and the participants who are told of them.

    A meeting that the instance does not know any more is among those removed; who sat in it is not known.
    """
    was, now = ({row[0]: row for row in schedule["meetings"]} for schedule in (before, after))
    stay = was.keys() & now.keys()
    moved = {meeting for meeting in stay if was[meeting][1] != now[meeting][1]}
    changed = (moved | (was.keys() ^ now.keys())) & set(range(len(instance["meetings"])))
    seats = {meeting: [row[2] if len(row) > 2 else None for row in (was[meeting], now[meeting])] for meeting in stay}
    return {
        "moved": moved,
        "dropped": was.keys() - now.keys(),
        "added": now.keys() - was.keys(),
        "reseated": {m for m in stay - moved if None not in seats[m] and seats[m][0] != seats[m][1]},
        "told": {person for meeting in changed for person in instance["meetings"][meeting][:2]},
    }


def difference(instance: Body, before: Body, after: Body) -> Body:
    """Count what differs between two schedules, and who would be told."""
    found = differing(instance, before, after)
    names = ("moved", "removed", "added", "reseated", "participants_touched")
    return {name: len(differs) for name, differs in zip(names, found.values(), strict=True)}
