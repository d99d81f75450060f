"""A large timetable while the day changes: each incident is answered at once, and few people notice."""

import time
from collections.abc import Iterable

import numpy as np

from matching.timetabling.large.exchange_chains import Change, Dropped, Journal, Moved, go, shortest_way, why_dropped
from matching.timetabling.large.instance import UNPLACED, Ints, LargeMission
from matching.timetabling.large.occupancy import NOBODY, bits
from matching.timetabling.large.seats import Seats

MANY = 1000
"""Lost meetings of one incident, the most valuable, for which chains are tried; the others take what is free."""


class Standing:
    """A published timetable that incidents change one after another.

    Locked meetings and those in slots before `since` never move, and nothing new is placed there. A displaced meeting
    gets the place that moves fewest others, the most valuable meetings first; what has none is dropped with the
    reason as it is then. Then the people who lost a meeting are offered others that ask nobody to move.
    """

    def __init__(self, mission: LargeMission, slot_of: Ints, table_of: Ints, since: int = 0) -> None:
        self._value: list[int] = mission.value.tolist()
        self._least: list[int] = mission.least.tolist()
        self._tables: list[int] = mission.tables.tolist()
        self._ahead = ((1 << mission.slots) - 1) & ~((1 << since) - 1)
        self._opened = sum(1 << slot for slot, number in enumerate(self._tables) if number > 0)
        self._diary = Journal.of(mission, slot_of)
        self._diary.left = (mission.most - mission.loads(slot_of)).tolist()
        self._diary.free = [free & self._ahead for free in self._diary.free]
        self._diary.common = (mission.common & self._ahead).tolist()
        locked = np.full(len(slot_of), UNPLACED) if mission.locked is None else mission.locked
        held = np.flatnonzero((locked != UNPLACED) | ((slot_of != UNPLACED) & (slot_of < since)))
        self._held = set(held.tolist())
        for meeting in self._held:
            self._diary.common[meeting] = 0
        self._seats = Seats(slot_of, table_of, self._tables)
        self._of = _by_person(mission)

    @property
    def slot_of(self) -> Ints:
        """The slot of each candidate now."""
        return self._diary.as_slots()

    @property
    def table_of(self) -> Ints:
        """The table of each candidate now."""
        return np.array(self._seats.table_of, dtype=np.int64)

    def cancel(self, person: int) -> Change:
        """Take a person out: nobody else moves, and the partners are offered others."""
        return self.change_hours(person, 0)

    def change_hours(self, person: int, free: int) -> Change:
        """Let a person come late, leave early or stay longer: the slots in which it is there, as bits."""
        started = self._begin()
        diary = self._diary
        lost = [m for m in diary.at[person] if self._may_move(m) and not free >> diary.slot_of[m] & 1]
        for meeting in lost:
            diary.strike(meeting)
        diary.free[person] = free & self._ahead
        for meeting in self._of[person]:
            if meeting not in self._held:
                both = diary.free[diary.guest[meeting]] & diary.free[diary.host[meeting]]
                diary.common[meeting] = both & self._opened
        return self._answer(lost, [], started)

    def change_hall(self, tables: Iterable[int]) -> Change:
        """Let each slot have so many tables: one is lost, or a session is cut short."""
        started = self._begin()
        diary, before = self._diary, self._tables
        self._tables = list(tables)
        self._opened = sum(1 << slot for slot, number in enumerate(self._tables) if number > 0)
        for slot, (now, then) in enumerate(zip(self._tables, before, strict=True)):
            diary.seat(slot, now - then)
        for meeting in set(range(len(self._value))) - self._held:
            both = diary.free[diary.guest[meeting]] & diary.free[diary.host[meeting]]
            diary.common[meeting] = both & self._opened
        lost = [meeting for slot in bits(self._ahead) for meeting in self._too_many(slot)]
        return self._answer(lost, self._seats.change_hall(self._tables), started)

    def welcome(self, person: int) -> Change:
        """Offer meetings to somebody who has just come: where nobody moves, then along chains up to the least number.

        The person is a member of the mission whose candidates have no meetings yet.
        """
        started = self._begin()
        diary = self._diary
        self._offer([person])
        for meeting in self._of[person]:
            if diary.busy[person].bit_count() >= self._least[person]:
                break
            if diary.slot_of[meeting] == UNPLACED:
                self._place(meeting)
        return self._tell([], started, [])

    def _begin(self) -> float:
        self._diary.begin()
        return time.monotonic()

    def _may_move(self, meeting: int) -> bool:
        return meeting != NOBODY and meeting not in self._held

    def _too_many(self, slot: int) -> list[int]:
        """Take out of a slot what has no table any more: what can go elsewhere at once, then what is worth least."""
        diary = self._diary
        excess = -diary.room[slot]
        if excess <= 0:
            return []
        here = [m for m in (diary.at[guest][slot] for guest in range(diary.mission.guests)) if self._may_move(m)]
        here.sort(key=lambda m: (not diary.places(m), self._value[m]))
        for meeting in here[:excess]:
            diary.strike(meeting)
        return here[:excess]

    def _answer(self, lost: list[int], unseated: list[int], started: float) -> Change:
        """Place what was lost, offer other meetings to whom it leaves without, and tell what is different."""
        diary = self._diary
        lost.sort(key=lambda meeting: (-self._value[meeting], meeting))
        gone = [m for number, m in enumerate(lost) if not self._place(m, by_chains=number < MANY)]
        reasons = [why_dropped(diary, meeting) for meeting in gone]
        self._offer(sorted({person for m in gone for person in (diary.guest[m], diary.host[m])}))
        return self._tell(unseated, started, reasons)

    def _place(self, meeting: int, *, by_chains: bool = True) -> bool:
        """Place a meeting by the shortest way; if the ends of two chains cross, once more from what has come of it."""
        diary = self._diary
        for _ in range(2 if by_chains or diary.places(meeting) else 0):
            way = shortest_way(diary, meeting)
            if way is None:
                return False
            if go(diary, meeting, way):
                return True
        return False

    def _offer(self, people: Iterable[int]) -> None:
        """Add the most valuable meetings of some people that ask nobody to move."""
        diary = self._diary
        own = {m for person in people if diary.free[person] for m in self._of[person] if diary.slot_of[m] == UNPLACED}
        for meeting in sorted(own, key=lambda m: (-self._value[m], m)):
            slots = diary.places(meeting)
            if slots and diary.may_meet(meeting):
                diary.enter(meeting, bits(slots)[0])

    def _tell(self, unseated: list[int], started: float, reasons: list[Dropped]) -> Change:
        """List what is different, and seat it."""
        diary, seats = self._diary, self._seats
        touched = diary.touched()
        kept = [m for m in unseated if m not in diary.was and diary.slot_of[m] != UNPLACED and m not in self._held]
        for meeting in (*(place[0] for place in touched), *kept):
            seats.leave(meeting)
        for meeting in (*(m for m, _, after in touched if after != UNPLACED), *kept):
            usual = [seats.table_of[m] for m in diary.at[diary.host[meeting]] if m not in (NOBODY, meeting)]
            seats.take(meeting, diary.slot_of[meeting], max(usual, key=usual.count, default=0))
        sides = ((diary.guest[m], diary.host[m]) for m in (*(place[0] for place in touched), *kept))
        return Change(
            moved=tuple(Moved(meeting=m, before=b, after=a) for m, b, a in touched if UNPLACED not in (b, a)),
            dropped=tuple(dropped for dropped in reasons if diary.slot_of[dropped.meeting] == UNPLACED),
            added=tuple(m for m, before, _ in touched if before == UNPLACED),
            reseated=tuple(kept),
            told=frozenset(person for pair in sides for person in pair),
            seconds=time.monotonic() - started,
        )


def _by_person(mission: LargeMission) -> list[list[int]]:
    """List each person's candidates, the most valuable first."""
    order = np.lexsort((np.arange(len(mission.value)), -mission.value))
    found: list[list[int]] = [[] for _ in range(mission.people)]
    for side in (mission.guest[order], mission.host[order]):
        for person, meeting in zip(side.tolist(), order.tolist(), strict=True):
            found[person].append(meeting)
    return found
