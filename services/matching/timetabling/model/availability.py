"""When people are free, walking times between locations.

In which slots people may sit down, as bits: thousands of people are looked up in milliseconds.

Where in the hall people sit, and how long they walk from one place to another.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product

from matching.timetabling.model.hall import Slot, Table
from matching.timetabling.model.people import AgendaItem, Id, Person, Window
from matching.timetabling.model.timetable import Placed


class Presence:
    """The slots of a programme, the earliest first: bit n stands for the nth one."""

    def __init__(self, slots: Sequence[Slot], agenda: Iterable[AgendaItem]) -> None:
        self._agenda = [
            (item, sum(1 << n for n, slot in enumerate(slots) if item.overlaps(slot.starts_at, slot.ends_at)))
            for item in agenda
        ]
        self._ids = [slot.id for slot in slots]
        self._starts = [slot.starts_at for slot in slots]
        self._after = [(1 << len(slots)) - (1 << number) for number in range(len(slots) + 1)]
        by_end = sorted((slot.ends_at, number) for number, slot in enumerate(slots))
        self._ends = [ends_at for ends_at, _ in by_end]
        self._before = [0]
        for _, number in by_end:
            self._before.append(self._before[-1] | 1 << number)
        self._bound: dict[Id, int] = {}

    def within(self, windows: Iterable[Window]) -> int:
        """Give the slots that one of some windows holds as a whole."""
        held = 0
        for since, until in windows:
            held |= self._after[bisect_left(self._starts, since)] & self._before[bisect_right(self._ends, until)]
        return held

    def of(self, person: Person) -> int:
        """Give the slots in which a person may negotiate: `people.may_sit`, for all slots at once."""
        if not person.can_negotiate:
            return 0
        return self.within(person.windows) & ~self._bound_in(person.organisation_id)

    def negotiators(
        self, people: Iterable[Person], since: datetime | None
    ) -> dict[Id, tuple[tuple[Person, frozenset[str]], ...]]:
        """Give each organisation's people by the text of their ids, with the ids of their slots from an instant on."""
        ahead = self._after[0 if since is None else bisect_left(self._starts, since)]
        named: dict[int, frozenset[str]] = {}
        found: dict[Id, list[tuple[Person, frozenset[str]]]] = defaultdict(list)
        for person in people:
            free = self.of(person) & ahead
            if free not in named:
                named[free] = frozenset(slot_id for number, slot_id in enumerate(self._ids) if free >> number & 1)
            found[person.organisation_id].append((person, named[free]))
        for several in found.values():
            if len(several) > 1:
                several.sort(key=lambda row: str(row[0].id))
        return {organisation_id: tuple(rows) for organisation_id, rows in found.items()}

    def _bound_in(self, organisation_id: Id) -> int:
        """Give the slots in which the programme wants an organisation elsewhere."""
        if organisation_id not in self._bound:
            self._bound[organisation_id] = 0
            for item, slots in self._agenda:
                if item.binds(organisation_id):
                    self._bound[organisation_id] |= slots
        return self._bound[organisation_id]


NO_TIME = timedelta()
Location = str | None
"""Where a meeting is; None where it does not matter."""


@dataclass(frozen=True, kw_only=True)
class Walk:
    """How long people walk between two locations, either way; between locations of no walk they need no time."""

    ends: frozenset[str]
    minutes: int


