"""The aims of a timetable as expressions over the options of a model: the greater, the better."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from datetime import date

from ortools.sat.python import cp_model

from matching.domain.aims import Aim
from matching.domain.comfort import WAIT, Coming, Shares, comings, slot_before
from matching.domain.people import Id
from matching.domain.problem import Problem
from matching.domain.timetable import Pair
from matching.solver.model import TimetableModel, total


def rated(aim: Aim, problem: Problem, model: TimetableModel) -> cp_model.LinearExprT:
    """Give what is greatest where an aim is reached best; constants may be left out."""
    return _RATINGS[aim](problem, model)


def _worth(_problem: Problem, model: TimetableModel) -> cp_model.LinearExprT:
    return model.worth


def _guarantee(problem: Problem, model: TimetableModel) -> cp_model.LinearExprT:
    """Count the meetings towards the guests' least number, none beyond it."""
    counted = []
    for chosen, missing in _missing(problem, model):
        counted.append(model.cp.new_int_var(0, missing, ""))
        model.cp.add(counted[-1] <= total(chosen))
    return total(counted)


def _guests_at_target(problem: Problem, model: TimetableModel) -> cp_model.LinearExprT:
    """Count the guests who would reach the least number of meetings and have not by the locked ones."""
    reached = []
    for chosen, missing in _missing(problem, model):
        reached.append(model.cp.new_bool_var(""))
        model.cp.add(total(chosen) >= missing * reached[-1])
    return total(reached)


def _missing(problem: Problem, model: TimetableModel) -> list[tuple[list[cp_model.IntVar], int]]:
    """Give for each guest who has too few locked meetings what could be chosen, and how many are missing."""
    meetings: dict[Id, list[cp_model.IntVar]] = defaultdict(list)
    for option in model.options:
        meetings[option.pair[0]].append(option.chosen)
    locked = Counter(meeting.guest_id for meeting in problem.locked)
    missing = ((chosen, problem.min_meetings_per_guest - locked[guest]) for guest, chosen in meetings.items())
    return [(chosen, number) for chosen, number in missing if number > 0]


def _comfort(problem: Problem, model: TimetableModel) -> cp_model.LinearExprT:
    """Rate few waits, guests' even days and hosts' few comings first, by their points, then early slots."""
    latest = 1 + len(problem.candidates) * len(problem.slot_by_id)
    points = _uneven(problem, model) + _comings(problem, model) - WAIT * _no_waits(problem, model)
    return -latest * points + _early(problem, model)


def _early(problem: Problem, model: TimetableModel) -> cp_model.LinearExprT:
    number = {slot_id: place for place, slot_id in enumerate(problem.slot_by_id)}
    locked = sum(number[meeting.slot_id] for meeting in problem.locked)
    return -locked - total(number[option.seating.slot.id] * option.chosen for option in model.options)


def _no_waits(problem: Problem, model: TimetableModel) -> cp_model.LinearExpr:
    """Count less for each time that somebody waits between two meetings of one session.

    Whoever attends a session sits down once, and once more after each wait.
    """
    sitting, before = _sitting(problem, model), slot_before(problem)
    sessions: dict[tuple[Id, str], list[str]] = defaultdict(list)
    for person_id, slot_id in sitting:
        sessions[person_id, problem.slot_by_id[slot_id].session].append(slot_id)
    waits = []
    for (person_id, _), slot_ids in sessions.items():
        attends = model.cp.new_bool_var("")
        model.cp.add(attends <= total(one for slot_id in slot_ids for one in sitting[person_id, slot_id]))
        sits_down = [model.cp.new_bool_var("") for _ in slot_ids]
        for slot_id, anew in zip(slot_ids, sits_down, strict=True):
            earlier = sitting.get((person_id, before.get(slot_id, "")), [])
            model.cp.add(total(sitting[person_id, slot_id]) - total(earlier) <= anew)
        model.cp.add(attends <= total(sits_down))
        waits.append(total(sits_down) - attends)
    return -total(waits)


def _uneven(problem: Problem, model: TimetableModel) -> cp_model.LinearExpr:
    """Add up the points of the guests' days, beside the locked meetings'."""
    shares = Shares(problem)
    days: dict[tuple[Id, date], list[cp_model.IntVar]] = defaultdict(list)
    for option in model.options:
        days[option.pair[0], option.seating.slot.day].append(option.chosen)
    locked = Counter((m.guest_id, problem.slot_by_id[m.slot_id].day) for m in problem.locked)
    most = Counter(guest_id for guest_id, _ in model.of_pair())
    points = []
    for (guest_id, day), chosen in days.items():
        steps = [model.cp.new_bool_var("") for _ in range(most[guest_id])]
        model.cp.add(total(steps) == total(chosen))
        first = locked[guest_id, day] + 1
        points += [shares.price(guest_id, day, number) * step for number, step in enumerate(steps, first)]
    return total(points)


def _comings(problem: Problem, model: TimetableModel) -> cp_model.LinearExpr:
    """Add up the points of what organisations come for, beside what they come for in any case."""
    known = {key for meeting in problem.locked for key in comings(meeting.pair, problem.slot_by_id[meeting.slot_id])}
    prices: dict[Coming, int] = {}
    meetings: dict[tuple[Coming, Pair], list[cp_model.IntVar]] = defaultdict(list)
    for option in model.options:
        for key, points in comings(option.pair, option.seating.slot).items():
            if key not in known:
                prices[key] = points
                meetings[key, option.pair].append(option.chosen)
    comes = {key: model.cp.new_bool_var("") for key in prices}
    for (key, _), chosen in meetings.items():
        model.cp.add(total(chosen) <= comes[key])
    return total(points * comes[key] for key, points in prices.items())


_Sitting = dict[tuple[Id, str], list[cp_model.LinearExprT]]


def _sitting(problem: Problem, model: TimetableModel) -> _Sitting:
    """Give for each person and slot what adds up to 1 if the person sits in a meeting."""
    sitting: _Sitting = defaultdict(list)
    for option in model.options:
        for person in option.seating.people:
            sitting[person.id, option.seating.slot.id].append(option.chosen)
    for meeting in problem.locked:
        for person_id in meeting.people:
            sitting[person_id, meeting.slot_id].append(1)
    return sitting


_RATINGS: Mapping[Aim, Callable[[Problem, TimetableModel], cp_model.LinearExprT]] = {
    Aim.GUARANTEE: _guarantee,
    Aim.VALUE: _worth,
    Aim.TARGET: _guests_at_target,
    Aim.COMFORT: _comfort,
    Aim.GAPS: _no_waits,
    Aim.EARLY: _early,
}
