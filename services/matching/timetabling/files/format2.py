"""Ways to hold the meetings of an instance of mission-schedule/2, worked out from its rules."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

Body = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way to hold a meeting: when, who of each side, by whose interpreting, and at which kind of table."""

    meeting: int
    slot: int
    guest: int
    host: int
    interpreter: int | None
    location: int
    online: bool
    """Whether the table has what online meetings need."""

    @property
    def people(self) -> Iterator[tuple[str, int]]:
        """Everybody who sits there, staff and interpreters."""
        yield from (("staff", self.guest), ("staff", self.host))
        if self.interpreter is not None:
            yield "interpreter", self.interpreter


class Detailed:
    """An instance with what follows from it."""

    def __init__(self, body: Body) -> None:
        self.body = body
        self.slots = body["slots"]
        self.staff = body["staff"]
        self.interpreters = body.get("interpreters", [])
        self.agenda = body.get("agenda", [])
        self.locks = {lock["meeting"]: lock for lock in body.get("locks", [])}

    @cached_property
    def of_organisation(self) -> list[list[int]]:
        """The staff of each organisation."""
        found: list[list[int]] = [[] for _ in self.body["organisations"]]
        for number, person in enumerate(self.staff):
            found[person["organisation"]].append(number)
        return found

    @cached_property
    def tables(self) -> list[dict[tuple[int, bool], list[int]]]:
        """For each slot the open tables, by location and whether meetings online can be held at them."""
        found: list[dict[tuple[int, bool], list[int]]] = [{} for _ in self.slots]
        for slot, kinds in enumerate(found):
            for number, table in enumerate(self.body["tables"]):
                if slot not in table.get("closed", ()):
                    kinds.setdefault((table["location"], table.get("online", False)), []).append(number)
        return found

    def ways(self, meeting: int) -> Iterator[Way]:
        """Give every way to hold a meeting if nobody else met."""
        guest_side, host_side, _ = self.body["meetings"][meeting]
        lock = self.locks.get(meeting, {})
        for slot in [lock["slot"]] if lock else self._allowed(meeting):
            for guest, host in product(self.of_organisation[guest_side], self.of_organisation[host_side]):
                if lock.get("staff", [guest, host]) == [guest, host]:
                    yield from self._ways(meeting, slot, guest, host)

    def _allowed(self, meeting: int) -> Collection[int]:
        """Give the slots in which a meeting may be; mission-schedule/1 alone says more than people's times."""
        return self.body["allowed"][meeting] if "allowed" in self.body else range(len(self.slots))

    def _ways(self, meeting: int, slot: int, guest: int, host: int) -> Iterator[Way]:
        by_choice = self._interpreters(slot, guest, host)
        is_online = any(self.staff[person].get("online") for person in (guest, host))
        table = self.locks.get(meeting, {}).get("table")
        for (location, online), numbers in self.tables[slot].items():
            fits = (online or not is_online) and (table is None or table in numbers)
            if fits and all(self._can_be(person, slot, location) for person in (guest, host)):
                for interpreter in by_choice:
                    if interpreter is None or self._interprets_at(interpreter, slot, location):
                        yield Way(
                            meeting=meeting,
                            slot=slot,
                            guest=guest,
                            host=host,
                            interpreter=interpreter,
                            location=location,
                            online=online,
                        )

    def _interpreters(self, slot: int, guest: int, host: int) -> list[int | None]:
        """Give who could interpret between two people, None if they need nobody."""
        ours, theirs = (set(self.staff[person].get("languages", ())) for person in (guest, host))
        if not ours or not theirs or ours & theirs:
            return [None]
        return [
            n
            for n, one in enumerate(self.interpreters)
            if ours & set(one["languages"]) and theirs & set(one["languages"])
        ]

    def _can_be(self, person: int, slot: int, location: int) -> bool:
        one = self.staff[person]
        if slot in one.get("away", ()):
            return False
        items = [
            item for item in self.agenda if one["organisation"] in item.get("organisations", [one["organisation"]])
        ]
        return not any(self._item_forbids(item, slot, location, on_foot=not one.get("online")) for item in items)

    def _interprets_at(self, number: int, slot: int, location: int) -> bool:
        items = [item for item in self.agenda if "organisations" not in item]
        away = slot in self.interpreters[number].get("away", ())
        return not away and not any(self._item_forbids(item, slot, location, on_foot=True) for item in items)

    def _item_forbids(self, item: Body, slot: int, location: int, *, on_foot: bool) -> bool:
        there = item.get("location")
        walk = self.body["walking"] if on_foot and there is not None else None
        start, end = self.slots[slot]["start"], self.slots[slot]["end"]
        come, go = (0, 0) if walk is None else (walk[location][there], walk[there][location])
        return bool(start < item["end"] + go and item["start"] < end + come)

    def clash(self, one: tuple[int, int], other: tuple[int, int], *, on_foot: bool) -> bool:
        """Say whether nobody can sit in both of two slots at these locations; each is a slot and a location."""
        (first, here), (then, there) = sorted((one, other), key=lambda place: self.slots[place[0]]["start"])
        walk = self.body["walking"][here][there] if on_foot else 0
        return bool(self.slots[then]["start"] < self.slots[first]["end"] + walk)
