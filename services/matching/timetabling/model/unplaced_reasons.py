"""Why a pair has no meeting, with the facts.

The facts that show why a pair has no meeting.

Why a pair has no meeting: read off the finished timetable, with the facts that show it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Self

from matching.timetabling.model.availability import Location
from matching.timetabling.model.occupancy import Ledger, Obstacle
from matching.timetabling.model.people import Id, Person
from matching.timetabling.model.problem import Problem, Seating
from matching.timetabling.model.timetable import Pair, Placed, Reason, Unplaced


@dataclass(frozen=True, kw_only=True)
class Busy:
    """Somebody of a pair who sits with another organisation while both sides are there."""

    slot_id: str
    side: str
    person_id: Id
    partner_id: Id


@dataclass(frozen=True, kw_only=True)
class Full:
    """Somebody of a pair who has as many meetings on a day as anybody may."""

    day: date
    side: str
    person_id: Id


@dataclass(frozen=True, kw_only=True)
class Away:
    """Somebody of a pair who sits elsewhere just before or after, so many minutes' walk away: more than there are."""

    slot_id: str
    location: str
    side: str
    person_id: Id
    other_slot_id: str
    other_location: str
    minutes: int


@dataclass(frozen=True, kw_only=True)
class Speaks:
    """What somebody of a pair speaks, by the codes of languages."""

    side: str
    person_id: Id
    languages: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Engaged:
    """Somebody who could interpret, but sits in another meeting or too far away."""

    slot_id: str
    interpreter: str


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What can be looked up in the timetable to see that a reason is true; slots are those ahead, earliest first.

    With no common slot, guest and host slots are those in which each side has somebody who may sit down. Else slots are
    those of which the reason speaks: the full ones, those of a day on which somebody has enough, those to which a walk
    is too long, those in which only an interpreter is missing, all common ones if people are busy, the free ones if a
    place is left. If an interpreter is missing and nobody is engaged, none who is there speaks for the two.
    """

    slots: tuple[str, ...] = ()
    guest_slots: tuple[str, ...] = ()
    host_slots: tuple[str, ...] = ()
    full: tuple[Full, ...] = ()
    busy: tuple[Busy, ...] = ()
    away: tuple[Away, ...] = ()
    speaks: tuple[Speaks, ...] = ()
    engaged: tuple[Engaged, ...] = ()


SIDES = ("guest", "host")
REASONS = {
    None: Reason.FREE_PLACE_LEFT,
    Obstacle.TABLES: Reason.HALL_FULL,
    Obstacle.INTERPRETER: Reason.NO_INTERPRETER,
    Obstacle.DAY: Reason.DAY_CAP_REACHED,
    Obstacle.WALK: Reason.TOO_FAR,
    Obstacle.PEOPLE: Reason.PEOPLE_BUSY,
}


class Reasons:
    """The reasons of one timetable, for pairs whose people the problem knows all."""

    def __init__(self, problem: Problem, meetings: Iterable[Placed]) -> None:
        self._problem = problem
        self._meetings = tuple(meetings)

    @classmethod
    def among(cls, problem: Problem, meetings: Iterable[Placed], pairs: Iterable[Pair]) -> Self:
        """Give the reasons of some pairs alone: of the others' meetings no more than their tables are looked at."""
        organisations = {end for pair in pairs for end in pair}
        people = tuple(person for person in problem.people if person.organisation_id in organisations)
        return cls(replace(problem, people=people, candidates=()), meetings)

    def of(self, pair: Pair) -> Reason:
        """Give the reason that comes nearest to a meeting: of all ways to seat the pair, the one least in the way."""
        if self._problem.is_avoided(pair):
            return Reason.AVOIDED
        seatings = self._problem.seatings(pair)
        if not seatings:
            return Reason.NO_INTERPRETER if any(self._problem.uninterpreted(pair)) else Reason.NO_COMMON_SLOT
        return REASONS[min((self._ledger.obstacle(seating) for seating in seatings), key=_weight)]

    def facts(self, pair: Pair) -> Facts:
        """Give the facts behind a pair's reason."""
        if self._problem.is_avoided(pair):
            return Facts()
        seatings = self._problem.seatings(pair)
        if not seatings:
            return self._of_no_seating(pair)
        obstacles = [(self._ledger.obstacle(seating), seating) for seating in seatings]
        least = min((obstacle for obstacle, _ in obstacles), key=_weight)
        decisive = [seating for obstacle, seating in obstacles if obstacle == least]
        return Facts(
            slots=_slots(decisive),
            full=tuple(self._full(decisive)) if least is Obstacle.DAY else (),
            busy=tuple(self._busy(decisive)) if least is Obstacle.PEOPLE else (),
            away=tuple(self._away(decisive)) if least is Obstacle.WALK else (),
            speaks=tuple(_speaking(decisive)) if least is Obstacle.INTERPRETER else (),
            engaged=tuple(_engaged(decisive)) if least is Obstacle.INTERPRETER else (),
        )

    @cached_property
    def _ledger(self) -> Ledger:
        """Enter the meetings of people and interpreters whom the problem knows; of the others their tables matter."""
        ledger, own = Ledger(self._problem, self._own), set(map(id, self._own))
        for meeting in self._meetings:
            if id(meeting) not in own:
                ledger.take_table(meeting)
        return ledger

    @cached_property
    def _own(self) -> list[Placed]:
        known = self._problem.person_by_id
        return [m for m in self._meetings if m.interpreter or m.guest_person in known or m.host_person in known]

    @cached_property
    def _sitting(self) -> dict[tuple[Id, str], Id]:
        """Give for each person and slot with whom the person sits, in any slot that overlaps."""
        sitting: dict[tuple[Id, str], Id] = {}
        for meeting in self._own:
            for slot_id in self._problem.clashes[meeting.slot_id]:
                sitting[meeting.guest_person, slot_id] = meeting.host_id
                sitting[meeting.host_person, slot_id] = meeting.guest_id
        return sitting

    def _of_no_seating(self, pair: Pair) -> Facts:
        speechless = list(self._problem.uninterpreted(pair))
        if speechless:
            return Facts(slots=_slots(speechless), speaks=tuple(_speaking(speechless)))
        guest, host = (self._slots_of(organisation_id) for organisation_id in pair)
        return Facts(guest_slots=guest, host_slots=host)

    def _slots_of(self, organisation_id: Id) -> tuple[str, ...]:
        free = {slot_id for _, slots in self._problem.negotiators.get(organisation_id, ()) for slot_id in slots}
        return tuple(slot_id for slot_id in self._problem.slot_by_id if slot_id in free)

    def _full(self, seatings: Iterable[Seating]) -> Iterable[Full]:
        found = (
            Full(day=seating.slot.day, side=side, person_id=person.id)
            for seating, side, person in _people(seatings)
            if self._ledger.left_that_day(person.id, seating) == 0
        )
        return dict.fromkeys(found)

    def _busy(self, seatings: Iterable[Seating]) -> Iterable[Busy]:
        found = (
            Busy(
                slot_id=seating.slot.id,
                side=side,
                person_id=person.id,
                partner_id=self._sitting[person.id, seating.slot.id],
            )
            for seating, side, person in _people(seatings)
            if (person.id, seating.slot.id) in self._sitting
        )
        return dict.fromkeys(found)

    def _away(self, seatings: Iterable[Seating]) -> Iterable[Away]:
        found = (
            Away(
                slot_id=seating.slot.id,
                location=seating.location or "",
                side=side,
                person_id=person.id,
                other_slot_id=slot_id,
                other_location=location or "",
                minutes=round(self._problem.locations.walk(seating.location, location).total_seconds() / 60),
            )
            for seating, side, person in _people(seatings)
            for slot_id, location in self._out_of_reach(seating, person)
        )
        return dict.fromkeys(found)

    def _out_of_reach(self, seating: Seating, person: Person) -> list[tuple[str, Location]]:
        return [] if person.online else self._ledger.out_of_reach(person.id, seating)


