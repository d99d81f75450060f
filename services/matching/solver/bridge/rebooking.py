"""New places for displaced meetings among thousands: at once where nobody else need move, else along chains."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from matching.domain.hall import Slot
from matching.domain.timetable import Pair, Placed
from matching.solver.bridge.arrays import TooMuchError
from matching.solver.bridge.assignment import assigned
from matching.solver.bridge.beside import Beside
from matching.solver.bridge.rows import Rows
from matching.solver.large.chains import go, shortest_way
from matching.solver.large.change import Journal
from matching.solver.large.diary import bits
from matching.solver.large.mission import UNPLACED, Ints, LargeMission
from matching.solver.large.repair import MANY


class Rebooking:
    """Meetings that stand, and for each displaced one a candidate for each two people who could meet.

    Raises:
        TooMuchError: somebody sits for guests and for hosts, or a displaced meeting may need an interpreter.

    """

    def __init__(self, beside: Beside, standing: Rows, displaced: Sequence[Placed]) -> None:
        self._beside, self._standing, self._displaced = beside, standing.meetings, displaced
        options = [option for meeting in displaced for option in self._options(meeting)]
        self._rows = standing.plus(Rows(beside.numbers, options))
        self._of: dict[Pair, list[int]] = {meeting.pair: [] for meeting in displaced}
        for number, option in enumerate(options, len(standing.meetings)):
            self._of[option.pair].append(number)
        self._diary = self._read()

    def place_at_once(self, cost: Callable[[Placed, Slot], int]) -> bool:
        """Place most meetings of one person, the most valuable, at the least cost, with those who had them.

        Args:
            cost: of a displaced meeting in a slot.

        Returns: whether that is the best of all without anybody else. It is if the meetings are of one person, and of
            nobody else twice; otherwise nothing is done.

        """
        people = [set(meeting.people) for meeting in self._displaced]
        both = set.intersection(*people) & self._beside.numbers.person.keys()
        if not both or len(set.union(*people)) != len(people) + 1:
            return False
        weights, diary = self._beside.problem.weights, self._diary
        own = [self._own(meeting) for meeting in self._displaced]
        slots = [bits(0 if number is None else diary.places(number)) for number in own]
        costs = [
            {slot: cost(meeting, self._beside.slots[slot]) for slot in able}
            for meeting, able in zip(self._displaced, slots, strict=True)
        ]
        worth = [weights.get(meeting.pair, 0) for meeting in self._displaced]
        who = min(both)
        room = diary.left_by_day(int(self._place[self._beside.numbers.person[who]]))
        for place, slot in assigned(worth, costs, self._beside.numbers.day.tolist(), room).items():
            number = own[place]
            assert number is not None
            diary.enter(number, slot)
        return True

    def place_by_chains(self) -> None:
        """Place the others, the most valuable first, each by the way that moves fewest meetings."""
        weights = self._beside.problem.weights
        waiting = sorted(self._displaced, key=lambda meeting: -weights.get(meeting.pair, 0))
        for count, meeting in enumerate(waiting):
            options = self._of[meeting.pair]
            if all(self._diary.slot_of[option] == UNPLACED for option in options):
                self._place_one(options if count < MANY else [o for o in options if self._diary.places(o)])

    def meetings(self) -> tuple[Placed, ...]:
        """Give the meetings that have a place; one in another slot keeps its table if that is free there."""
        stay, touched = list(self._standing), self._diary.touched()
        for number, _, _ in reversed(touched):
            del stay[number : number + 1]
        moved = [(self._rows.meetings[number], slot) for number, _, slot in touched if slot != UNPLACED]
        return (*stay, *self._seated({number for number, _, _ in touched}, moved))

    def _options(self, meeting: Placed) -> list[Placed]:
        """List who could meet for a pair: those who had the meeting first."""
        problem, found = self._beside.problem, []
        for couple in self._beside.couples(meeting.pair) if not problem.is_avoided(meeting.pair) else ():
            guest, host = (problem.people[number] for number in couple)
            if not guest.understands(host):
                raise TooMuchError("Two people need an interpreter.")
            online = guest.online or host.online
            option = replace(meeting, guest_person=guest.id, host_person=host.id, online=online)
            found.append(replace(option, interpreter="", slot_id=""))
        return sorted(found, key=lambda option: option.people != meeting.people)

    def _own(self, meeting: Placed) -> int | None:
        """Give the candidate of those who had a meeting."""
        options = self._of[meeting.pair][:1]
        return options[0] if options and self._rows.meetings[options[0]].people == meeting.people else None

    def _place_one(self, options: Sequence[int]) -> None:
        """Place one of some candidates; if the ends of two chains cross, once more from what has come of it."""
        for _ in range(2):
            ways = [(o, way) for o in options if (way := shortest_way(self._diary, o, self._known))]
            if not ways:
                return
            option, way = min(ways, key=lambda each: (each[1].told, each[1].moved, each[0]))
            if go(self._diary, option, way):
                return

    def _read(self) -> Journal:
        """Number guests before hosts, and enter what stands; who needs an interpreter stays."""
        beside, rows = self._beside, self._rows
        sits = np.zeros((2, len(beside.problem.people)), np.bool_)
        for side, numbers in zip(sits, rows.sides, strict=True):
            side[numbers] = True
        if (sits[0] & sits[1]).any():
            raise TooMuchError("Somebody sits for guests and for hosts.")
        order = np.argsort(~sits[0], kind="stable")
        self._place: Ints = np.empty_like(order)
        self._place[order] = np.arange(len(order))
        kits = [[table in beside.problem.online_tables for table in tables] for tables in beside.tables]
        people = {who for meeting in self._displaced for who in meeting.people}
        self._known = [int(self._place[number]) for who, number in beside.numbers.person.items() if who in people]
        online = np.array([person.online for person in beside.problem.people], dtype=np.bool_)[order]
        mission = LargeMission(
            guests=int(sits[0].sum()),
            guest=self._place[rows.sides[0]],
            host=self._place[rows.sides[1]],
            value=np.ones(len(rows.meetings), np.int64),
            free=beside.free[order],
            tables=np.array([len(tables) for tables in kits], dtype=np.int64),
            most=np.full(len(order), len(beside.numbers.day)),
            least=np.zeros(len(order), np.int64),
            day=beside.numbers.day,
            most_a_day=beside.room[order],
            online=online,
            video=np.array([sum(tables) for tables in kits], dtype=np.int64) - self._plainly_taken(),
        )
        slot_of = rows.slot.copy()
        slot_of[len(self._standing) :] = UNPLACED
        diary = Journal.of(mission, slot_of)
        for number, meeting in enumerate(self._standing):
            if meeting.interpreter:
                diary.common[number] = 0
        return diary

    def _plainly_taken(self) -> Ints:
        """Shape (slots,): the video kits at which meetings stand that need none."""
        kits, number = self._beside.problem.online_tables, self._beside.numbers.slot
        taken = [number[m.slot_id] for m in self._standing if m.table_id in kits and not m.online] if kits else []
        return np.bincount(np.array(taken, dtype=np.int64), minlength=len(number))

    def _seated(self, left: set[int], moved: Sequence[tuple[Placed, int]]) -> list[Placed]:
        """Give tables in the slots to which meetings go: those with a video kit to who needs one, first."""
        beside, kits = self._beside, self._beside.problem.online_tables
        here = np.flatnonzero(np.isin(self._rows.slot[: len(self._standing)], [slot for _, slot in moved])).tolist()
        stay = (self._standing[number] for number in here if number not in left)
        taken = {(meeting.slot_id, meeting.table_id) for meeting in stay}
        seats = []
        for meeting, slot in sorted(moved, key=lambda row: not row[0].online):
            slot_id = beside.slots[slot].id
            free = [
                table
                for table in beside.tables[slot]
                if (slot_id, table) not in taken and (table in kits or not meeting.online)
            ]
            own = meeting.table_id in free and (meeting.table_id not in kits or free[0] in kits)
            table = meeting.table_id if own else free[0]
            taken.add((slot_id, table))
            seats.append(replace(meeting, slot_id=slot_id, table_id=table))
        return seats
