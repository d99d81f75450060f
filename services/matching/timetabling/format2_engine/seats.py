"""Tables for the meetings of mission-schedule/2: those of a kind are alike, so that the rules only count them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise

from ortools.sat.python import cp_model

from matching.timetabling.files.format2 import Body, Detailed, Way
from matching.timetabling.format2_engine.model import Model

MOST_SEATS = 60_000
"""Seats (a host's person, a slot, a table) above which changes of tables are lowered by the first guess alone."""
Tables = Mapping[int, int]
"""The table of each meeting."""


def seated(mission: Detailed, ways: Iterable[Way], wished: Tables = {}) -> dict[int, int]:  # noqa: B006  is only read
    """Give each meeting a table: the locked ones first, then those wished for, then what the host had before."""
    locked = {number: lock["table"] for number, lock in mission.locks.items() if "table" in lock}
    found: dict[int, int] = {}
    taken: set[tuple[int, int]] = set()
    last: dict[int, int] = {}
    order = sorted(ways, key=lambda way: (way.slot, way.meeting))
    for tables in (locked, wished):
        for way in order:
            table = tables.get(way.meeting)
            free = table in mission.tables[way.slot][way.location, way.online] and (way.slot, table) not in taken
            if way.meeting not in found and table is not None and free:
                found[way.meeting] = table
                taken.add((way.slot, table))
    for way in order:
        if way.meeting not in found:
            numbers = [n for n in mission.tables[way.slot][way.location, way.online] if (way.slot, n) not in taken]
            found[way.meeting] = last[way.host] if last.get(way.host) in numbers else numbers[0]
            taken.add((way.slot, found[way.meeting]))
        last[way.host] = found[way.meeting]
    return found


def rows(ways: Iterable[Way], tables: Tables) -> list[Body]:
    """Write meetings as rows of a schedule."""
    found = [
        {
            "meeting": way.meeting,
            "slot": way.slot,
            "table": tables[way.meeting],
            "staff": [way.guest, way.host],
            "interpreter": way.interpreter,
        }
        for way in ways
    ]
    return sorted(found, key=lambda row: (row["slot"], row["table"]))


def changes(mission: Detailed, ways: Iterable[Way], tables: Tables) -> int:
    """Count how often a host's person sits at another table than at the meeting before on that day.

    Who is there online sits at none.
    """
    days: dict[tuple[int, int], list[int]] = defaultdict(list)
    for way in sorted(ways, key=lambda way: way.slot):
        if not mission.staff[way.host].get("online"):
            days[way.host, mission.slots[way.slot]["day"]].append(tables[way.meeting])
    return sum(one != then for day in days.values() for one, then in pairwise(day))


class Seats:
    """Tables as variables of a model: which one each host's person has in each slot.

    Between two meetings a person keeps a table in mind; it is another one as often as tables change.
    """

    def __init__(self, model: Model) -> None:
        self._cp, self._mission = model.cp, model.mission
        self._ways: dict[tuple[int, int], dict[tuple[int, bool], list[cp_model.IntVar]]] = {}
        for way, chosen in model.chosen:
            kinds = self._ways.setdefault((way.host, way.slot), defaultdict(list))
            kinds[way.location, way.online].append(chosen)
        self._at = {place: self._seats(place, kinds) for place, kinds in sorted(self._ways.items())}
        self._one_at_each_table()
        for way, chosen in model.chosen:
            table = self._mission.locks.get(way.meeting, {}).get("table")
            if table is not None:
                self._cp.add_implication(chosen, self._at[way.host, way.slot][table])
        self.changes = cp_model.LinearExpr.sum([change for day in self._days() for change in self._changes(day)])

    @staticmethod
    def number(model: Model) -> int:
        """Count the seats that a model would have."""
        places = {(way.host, way.slot) for way, _ in model.chosen}
        return sum(len(kind) for _, slot in places for kind in model.mission.tables[slot].values())

    def table(self, way: Way, reads: Callable[[cp_model.IntVar], bool]) -> int:
        """Read the table of a meeting."""
        return next(table for table, at in self._at[way.host, way.slot].items() if reads(at))

    def start_from(self, ways: Iterable[Way], tables: Tables) -> None:
        """Tell the search of a seating."""
        held = {(way.host, way.slot, tables[way.meeting]) for way in ways}
        for (host, slot), seats in self._at.items():
            for table, at in seats.items():
                self._cp.add_hint(at, (host, slot, table) in held)

    def _seats(
        self, place: tuple[int, int], kinds: Mapping[tuple[int, bool], list[cp_model.IntVar]]
    ) -> dict[int, cp_model.IntVar]:
        seats: dict[int, cp_model.IntVar] = {}
        for kind, ways in kinds.items():
            here = {table: self._cp.new_bool_var("") for table in self._mission.tables[place[1]][kind]}
            self._cp.add(cp_model.LinearExpr.sum(list(here.values())) == cp_model.LinearExpr.sum(ways))
            seats |= here
        return seats

    def _one_at_each_table(self) -> None:
        tables: dict[tuple[int, int], list[cp_model.IntVar]] = defaultdict(list)
        for (_, slot), seats in self._at.items():
            for table, at in seats.items():
                tables[slot, table].append(at)
        for taken in tables.values():
            self._cp.add_at_most_one(taken)

    def _days(self) -> list[list[dict[int, cp_model.IntVar]]]:
        """Give the seats of each person on each day, slot by slot."""
        days: dict[tuple[int, int], list[dict[int, cp_model.IntVar]]] = defaultdict(list)
        for (host, slot), seats in sorted(self._at.items()):
            if not self._mission.staff[host].get("online"):
                days[host, self._mission.slots[slot]["day"]].append(seats)
        return list(days.values())

    def _changes(self, day: list[dict[int, cp_model.IntVar]]) -> list[cp_model.IntVar]:
        tables = sorted({table for seats in day for table in seats})
        minds = [{table: self._cp.new_bool_var("") for table in tables} for _ in day]
        for mind, seats in zip(minds, day, strict=True):
            self._cp.add_exactly_one(mind.values())
            for table, at in seats.items():
                self._cp.add_implication(at, mind[table])
        changes = []
        for before, after in pairwise(minds):
            changes.append(self._cp.new_bool_var(""))
            for table in tables:
                self._cp.add_bool_or([~after[table], before[table], changes[-1]])
        return changes
