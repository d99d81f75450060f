"""The first timetable: the most valuable one, then the one that suits its people best."""

import time
from collections import defaultdict
from itertools import pairwise

from ortools.sat.python import cp_model

from matching.domain.people import Id
from matching.domain.problem import Problem, value_of
from matching.domain.reasons import unplaced
from matching.domain.seating import fill_greedily, give_tables
from matching.domain.timetable import Placed, Timetable
from matching.solver.model import TimetableModel, total
from matching.solver.search import Progress, Search

POLISH = 0.1
"""Share of the effort that goes into fewer gaps once the value is settled."""


def solve(
    problem: Problem, *, seed: int = 0, time_limit_seconds: float = 30.0, progress: Progress | None = None
) -> Timetable:
    """Choose and place the meetings that are worth most, and say how near to the best possible they are.

    Of timetables of one value, more guests who reach the target, then fewer separate stays at the tables, then earlier
    slots win. The answer depends on the problem and the seed only, not on the order of its parts or on the machine's
    speed, unless the limit in seconds cuts the search short.
    """
    started_at = time.monotonic()
    pairs = [candidate.pair for candidate in problem.ordered_candidates]
    model = TimetableModel(problem, pairs)
    start = fill_greedily(problem, problem.locked, pairs)
    _hint(model, start)
    search = Search(model.cp, seed=seed, time_limit_seconds=time_limit_seconds)
    worth = total(problem.weights[option.pair] * option.chosen for option in model.options)
    locked = value_of(problem, problem.locked)
    found = search.maximise(
        worth, progress=progress and (lambda value, bound: progress(locked + value, locked + bound))
    )
    if found is None:
        meetings, bound = start, sum(problem.weights.values())
    else:
        search.maximise(_suits(problem, model), share=POLISH)
        seated = [(o.pair, o.seating) for o in model.options if search.chooses(o.chosen)]
        meetings = fill_greedily(problem, give_tables(problem, seated, problem.locked), pairs)
        bound = locked + found.bound
    return _timetable(problem, meetings, bound, time.monotonic() - started_at)


def _timetable(problem: Problem, meetings: tuple[Placed, ...], bound: int, seconds: float) -> Timetable:
    value = value_of(problem, meetings)
    return Timetable(
        meetings=meetings,
        value=value,
        bound=bound,
        proven=value == bound,
        unplaced=unplaced(problem, meetings),
        seconds=seconds,
    )


def _hint(model: TimetableModel, meetings: tuple[Placed, ...]) -> None:
    """Let the search start from a timetable made by hand."""
    taken = {(meeting.pair, meeting.slot_id, meeting.people) for meeting in meetings}
    for option in model.options:
        slot, guest, host = option.seating
        model.cp.add_hint(option.chosen, (option.pair, slot.id, (guest.id, host.id)) in taken)


def _suits(problem: Problem, model: TimetableModel) -> cp_model.LinearExprT:
    """Rate how well a timetable suits its people: guests at the target, then few stays, then early slots."""
    number = {slot_id: place for place, slot_id in enumerate(problem.slot_by_id)}
    latest = 1 + len(problem.candidates) * len(number)
    most_stays = 1 + 2 * len(problem.candidates)
    late = total(number[option.seating.slot.id] * option.chosen for option in model.options)
    reached = _guests_at_target(problem, model)
    return latest * (most_stays * total(reached) - total(_stays(problem, model))) - late


def _guests_at_target(problem: Problem, model: TimetableModel) -> list[cp_model.IntVar]:
    """Make a Boolean for each guest, which may be set if the guest has the target number of meetings."""
    meetings: dict[Id, list[cp_model.IntVar]] = defaultdict(list)
    for option in model.options:
        meetings[option.pair[0]].append(option.chosen)
    reached = []
    for guest_id, chosen in meetings.items():
        missing = problem.min_meetings_per_guest - sum(m.guest_id == guest_id for m in problem.locked)
        if missing > 0:
            reached.append(model.cp.new_bool_var(""))
            model.cp.add(total(chosen) >= missing * reached[-1])
    return reached


def _stays(problem: Problem, model: TimetableModel) -> list[cp_model.IntVar]:
    """Make a Boolean for each person and slot, set if the person sits down anew: not in the session's slot before."""
    sitting: dict[tuple[Id, str], list[cp_model.LinearExprT]] = defaultdict(list)
    for option in model.options:
        slot, *people = option.seating
        for person in people:
            sitting[person.id, slot.id].append(option.chosen)
    for meeting in problem.locked:
        for person_id in meeting.people:
            sitting[person_id, meeting.slot_id].append(1)
    before = _slot_before(problem)
    stays = []
    for (person_id, slot_id), now in sitting.items():
        stays.append(model.cp.new_bool_var(""))
        earlier = sitting.get((person_id, before.get(slot_id, "")), [])
        model.cp.add(total(now) - total(earlier) <= stays[-1])
    return stays


def _slot_before(problem: Problem) -> dict[str, str]:
    """Give for each slot the one before it in its session, if any."""
    sessions: dict[str, list[str]] = defaultdict(list)
    for slot in problem.slot_by_id.values():
        sessions[slot.session].append(slot.id)
    return {later: earlier for slots in sessions.values() for earlier, later in pairwise(slots)}