class Locations:
    """The locations of a hall's tables, told apart in slots in which a walk may be longer than the time for it."""

    def __init__(
        self,
        slots: Mapping[str, Slot],
        tables: Iterable[Table],
        walking: Iterable[Walk],
        agenda: Iterable[AgendaItem],
        locked: Iterable[Placed],
    ) -> None:
        """Tell the locations apart, those of locked meetings included, whose tables may be shut."""
        self._slots = slots
        self._of_table = {table.id: table.location for table in tables}
        self._walks = {walk.ends: timedelta(minutes=walk.minutes) for walk in walking if walk.minutes}
        self._agenda = [item for item in agenda if self._walks and item.location]
        self.near = self._found_near(locked)
        self._in_slot = {
            slot.id: tuple(dict.fromkeys(self.of(slot.id, table_id) for table_id in slot.tables))
            if slot.id in self.near
            else (None,) * bool(slot.tables)
            for slot in slots.values()
        }

    def of(self, slot_id: str, table_id: str) -> Location:
        """Give the location of a table, None in a slot in which it does not matter."""
        return self._of_table.get(table_id, "") if slot_id in self.near else None

    def in_slot(self, slot: Slot) -> tuple[Location, ...]:
        """Give the locations between which a slot's meetings are told apart, in the order of its tables."""
        return self._in_slot[slot.id]

    def walk(self, one: Location, other: Location) -> timedelta:
        """Give the time that the way from one location to another takes."""
        if one is None or other is None or one == other:
            return timedelta()
        return self._walks.get(frozenset((one, other)), timedelta())

    def too_far(self, one: tuple[str, Location], other: tuple[str, Location]) -> bool:
        """Say whether the way between meetings in two slots takes longer than the time between them."""
        (first, here), (then, there) = sorted((one, other), key=lambda place: self._slots[place[0]].starts_at)
        return self._slots[first].ends_at + self.walk(here, there) > self._slots[then].starts_at

    def off_the_agenda(self, organisation_id: Id | None, slot: Slot, location: Location) -> bool:
        """Say whether there is time to walk from what binds an organisation, and back; None: an interpreter."""
        return not any(
            item.binds(organisation_id) and self._meets(item, slot, self.walk(location, item.location))
            for item in self._agenda
        )

    def items_too_far(self, organisation_id: Id | None, slot: Slot, location: Location) -> Iterator[AgendaItem]:
        """Give what binds an organisation outside a slot, but nearer in time than the way there or back takes."""
        for item in self._agenda:
            way = self.walk(location, item.location)
            if item.binds(organisation_id) and self._meets(item, slot, way) and not self._meets(item, slot, NO_TIME):
                yield item

    def minutes(self, one: Location, other: Location) -> int:
        """Give the minutes that the way from one location to another takes."""
        return int(self.walk(one, other).total_seconds() // 60)

    @staticmethod
    def _meets(item: AgendaItem, slot: Slot, walk: timedelta) -> bool:
        return slot.starts_at < item.ends_at + walk and item.starts_at < slot.ends_at + walk

    def _found_near(self, locked: Iterable[Placed]) -> dict[str, tuple[str, ...]]:
        """Find the slots in which locations matter, and for each the others from which a walk may be too long."""
        if not self._walks:
            return {}
        ordered = sorted(self._slots.values(), key=lambda slot: slot.starts_at)
        there = {slot.id: {self._of_table.get(table_id, "") for table_id in slot.tables} for slot in ordered}
        for meeting in locked:
            there[meeting.slot_id].add(self._of_table.get(meeting.table_id, ""))
        near: dict[str, list[str]] = {slot.id: [] for slot in ordered if self._binds(slot, there[slot.id])}
        longest = max(self._walks.values())
        for number, slot in enumerate(ordered):
            for later in ordered[number + 1 :]:
                between = later.starts_at - slot.ends_at
                if between >= longest:
                    break
                ways = product(there[slot.id], there[later.id])
                if any(timedelta() <= between < self.walk(*way) for way in ways):
                    near.setdefault(slot.id, []).append(later.id)
                    near.setdefault(later.id, []).append(slot.id)
        return {slot_id: tuple(others) for slot_id, others in near.items()}

    def _binds(self, slot: Slot, there: Iterable[str]) -> bool:
        """Say whether an item of the agenda may be too far from a slot's tables."""
        return any(
            self.walk(location, item.location) and self._meets(item, slot, self.walk(location, item.location))
            for item, location in product(self._agenda, there)
        )
