"""How well a timetable suits its people, as expressions over the options of a model."""

from collections import defaultdict
from itertools import pairwise

from ortools.sat.python import cp_model

from matching.domain.people import Id
from matching.domain.problem import Problem
from matching.solver.model import TimetableModel, total

STAY, SESSION = 2, -1
"""What sitting down anew costs, and what the first time in a session gives back: a gap costs 2, a session 1."""


def guests_at_target(problem: Problem, model: TimetableModel) -> cp_model.LinearExprT:
    """Count the guests who would reach the target number of meetings and have not by the locked ones."""
    meetings: dict[Id, list[cp_model.IntVar]] = defaultdict(list)
    for option in model.options:
        meetings[option.pair[0]].append(option.chosen)
    reached = []
    for guest_id, chosen in meetings.items():
        missing = problem.min_meetings_per_guest - sum(m.guest_id == guest_id for m in problem.locked)
        if missing > 0:
            reached.append(model.cp.new_bool_var(""))
            model.cp.add(total(chosen) >= missing * reached[-1])
    return total(reached)


def comfort(problem: Problem, model: TimetableModel) -> cp_model.LinearExprT:
    """Rate few gaps in people's sessions first, then few sessions, then early slots."""
    sitting = _sitting(problem, model)
    number = {slot_id: place for place, slot_id in enumerate(problem.slot_by_id)}
    late = total(number[option.seating.slot.id] * option.chosen for option in model.options)
    latest = 1 + len(problem.candidates) * len(number)
    cost = STAY * total(_stays(problem, model, sitting)) + SESSION * total(_attended(problem, model, sitting))
    return -latest * cost - late


_Sitting = dict[tuple[Id, str], list[cp_model.LinearExprT]]


def _sitting(problem: Problem, model: TimetableModel) -> _Sitting:
    """Give for each person and slot what adds up to 1 if the person sits in a meeting."""
    sitting: _Sitting = defaultdict(list)
    for option in model.options:
        slot, *people = option.seating
        for person in people:
            sitting[person.id, slot.id].append(option.chosen)
    for meeting in problem.locked:
        for person_id in meeting.people:
            sitting[person_id, meeting.slot_id].append(1)
    return sitting


def _stays(problem: Problem, model: TimetableModel, sitting: _Sitting) -> list[cp_model.IntVar]:
    """Make a Boolean for each person and slot, set if the person sits down anew: not in the session's slot before."""
    before = _slot_before(problem)
    stays = []
    for (person_id, slot_id), now in sitting.items():
        stays.append(model.cp.new_bool_var(""))
        earlier = sitting.get((person_id, before.get(slot_id, "")), [])
        model.cp.add(total(now) - total(earlier) <= stays[-1])
    return stays


def _attended(problem: Problem, model: TimetableModel, sitting: _Sitting) -> list[cp_model.IntVar]:
    """Make a Boolean for each person and session, which may be set if the person sits in any of its meetings."""
    sessions: _Sitting = defaultdict(list)
    for (person_id, slot_id), now in sitting.items():
        sessions[person_id, problem.slot_by_id[slot_id].session] += now
    attended = []
    for meetings in sessions.values():
        attended.append(model.cp.new_bool_var(""))
        model.cp.add(attended[-1] <= total(meetings))
    return attended


def _slot_before(problem: Problem) -> dict[str, str]:
    """Give for each slot the one before it in its session, if any."""
    sessions: dict[str, list[str]] = defaultdict(list)
    for slot in problem.slot_by_id.values():
        sessions[slot.session].append(slot.id)
    return {later: earlier for slots in sessions.values() for earlier, later in pairwise(slots)}
