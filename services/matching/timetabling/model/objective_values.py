"""Value of each objective in a finished timetable.

Waits of people between their meetings.

What a timetable asks of its people: to wait between meetings, to have all of them on one day, to come once more.

Guests are there for the whole mission, so their meetings are spread over it; hosts have work to do, so theirs are not.

How far a timetable reaches each aim, counted off its meetings.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import pairwise

from matching.timetabling.model.hall import Slot
from matching.timetabling.model.objectives import RISING, Aim
from matching.timetabling.model.people import Id
from matching.timetabling.model.problem import Problem, Seating, value_of
from matching.timetabling.model.timetable import Pair, Placed


def breaks(problem: Problem, meetings: Iterable[Placed]) -> int:
    """Count the waits of all people: each row of idle slots between two meetings of one session, however long."""
    numbers: dict[str, tuple[str, int]] = {}
    lengths: dict[str, int] = defaultdict(int)
    for slot in problem.slot_by_id.values():
        numbers[slot.id] = slot.session, lengths[slot.session]
        lengths[slot.session] += 1
    sits: dict[tuple[Id, str], set[int]] = defaultdict(set)
    for meeting in meetings:
        if meeting.slot_id in numbers:
            session, number = numbers[meeting.slot_id]
            for person_id in meeting.people:
                sits[person_id, session].add(number)
    return sum(later - earlier > 1 for slots in sits.values() for earlier, later in pairwise(sorted(slots)))


WAIT = 24
"""Points for a person who waits between two meetings of one session, however long."""
UNEVEN = 12
"""Points for a guest's meeting on a day of average length; the second one of the day costs three times as many."""
COMING = 10
"""Points for each day on which a host comes, and again for each session."""
RETURN = 2
"""Points for each session to which a guest comes."""

Coming = tuple[Id, date | str]
"""An organisation, and a day or a session in which it has a meeting."""


def comings(pair: Pair, slot: Slot) -> dict[Coming, int]:
    """Give what a pair has to come for if it meets in a slot, each with its points."""
    guest_id, host_id = pair
    return {(host_id, slot.day): COMING, (host_id, slot.session): COMING, (guest_id, slot.session): RETURN}


def slot_before(problem: Problem) -> dict[str, str]:
    """Give for each slot the one before it in its session, if any."""
    sessions: dict[str, list[str]] = defaultdict(list)
    for slot in problem.slot_by_id.values():
        sessions[slot.session].append(slot.id)
    return {later: earlier for slots in sessions.values() for earlier, later in pairwise(slots)}


class Shares:
    """How a guest's meetings are shared out among its days, by the tables that are open while its people are there."""

    def __init__(self, problem: Problem) -> None:
        self._places: dict[Id, Counter[date]] = defaultdict(Counter)
        for organisation_id, people in problem.negotiators.items():
            for slot in problem.slot_by_id.values():
                if any(slot.id in free for _, free in people):
                    self._places[organisation_id][slot.day] += len(slot.tables)

    def price(self, guest_id: Id, day: date, number: int) -> int:
        """Give the points of a guest's first, second, third ... meeting of a day.

        They grow by the odd numbers and fall with the size of the day: the cheapest days are those which the
        Sainte-Laguë method of proportional shares gives.
        """
        places = self._places[guest_id]
        average = places.total() / max(1, len(places))
        return round(UNEVEN * (2 * number - 1) * average / max(1, places[day]))


class Diary:
    """Who comes when, while a timetable grows."""

    def __init__(self, problem: Problem, meetings: Iterable[Placed]) -> None:
        self._slots = problem.slot_by_id
        self._shares = Shares(problem)
        before = slot_before(problem)
        after = {earlier: later for later, earlier in before.items()}
        self._beside = {slot_id: (before.get(slot_id), after.get(slot_id)) for slot_id in self._slots}
        self._sits: set[tuple[Id, str | None]] = set()
        self._attends: set[tuple[Id, str]] = set()
        self._comes: set[Coming] = set()
        self._days: Counter[tuple[Id, date]] = Counter()
        for meeting in meetings:
            self.enter(meeting)

    def enter(self, meeting: Placed) -> None:
        """Take a meeting down."""
        slot = self._slots[meeting.slot_id]
        self._sits.update((person_id, slot.id) for person_id in meeting.people)
        self._attends.update((person_id, slot.session) for person_id in meeting.people)
        self._comes.update(comings(meeting.pair, slot))
        self._days[meeting.guest_id, slot.day] += 1

    def price(self, pair: Pair, seating: Seating) -> int:
        """Give the points that one more meeting would cost its people, below 0 if it fills a wait."""
        slot = seating.slot
        waits = sum(self._waits(person.id, slot) for person in seating.people)
        coming = sum(points for key, points in comings(pair, slot).items() if key not in self._comes)
        return WAIT * waits + coming + self._shares.price(pair[0], slot.day, self._days[pair[0], slot.day] + 1)

    def _waits(self, person_id: Id, slot: Slot) -> int:
        """Count by how many a person's waits grow with a meeting; one between two others makes them one less."""
        if (person_id, slot.session) not in self._attends:
            return 0
        return 1 - sum((person_id, other) in self._sits for other in self._beside[slot.id])


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
