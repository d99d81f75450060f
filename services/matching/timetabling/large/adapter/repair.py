"""Repair of thousands by assignment and chains.

Meetings of one person: each takes a slot of its own, and each day has room for so many.

Who is free beside locked meetings, and where tables are: a mission of meetings that may move, in numbers.

New places for displaced meetings among thousands: at once where nobody else need move, else along chains.

Repairs of timetables of thousands: the aims of `solver.repair`, reached by flows and chains instead of models.

Which meetings of thousands can stand where they are, and beside each other: `domain.standing` by arrays.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial, reduce
from itertools import product
from operator import or_

import numpy as np
from ortools.graph.python import min_cost_flow

from matching.timetabling.large.adapter.arrays import Numbers, Rows, TooMuchError
from matching.timetabling.large.exchange_chains import Journal, go, shortest_way
from matching.timetabling.large.instance import MOST_SLOTS, UNPLACED, Bools, Ints, LargeMission
from matching.timetabling.large.occupancy import bits
from matching.timetabling.large.repair import MANY
from matching.timetabling.model.hall import Slot
from matching.timetabling.model.occupancy import seating_of, still_standing
from matching.timetabling.model.people import Id
from matching.timetabling.model.problem import Problem
from matching.timetabling.model.repair_objectives import EVERY_AIM, Concern, Merits, shift
from matching.timetabling.model.subproblem import around, of_these
from matching.timetabling.model.timetable import Pair, Placed


def assigned(
    worth: Sequence[int], costs: Sequence[Mapping[int, int]], days: Sequence[int], room: Sequence[int]
) -> dict[int, int]:
    """Give slots to most meetings; of all such choices to the most valuable, and then where it costs least.

    Exact: meetings that can have slots together are the independent sets of a matroid, so that their order by value
    alone decides which ones are worth most, and the number of a meeting in it does for its value.

    Args:
        worth: of each meeting.
        costs: for each meeting its slots, with what each costs.
        days: the day of each slot.
        room: how many meetings each day has room for.

    Returns: the slots, by the number of the meeting.

    """
    flow = min_cost_flow.SimpleMinCostFlow()
    rank = {value: number for number, value in enumerate(sorted(set(worth)), 1)}
    dear = 1 + sum(max(own.values(), default=0) for own in costs)
    first_slot, first_day = len(costs), len(costs) + len(days)
    source, sink = first_day + len(room), first_day + len(room) + 1
    arcs = [(m, first_slot + slot, 1, cost) for m, own in enumerate(costs) for slot, cost in own.items()]
    sits = len(arcs)
    arcs += [(source, meeting, 1, -dear * rank[value]) for meeting, value in enumerate(worth)]
    arcs += [(first_slot + slot, first_day + day, 1, 0) for slot, day in enumerate(days)]
    arcs += [(first_day + day, sink, number, 0) for day, number in enumerate(room)]
    flow.add_arcs_with_capacity_and_unit_cost(*np.array(arcs, dtype=np.int64).T)
    flow.set_node_supply(source, len(costs))
    flow.set_node_supply(sink, -len(costs))
    if flow.solve_max_flow_with_min_cost() != flow.OPTIMAL:
        raise ArithmeticError("The flow of one person's meetings has no optimum.")
    return {arcs[arc][0]: arcs[arc][1] - first_slot for arc in range(sits) if flow.flow(arc)}


class Beside:
    """What locked meetings leave of people, days and tables."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.numbers = Numbers(problem)
        self.slots = self.numbers.slots
        self.held = Rows(self.numbers, problem.locked)

    @cached_property
    def ahead(self) -> int:
        """The slots that have not begun, as bits."""
        since = self.problem.earliest_start_at
        return sum(1 << n for n, slot in enumerate(self.slots) if since is None or slot.starts_at >= since)

    @cached_property
    def opened(self) -> int:
        """The slots with tables that no locked meeting has, as bits."""
        return sum(1 << number for number, tables in enumerate(self.tables) if tables)

    @cached_property
    def free(self) -> Ints:
        """Shape (people,): the slots in which each may sit down anew, as bits."""
        free = self.numbers.free & self.ahead
        for side in self.held.sides:
            known = side >= 0
            np.bitwise_and.at(free, side[known], ~(np.int64(1) << self.held.slot[known]))
        return np.asarray(free, dtype=np.int64)

    @cached_property
    def room(self) -> Ints:
        """Shape (people, days): how many more meetings each may have on each day."""
        days = int(self.numbers.day.max()) + 1
        room = np.full((len(self.problem.people), days), self.problem.max_per_person_per_day)
        for side in self.held.sides:
            known = side >= 0
            np.subtract.at(room, (side[known], self.numbers.day[self.held.slot[known]]), 1)
        return np.asarray(np.maximum(room, 0), dtype=np.int64)

    @cached_property
    def tables(self) -> list[list[str]]:
        """For each slot its open tables that no locked meeting has, those without a video kit first."""
        taken: dict[str, set[str]] = defaultdict(set)
        for meeting in self.problem.locked:
            taken[meeting.slot_id].add(meeting.table_id)
        return [
            [table for table in self.problem.tables_for(slot, online=False) if table not in taken[slot.id]]
            for slot in self.slots
        ]

    @cached_property
    def staff(self) -> dict[Id, list[int]]:
        """The numbers of those of each organisation who have slots left."""
        found: dict[Id, list[int]] = defaultdict(list)
        for number, (person, free) in enumerate(zip(self.problem.people, self.free.tolist(), strict=True)):
            if free:
                found[person.organisation_id].append(number)
        return found

    def couples(self, pair: Pair) -> list[tuple[int, int]]:
        """Give the two people of each side who could meet."""
        return [(guest, host) for guest, host in product(*(self.staff.get(end, ()) for end in pair))]

    def together(self, pair: Pair) -> int:
        """Give the slots in which a pair could meet if only the locked meetings were there, as bits."""
        return (
            reduce(or_, (int(self.free[guest] & self.free[host]) for guest, host in self.couples(pair)), 0)
            & self.opened
        )


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


