"""Changes, cancelled meetings, claims of a schedule.

What differs between a schedule and the one before it, as the answer of a repair says it.

Instances without their cancelled meetings, and schedules with the numbers that the meetings had.

How a repair goes on: how long, whom it tells, and what ends it.

What a schedule says of itself, held against what a checker has counted.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from threading import Event
from typing import Any

Body = dict[str, Any]
Place = Any
"""What of a row makes its place: a meeting with another one has moved."""
IN_FLUX = {"hall_full", "free_place_left"}
"""Reasons that new meetings may have made untrue."""


def changes(before: Mapping[int, Place], after: Mapping[int, Place], reasons: Iterable[Body]) -> Body:
    """List the meetings that moved, were dropped, with reasons, have no place as before, and were added."""
    unplaced = {reason["meeting"]: reason for reason in reasons}
    stay = sorted(before.keys() & after.keys())
    return {
        "moved": [
            {"meeting": number, "before": before[number], "after": after[number]}
            for number in stay
            if before[number] != after[number]
        ],
        "dropped": [unplaced[number] for number in sorted(before.keys() - after.keys())],
        "unplaced": [reason for number, reason in sorted(unplaced.items()) if number not in before],
        "added": sorted(after.keys() - before.keys()),
    }


def aims(costs: Mapping[str, int], bounds: Mapping[str, int]) -> list[Body]:
    """Write how far each aim was reached, in their order."""
    found = ((aim, cost, bounds.get(aim)) for aim, cost in costs.items())
    return [{"aim": aim, "value": cost, "bound": bound, "proven": cost == bound} for aim, cost, bound in found]


class Rest:
    """What is left of an instance when its cancelled meetings are out: `instance`, whose meetings are numbered anew."""

    def __init__(self, instance: Body) -> None:
        gone = set(instance.get("cancelled", ()))
        self.numbers = [number for number in range(len(instance["meetings"])) if number not in gone]
        """The number that each meeting has in the whole instance."""
        self._place = {number: place for place, number in enumerate(self.numbers)}
        kept = {name: self._kept(instance[name]) for name in ("meetings", "session", "fixed") if name in instance}
        self.instance = {name: value for name, value in instance.items() if name != "cancelled"} | kept
        if "precedences" in instance:
            orders = (pair for pair in instance["precedences"] if gone.isdisjoint(pair))
            self.instance["precedences"] = [[self._place[number] for number in pair] for pair in orders]
        if "locks" in instance:
            locks = (lock for lock in instance["locks"] if lock["meeting"] not in gone)
            self.instance["locks"] = [lock | {"meeting": self._place[lock["meeting"]]} for lock in locks]

    def holds(self, row: Any) -> bool:
        """Say whether the meeting of a row of the whole instance is left."""
        return number_of(row) in self._place

    def rows(self, rows: list[Any]) -> list[Any]:
        """Give the rows of a schedule of the whole instance whose meetings are left, by their new numbers."""
        return [numbered(row, self._place[number_of(row)]) for row in rows if self.holds(row)]

    def whole(self, schedule: Body) -> Body:
        """Write a schedule of what is left as one of the whole instance."""
        lists = {name: [self._renumbered(entry) for entry in schedule[name]] for name in LISTS if name in schedule}
        return schedule | lists

    def _renumbered(self, entry: Any) -> Any:
        if isinstance(entry, int):
            return self.numbers[entry]
        return numbered(entry, self.numbers[number_of(entry)])

    def _kept(self, values: list[Any]) -> list[Any]:
        return [values[number] for number in self.numbers]


LISTS = ("meetings", "moved", "dropped", "unplaced", "added", "reseated")
"""What in a schedule speaks of meetings by their numbers."""


def number_of(row: Any) -> int:
    """Give the number of a row's meeting."""
    number: int = row["meeting"] if isinstance(row, dict) else row[0]
    return number


def numbered(row: Any, number: int) -> Any:
    """Give a row another meeting."""
    return row | {"meeting": number} if isinstance(row, dict) else [number, *row[1:]]


def people_of(instance: Body, row: Any) -> list[int]:
    """Give who sits in a row's meeting: staff where the row names it, else both participants, if they are known."""
    if isinstance(row, dict):
        return list(row["staff"])
    number = row[0]
    return list(instance["meetings"][number][:2]) if number < len(instance["meetings"]) else []


Progress = Callable[[Mapping[str, int], float], None]
"""Told what the best repair so far costs, by aim, and the seconds."""


@dataclass(frozen=True)
class Terms:
    """What the caller of a repair sets."""

    seconds: float
    progress: Progress
    stop: Event


FIGURES = ("objective", "missing_meetings", "breaks", "table_changes")


def of_figures(schedule: Body, figures: Body) -> Iterator[str]:
    """Find figures that a schedule states otherwise than they are."""
    for name in FIGURES:
        said, found = schedule.get(name), figures.get(name)
        if None not in {said, found} and said != found:
            yield f"{name}: is said to be {said}, is {found}"


def of_changes(schedule: Body, differing: dict[str, set[int]]) -> Iterator[str]:
    """Find lists of changes that a schedule states otherwise than they are."""
    for name, found in differing.items():
        said = {entry if isinstance(entry, int) else entry["meeting"] for entry in schedule.get(name, ())}
        if name in schedule and said != found:
            yield f"{name}: differs from what is said by {sorted(said ^ found)[:10]}"
