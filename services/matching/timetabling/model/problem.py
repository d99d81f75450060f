"""Problem: the input of every engine; candidates and their values.

Pairs that may meet, and what each is worth beside the others.

What a timetable is made from: the hall, the people, the pairs that may meet, and the rules.
"""

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import product, repeat
from operator import attrgetter

from matching.timetabling.model.availability import Location, Locations, Presence, Walk
from matching.timetabling.model.hall import Slot, Table, check_hall, natural_order
from matching.timetabling.model.objectives import STANDARD, Aim, check_order
from matching.timetabling.model.people import AgendaItem, Id, Interpreter, Person, may_interpret
from matching.timetabling.model.timetable import Pair, Placed

LARGEST_VALUE = 2**53
"""Whole numbers up to here are exact as floating point, in which the solver states its bound."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A pair that may meet: worth its value, and more than any number of pairs of a later tier."""

    guest_id: Id
    host_id: Id
    value: int
    tier: int = 0

    @cached_property
    def pair(self) -> Pair:
        """The guest and the host."""
        return self.guest_id, self.host_id


def weights_of(candidates: Sequence[Candidate]) -> dict[Pair, int]:
    """Give the worth of each pair in one unit: one point of the last tier."""
    total, weights = 0, dict[Pair, int]()
    for tier in sorted({candidate.tier for candidate in candidates}, reverse=True):
        unit = total + 1
        members = {candidate.pair: unit * candidate.value for candidate in candidates if candidate.tier == tier}
        total += sum(members.values())
        weights |= members
    return weights


Sitter = Id | str
"""A person, or an interpreter by the code."""


