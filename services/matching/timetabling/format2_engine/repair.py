"""Repairing timetables of mission-schedule/2."""

from collections.abc import Mapping
from typing import Any

from matching.timetabling.files.format2 import Body, Detailed, Way
from matching.timetabling.files.schedule import IN_FLUX, Terms, changes
from matching.timetabling.format2_engine.least_disruption import Before, calmest
from matching.timetabling.format2_engine.occupancy import Ledger
from matching.timetabling.format2_engine.seats import changes as table_changes
from matching.timetabling.format2_engine.seats import rows as rows_of
from matching.timetabling.format2_engine.seats import seated


def repaired(instance: Body, rows: list[Any], told: frozenset[int], terms: Terms) -> Body:
    """Give the calmest timetable of an instance as it is now.

    Each aim counts among the repairs that are best in the ones before it: no meeting that can stay loses its place,
    most of the others have one, fewest people are told of it, fewest meetings move; then, of meetings that are new,
    fewest are missing to the guarantees, and the value is greatest. A meeting is new only where a side has lost one or
    had none. Hard guarantees come before all of it.

    Raises:
        FileError: the instance is too large for an exact model.

    """
    mission = Detailed(instance)
    known = {row["meeting"]: {"interpreter": None} | row for row in reversed(rows)}
    stays = _stays(mission, known)
    staff = {number: (row["staff"][0], row["staff"][1]) for number, row in known.items()}
    found = calmest(mission, Before(staff, stays, _start(mission, stays), told), terms)
    if not found.costs:
        return found.schedule()
    tables = seated(mission, found.ways, {way.meeting: known[way.meeting]["table"] for way in found.kept})
    after = {row["meeting"]: row for row in rows_of(found.ways, tables)}
    differs = changes(known, after, _reasons(mission, found.ways, known))
    changed = {entry["meeting"] for entry in (*differs["moved"], *differs["dropped"])} | set(differs["added"])
    people = {person for each in (known, after) for number in changed & each.keys() for person in each[number]["staff"]}
    return found.schedule() | {
        "meetings": rows_of(found.ways, tables),
        "table_changes": table_changes(mission, found.ways, tables),
        **{name: listed for name, listed in differs.items() if name != "unplaced"},
        "told": sorted(people | told),
    }


def _start(mission: Detailed, stays: Mapping[int, Way]) -> dict[int, Way]:
    """Give a repair in which nobody moves: of the meetings that could stay as many as can beside one another."""
    ledger, found = Ledger(mission), {}
    for number in sorted(stays, key=lambda number: (number not in mission.locks, -mission.body["meetings"][number][2])):
        if ledger.fits(stays[number]):
            ledger.add(stays[number])
            found[number] = stays[number]
    return found


def _reasons(mission: Detailed, ways: list[Way], known: Mapping[int, Body]) -> list[Body]:
    """Say why meetings of before have no place: beside the meetings that are not new, if that is reason enough."""
    held = {way.meeting for way in ways}
    old, every = Ledger(mission, [way for way in ways if way.meeting in known]), Ledger(mission, ways)
    found = ((old.why_not(number), every.why_not(number)) for number in sorted(known.keys() - held))
    return [now if then["reason"] in IN_FLUX else then for then, now in found]


def _stays(mission: Detailed, known: Mapping[int, Body]) -> dict[int, Way]:
    """Give the ways in which meetings can stay as they are, at tables that nothing else is locked to."""
    locked = {(lock["slot"], lock["table"]): lock["meeting"] for lock in mission.locks.values() if "table" in lock}
    taken: set[tuple[int, int]] = set()
    found = {}
    for number, row in sorted(known.items()):
        place = row["slot"], row["table"]
        way = next((way for way in mission.ways(number) if _is_row(mission, way, row)), None)
        if way is not None and place not in taken and locked.get(place, number) == number:
            taken.add(place)
            found[number] = way
    return found


def _is_row(mission: Detailed, way: Way, row: Body) -> bool:
    """Say whether a row is a way, at a table that is open."""
    known = (row["slot"], *row["staff"], row["interpreter"])
    is_same = (way.slot, way.guest, way.host, way.interpreter) == known
    return is_same and row["table"] in mission.tables[way.slot][way.location, way.online]
