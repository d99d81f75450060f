"""Making a timetable valid by all rules of the problem, where the large engine knew only some of them."""

from matching.domain.problem import Problem
from matching.domain.seating import fill_greedily, give_tables
from matching.domain.standing import seating_of, still_standing
from matching.domain.timetable import Placed
from matching.solver.climb import climbed
from matching.solver.search import Budget

CLIMBABLE = 2_000_000
"""Ways to seat the candidates up to which a timetable is made better a few slots at a time."""


def made_valid(
    problem: Problem, meetings: tuple[Placed, ...], options: int, budget: Budget, seed: int
) -> tuple[Placed, ...]:
    """Keep the meetings that can stand; if there are others, place what fits, and make that better in the time left.

    Args:
        problem: the mission.
        meetings: the locked ones and others.
        options: the ways to seat the candidates.
        budget: of the work after that.
        seed: of that work.

    """
    kept = still_standing(problem, meetings, frozenset())
    if len(kept) == len(meetings):
        return kept
    filled = fill_greedily(problem, kept, [candidate.pair for candidate in problem.ordered_candidates])
    if options > CLIMBABLE or budget.is_spent:
        return filled
    locked = {meeting.pair for meeting in problem.locked}
    seated = [
        (meeting.pair, seating)
        for meeting in filled
        if meeting.pair not in locked and (seating := seating_of(problem, meeting)) is not None
    ]
    return give_tables(problem, climbed(problem, seated, budget, seed), problem.locked)
