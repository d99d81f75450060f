"""Where a meeting could be: every slot and table with what stands in the way, and the nearest free ones."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice, product
from typing import TypeVar

from matching.timetabling.manual.conflicts import Places, Refusal, Refused
from matching.timetabling.model.hall import Slot
from matching.timetabling.model.people import Id
from matching.timetabling.model.timetable import Pair, Placed

S = TypeVar("S", Id, str)
NEAREST = 5
"""How many places are offered where one is refused."""
People = tuple[Id, Id]
"""Who sits for the guest and who for the host."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Where somebody wants a pair to meet; what is None is left open, and stays as it is where it can."""

    pair: Pair
    slot_id: str
    table_id: str | None = None
    guest_person: Id | None = None
    host_person: Id | None = None
    interpreter: str | None = None
    now: Placed | None = None
    """The meeting that the pair has, where it is taken out of its place to be moved."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A slot and its open tables for a pair: free is a table that nothing forbids in a slot that nothing forbids.

    The people, and who interprets for them, are those whom least forbids to sit there; None: one side has nobody.
    """

    slot: Slot
    people: People | None
    interpreter: str
    refusals: tuple[Refusal, ...]
    tables: dict[str, tuple[Refusal, ...]]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A place, and what forbids it to a pair."""

    place: Placed
    refusals: tuple[Refusal, ...]


def found(places: Places, wish: Wish) -> Cell:
    """Find the people and the table of a wish that nothing forbids, else those that least forbids."""
    slot = places.problem.slot_by_id.get(wish.slot_id)
    if slot is None:
        return _nowhere(wish, Refused.SLOT_UNKNOWN)
    seated = _seated(places, wish, slot)
    if seated is None:
        return _nowhere(wish, Refused.NO_PEOPLE)
    meeting, in_the_way = seated
    if wish.table_id is not None:
        place = replace(meeting, table_id=wish.table_id)
        return Cell(place=place, refusals=(*in_the_way, *places.of_table(place, slot, place.table_id)))
    table_id, refusals = _best_table(places, meeting, slot)
    return Cell(place=replace(meeting, table_id=table_id), refusals=(*in_the_way, *refusals))


def exchanged(places: Places, one: Placed, other: Placed) -> tuple[list[Cell], Wish]:
    """Let two meetings exchange slot and table, each with whoever fits; gives also where the first one is wanted."""
    wishes = [Wish(pair=a.pair, slot_id=b.slot_id, table_id=b.table_id, now=a) for a, b in ((one, other), (other, one))]
    cells: list[Cell] = []
    for meeting in (one, other):
        places.take_out(meeting.pair)
    for wish in wishes:
        cells.append(found(places, wish))
        places.put(cells[-1].place)
    for meeting in (one, other):
        places.take_out(meeting.pair)
        places.put(meeting)
    return cells, wishes[0]


def nearest(places: Places, wish: Wish) -> list[Placed]:
    """Give free places for a pair, one a slot, those nearest in time to the wish first, later before earlier."""
    slots = places.problem.slot_by_id
    asked = slots.get(wish.slot_id) or _slot_of(places, wish)
    ordered = sorted(slots.values(), key=lambda slot: _distance(slot, asked))
    return list(islice(_free(places, wish, ordered), NEAREST))


def rows(places: Places, pair: Pair) -> Iterator[Row]:
    """Give every slot with its open tables, and what forbids them to a pair, whether it has a meeting or not."""
    for slot in places.problem.slot_by_id.values():
        seated = _seated(places, Wish(pair=pair, slot_id=slot.id), slot)
        if seated is None:
            nobody = (Refusal(code=Refused.NO_PEOPLE),)
            yield Row(slot=slot, people=None, interpreter="", refusals=nobody, tables=dict.fromkeys(slot.tables, ()))
            continue
        meeting, refusals = seated
        tables = {table: places.of_table(meeting, slot, table) for table in slot.tables}
        people, interpreter = meeting.people, meeting.interpreter
        yield Row(slot=slot, people=people, interpreter=interpreter, refusals=refusals, tables=tables)


def _free(places: Places, wish: Wish, slots: list[Slot]) -> Iterator[Placed]:
    """Give a free place in each slot that has one, at the wished table where that is free."""
    for slot in slots:
        here = replace(wish, slot_id=slot.id, guest_person=None, host_person=None, interpreter=None)
        tries = (found(places, here), found(places, replace(here, table_id=None)))
        yield from islice((cell.place for cell in tries if not cell.refusals), 1)


def _seated(places: Places, wish: Wish, slot: Slot) -> tuple[Placed, tuple[Refusal, ...]] | None:
    """Choose who sits in a slot: whom least forbids it, who has a table; those of the meeting now, if it is all one."""
    judged = ((meeting, places.of_people(meeting, slot)) for meeting in _options(places, wish, slot))
    best: tuple[Placed, tuple[Refusal, ...]] | None = None
    for meeting, refusals in judged:
        if not refusals and _has_table(places, wish, meeting, slot):
            return meeting, refusals
        if best is None or len(refusals) < len(best[1]):
            best = meeting, refusals
    return best


def _options(places: Places, wish: Wish, slot: Slot) -> Iterator[Placed]:
    """Give the ways in which a pair could sit in a slot: its people, each two with everybody who could interpret."""
    now = wish.now or places.meetings.get(wish.pair)
    for people in _people(places, wish):
        able = places.interpreters_for(people, slot)
        if wish.interpreter and places.need_interpreter(people):
            able = (wish.interpreter,)
        for one in _first(now.interpreter if now else None, able):
            yield _with(places, wish, slot, people, one)


def _has_table(places: Places, wish: Wish, meeting: Placed, slot: Slot) -> bool:
    tables = _tables(places, meeting, slot) if wish.table_id is None else [wish.table_id]
    return any(not places.of_table(meeting, slot, table) for table in tables)


def _best_table(places: Places, meeting: Placed, slot: Slot) -> tuple[str, tuple[Refusal, ...]]:
    """Choose a free table, else one that is only too far away, else the meeting's own and say that none is left."""
    far: list[tuple[str, tuple[Refusal, ...]]] = []
    for table in _tables(places, meeting, slot):
        refusals = places.of_table(meeting, slot, table)
        if not refusals:
            return table, ()
        if all(refusal.minutes is not None for refusal in refusals):
            far.append((table, refusals))
    return far[0] if far else (meeting.table_id, (Refusal(code=Refused.NO_TABLE_LEFT),))


