"""Why a meeting has no place in a timetable of mission-schedule/1."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from typing import Any

from matching.timetabling.files.reading import allowed_of, tables_of
from matching.timetabling.files.schedule import IN_FLUX

Body = dict[str, Any]


def why_unplaced(
    instance: Body, places: Mapping[int, int], known: Container[int], numbers: Iterable[int]
) -> list[Body]:
    """Say why meetings have no place: beside those that had one before, if that is reason enough, else beside all."""
    old = Reasons(instance, {number: slot for number, slot in places.items() if number in known})
    every = Reasons(instance, places)
    found = ((old.of(number), every.of(number)) for number in numbers)
    return [now if then["reason"] in IN_FLUX else then for then, now in found]


class Reasons:
    """A timetable of an instance of either kind in which some meetings have no place; places are the others' slots."""

    def __init__(self, instance: Body, places: Mapping[int, int]) -> None:
        self._instance, self._places, self._tables = instance, places, tables_of(instance)
        self._opened = frozenset(slot for slot, tables in enumerate(self._tables) if tables)
        people = [(person, slot) for number, slot in places.items() for person in instance["meetings"][number][:2]]
        is_mission = instance["kind"] == "mission"
        self._met = {tuple(instance["meetings"][number][:2]) for number in places if is_mission}
        self._load, self._busy = Counter(places.values()), set(people)
        self._count = Counter(person for person, _ in people)

    def of(self, number: int) -> Body:
        """Give the first of the reasons that is true, with the slots or the people of which it speaks."""
        pair, allowed = self._instance["meetings"][number][:2], allowed_of(self._instance, number) & self._opened
        if not allowed:
            return _reason(number, "no_common_slot", slots=set().union(*map(self._there, pair)))
        if tuple(pair) in self._met:
            return _reason(number, "meets_already")
        for reason, has_it in (("too_few_slots", self._is_short), ("cap_reached", self._is_full)):
            people = [person for person in pair if has_it(person)]
            if people:
                return _reason(number, reason, people=people)
        in_order = {slot for slot in allowed if self._in_order(number, slot)}
        if not in_order:
            return _reason(number, "out_of_order", slots=allowed)
        free = {slot for slot in in_order if not any((person, slot) in self._busy for person in pair)}
        roomy = {slot for slot in free if self._load[slot] < self._tables[slot]}
        if roomy:
            return _reason(number, "free_place_left", slots=roomy)
        return _reason(number, "hall_full", slots=free) if free else _reason(number, "people_busy", slots=in_order)

    def _there(self, person: int) -> frozenset[int]:
        return self._opened - set(self._instance["forbidden"][person])

    def _is_short(self, person: int) -> bool:
        """Say whether somebody has more given meetings than slots."""
        is_given = self._instance["kind"] == "b2bsp"
        return is_given and sum(person in pair for pair in self._instance["meetings"]) > len(self._there(person))

    def _is_full(self, person: int) -> bool:
        most = self._instance["max_meetings"][person] if "max_meetings" in self._instance else None
        return most is not None and self._count[person] >= most

    def _in_order(self, number: int, slot: int) -> bool:
        places = {**self._places, number: slot}
        orders = (
            pair for pair in self._instance.get("precedences", ()) if number in pair and set(pair) <= places.keys()
        )
        return all(places[first] < places[then] for first, then in orders)


def _reason(number: int, reason: str, **facts: Any) -> Body:
    return {"meeting": number, "reason": reason} | {name: sorted(found) for name, found in facts.items()}