FEW = 200
"""Displaced meetings up to which it is asked of each of their people how many of its meetings can have slots at all."""
LOST, NOT_PLACED, AFFECTED, VALUE, MOVED = range(1, EVERY_AIM)
"""How many aims in a row are proven if this is the last one of them."""


def rebooked(beside: Beside, standing: Rows, concern: Concern) -> tuple[tuple[Placed, ...], Merits, int]:
    """Place what is displaced beside meetings that stand together: few others move, and none loses its place.

    Returns: the movable meetings that have a place, how good that is, and how many aims in a row are proven.

    Raises:
        TooMuchError: see `Rebooking`.

    """
    displaced = list(concern.displaced.values())
    if not displaced:
        meetings = tuple(standing.meetings)
        return meetings, concern.merits(beside.problem, meetings), EVERY_AIM
    rebooking = Rebooking(beside, standing, displaced)
    is_best = rebooking.place_at_once(partial(shift, beside.problem))
    rebooking.place_by_chains()
    meetings = rebooking.meetings()
    merits = concern.merits(beside.problem, meetings)
    if -merits.unplaced > _least_unplaced(beside, standing, displaced):
        return meetings, merits, LOST
    is_all = is_best and not merits.affected
    return meetings, merits, EVERY_AIM if is_all else _proven(merits, len(displaced))


def _proven(merits: Merits, displaced: int) -> int:
    """Count the proven aims where no repair places more: each displaced meeting with a place is one that moves."""
    if merits.affected:
        return NOT_PLACED
    if merits.unplaced:
        return AFFECTED
    return MOVED if -merits.moved == displaced else VALUE


def _least_unplaced(beside: Beside, standing: Rows, displaced: Sequence[Placed]) -> int:
    """Bound from below how many displaced meetings have no place: by tables, and by the time of either side's people.

    People's bounds hold for whoever is an organisation's only one with slots left, as if nobody else met.
    """
    ahead = beside.ahead & beside.opened
    seats = sum(len(beside.tables[slot]) for slot in bits(ahead))
    taken = int((ahead >> standing.slot & 1).sum())
    sides = (_without_time(beside, standing, displaced, side) for side in (0, 1))
    return max(taken + len(displaced) - seats, *sides)


