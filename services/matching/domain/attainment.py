"""How far a timetable reaches each aim, counted off its meetings."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import pairwise

from matching.domain.aims import RISING, Aim
from matching.domain.breaks import breaks
from matching.domain.comfort import WAIT, Shares, comings
from matching.domain.people import Id
from matching.domain.problem import Problem, value_of
from matching.domain.timetable import Placed


def attainment(aim: Aim, problem: Problem, meetings: Iterable[Placed]) -> int:
    """Count what an aim counts: see `Aim`; less is better unless the aim is among `RISING`."""
    return _COUNTS[aim](problem, tuple(meetings))


def rating(aims: Iterable[Aim], problem: Problem, meetings: Iterable[Placed]) -> tuple[int, ...]:
    """Rate a timetable by some aims in their order: the greater, the better."""
    held = tuple(meetings)
    return tuple((1 if aim in RISING else -1) * attainment(aim, problem, held) for aim in aims)


def _missing(problem: Problem, meetings: tuple[Placed, ...]) -> int:
    """Count the meetings that guests lack to their least number."""
    held = _of_guests(problem, meetings)
    return sum(max(0, problem.min_meetings_per_guest - number) for number in held.values())


def _at_target(problem: Problem, meetings: tuple[Placed, ...]) -> int:
    return sum(number >= problem.min_meetings_per_guest for number in _of_guests(problem, meetings).values())


def _of_guests(problem: Problem, meetings: tuple[Placed, ...]) -> Counter[Id]:
    """Count the meetings of each guest that is a candidate or has one."""
    held = Counter({candidate.guest_id: 0 for candidate in problem.candidates})
    held.update(meeting.guest_id for meeting in meetings)
    return held


def _points(problem: Problem, meetings: tuple[Placed, ...]) -> int:
    """Add up the points of `domain.comfort`."""
    slots, shares = problem.slot_by_id, Shares(problem)
    came = {key: points for m in meetings for key, points in comings(m.pair, slots[m.slot_id]).items()}
    days: Counter[tuple[Id, date]] = Counter((m.guest_id, slots[m.slot_id].day) for m in meetings)
    uneven = (shares.price(guest, day, n) for (guest, day), most in days.items() for n in range(1, most + 1))
    return WAIT * breaks(problem, meetings) + sum(came.values()) + sum(uneven)


def _lateness(problem: Problem, meetings: tuple[Placed, ...]) -> int:
    """Add up the numbers of the meetings' slots, the first slot's being 0."""
    number = {slot_id: place for place, slot_id in enumerate(problem.slot_by_id)}
    return sum(number[meeting.slot_id] for meeting in meetings)


def _table_changes(problem: Problem, meetings: tuple[Placed, ...]) -> int:
    return sum(one.table_id != other.table_id for one, other in in_a_row(problem, meetings))


def in_a_row(problem: Problem, meetings: Iterable[Placed]) -> list[tuple[Placed, Placed]]:
    """Give each two meetings of a host's person that follow one another on one day."""
    slots = problem.slot_by_id
    days: dict[tuple[Id, date], list[Placed]] = defaultdict(list)
    for meeting in sorted(meetings, key=lambda m: (slots[m.slot_id].starts_at, m.slot_id, m.table_id)):
        days[meeting.host_person, slots[meeting.slot_id].day].append(meeting)
    return [two for held in days.values() for two in pairwise(held)]


_COUNTS: Mapping[Aim, Callable[[Problem, tuple[Placed, ...]], int]] = {
    Aim.GUARANTEE: _missing,
    Aim.VALUE: value_of,
    Aim.TARGET: _at_target,
    Aim.COMFORT: _points,
    Aim.GAPS: breaks,
    Aim.EARLY: _lateness,
    Aim.TABLES: _table_changes,
}
