"""Giving tables to seated meetings, and seats to meetings one after another."""

from collections import defaultdict
from collections.abc import Iterable

from matching.timetabling.model.objective_values import Diary
from matching.timetabling.model.occupancy import Ledger
from matching.timetabling.model.people import Id
from matching.timetabling.model.problem import Problem, Seating
from matching.timetabling.model.timetable import Pair, Placed

Seated = tuple[Pair, Seating]
"""A pair with its slot and people, before it has a table."""


def place(pair: Pair, seating: Seating, table_id: str) -> Placed:
    """Make the meeting of a seated pair at a table."""
    return Placed(
        guest_id=pair[0],
        host_id=pair[1],
        slot_id=seating.slot.id,
        table_id=table_id,
        guest_person=seating.guest_person.id,
        host_person=seating.host_person.id,
        online=seating.online,
        interpreter=seating.interpreter,
    )


def before_tables(problem: Problem, seated: Iterable[Seated]) -> tuple[Placed, ...]:
    """Make the meetings of seated pairs without tables, after the locked ones: to count what tables do not change."""
    return (*problem.locked, *(place(pair, seating, "") for pair, seating in seated))


def give_tables(problem: Problem, seated: Iterable[Seated], fixed: Iterable[Placed] = ()) -> tuple[Placed, ...]:
    """Give each seated pair a table beside meetings that have theirs; hosts keep a table where they can.

    Returns: the fixed meetings and the new ones, by slot and table.

    Raises:
        ValueError: the meetings of some slot are more than its tables.

    """
    meetings = list(fixed)
    ledger = Ledger(problem, meetings)
    home = {meeting.host_person: meeting.table_id for meeting in meetings}
    by_slot = defaultdict(list)
    for pair, seating in seated:
        by_slot[seating.slot.id].append((pair, seating))
    for slot_id in problem.slot_by_id:
        for pair, seating in _by_need(by_slot[slot_id], home):
            table_id = _choose(ledger.free_tables(seating), home.get(seating.host_person.id), problem.online_tables)
            meeting = place(pair, seating, table_id)
            home[seating.host_person.id] = table_id
            ledger.take(meeting)
            meetings.append(meeting)
    return in_order(problem, meetings)


def fill_greedily(problem: Problem, meetings: tuple[Placed, ...], pairs: Iterable[Pair]) -> tuple[Placed, ...]:
    """Give each pair that has no meeting the free place that asks least of its people, in the order of the pairs."""
    ledger, diary = Ledger(problem, meetings), Diary(problem, meetings)
    added = []
    for pair in pairs:
        if pair in ledger.pairs:
            continue
        free = [seating for seating in problem.seatings(pair) if ledger.obstacle(seating) is None]
        if free:
            prices = [diary.price(pair, seating) for seating in free]
            seating = free[prices.index(min(prices))]
            meeting = place(pair, seating, ledger.free_tables(seating)[0])
            ledger.take(meeting)
            diary.enter(meeting)
            added.append(meeting)
    return in_order(problem, (*meetings, *added))


def in_order(problem: Problem, meetings: Iterable[Placed]) -> tuple[Placed, ...]:
    """Put meetings in the order of their slots, then of the tables' names."""
    slots = {slot_id: number for number, slot_id in enumerate(problem.slot_by_id)}
    tables = {table_id: number for number, table_id in enumerate(problem.table_order, 1)}
    found, width = list(meetings), len(tables) + 1
    places = [slots[m.slot_id] * width + tables.get(m.table_id, 0) for m in found]
    if len(set(places)) < len(found):
        return tuple(sorted(found, key=lambda m: (slots[m.slot_id], tables.get(m.table_id, 0), m.guest_id)))
    return tuple(found[number] for number in sorted(range(len(found)), key=places.__getitem__))


def _by_need(seated: list[Seated], home: dict[Id, str]) -> list[Seated]:
    """Put first who has the least choice: online meetings, then hosts who have sat at a table before."""
    return sorted(
        seated,
        key=lambda s: (not s[1].online, s[1].host_person.id not in home, str(s[0][1]), str(s[0][0])),
    )


def _choose(free: tuple[str, ...], home: str | None, online_tables: frozenset[str]) -> str:
    """Take the host's table, unless it has a video kit and another would do; else the first."""
    if not free:
        raise ValueError("There are more meetings than tables in a slot.")
    keeps = home in free and (home not in online_tables or free[0] in online_tables)
    return home if keeps and home is not None else free[0]
