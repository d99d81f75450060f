"""Problem to arrays and rows.

Who needs an interpreter: by what the people of organisations speak, each two sets of languages looked at once.

A problem as arrays: organisations, the people who negotiate for them, slots and candidates, all numbered.

Meetings of a problem as rows of numbers: who sits where when, for thousands at once.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from itertools import product, repeat
from operator import attrgetter
from typing import Any, Self

import numpy as np

from matching.timetabling.large.instance import MOST_SLOTS, Bools, Ints
from matching.timetabling.model.hall import Slot
from matching.timetabling.model.occupancy import Ledger
from matching.timetabling.model.people import Id, Person
from matching.timetabling.model.problem import Candidate, Problem
from matching.timetabling.model.timetable import Pair, Placed

Voices = frozenset[frozenset[str]]
"""What an organisation's people speak, each of them."""


class Languages:
    """The languages of a problem's people and interpreters."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._known: dict[tuple[Voices, Voices], tuple[bool, bool]] = {}

    def needed(self, pair: Pair) -> bool:
        """Say whether some two people of a pair need an interpreter."""
        return self._of(pair)[0]

    def able(self, pair: Pair) -> bool:
        """Say whether some two people of a pair have a language in common, or somebody who could interpret."""
        return self._of(pair)[1]

    def _of(self, pair: Pair) -> tuple[bool, bool]:
        guests, hosts = (self._voices.get(organisation_id, frozenset()) for organisation_id in pair)
        if (guests, hosts) not in self._known:
            two = [(self._speakers[ours], self._speakers[theirs]) for ours, theirs in product(guests, hosts)]
            needed = not all(guest.understands(host) for guest, host in two)
            able = any(guest.understands(host) or self._interpreted(guest, host) for guest, host in two)
            self._known[guests, hosts] = needed, able
        return self._known[guests, hosts]

    def _interpreted(self, guest: Person, host: Person) -> bool:
        return any(one.speaks_for(guest, host) for one in self._problem.interpreters)

    @cached_property
    def _voices(self) -> dict[Id, Voices]:
        return {
            organisation_id: frozenset(person.languages for person, free in people if free)
            for organisation_id, people in self._problem.negotiators.items()
        }

    @cached_property
    def _speakers(self) -> dict[frozenset[str], Person]:
        """For each set of languages somebody who speaks them."""
        return {person.languages: person for person in self._problem.people}


class TooMuchError(ValueError):
    """The arrays cannot hold a problem."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Staff:
    """People who negotiate, in the order of their organisations, then of the text of their ids."""

    people: tuple[Person, ...]
    organisation: Ints
    """Shape (people,): the number of each one's organisation."""
    free: Ints
    """Shape (people,): the slots in which each may sit down beside the locked meetings, as bits."""
    left: Ints
    """Shape (people, days): how many more meetings each may have on each day."""
    online: Bools
    """Shape (people,)."""
    sits: Ints
    """Shape (people,): the slots of each one's locked meetings, as bits."""


