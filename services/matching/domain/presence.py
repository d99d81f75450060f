"""In which slots people may sit down, as bits: thousands of people are looked up in milliseconds."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from matching.domain.hall import Slot
from matching.domain.people import AgendaItem, Id, Person, Window


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
