"""What a schedule of mission-schedule/1 says of meetings without a place, held against the timetable itself."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

Body = dict[str, Any]


def check(instance: Body, schedule: Body, slot_of: dict[int, int]) -> Iterator[str]:
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
