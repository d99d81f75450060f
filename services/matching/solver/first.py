"""The first timetable: the most valuable one, then the one that suits its people best."""

import time
from collections import Counter

from matching.domain.problem import Problem, value_of
from matching.domain.reasons import unplaced
from matching.domain.seating import Seated, fill_greedily, give_tables
from matching.domain.standing import seating_of
from matching.domain.timetable import Pair, Placed, Timetable
from matching.solver.bound import flow_bound
from matching.solver.climb import climbed
from matching.solver.model import TimetableModel, total
from matching.solver.polish import polished
from matching.solver.search import LEAST_EFFORT, Budget, Progress, Search
from matching.solver.suitability import guests_at_target

PROOF_SHARE = 0.5
"""Share of the effort after which a proof is given up and the timetable is made better a few slots at a time."""
TARGET_EFFORT = 1.0
"""Units of work that go into more guests at the target once the value is settled."""
NEARNESS_EFFORT = 0.5
"""Units of work that go into staying near a start that was not worth enough."""


def solve(
    problem: Problem, *, seed: int = 0, time_limit_seconds: float = 30.0, progress: Progress | None = None
) -> Timetable:
    """Choose and place the meetings that are worth most, and say how near to the best possible they are.

    Of timetables of one value, more guests who reach the target win; then the one that asks less of its people, by
    the points of `domain.comfort`: few waits, guests' meetings spread over their days, hosts who come seldom; then
    earlier slots. The answer depends on the problem and the seed only, not on the order of its parts or on the
    machine's speed, unless the limit in seconds cuts the search short.
    """
    started_at = time.monotonic()
    budget = Budget.of_seconds(time_limit_seconds)
    seated, bound = _most_valuable(problem, budget, seed, progress)
    polish = budget if budget.effort > LEAST_EFFORT else Budget(effort=LEAST_EFFORT, ends_at=budget.ends_at)
    meetings = give_tables(problem, polished(problem, seated, polish, seed), problem.locked)
    meetings = fill_greedily(problem, meetings, _pairs(problem))
    return _timetable(problem, meetings, bound, time.monotonic() - started_at)


def _pairs(problem: Problem) -> list[Pair]:
    return [candidate.pair for candidate in problem.ordered_candidates]


def _most_valuable(problem: Problem, budget: Budget, seed: int, progress: Progress | None) -> tuple[list[Seated], int]:
    """Find the meetings that are worth most, and a value that no others exceed."""
    model = TimetableModel(problem, _pairs(problem))
    start = _greedy(problem)
    model.start_from(start)
    locked = value_of(problem, problem.locked)
    tell = progress and (lambda value, bound: progress(locked + value, locked + bound))
    search = Search(model.cp, budget, seed=seed)
    found = search.maximise(model.worth, effort=budget.effort * PROOF_SHARE, progress=tell)
    if found is None:
        return climbed(problem, start, budget, seed), flow_bound(problem)
    if found.proven:
        search.maximise(guests_at_target(problem, model), effort=TARGET_EFFORT)
        return _nearest(problem, model, search, start), locked + found.bound
    seated = max(start, _seated(model, search), key=lambda seated: _rating(problem, seated))
    return climbed(problem, seated, budget, seed), min(locked + found.bound, flow_bound(problem))


def _nearest(problem: Problem, model: TimetableModel, search: Search, start: list[Seated]) -> list[Seated]:
    """Keep as much of the start, which suits its people, as the aims that were reached allow."""
    if _rating(problem, start) >= _rating(problem, _seated(model, search)):
        return start
    known = set(start)
    alike = total(option.chosen for option in model.options if (option.pair, option.seating) in known)
    search.maximise(alike, effort=NEARNESS_EFFORT)
    return _seated(model, search)


def _seated(model: TimetableModel, search: Search) -> list[Seated]:
    return [(option.pair, option.seating) for option in model.options if search.chooses(option.chosen)]


def _rating(problem: Problem, seated: list[Seated]) -> tuple[int, int]:
    """Give what a timetable is worth, and how many guests reach the target."""
    guests = Counter([*(pair[0] for pair, _ in seated), *(meeting.guest_id for meeting in problem.locked)])
    reached = sum(meetings >= problem.min_meetings_per_guest for meetings in guests.values())
    return sum(problem.weights[pair] for pair, _ in seated), reached


def _greedy(problem: Problem) -> list[Seated]:
    """Seat one pair after another, the most valuable first, each where it asks least of its people."""
    placed = fill_greedily(problem, problem.locked, _pairs(problem))
    return [
        (meeting.pair, seating)
        for meeting in placed
        if meeting not in problem.locked and (seating := seating_of(problem, meeting)) is not None
    ]


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