def _without_time(beside: Beside, standing: Rows, displaced: Sequence[Placed], side: int) -> int:
    """Count the meetings for which people of one side have no time, whatever else stands."""
    waiting: dict[Id, list[int]] = defaultdict(list)
    for meeting in displaced:
        waiting[meeting.pair[side]].append(beside.together(meeting.pair))
    found, days = 0, beside.numbers.day.tolist()
    for organisation_id, slots in waiting.items():
        staff = beside.staff.get(organisation_id, ())
        if len(staff) != 1 or len(displaced) > FEW:
            found += slots.count(0)
            continue
        own = np.flatnonzero(standing.sides[side] == staff[0]).tolist()
        stay = [beside.together(standing.meetings[n].pair) | 1 << int(standing.slot[n]) for n in own]
        costs = [dict.fromkeys(bits(mask), 0) for mask in (*stay, *slots)]
        found += len(costs) - len(assigned([1] * len(costs), costs, days, beside.room[staff[0]].tolist()))
    return found


def is_plain(problem: Problem) -> bool:
    """Say whether slots fit into bits, do not overlap, and no walk between two of them may be too long."""
    is_apart = all(len(slots) == 1 for slots in problem.clashes.values())
    return len(problem.slots) <= MOST_SLOTS and is_apart and not problem.locations.near


def standing_together(beside: Beside, movable: Sequence[Placed], disturbed: frozenset[Id]) -> Rows:
    """Give the movable meetings of a plain problem that can stand beside the locked ones and each other.

    Where two cannot both stand, that of the disturbed goes.
    """
    problem = beside.problem
    rows = Rows(beside.numbers, (*movable, *problem.locked))
    is_movable = np.arange(len(rows.meetings)) < len(movable)
    stands = _stands(rows) & is_movable
    apart = rows.crowded(stands | ~is_movable) & stands
    sure = rows.some(stands & ~apart)
    if not apart.any():
        return sure
    others = rows.some(apart).meetings
    pairs = {meeting.pair for meeting in others}
    near = around(problem, (*problem.locked, *sure.meetings), pairs)
    kept = of_these(still_standing(near, others, disturbed), pairs)
    return sure.plus(Rows(beside.numbers, kept))


def _stands(rows: Rows) -> Bools:
    """Say which meetings could stand if they were alone; those of which more is asked are looked at one by one."""
    guest, host = rows.sides
    known = (guest >= 0) & (host >= 0) & (rows.slot >= 0) & (rows.table >= 0)
    stands = np.zeros(len(rows.meetings), np.bool_)
    slot = rows.slot[known]
    free, is_open = rows.numbers.free, rows.numbers.open
    both = free[guest[known]] & free[host[known]]
    stands[known] = (both >> slot & 1).astype(np.bool_) & is_open[slot, rows.table[known]]
    of = [person.organisation_id for person in rows.numbers.problem.people]
    ends = zip(np.flatnonzero(known).tolist(), guest[known].tolist(), host[known].tolist(), strict=True)
    stands[[n for n, one, other in ends if (of[one], of[other]) != rows.meetings[n].pair]] = False
    for n in np.flatnonzero(stands & _is_special(rows)).tolist():
        stands[n] = seating_of(rows.numbers.problem, rows.meetings[n]) is not None
    return stands


def _is_special(rows: Rows) -> Bools:
    """Say of which meetings more is asked than that two people are there and a table is open."""
    people = rows.numbers.problem.people
    shy = {end for pair in rows.numbers.problem.avoid for end in pair}
    asks = [person.online or person.organisation_id in shy for person in people]
    speaks = [person.languages for person in people]
    number = {languages: n for n, languages in enumerate(dict.fromkeys(speaks))}
    spoken = np.array([*(number[languages] for languages in speaks), 0], dtype=np.int64)
    apart = np.array(
        [[bool(one and other) and one.isdisjoint(other) for other in number] for one in number] or [[False]]
    )
    asking = np.array([*asks, False], dtype=np.bool_)
    guest, host = rows.sides
    helped = np.array([bool(meeting.interpreter) for meeting in rows.meetings], dtype=np.bool_)
    return np.asarray(asking[guest] | asking[host] | helped | apart[spoken[guest], spoken[host]])