def _people(places: Places, wish: Wish) -> list[People]:
    """List who could sit for the two: those named, else those who do now, then the other negotiators."""
    now = wish.now or places.meetings.get(wish.pair)
    named, sitting = (wish.guest_person, wish.host_person), now.people if now else (None, None)
    sides = [
        [person] if person else _first(present, [one.id for one, _ in places.problem.negotiators.get(end, ())])
        for person, present, end in zip(named, sitting, wish.pair, strict=True)
    ]
    return [(guest, host) for guest, host in product(*sides)]


def _first(present: S | None, others: Iterable[S]) -> list[S]:
    return sorted(others, key=lambda one: one != present)


def _with(places: Places, wish: Wish, slot: Slot, people: People, interpreter: str) -> Placed:
    now = wish.now or places.meetings.get(wish.pair)
    known = (places.problem.person_by_id.get(person) for person in people)
    return Placed(
        guest_id=wish.pair[0],
        host_id=wish.pair[1],
        slot_id=slot.id,
        table_id=wish.table_id or (now.table_id if now else ""),
        guest_person=people[0],
        host_person=people[1],
        online=any(person is not None and person.online for person in known),
        interpreter=interpreter,
    )


def _tables(places: Places, meeting: Placed, slot: Slot) -> list[str]:
    """List the tables that a meeting could use: its own first, then those without a video kit."""
    usable = places.problem.tables_for(slot, online=meeting.online)
    return sorted(usable, key=lambda table: table != meeting.table_id)


def _nowhere(wish: Wish, code: Refused) -> Cell:
    nobody = Id(int=0)
    place = Placed(
        guest_id=wish.pair[0],
        host_id=wish.pair[1],
        slot_id=wish.slot_id,
        table_id=wish.table_id or "",
        guest_person=wish.guest_person or nobody,
        host_person=wish.host_person or nobody,
    )
    return Cell(place=place, refusals=(Refusal(code=code),))


def _slot_of(places: Places, wish: Wish) -> Slot | None:
    now = wish.now or places.meetings.get(wish.pair)
    return places.problem.slot_by_id.get(now.slot_id) if now else None


def _distance(slot: Slot, asked: Slot | None) -> tuple[timedelta, bool]:
    """Say how far a slot is from the one that was asked for; of two as far, the later is nearer."""
    away = slot.starts_at - asked.starts_at if asked else timedelta()
    return abs(away), away < timedelta()