def _weight(obstacle: Obstacle | None) -> int:
    return obstacle or 0


def _slots(seatings: Iterable[Seating]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(seating.slot.id for seating in seatings))


def _people(seatings: Iterable[Seating]) -> Iterator[tuple[Seating, str, Person]]:
    return ((s, side, person) for s in seatings for side, person in zip(SIDES, s.people, strict=True))


def _speaking(seatings: Iterable[Seating]) -> Iterable[Speaks]:
    found = (
        Speaks(side=side, person_id=person.id, languages=tuple(sorted(person.languages)))
        for _, side, person in _people(seatings)
    )
    return dict.fromkeys(found)


def _engaged(seatings: Iterable[Seating]) -> Iterable[Engaged]:
    return dict.fromkeys(Engaged(slot_id=seating.slot.id, interpreter=seating.interpreter) for seating in seatings)


def unplaced(problem: Problem, meetings: Iterable[Placed]) -> tuple[Unplaced, ...]:
    """List the candidates without a meeting, the most valuable first."""
    placed = tuple(meetings)
    reasons, pairs = Reasons(problem, placed), {meeting.pair for meeting in placed}
    return tuple(
        Unplaced(guest_id=c.guest_id, host_id=c.host_id, reason=reasons.of(c.pair))
        for c in problem.ordered_candidates
        if c.pair not in pairs
    )