class Arrays:
    """The parts of a problem in numbers; what has the same parts has the same numbers, in whatever order they came.

    Guests are numbered before hosts. Locked meetings are taken out: their pairs are no candidates, and their people,
    days and tables are used up. Interpreters and walks are not told of; pairs that nobody could interpret for are left
    out.

    Raises:
        TooMuchError: there are more slots than bits, or somebody is a guest and a host.

    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.slots: list[Slot] = list(problem.slot_by_id.values())
        if not self.slots or len(self.slots) > MOST_SLOTS:
            raise TooMuchError(f"{len(self.slots)} slots do not fit into bits.")
        self._number = {slot.id: number for number, slot in enumerate(self.slots)}
        ledger = Ledger(problem, problem.locked)
        self.languages = Languages(problem)
        candidates = [
            c
            for c in problem.candidates
            if c.pair not in ledger.pairs and not problem.is_avoided(c.pair) and self.languages.able(c.pair)
        ]
        guests, hosts = ({getattr(c, side) for c in candidates} for side in ("guest_id", "host_id"))
        if not guests.isdisjoint(hosts):
            raise TooMuchError("An organisation is a guest and a host.")
        self.organisations: list[Id] = [*sorted(guests, key=str), *sorted(hosts, key=str)]
        self.guests = len(guests)
        number = {organisation_id: n for n, organisation_id in enumerate(self.organisations)}
        self._read_candidates(candidates, number)
        self.staff = self._read_staff()
        self._drop_unstaffed()
        left = [ledger.tables_left(slot.id) for slot in self.slots]
        self.tables = np.array([len(tables) for tables in left], dtype=np.int64)
        self.video = np.array([len(problem.online_tables.intersection(tables)) for tables in left], dtype=np.int64)

    def _read_candidates(self, candidates: Iterable[Candidate], number: dict[Id, int]) -> None:
        weights = self.problem.weights
        rows = [(number[c.guest_id], number[c.host_id], c.value, c.tier, weights[c.pair]) for c in candidates]
        table = np.array(rows, dtype=np.int64).reshape(-1, 5)
        table = table[np.lexsort((table[:, 1], table[:, 0]))]
        self.guest, self.host, self.value, self.tier, self.weight = (table[:, column] for column in range(5))

    def _drop_unstaffed(self) -> None:
        """Leave out candidates of which one side has nobody."""
        staffed = np.bincount(self.staff.organisation, minlength=len(self.organisations)) > 0
        kept = staffed[self.guest] & staffed[self.host]
        for name in ("guest", "host", "value", "tier", "weight"):
            setattr(self, name, getattr(self, name)[kept])

    def _read_staff(self) -> Staff:
        """Number those who may sit in some slot, and take off what the locked meetings take of them."""
        problem = self.problem
        rows = [
            (person, number, sum(1 << self._number[slot_id] for slot_id in free))
            for number, organisation_id in enumerate(self.organisations)
            for person, free in problem.negotiators.get(organisation_id, ())
            if free
        ]
        people = tuple(person for person, _, _ in rows)
        place = {person.id: n for n, person in enumerate(people)}
        free = np.array([bits for _, _, bits in rows], dtype=np.int64)
        sits = np.zeros(len(rows), np.int64)
        left = np.full((len(rows), int(self.days.max()) + 1), problem.max_per_person_per_day)
        for meeting in problem.locked:
            slot = self._number[meeting.slot_id]
            for person in (place[person_id] for person_id in meeting.people if person_id in place):
                free[person] &= ~self.clashes[slot]
                sits[person] |= 1 << slot
                left[person, self.days[slot]] -= 1
        return Staff(
            people=people,
            organisation=np.array([number for _, number, _ in rows], dtype=np.int64),
            free=free,
            left=np.maximum(left, 0),
            online=np.array([person.online for person in people], dtype=np.bool_),
            sits=sits,
        )

    def tells_of(self, pair: Pair) -> bool:
        """Say whether the arrays tell all rules of a pair: no walk binds, and nobody needs an interpreter."""
        return not self.problem.locations.near and not self.languages.needed(pair)

    @cached_property
    def tell_all(self) -> bool:
        """Whether the arrays tell all rules of all pairs."""
        return all(self.tells_of(candidate.pair) for candidate in self.problem.candidates)

    @cached_property
    def missing(self) -> Ints:
        """Shape (organisations,): how many meetings each guest lacks to the least number, the locked ones counted."""
        held = Counter(meeting.guest_id for meeting in self.problem.locked)
        least = [self.problem.min_meetings_per_guest - held[guest] for guest in self.organisations[: self.guests]]
        return np.maximum(np.array([*least, *[0] * (len(self.organisations) - self.guests)], dtype=np.int64), 0)

    @cached_property
    def days(self) -> Ints:
        """Shape (slots,): the number of each slot's day."""
        return _numbered(slot.day for slot in self.slots)

    @cached_property
    def sessions(self) -> Ints:
        """Shape (slots,): the number of each slot's session."""
        return _numbered(slot.session for slot in self.slots)

    @cached_property
    def clashes(self) -> Ints:
        """Shape (slots,): the slots that overlap each one, itself included, as bits."""
        clashes = self.problem.clashes
        bits = [sum(1 << self._number[other] for other in clashes[slot.id]) for slot in self.slots]
        return np.array(bits, dtype=np.int64)

    @property
    def overlap(self) -> bool:
        """Whether some slots overlap."""
        return bool((np.bitwise_count(self.clashes) > 1).any())

    @cached_property
    def staff_of(self) -> list[list[int]]:
        """The numbers of each organisation's people."""
        found: list[list[int]] = [[] for _ in self.organisations]
        for person, organisation in enumerate(self.staff.organisation.tolist()):
            found[organisation].append(person)
        return found

    @property
    def options(self) -> int:
        """How many ways there are to seat the candidates: slots and people of either side, tables aside."""
        present = (self.staff.free[:, None] >> np.arange(len(self.slots)) & 1).astype(np.int16)
        seats = np.zeros((len(self.organisations), len(self.slots)), np.int16)
        np.add.at(seats, self.staff.organisation, present)
        return int((seats[self.guest] * seats[self.host]).sum(dtype=np.int64))


