"""What fits into a timetable of mission-schedule/2, and why a meeting has no place in it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from matching.timetabling.files.format2 import Body, Detailed, Way


class Ledger:
    """A timetable that is filled meeting by meeting."""

    def __init__(self, mission: Detailed, ways: Iterable[Way] = ()) -> None:
        self._mission = mission
        self._held: dict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
        self._taken: Counter[tuple[int, int, bool]] = Counter()
        self._of_day: Counter[tuple[int, int]] = Counter()
        self._counts: Counter[int] = Counter()
        self._pairs: set[tuple[int, int]] = set()
        for way in ways:
            self.add(way)

    def add(self, way: Way) -> None:
        """Hold a meeting."""
        for person in way.people:
            self._held[person].append((way.slot, way.location))
        self._taken[way.slot, way.location, way.online] += 1
        self._of_day.update((number, self._mission.slots[way.slot]["day"]) for number in (way.guest, way.host))
        guest, host, _ = self._mission.body["meetings"][way.meeting]
        self._counts.update((guest, host))
        self._pairs.add((guest, host))

    def fits(self, way: Way) -> bool:
        """Say whether one more meeting can be held."""
        guest, host, _ = self._mission.body["meetings"][way.meeting]
        full = self._is_full(guest) or self._is_full(host) or (guest, host) in self._pairs
        return not full and not self._is_busy(way) and self._has_room(way)

    def why_not(self, meeting: int) -> Body:
        """Give the first of the reasons that is true, with the slots or the organisations of which it speaks."""
        pair = self._mission.body["meetings"][meeting][:2]
        ways = list(self._mission.ways(meeting))
        if not ways:
            return {"meeting": meeting, "reason": self._why_never(meeting)}
        if tuple(pair) in self._pairs:
            return {"meeting": meeting, "reason": "meets_already"}
        full = [number for number in pair if self._is_full(number)]
        if full:
            return {"meeting": meeting, "reason": "cap_reached", "people": full}
        free = [way for way in ways if not self._is_busy(way)]
        roomy = [way for way in free if self._has_room(way)]
        reason, found = ("free_place_left", roomy) if roomy else ("hall_full", free) if free else ("people_busy", ways)
        return {"meeting": meeting, "reason": reason, "slots": sorted({way.slot for way in found})}

    def _why_never(self, meeting: int) -> str:
        """Find out what would have to be otherwise: an interpreter, then a table."""
        body = self._mission.body
        speaking = body | {"staff": [person | {"languages": []} for person in body["staff"]]}
        if any(Detailed(speaking).ways(meeting)):
            return "no_interpreter"
        tables: list[Body] = [{"location": n, "online": True} for n in range(len(body["walking"]))]
        locks = [{name: lock[name] for name in lock if name != "table"} for lock in body.get("locks", [])]
        if any(Detailed(speaking | {"tables": tables, "locks": locks}).ways(meeting)):
            return "no_table"
        return "no_common_slot"

    def _is_full(self, organisation: int) -> bool:
        most: Any = self._mission.body["organisations"][organisation].get("max_meetings")
        return most is not None and self._counts[organisation] >= most

    def _is_busy(self, way: Way) -> bool:
        day = self._mission.slots[way.slot]["day"]
        for role, number in way.people:
            person = self._mission.staff[number] if role == "staff" else {}
            here, on_foot = (way.slot, way.location), not person.get("online")
            if any(self._mission.clash(here, place, on_foot=on_foot) for place in self._held[role, number]):
                return True
            if role == "staff" and self._of_day[number, day] >= person.get("max_a_day", len(self._mission.slots)):
                return True
        return False

    def _has_room(self, way: Way) -> bool:
        tables = self._mission.tables[way.slot][way.location, way.online]
        return self._taken[way.slot, way.location, way.online] < len(tables)
