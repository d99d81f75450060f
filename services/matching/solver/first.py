"""The first timetable: the most valuable one, then the one that suits its people best."""

import time

from matching.domain.problem import Problem, value_of
from matching.domain.reasons import unplaced
from matching.domain.seating import fill_greedily, give_tables
from matching.domain.timetable import Placed, Timetable
from matching.solver.model import TimetableModel, total
from matching.solver.polish import polished
from matching.solver.search import Budget, Progress, Search
from matching.solver.suitability import guests_at_target

TARGET_EFFORT = 1.0
"""Units of work that go into more guests at the target once the value is settled."""


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
    budget = Budget.of_seconds(time_limit_seconds)
    search = Search(model.cp, budget, seed=seed)
    worth = total(problem.weights[option.pair] * option.chosen for option in model.options)
    locked = value_of(problem, problem.locked)
    found = search.maximise(
        worth, progress=progress and (lambda value, bound: progress(locked + value, locked + bound))
    )
    if found is None:
        meetings, bound = start, sum(problem.weights.values())
    else:
        search.maximise(guests_at_target(problem, model), effort=TARGET_EFFORT)
        seated = polished(
            problem, [(o.pair, o.seating) for o in model.options if search.chooses(o.chosen)], budget, seed
        )
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
