"""Why a pair has no meeting: read off the finished timetable."""

from collections.abc import Iterable

from matching.domain.ledger import Ledger, Obstacle
from matching.domain.problem import Problem
from matching.domain.timetable import Pair, Placed, Reason, Unplaced

REASONS = {
    None: Reason.FREE_PLACE_LEFT,
    Obstacle.TABLES: Reason.HALL_FULL,
    Obstacle.INTERPRETER: Reason.NO_INTERPRETER,
    Obstacle.DAY: Reason.DAY_CAP_REACHED,
    Obstacle.WALK: Reason.TOO_FAR,
    Obstacle.PEOPLE: Reason.PEOPLE_BUSY,
}


def reason_for(problem: Problem, ledger: Ledger, pair: Pair) -> Reason:
    """Give the reason that comes nearest to a meeting: of all ways to seat the pair, the one least in the way."""
    if problem.is_avoided(pair):
        return Reason.AVOIDED
    seatings = problem.seatings(pair)
    if not seatings:
        return Reason.NO_INTERPRETER if any(problem.uninterpreted(pair)) else Reason.NO_COMMON_SLOT
    return REASONS[min((ledger.obstacle(seating) for seating in seatings), key=lambda obstacle: obstacle or 0)]


def unplaced(problem: Problem, meetings: Iterable[Placed]) -> tuple[Unplaced, ...]:
    """List the candidates without a meeting, the most valuable first."""
    ledger = Ledger(problem, meetings)
    return tuple(
        Unplaced(guest_id=c.guest_id, host_id=c.host_id, reason=reason_for(problem, ledger, c.pair))
        for c in problem.ordered_candidates
        if c.pair not in ledger.pairs
    )
