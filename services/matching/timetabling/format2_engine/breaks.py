"""Breaks in a model of mission-schedule/2: groups of slots of a day between two meetings of one person."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from ortools.sat.python import cp_model

from matching.timetabling.files.format2 import Detailed, Way
from matching.timetabling.format2_engine.model import Model


def breaks(model: Model) -> cp_model.LinearExpr:
    """Give an expression whose least value is the number of breaks of all staff.

    A day's meetings make one group more than there are breaks.
    """
    days: dict[tuple[int, int], dict[int, list[cp_model.IntVar]]] = {}
    for way, chosen in model.chosen:
        for person in (way.guest, way.host):
            day = days.setdefault((person, model.mission.slots[way.slot]["day"]), defaultdict(list))
            day[way.slot].append(chosen)
    slots_of = _days(model.mission)
    found = [_breaks(model.cp, held, slots_of[day]) for (_, day), held in sorted(days.items())]
    return cp_model.LinearExpr.sum(found)


def count(mission: Detailed, ways: Iterable[Way]) -> int:
    """Count the breaks of all staff."""
    place = {number: n for slots in _days(mission).values() for n, number in enumerate(slots)}
    days: dict[tuple[int, int], list[int]] = defaultdict(list)
    for way in ways:
        for person in (way.guest, way.host):
            days[person, mission.slots[way.slot]["day"]].append(place[way.slot])
    return sum(then > one + 1 for day in days.values() for one, then in pairwise(sorted(day)))


def _days(mission: Detailed) -> dict[int, list[int]]:
    """Give the slots of each day."""
    found: dict[int, list[int]] = defaultdict(list)
    for number, slot in enumerate(mission.slots):
        found[slot["day"]].append(number)
    return found


def _breaks(cp: cp_model.CpModel, held: dict[int, list[cp_model.IntVar]], slots: list[int]) -> cp_model.LinearExprT:
    places = [number for number, slot in enumerate(slots) if slot in held]
    if places[-1] - places[0] < 2:
        return 0
    sits = {number: cp.new_bool_var("") for number in places}
    for number in places:
        cp.add(cp_model.LinearExpr.sum(held[slots[number]]) == sits[number])
    comes = cp.new_bool_var("")
    cp.add_bool_or([~comes, *sits.values()])
    groups = []
    for number in places:
        groups.append(cp.new_bool_var(""))
        cp.add_bool_or([~sits[number], groups[-1], *([sits[number - 1]] if number - 1 in sits else [])])
    count = cp_model.LinearExpr.sum(groups) - comes
    cp.add(count >= 0)
    return count
