"""Making a timetable valid by the rules that the large engine does not know: interpreters and walks."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from matching.timetabling.exact.local_search import climbed
from matching.timetabling.exact.search import Budget
from matching.timetabling.large.adapter.arrays import Arrays
from matching.timetabling.model.availability import Location
from matching.timetabling.model.occupancy import seating_of
from matching.timetabling.model.placement import fill_greedily, give_tables
from matching.timetabling.model.problem import Problem, Seating, Sitter
from matching.timetabling.model.timetable import Placed

CLIMBABLE = 2_000_000
"""Ways to seat the candidates up to which a timetable is made better a few slots at a time."""


def made_valid(arrays: Arrays, meetings: tuple[Placed, ...], budget: Budget, seed: int) -> tuple[Placed, ...]:
    """Give interpreters to the meetings that need one; if some cannot stand, make what is left better.

    Args:
        arrays: the mission.
        meetings: the locked ones, and others that keep all rules but those of interpreters and walks.
        budget: of the work for what had to go.
        seed: of that work.

    """
    problem = arrays.problem
    kept = _kept(problem, meetings)
    if len(kept) == len(meetings) or arrays.options > CLIMBABLE or budget.is_spent:
        return kept
    filled = fill_greedily(problem, kept, [candidate.pair for candidate in problem.ordered_candidates])
    locked = {meeting.pair for meeting in problem.locked}
    seated = [
        (meeting.pair, seating)
        for meeting in filled
        if meeting.pair not in locked and (seating := seating_of(problem, meeting)) is not None
    ]
    return give_tables(problem, climbed(problem, seated, budget, seed), problem.locked)


def _kept(problem: Problem, meetings: Iterable[Placed]) -> tuple[Placed, ...]:
    """Keep the locked meetings and, the most valuable first, those that can stand beside them, with interpreters."""
    locked = {meeting.pair for meeting in problem.locked}
    others = [meeting for meeting in meetings if meeting.pair not in locked]
    presence, kept = _Presence(problem), list(problem.locked)
    for meeting in problem.locked:
        presence.enter(meeting.slot_id, problem.locations.of(meeting.slot_id, meeting.table_id), meeting.sitters)
    for meeting in sorted(others, key=lambda m: (-problem.weights[m.pair], str(m.guest_id), str(m.host_id))):
        guest, host = (problem.person_by_id[person_id] for person_id in meeting.people)
        slot = problem.slot_by_id[meeting.slot_id]
        bare = Seating(slot, guest, host, location=problem.locations.of(slot.id, meeting.table_id))
        seatings = (replace(bare, interpreter=one) for one in problem.interpreters_for(bare))
        seating = next((one for one in seatings if problem.is_reachable(one) and presence.allows(one)), None)
        if seating is not None:
            presence.enter(slot.id, seating.location, seating.walkers)
            kept.append(replace(meeting, interpreter=seating.interpreter))
    return tuple(kept)


class _Presence:
    """Who has been where; people sit in one meeting at a time as it is, interpreters may not."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._stands: dict[Sitter, list[tuple[str, Location]]] = defaultdict(list)

    def enter(self, slot_id: str, location: Location, sitters: Iterable[Sitter]) -> None:
        """Note where some sit in a slot."""
        for sitter in sitters:
            self._stands[sitter].append((slot_id, location))

    def allows(self, seating: Seating) -> bool:
        """Say whether all who walk to a seating come from their other meetings, and reach them, in time."""
        here = seating.slot.id, seating.location
        return not any(
            self._problem.locations.too_far(here, there) for sitter in seating.walkers for there in self._stands[sitter]
        )
