"""Why pairs have no meeting, for all of them at once: the answers of `domain.reasons`, by bits instead of seatings."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

from matching.timetabling.large.adapter.arrays import Arrays
from matching.timetabling.model.occupancy import Ledger, Obstacle
from matching.timetabling.model.people import Id
from matching.timetabling.model.problem import Problem
from matching.timetabling.model.timetable import Pair, Placed, Reason, Unplaced
from matching.timetabling.model.unplaced_reasons import REASONS, Reasons


def unplaced(arrays: Arrays, meetings: Iterable[Placed]) -> tuple[Unplaced, ...]:
    """List the candidates without a meeting, the most valuable first; whose rules arrays tell, by bits."""
    problem, meetings = arrays.problem, tuple(meetings)
    state, others = _State(problem, meetings), Reasons(problem, meetings)
    placed = {meeting.pair for meeting in meetings}
    return tuple(
        Unplaced(
            guest_id=c.guest_id,
            host_id=c.host_id,
            reason=state.reason_for(c.pair) if arrays.tells_of(c.pair) else others.of(c.pair),
        )
        for c in problem.ordered_candidates
        if c.pair not in placed
    )


@dataclass(frozen=True, slots=True)
class _Sitter:
    """One who negotiates: slots as bits."""

    there: int
    idle: int
    """Those of them in which the person sits in no meeting."""
    able: int
    """Those of them on whose days the person may have one more."""
    online: bool


class _State:
    """A finished timetable, as far as one more meeting is concerned."""

    def __init__(self, problem: Problem, meetings: tuple[Placed, ...]) -> None:
        self._problem = problem
        number = {slot_id: 1 << n for n, slot_id in enumerate(problem.slot_by_id)}
        ledger = Ledger(problem, meetings)
        self._open, self._room = {}, {}
        """For meetings online and others, the slots with a table that would do, and those with one that is free."""
        for online in (False, True):
            fit = {slot.id: problem.tables_for(slot, online=online) for slot in problem.slots}
            left = {slot_id: set(tables).intersection(ledger.tables_left(slot_id)) for slot_id, tables in fit.items()}
            self._open[online] = sum(number[slot_id] for slot_id, tables in fit.items() if tables)
            self._room[online] = sum(number[slot_id] for slot_id, tables in left.items() if tables)
        self._of = self._sitters(number, meetings)

    def reason_for(self, pair: Pair) -> Reason:
        """Give the reason that comes nearest to a meeting."""
        if self._problem.is_avoided(pair):
            return Reason.AVOIDED
        obstacles = [
            self._obstacle(guest, host, common)
            for guest, host in product(*(self._of.get(organisation_id, ()) for organisation_id in pair))
            if (common := guest.there & host.there & self._open[guest.online or host.online])
        ]
        return REASONS[min(obstacles, key=lambda one: one or 0)] if obstacles else Reason.NO_COMMON_SLOT

    def _obstacle(self, guest: _Sitter, host: _Sitter, common: int) -> Obstacle | None:
        idle = common & guest.idle & host.idle
        if not idle:
            return Obstacle.PEOPLE
        able = idle & guest.able & host.able
        if not able:
            return Obstacle.DAY
        return None if able & self._room[guest.online or host.online] else Obstacle.TABLES

    def _sitters(self, number: dict[str, int], meetings: tuple[Placed, ...]) -> dict[Id, list[_Sitter]]:
        problem = self._problem
        days: dict[object, int] = defaultdict(int)
        for slot in problem.slots:
            days[slot.day] |= number[slot.id]
        clashing = {slot_id: sum(number[other] for other in others) for slot_id, others in problem.clashes.items()}
        busy: dict[Id, int] = defaultdict(int)
        loads: Counter[tuple[Id, object]] = Counter()
        for meeting in meetings:
            for person_id in meeting.people:
                busy[person_id] |= clashing[meeting.slot_id]
                loads[person_id, problem.slot_by_id[meeting.slot_id].day] += 1
        found: dict[Id, list[_Sitter]] = defaultdict(list)
        for organisation_id, people in problem.negotiators.items():
            for person, free in people:
                there = sum(number[slot_id] for slot_id in free)
                full = sum(n for day, n in days.items() if loads[person.id, day] >= problem.max_per_person_per_day)
                sitter = _Sitter(there, there & ~busy[person.id], there & ~full, person.online)
                found[organisation_id].append(sitter)
        return found
