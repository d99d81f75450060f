"""The aims of a timetable as expressions over the options of a model: the greater, the better."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from datetime import date

from ortools.sat.python import cp_model

from matching.domain.aims import Aim
from matching.domain.comfort import WAIT, Coming, Shares, comings
from matching.domain.people import Id
from matching.domain.problem import Problem
from matching.domain.timetable import Pair
from matching.solver.model import TimetableModel, total
from matching.solver.waits import waits


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
    points = WAIT * waits(problem, model) + _uneven(problem, model) + _comings(problem, model)
    return -latest * points - _lateness(problem, model)


def _early(problem: Problem, model: TimetableModel) -> cp_model.LinearExprT:
    number = {slot_id: place for place, slot_id in enumerate(problem.slot_by_id)}
    return -sum(number[meeting.slot_id] for meeting in problem.locked) - _lateness(problem, model)


def _lateness(problem: Problem, model: TimetableModel) -> cp_model.LinearExpr:
    """Add up the numbers of the chosen slots."""
    number = {slot_id: place for place, slot_id in enumerate(problem.slot_by_id)}
    return total(number[option.seating.slot.id] * option.chosen for option in model.options)


def _gaps(problem: Problem, model: TimetableModel) -> cp_model.LinearExprT:
    return -waits(problem, model)


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


_RATINGS: Mapping[Aim, Callable[[Problem, TimetableModel], cp_model.LinearExprT]] = {
    Aim.GUARANTEE: _guarantee,
    Aim.VALUE: _worth,
    Aim.TARGET: _guests_at_target,
    Aim.COMFORT: _comfort,
    Aim.GAPS: _gaps,
    Aim.EARLY: _early,
}
