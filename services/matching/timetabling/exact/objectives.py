"""Objectives as CP-SAT expressions.

People's waits as an expression over the options of a model.

A row of Booleans for each person and session says when the person sits and from when on the person has come; a wait
ends where somebody who has come and does not sit does so again. Clauses alone: a solver that learns from conflicts
sees through them, while sums of how often somebody sits down leave it without a hold (Kaluga: not in 6 CPU s).

The aims of a timetable as expressions over the options of a model: the greater, the better.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import pairwise

from ortools.sat.python import cp_model

from matching.timetabling.exact.model import TimetableModel, total
from matching.timetabling.model.objective_values import WAIT, Coming, Shares, comings
from matching.timetabling.model.objectives import Aim
from matching.timetabling.model.people import Id
from matching.timetabling.model.problem import Problem
from matching.timetabling.model.timetable import Pair

Literal = cp_model.IntVar | bool
"""Whether somebody sits in a slot, or has come by then; a truth value where that is known."""


def waits(problem: Problem, model: TimetableModel) -> cp_model.LinearExpr:
    """Count the waits of all people beside the locked meetings; minimised, none is counted that there is not."""
    sessions: dict[str, list[str]] = defaultdict(list)
    for slot in problem.slot_by_id.values():
        sessions[slot.session].append(slot.id)
    sitting = _sitting(problem, model)
    return total(
        end
        for of_person in sitting.values()
        for slots in sessions.values()
        for end in _ends(model.cp, [of_person.get(slot_id, False) for slot_id in slots])
    )


def _sitting(problem: Problem, model: TimetableModel) -> dict[Id, dict[str, Literal]]:
    """Give for each person and slot the Boolean that says whether the person sits in a meeting."""
    chosen: dict[Id, dict[str, list[cp_model.IntVar]]] = defaultdict(lambda: defaultdict(list))
    for option in model.options:
        for person in option.seating.people:
            chosen[person.id][option.seating.slot.id].append(option.chosen)
    sitting: dict[Id, dict[str, Literal]] = {
        person_id: {slot_id: _any_of(model.cp, options) for slot_id, options in slots.items()}
        for person_id, slots in chosen.items()
    }
    for meeting in problem.locked:
        for person_id in meeting.people:
            sitting.setdefault(person_id, {})[meeting.slot_id] = True
    return sitting


def _any_of(cp: cp_model.CpModel, options: Sequence[cp_model.IntVar]) -> cp_model.IntVar:
    """Give what is set if one of some options is chosen, of which no more than one can be."""
    if len(options) == 1:
        return options[0]
    sits = cp.new_bool_var("")
    cp.add(total(options) == sits)
    return sits


def _ends(cp: cp_model.CpModel, sits: Sequence[Literal]) -> list[cp_model.IntVar]:
    """Give for each slot of a session before which a wait may end the Boolean that says so."""
    ends: list[cp_model.IntVar] = []
    come: Literal = False
    for now, then in pairwise(sits):
        if come is not False and now is not True and then is not False:
            end = cp.new_bool_var("")
            cp.add_bool_or(_negated(come), now, _negated(then), end)
            ends.append(end)
        come = _either(cp, come, now)
    return ends


def _either(cp: cp_model.CpModel, one: Literal, other: Literal) -> Literal:
    if isinstance(one, bool):
        return one or other
    if isinstance(other, bool):
        return other or one
    either = cp.new_bool_var("")
    cp.add_implication(one, either)
    cp.add_implication(other, either)
    return either


def _negated(literal: Literal) -> cp_model.LiteralT:
    return not literal if isinstance(literal, bool) else literal.negated()


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
