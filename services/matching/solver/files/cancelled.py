"""Instances without their cancelled meetings, and schedules with the numbers that the meetings had."""

from typing import Any

Body = dict[str, Any]


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