@dataclass(frozen=True)
class Seating:
    """A slot and the two people who could meet in it, by whose interpreting, and where, if that matters."""

    slot: Slot
    guest_person: Person
    host_person: Person
    interpreter: str = ""
    location: Location = None

    @property
    def people(self) -> tuple[Person, Person]:
        """The two who negotiate."""
        return self.guest_person, self.host_person

    @property
    def sitters(self) -> tuple[Sitter, ...]:
        """Everybody who sits there, an interpreter included."""
        people = (self.guest_person.id, self.host_person.id)
        return (*people, self.interpreter) if self.interpreter else people

    @property
    def walkers(self) -> tuple[Sitter, ...]:
        """Those of them who have walked there."""
        people = tuple(person.id for person in self.people if not person.online)
        return (*people, self.interpreter) if self.interpreter else people

    @property
    def online(self) -> bool:
        """Whether the meeting needs a table with a video kit."""
        return self.guest_person.online or self.host_person.online


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One mission to be timetabled; the order in which its parts are given does not matter.

    Raises:
        ValueError: a pair is listed twice, a value is below 1, values are too large to add up exactly, an id is used
            twice, a locked meeting stands in no known slot, two slots that overlap share a table, or the aims are in
            no order that makes sense.

    """

    slots: tuple[Slot, ...]
    tables: tuple[Table, ...]
    online_tables: frozenset[str]
    people: tuple[Person, ...]
    candidates: tuple[Candidate, ...]
    max_per_person_per_day: int
    agenda: tuple[AgendaItem, ...] = ()
    avoid: frozenset[frozenset[Id]] = frozenset()
    min_meetings_per_guest: int = 0
    """A target: guests who reach it break ties between timetables of one value."""
    earliest_start_at: datetime | None = None
    """New meetings start no earlier; None leaves them the whole mission."""
    locked: tuple[Placed, ...] = ()
    """Meetings that stay as they are, whatever the rules say of them: held, running, or pinned by the organiser."""
    interpreters: tuple[Interpreter, ...] = ()
    walking: tuple[Walk, ...] = ()
    """Ways between locations that take time; who is online walks nowhere."""
    aims: tuple[Aim, ...] = STANDARD
    """What a timetable strives for: each aim counts only among the timetables that are best in the ones before it."""

    def __post_init__(self) -> None:
        """Refuse what no timetable could be made from."""
        check_hall(self.slots)
        if len(self.weights) < len(self.candidates):
            raise ValueError("A pair is listed twice.")
        if any(candidate.value < 1 for candidate in self.candidates):
            raise ValueError("A candidate's value must be at least 1.")
        if sum(self.weights.values()) > LARGEST_VALUE:
            raise ValueError("The candidates' values are too large to be added up exactly.")
        check_order(self.aims)
        for everybody in (self.people, self.interpreters):
            if len({one.id for one in everybody}) < len(everybody):
                raise ValueError("Two people have the same id.")
        _check_slots(self)

    @cached_property
    def slot_by_id(self) -> dict[str, Slot]:
        """The slots, earliest first."""
        ordered = sorted(self.slots, key=lambda slot: (slot.starts_at, natural_order(slot.id)))
        return {slot.id: slot for slot in ordered}

    def holding(self, locked: tuple[Placed, ...]) -> "Problem":
        """Give the same mission with other locked meetings; what does not depend on them is not worked out again."""
        held = copy(self)
        vars(held).update(locked=locked)
        if self.walking:
            vars(held).pop("locations", None)
        _check_slots(held)
        return held

    @cached_property
    def person_by_id(self) -> dict[Id, Person]:
        """The people."""
        return {person.id: person for person in self.people}

    @cached_property
    def weights(self) -> dict[Pair, int]:
        """The worth of each pair in one unit: one point of the last tier."""
        return weights_of(self.candidates)

    @cached_property
    def ordered_candidates(self) -> tuple[Candidate, ...]:
        """The candidates, the most valuable first, equal ones by the text of their ids."""
        return self.in_order(self.candidates)

    def in_order(self, candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
        """Put some candidates in that order."""
        return tuple(sorted(candidates, key=lambda c: (-self.weights[c.pair], str(c.guest_id), str(c.host_id))))

    @cached_property
    def clashes(self) -> dict[str, tuple[str, ...]]:
        """For each slot the slots that overlap it, itself included."""
        slots = self.slot_by_id.values()
        return {slot.id: tuple(other.id for other in slots if slot.overlaps(other)) for slot in slots}

    @cached_property
    def presence(self) -> Presence:
        """In which slots people may sit, whether they have begun or not."""
        return Presence(tuple(self.slot_by_id.values()), self.agenda)

    @cached_property
    def negotiators(self) -> dict[Id, tuple[tuple[Person, frozenset[str]], ...]]:
        """For each organisation its people, with the ids of the slots in which they may sit down anew."""
        return self.presence.negotiators(self.people, self.earliest_start_at)

    @cached_property
    def table_order(self) -> tuple[str, ...]:
        """The ids of all tables that are open at some time, T9 before T10."""
        return tuple(sorted({table for slot in self.slots for table in slot.tables}, key=natural_order))

    def is_avoided(self, pair: Pair) -> bool:
        """Say whether either side asked not to meet the other."""
        return frozenset(pair) in self.avoid

    @cached_property
    def _usable_tables(self) -> dict[tuple[str, bool], tuple[str, ...]]:
        plain_first = sorted(self.table_order, key=lambda table: table in self.online_tables)
        return {
            (slot.id, online): tuple(t for t in plain_first if t in is_open and (t in self.online_tables or not online))
            for slot, is_open in ((slot, frozenset(slot.tables)) for slot in self.slots)
            for online in (False, True)
        }

    def tables_for(self, slot: Slot, *, online: bool, location: Location = None) -> tuple[str, ...]:
        """Give the open tables that a meeting may use, those without a video kit first; of one location, or of all."""
        tables = self._usable_tables[slot.id, online]
        return tables if location is None else tuple(t for t in tables if self.locations.of(slot.id, t) == location)

    @cached_property
    def locations(self) -> Locations:
        """Where the tables are, and how far apart."""
        return Locations(self.slot_by_id, self.tables, self.walking, self.agenda, self.locked)

    @cached_property
    def _interpreting(self) -> dict[str, tuple[Interpreter, ...]]:
        """For each slot the interpreters who are there."""
        return {
            slot.id: tuple(
                one
                for one in sorted(self.interpreters, key=lambda one: natural_order(one.id))
                if may_interpret(one, slot.starts_at, slot.ends_at, self.agenda)
            )
            for slot in self.slots
        }

    def interpreters_for(self, seating: Seating) -> tuple[str, ...]:
        """Give the ids of those who could interpret if they sat nowhere else; an empty one if nobody is needed."""
        slot, (guest, host) = seating.slot, seating.people
        if guest.understands(host):
            return ("",)
        return tuple(
            one.id
            for one in self._interpreting[slot.id]
            if one.speaks_for(guest, host) and self.locations.off_the_agenda(None, slot, seating.location)
        )

    def seatings(self, pair: Pair) -> list[Seating]:
        """Give every way in which a pair could meet if nobody else did, earliest first."""
        return [
            replace(seating, interpreter=one) if one else seating
            for seating in self.uninterpreted(pair)
            for one in self.interpreters_for(seating)
        ]

    def uninterpreted(self, pair: Pair) -> Iterator[Seating]:
        """Give every way in which a pair could meet if it had a language in common and nobody else met."""
        if self.is_avoided(pair):
            return
        guests, hosts = (self.negotiators.get(organisation_id, ()) for organisation_id in pair)
        together = [(guest, host, ours & theirs) for (guest, ours), (host, theirs) in product(guests, hosts)]
        for slot in self.slot_by_id.values():
            for guest, host, common in together:
                if slot.id in common:
                    for location in self.locations.in_slot(slot):
                        seating = Seating(slot, guest, host, location=location)
                        tables = self.tables_for(slot, online=seating.online, location=location)
                        if tables and self.is_reachable(seating):
                            yield seating

    def is_reachable(self, seating: Seating) -> bool:
        """Say whether both people can be where they would sit in time, and back for what binds them afterwards."""
        return all(
            person.online or self.locations.off_the_agenda(person.organisation_id, seating.slot, seating.location)
            for person in seating.people
        )


def value_of(problem: Problem, meetings: Iterable[Placed]) -> int:
    """Add up what meetings are worth, in points of the last tier; a pair that is no candidate is worth nothing."""
    return sum(map(problem.weights.get, map(attrgetter("pair"), meetings), repeat(0)))


def _check_slots(problem: Problem) -> None:
    """Refuse locked meetings that stand in no known slot."""
    if not problem.slot_by_id.keys() >= {meeting.slot_id for meeting in problem.locked}:
        raise ValueError("A locked meeting stands in an unknown slot.")
