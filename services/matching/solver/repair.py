"""Repairing a timetable after a change, so that as few people as possible notice."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from threading import Event

from matching.domain.ledger import Ledger
from matching.domain.people import Id
from matching.domain.problem import Problem, value_of
from matching.domain.reasons import reason_for
from matching.domain.seating import fill_greedily, give_tables, in_order
from matching.domain.standing import seating_of, still_standing
from matching.domain.timetable import Dropped, Move, Pair, Placed, Repair
from matching.solver.aims import Aims
from matching.solver.model import TimetableModel
from matching.solver.search import Budget, Reached, Search


@dataclass(frozen=True, kw_only=True)
class _Result:
    """Repaired meetings, the most that they could be worth, and whether every aim was proven."""

    meetings: tuple[Placed, ...]
    bound: int
    proven: bool


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
    3. fewest meetings between undisturbed organisations move, so that one moves only to place one more of the others;
    4. the places go to the most valuable;
    5. fewest people are affected, then fewest meetings moved;
    6. the moves are shortest in time, and rather later than earlier.

    No meeting is added: an organiser adds some by `solve` with the repaired ones locked.

    Args:
        problem: the mission as it is now, with its people's windows after the change.
        before: the timetable before the change.
        disturbed: the organisations that the change concerns.
        fill: whether to look for new places.
        seed: of the search.
        time_limit_seconds: guard of the search; the answer depends on it only if it is reached.
        stop: set by whoever wants the best so far.

    """
    started_at = time.monotonic()
    movable = _without(problem, before)
    if fill:
        result = _rebook(problem, movable, disturbed, Budget.of_seconds(time_limit_seconds, stop), seed)
    else:
        result = _leave(problem, movable, disturbed)
    return _compare(problem, before, result, time.monotonic() - started_at)


def _leave(problem: Problem, movable: list[Placed], disturbed: frozenset[Id]) -> _Result:
    """Keep what can stand and drop the rest."""
    meetings = still_standing(problem, movable, disturbed)
    could_stand = sum(seating_of(problem, meeting) is not None for meeting in movable)
    kept_all = len(meetings) == len(problem.locked) + could_stand
    most = value_of(problem, meetings if kept_all else (*problem.locked, *movable))
    return _Result(meetings=in_order(problem, meetings), bound=most, proven=kept_all)


def _rebook(problem: Problem, movable: list[Placed], disturbed: frozenset[Id], budget: Budget, seed: int) -> _Result:
    """Find new places, at first with all that stands held fast, and with nothing held only if that may help."""
    held = replace(problem, locked=still_standing(problem, movable, disturbed))
    rest = _without(held, movable)
    nearby = _Rebooking(held, rest, disturbed).run([], budget, seed)
    if nearby.proven and _is_calmest(problem, rest, nearby.meetings):
        return nearby
    return _Rebooking(problem, movable, disturbed).run(_without(problem, nearby.meetings), budget, seed)


def _is_calmest(problem: Problem, lost: list[Placed], meetings: tuple[Placed, ...]) -> bool:
    """Say whether no repair can be better, since all that has a place anywhere has one, with the people it had."""
    if any(seating_of(problem, meeting) for meeting in lost):
        return False
    pairs = {meeting.pair for meeting in lost if problem.seatings(meeting.pair)}
    people = {person_id for meeting in lost for person_id in meeting.people}
    newly = [meeting for meeting in meetings if meeting.pair in pairs]
    return len(newly) == len(pairs) and all(people.issuperset(meeting.people) for meeting in newly)


def _without(problem: Problem, meetings: Iterable[Placed]) -> list[Placed]:
    """Give the meetings that are not locked, in an order of their own."""
    locked = {meeting.pair for meeting in problem.locked}
    movable = [meeting for meeting in meetings if meeting.pair not in locked]
    return sorted(movable, key=lambda m: (m.slot_id, m.table_id, str(m.guest_id), str(m.host_id)))


class _Rebooking:
    """The search for places for the meetings that are not locked."""

    def __init__(self, problem: Problem, movable: list[Placed], disturbed: frozenset[Id]) -> None:
        self._problem = problem
        self._movable = movable
        seatings = ((meeting, seating_of(problem, meeting)) for meeting in movable)
        standing = [(meeting, seating) for meeting, seating in seatings if seating is not None]
        self._model = TimetableModel(problem, [meeting.pair for meeting in movable], standing)
        self._aims = Aims(problem, self._model, movable, disturbed)

    def run(self, start: list[Placed], budget: Budget, seed: int) -> _Result:
        """Reach for the aims one after another, from the meetings of a repair that is known."""
        self._hint(start)
        aims, search = self._aims, Search(self._model.cp, budget, seed=seed)
        calm, worth = search.maximise(aims.calm), search.maximise(self._model.worth)
        if calm is None:
            meetings = in_order(self._problem, (*self._problem.locked, *start))
            return _Result(meetings=meetings, bound=self._bound(None), proven=False)
        reached = (calm, worth, search.minimise(aims.affected()), search.minimise(aims.shifts))
        proven = [aim is not None and aim.proven for aim in reached]
        bound = self._bound(worth if all(proven[:2]) else None)
        return _Result(meetings=self._meetings(search), bound=bound, proven=all(proven))

    def _hint(self, start: list[Placed]) -> None:
        known = set(start)
        places = {(meeting.pair, meeting.slot_id, meeting.people) for meeting in known.difference(self._movable)}
        for option in self._model.options:
            seating = option.seating
            anew = (option.pair, seating.slot.id, tuple(person.id for person in seating.people)) in places
            self._model.cp.add_hint(option.chosen, option.kept in known if option.kept else anew)

    def _meetings(self, search: Search) -> tuple[Placed, ...]:
        chosen = [option for option in self._model.options if search.chooses(option.chosen)]
        kept = [option.kept for option in chosen if option.kept]
        seated = [(option.pair, option.seating) for option in chosen if not option.kept]
        meetings = give_tables(self._problem, seated, (*self._problem.locked, *kept))
        return fill_greedily(self._problem, meetings, [meeting.pair for meeting in self._movable])

    def _bound(self, worth: Reached | None) -> int:
        most = value_of(self._problem, self._movable) if worth is None else worth.bound
        return value_of(self._problem, self._problem.locked) + most


def _compare(problem: Problem, before: Iterable[Placed], result: _Result, seconds: float) -> Repair:
    """List what differs, in the order of the timetable before."""
    now: dict[Pair, Placed] = {meeting.pair: meeting for meeting in result.meetings}
    was: dict[Pair, Placed] = {meeting.pair: meeting for meeting in before}
    ledger = Ledger(problem, result.meetings)
    return Repair(
        meetings=result.meetings,
        moved=tuple(Move(before=m, after=now[p]) for p, m in was.items() if p in now and now[p] != m),
        dropped=tuple(
            Dropped(meeting=m, reason=reason_for(problem, ledger, p)) for p, m in was.items() if p not in now
        ),
        added=tuple(meeting for pair, meeting in now.items() if pair not in was),
        value=value_of(problem, result.meetings),
        bound=result.bound,
        proven=result.proven,
        seconds=seconds,
    )
