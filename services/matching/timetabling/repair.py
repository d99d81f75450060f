"""Repairing a timetable after a change, so that as few people as possible notice."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import takewhile
from operator import attrgetter
from threading import Event

from matching.timetabling.exact.repair import Rebooking
from matching.timetabling.exact.search import Budget
from matching.timetabling.large.adapter.arrays import Rows, TooMuchError
from matching.timetabling.large.adapter.repair import Beside, is_plain, rebooked, standing_together
from matching.timetabling.model.occupancy import seating_of, still_standing
from matching.timetabling.model.people import Id
from matching.timetabling.model.placement import in_order
from matching.timetabling.model.problem import Problem, value_of
from matching.timetabling.model.repair_objectives import EVERY_AIM, Concern, Merits, told
from matching.timetabling.model.subproblem import around, of_these
from matching.timetabling.model.timetable import Dropped, Move, Pair, Placed, Repair
from matching.timetabling.model.unplaced_reasons import Reasons

PLACED, VALUED = 2, 4
"""How many aims in a row settle how many have a place, and what they are worth."""
WHOLE = 20_000
"""Up to so many meetings times slots all movable meetings are looked at together."""
LARGEST_CIRCLE = 400
"""Meetings that a circle of a larger mission may hold."""
CIRCLE_EFFORT = 0.3
"""Units of work that go into such a circle."""


@dataclass(frozen=True, kw_only=True)
class _Found:
    """What has become of the movable meetings, and how many aims in a row are reached as well as can be."""

    meetings: tuple[Placed, ...]
    merits: Merits
    proven: int


def repair(  # noqa: PLR0913  what a search may spend takes two of them
    problem: Problem,
    before: tuple[Placed, ...],
    disturbed: frozenset[Id],
    *,
    fill: bool,
    seed: int = 0,
    time_limit_seconds: float = 30.0,
    stop: Event | None = None,
) -> Repair:
    """Make a timetable valid again after a change, and list all that differs.

    The locked meetings of the problem stay, whatever the rules say. Without fill the meetings that can stand no more
    are dropped and nothing else changes. With fill they are placed anew, and what has no place is dropped. Then each
    aim counts only among the repairs that are best in the ones before it:

    1. no meeting that can stand loses its place altogether;
    2. most of the others have a place again;
    3. fewest people are affected whom the incident does not concern: who had none of the meetings that can stand no
       more;
    4. the places go to the most valuable;
    5. fewest meetings are moved;
    6. the moves are shortest in time, and rather later than earlier.

    No meeting is added: an organiser adds some by `solve` with the repaired ones locked.

    Args:
        problem: the mission as it is now, with its people's windows after the change.
        before: the timetable before the change.
        disturbed: the organisations that the change concerns: where two meetings cannot both stand, theirs goes.
        fill: whether to look for new places.
        seed: of the search.
        time_limit_seconds: guard of the search; the answer depends on it only if it is reached.
        stop: set by whoever wants the best so far.

    """
    started_at = time.monotonic()
    movable = _without(problem, before)
    beside = Beside(problem) if len(movable) * len(problem.slots) > WHOLE and is_plain(problem) else None
    standing = standing_together(beside, movable, disturbed) if beside else None
    together = tuple(standing.meetings) if standing else _together(problem, movable, disturbed)
    concern = Concern.of(problem, movable, together)
    if fill:
        found = _at_once(beside, standing, concern) if beside and standing else None
        if found is None:
            budget = Budget.of_seconds(time_limit_seconds, stop)
            found = _Rebook(problem, movable, together, concern).run(budget, seed)
    else:
        merits = concern.merits(problem, together)
        found = _Found(meetings=together, merits=merits, proven=0 if merits.lost else EVERY_AIM)
    repaired = _compare(problem, before, found, concern)
    aims = told(found.merits._replace(value=repaired.value), found.proven, fill=fill)
    return replace(repaired, aims=aims, seconds=time.monotonic() - started_at)


def _together(problem: Problem, movable: list[Placed], disturbed: frozenset[Id]) -> tuple[Placed, ...]:
    """Give the movable meetings that can stand beside the locked ones and each other."""
    if not any(seating_of(problem, meeting) for meeting in movable):
        return ()
    pairs = {meeting.pair for meeting in movable}
    return of_these(still_standing(around(problem, problem.locked, pairs), movable, disturbed), pairs)


def _at_once(beside: Beside, standing: Rows, concern: Concern) -> _Found | None:
    """Mend a timetable that is too large for one model; None where its rules are more than arrays tell."""
    if len(standing.meetings) + len(concern.displaced) < len(concern.movable):
        return None
    try:
        meetings, merits, proven = rebooked(beside, standing, concern)
    except TooMuchError:
        return None
    return _Found(meetings=meetings, merits=merits, proven=proven)


class _Rebook:
    """New places for what can stand no more, looked for in circles that grow until nothing better can be."""

    def __init__(self, problem: Problem, movable: list[Placed], together: tuple[Placed, ...], concern: Concern) -> None:
        self._problem = problem
        self._movable = movable
        self._concern = concern
        self._together = together

    def run(self, budget: Budget, seed: int) -> _Found:
        """Give the best repair of the circles that were looked at."""
        best = self._found(self._together, 0)
        for circle in self._circles():
            found = self._look(circle, best.meetings, budget, seed)
            best = max(best, found, key=lambda each: (each.merits, each.proven))
            if best.proven == EVERY_AIM or budget.is_spent:
                break
        return best

    def _circles(self) -> Iterator[list[Placed]]:
        """Give the meetings that may move: those of concerned people alone, then all, or ever more of partners."""
        kept, people = set(self._together), self._concern.people
        circle = [m for m in self._movable if m not in kept or people.issuperset(m.people)]
        yield circle
        if len(self._movable) * len(self._problem.slots) <= WHOLE:
            if len(circle) < len(self._movable):
                yield self._movable
            return
        while True:
            organisations = {end for meeting in circle for end in meeting.pair}
            wider = [m for m in self._movable if not organisations.isdisjoint(m.pair)]
            if not len(circle) < len(wider) <= LARGEST_CIRCLE:
                return
            circle = wider
            yield circle

    def _look(self, circle: list[Placed], start: tuple[Placed, ...], budget: Budget, seed: int) -> _Found:
        """Repair within a circle, and compare it with the best that could be if the meetings beyond were not there."""
        pairs = {meeting.pair for meeting in circle}
        beyond = [meeting for meeting in self._together if meeting.pair not in pairs]
        near = around(self._problem, (*self._problem.locked, *beyond), pairs)
        effort = budget if len(circle) == len(self._movable) else budget.portion(CIRCLE_EFFORT)
        meetings, proven = Rebooking(near, circle, self._concern).run(of_these(start, pairs), effort, seed)
        found = self._found((*beyond, *meetings), proven)
        if not beyond:
            return found
        alone = around(self._problem, self._problem.locked, pairs)
        limit, sure = Rebooking(alone, circle, self._concern).run(meetings, budget.portion(CIRCLE_EFFORT), seed)
        most = self._found((*beyond, *limit), sure)
        alike = [one == other for one, other in zip(found.merits[:sure], most.merits, strict=False)]
        settled = len(list(takewhile(bool, alike)))
        nobody_else = settled >= PLACED and not found.merits.affected
        return replace(found, proven=max(settled, proven) if nobody_else else settled)

    def _found(self, meetings: tuple[Placed, ...], proven: int) -> _Found:
        return _Found(meetings=meetings, merits=self._concern.merits(self._problem, meetings), proven=proven)


def _without(problem: Problem, before: tuple[Placed, ...]) -> list[Placed]:
    """Give the meetings that are not locked, in an order of their own."""
    pairs = {meeting.pair for meeting in _others(problem.locked, before)}
    movable = [meeting for meeting in _others(before, problem.locked) if meeting.pair not in pairs]
    return sorted(movable, key=attrgetter("slot_id", "table_id", "guest_id", "host_id"))


def _others(meetings: Iterable[Placed], known: Iterable[Placed]) -> list[Placed]:
    """Give the meetings that are not the very same objects as known ones: thousands are told apart at once."""
    every = tuple(meetings)
    other = set(map(id, every)).difference(map(id, known))
    if len(other) == len(every) or not other:
        return list(every) if other else []
    return [meeting for meeting in every if id(meeting) in other]


def _compare(problem: Problem, before: tuple[Placed, ...], found: _Found, concern: Concern) -> Repair:
    """List what differs, in the order of the timetable before."""
    meetings = in_order(problem, (*problem.locked, *found.meetings))
    now: dict[Pair, Placed] = {meeting.pair: meeting for meeting in _others(meetings, before)}
    was: dict[Pair, Placed] = {meeting.pair: meeting for meeting in _others(before, meetings)}
    gone = [meeting for pair, meeting in was.items() if pair not in now]
    reasons = Reasons.among(problem, meetings, [meeting.pair for meeting in gone])
    held = value_of(problem, problem.locked)
    most = found.merits.value if found.proven >= VALUED else concern.worth
    return Repair(
        meetings=meetings,
        moved=tuple(Move(before=m, after=now[p]) for p, m in was.items() if p in now and now[p] != m),
        dropped=tuple(Dropped(meeting=meeting, reason=reasons.of(meeting.pair)) for meeting in gone),
        added=tuple(meeting for pair, meeting in now.items() if pair not in was),
        value=held + found.merits.value,
        bound=held + most,
        proven=found.proven == EVERY_AIM,
        seconds=0.0,
    )