def _numbered(keys: Iterable[object]) -> Ints:
    """Number keys in the order in which they first come."""
    keys = list(keys)
    number = {key: n for n, key in enumerate(dict.fromkeys(keys))}
    return np.array([number[key] for key in keys], dtype=np.int64)


NONE = -1


class Numbers:
    """The people, slots, tables and interpreters of a problem in the order in which it lists them."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.slots = list(problem.slot_by_id.values())
        self.person = {person.id: n for n, person in enumerate(problem.people)}
        self.slot = {slot.id: n for n, slot in enumerate(self.slots)}
        self.table = {table_id: n for n, table_id in enumerate(problem.table_order)}
        self.interpreter = {one.id: n for n, one in enumerate(problem.interpreters)}

    @cached_property
    def day(self) -> Ints:
        """Shape (slots,): the number of each slot's day."""
        days = [slot.day for slot in self.slots]
        number = {day: n for n, day in enumerate(dict.fromkeys(days))}
        return np.array([number[day] for day in days], dtype=np.int64)

    @cached_property
    def free(self) -> Ints:
        """Shape (people,): the slots in which each may sit, begun or not, as bits."""
        presence = self.problem.presence
        return np.array([presence.of(person) for person in self.problem.people], dtype=np.int64)

    @cached_property
    def open(self) -> Bools:
        """Shape (slots, tables): which tables are open."""
        is_open = np.zeros((len(self.slots), len(self.table)), np.bool_)
        for at, slot in enumerate(self.slots):
            is_open[at, [self.table[table_id] for table_id in slot.tables]] = True
        return is_open


class Rows:
    """Meetings as columns of shape (meetings,)."""

    def __init__(self, numbers: Numbers, meetings: Sequence[Placed]) -> None:
        self.numbers = numbers
        self.meetings = meetings
        self.sides = (
            self._read("guest_person", numbers.person),
            self._read("host_person", numbers.person),
        )
        """The numbers of the people of the guests and of the hosts; NONE: nobody who takes part."""
        self.slot = self._read("slot_id", numbers.slot)
        self.table = self._read("table_id", numbers.table)
        self.helper = self._read("interpreter", numbers.interpreter)

    def some(self, which: Bools) -> Self:
        """Give some of the rows."""
        part = copy(self)
        part.meetings = [self.meetings[number] for number in np.flatnonzero(which).tolist()]
        part.sides = (self.sides[0][which], self.sides[1][which])
        part.slot, part.table, part.helper = self.slot[which], self.table[which], self.helper[which]
        return part

    def plus(self, others: "Rows") -> Self:
        """Give the rows of both."""
        both = copy(self)
        both.meetings = [*self.meetings, *others.meetings]
        guests, hosts = (np.concatenate(side) for side in zip(self.sides, others.sides, strict=True))
        both.sides = (guests, hosts)
        for name in ("slot", "table", "helper"):
            setattr(both, name, np.concatenate([getattr(self, name), getattr(others, name)]))
        return both

    def crowded(self, there: Bools) -> Bools:
        """Say which of some meetings share a person, an interpreter or a table, or are too many for somebody's day."""
        slots, days = len(self.numbers.slots), int(self.numbers.day.max()) + 1
        found = np.zeros(len(self.meetings), np.bool_)
        at = there & (self.slot >= 0)
        sits = [np.where(side >= 0, side * slots + self.slot, NONE) for side in self.sides]
        loads = [np.where(side >= 0, side * days + self.numbers.day[self.slot], NONE) for side in self.sides]
        at_table = np.where(self.table >= 0, self.table * slots + self.slot, NONE)
        helps = np.where(self.helper >= 0, self.helper * slots + self.slot, NONE)
        for keys, most in (
            (sits, 1),
            (loads, self.numbers.problem.max_per_person_per_day),
            ([at_table], 1),
            ([helps], 1),
        ):
            number = np.bincount(np.concatenate([each[at & (each >= 0)] for each in keys]), minlength=1)
            for each in keys:
                mine = at & (each >= 0)
                found[mine] |= number[each[mine]] > most
        return found

    def _read(self, name: str, number: Mapping[Any, int]) -> Ints:
        found = map(number.get, map(attrgetter(name), self.meetings), repeat(NONE))
        return np.fromiter(found, np.int64, len(self.meetings))
