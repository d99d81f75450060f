r"""Solve a Problem with the large engine.

What candidates count in the large engine: tiers are far apart in worth, and near enough together for a search.

With units $u_k$ of the tiers' weights and factors $f_k \le u_k$ by which their values lead the search, a timetable of
tier values $v_k$ is worth $\sum_k u_k v_k = \sum_k f_k v_k + \sum_k (u_k - f_k) v_k$. The engine bounds the first
sum, flows of one tier alone bound each $v_k$: together they bound the worth.

Missions of the large engine: of organisations, for bounds, and of people, for timetables.

More guests with enough meetings, at the same value.

From slots of candidates to meetings at the tables of the hall.

The timetable of a problem by the large engine: who sits, who meets when, at which tables, and how good it is.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from matching.timetabling import large
from matching.timetabling.large.adapter.arrays import Arrays, TooMuchError
from matching.timetabling.large.adapter.bounds import Bounds, is_guaranteed
from matching.timetabling.large.adapter.staffing import Seat, again, least_of_people, shared_out
from matching.timetabling.large.flow import relaxed
from matching.timetabling.large.instance import LARGEST_VALUE, UNPLACED, Bools, Ints, LargeMission, as_table
from matching.timetabling.large.lagrangian import lowest_bound
from matching.timetabling.large.run import WORK_A_SECOND, Effort
from matching.timetabling.large.tables import Hall, give_tables
from matching.timetabling.model.objectives import Aim
from matching.timetabling.model.problem import value_of
from matching.timetabling.model.timetable import Placed

DOMINANCE = 10
"""How much the least value of a tier leads more than the largest of the next one, where its weight allows."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Values:
    """What leads the search, and what is left of each candidate's weight."""

    led: Ints
    """Shape (candidates,): the value by which the search is led."""
    beyond: Ints
    """Shape (candidates,): the weight beyond that."""
    scale: int
    """The largest of the last tier's."""
    tiers: tuple[tuple[Bools, int], ...]
    """For each tier but the last its candidates, and what one point of it is worth beyond what leads the search."""


def values_of(arrays: Arrays) -> Values:
    """Give each tier a factor; the last one's is 1.

    Raises:
        TooMuchError: values are too large for flows.

    """
    factor, scale, led, tiers = 1, 0, np.zeros_like(arrays.value), []
    for tier in np.unique(arrays.tier)[::-1].tolist():
        members = arrays.tier == tier
        first = int(members.argmax())
        unit = int(arrays.weight[first]) // int(arrays.value[first])
        factor = min(unit, factor)
        led[members] = factor * arrays.value[members]
        scale = scale or int(led.max())
        if unit > factor:
            tiers.append((members, unit - factor))
        factor = DOMINANCE * int(led.max())
    if len(led) and int(led.max()) > LARGEST_VALUE:
        raise TooMuchError(f"A value of {int(led.max())} is too large for a flow.")
    return Values(led=led, beyond=arrays.weight - led, scale=max(scale, 1), tiers=tuple(tiers))


def of_organisations(arrays: Arrays, values: Values) -> LargeMission:
    """Let organisations be in as many meetings at once as they have people there: no timetable is worth more.

    Who of them is online counts only where all of them are.
    """
    staff, size = arrays.staff, len(arrays.organisations)
    free, online = np.zeros(size, np.int64), np.ones(size, np.bool_)
    np.bitwise_or.at(free, staff.organisation, staff.free)
    np.logical_and.at(online, staff.organisation, staff.online)
    online &= free > 0
    seats, daily = np.zeros((size, len(arrays.slots)), np.int64), np.zeros((size, staff.left.shape[1]), np.int64)
    np.add.at(seats, staff.organisation, as_table(staff.free, len(arrays.slots)).astype(np.int64))
    np.add.at(daily, staff.organisation, _most_a_day(arrays))
    mission = LargeMission(
        guests=arrays.guests,
        guest=arrays.guest,
        host=arrays.host,
        value=values.led,
        free=free,
        tables=arrays.tables,
        most=daily.sum(axis=1),
        least=arrays.missing if is_guaranteed(arrays.problem) else np.zeros(size, np.int64),
        day=arrays.days,
        most_a_day=daily,
        online=online if online.any() else None,
        video=arrays.video if online.any() else None,
        session=arrays.sessions,
        clash=arrays.clashes if arrays.overlap else None,
        seats=seats,
        beyond=values.beyond if values.tiers else None,
        scale=values.scale,
    )
    return replace(mission, most_beyond=_most_beyond(mission, arrays, values))


def _most_beyond(mission: LargeMission, arrays: Arrays, values: Values) -> int:
    """Bound what the tiers are worth beyond what leads the search, each by a flow of its own."""
    return sum(unit * relaxed(part(mission, members, arrays.value[members])).value for members, unit in values.tiers)


def part(mission: LargeMission, members: Bools, value: Ints) -> LargeMission:
    """Give the mission of some candidates alone, each worth its value; nobody has a least number of them."""
    columns = {name: getattr(mission, name)[members] for name in ("guest", "host")}
    return replace(
        mission, **columns, least=np.zeros_like(mission.least), value=value, beyond=None, most_beyond=0, scale=0
    )


def _most_a_day(arrays: Arrays) -> Ints:
    """Shape (people, days): how many meetings each could have on a day, one after another."""
    staff = arrays.staff
    number = np.zeros_like(staff.left)
    until = np.full(len(staff.people), -np.inf)
    for slot in sorted(range(len(arrays.slots)), key=lambda n: (arrays.slots[n].ends_at, n)):
        begins, ends = (instant.timestamp() for instant in (arrays.slots[slot].starts_at, arrays.slots[slot].ends_at))
        sits = (staff.free >> slot & 1).astype(np.bool_) & (until <= begins)
        number[sits, arrays.days[slot]] += 1
        until[sits] = ends
    return np.minimum(number, staff.left)


def of_people(arrays: Arrays, values: Values, seat: tuple[Ints, Ints], most_beyond: int) -> LargeMission:
    """Let each candidate be met by one person of each side: seat holds their numbers."""
    staff, daily = arrays.staff, _most_a_day(arrays)
    return LargeMission(
        guests=int((staff.organisation < arrays.guests).sum()),
        guest=seat[0],
        host=seat[1],
        value=values.led,
        free=staff.free,
        tables=arrays.tables,
        most=daily.sum(axis=1),
        least=np.zeros(len(staff.people), np.int64),
        sits=staff.sits,
        day=arrays.days,
        most_a_day=daily,
        online=staff.online if staff.online.any() else None,
        video=arrays.video if staff.online.any() else None,
        session=arrays.sessions,
        clash=arrays.clashes if arrays.overlap else None,
        beyond=values.beyond if values.tiers else None,
        most_beyond=most_beyond,
        scale=values.scale,
    )


def exchanged(arrays: Arrays, mission: LargeMission, slot_of: Ints) -> Ints:
    """Let guests who lack meetings take those of guests who have more than enough, where no value is lost.

    The host's person, the slot and the table stay.
    """
    if not arrays.missing.any() or {Aim.GUARANTEE, Aim.TARGET}.isdisjoint(arrays.problem.aims):
        return slot_of
    exchange = _Exchange(arrays, mission, slot_of.copy())
    lacking = exchange.left.argsort(kind="stable")
    for guest in lacking[exchange.left[lacking] > 0].tolist():
        exchange.supply(guest)
    return exchange.slot_of


class _Exchange:
    """A timetable in which meetings go from one guest to another; `left` is what each organisation still lacks."""

    def __init__(self, arrays: Arrays, mission: LargeMission, slot_of: Ints) -> None:
        self.slot_of, self._arrays, self._mission = slot_of, arrays, mission
        placed = np.flatnonzero(slot_of != UNPLACED)
        self.left = arrays.missing - np.bincount(arrays.guest[placed], minlength=len(arrays.missing))
        self._daily = mission.day_loads(slot_of)
        self._busy = np.zeros(mission.people, np.int64)
        for side in (mission.guest, mission.host):
            np.bitwise_or.at(self._busy, side[placed], np.int64(1) << slot_of[placed])

    def supply(self, guest: int) -> None:
        """Give a guest meetings of others, the most valuable first, until it lacks none."""
        arrays, weight = self._arrays, self._mission.weight
        own = np.flatnonzero((arrays.guest == guest) & (self.slot_of == UNPLACED))
        for wanted in own[np.argsort(-weight[own], kind="stable")].tolist():
            if self.left[guest] <= 0:
                return
            others = np.flatnonzero((self._mission.host == self._mission.host[wanted]) & (self.slot_of != UNPLACED))
            for other in others[weight[others] <= weight[wanted]].tolist():
                if self._may_change(wanted, other):
                    self._change(wanted, other)
                    break

    def _may_change(self, wanted: int, other: int) -> bool:
        """Say whether a guest may have another's meeting, who has more than enough."""
        mission, slot = self._mission, int(self.slot_of[other])
        person, day = mission.guest[wanted], mission.days[slot]
        return bool(
            self.left[self._arrays.guest[other]] < 0
            and mission.common[wanted] >> slot & 1
            and not self._busy[person] & self._arrays.clashes[slot]
            and self._daily[person, day] < mission.day_limits[person, day]
            and mission.needs_video[wanted] <= mission.needs_video[other]
        )

    def _change(self, wanted: int, other: int) -> None:
        arrays, mission, slot = self._arrays, self._mission, int(self.slot_of[other])
        self.slot_of[wanted], self.slot_of[other] = slot, UNPLACED
        self.left[arrays.guest[wanted]] -= 1
        self.left[arrays.guest[other]] += 1
        for candidate, step in ((wanted, 1), (other, -1)):
            self._daily[mission.guest[candidate], mission.days[slot]] += step
        self._busy[mission.guest[wanted]] |= 1 << slot
        self._busy[mission.guest[other]] &= ~(1 << slot)


def placed(arrays: Arrays, mission: LargeMission, slot_of: Ints) -> list[Placed]:
    """Give each meeting a table beside the locked ones, in the order of the candidates."""
    tables = _tables(arrays)
    table_of, _ = give_tables(mission, slot_of, _hall(arrays, mission, tables))
    people, online = arrays.staff.people, mission.needs_video
    return [
        Placed(
            guest_id=people[guest].organisation_id,
            host_id=people[host].organisation_id,
            slot_id=arrays.slots[slot].id,
            table_id=tables[table],
            guest_person=people[guest].id,
            host_person=people[host].id,
            online=is_online,
        )
        for guest, host, slot, table, is_online in zip(
            *(of.tolist() for of in (mission.guest, mission.host, slot_of, table_of, online)), strict=True
        )
        if slot != UNPLACED
    ]


def _tables(arrays: Arrays) -> list[str]:
    problem = arrays.problem
    return sorted(problem.table_order, key=lambda table: table in problem.online_tables)


def _hall(arrays: Arrays, mission: LargeMission, tables: list[str]) -> Hall:
    """Number the tables, those without a video kit first; locked meetings have taken theirs."""
    problem, number = arrays.problem, {table: n for n, table in enumerate(tables)}
    place = {person.id: n for n, person in enumerate(arrays.staff.people)}
    whole = (1 << len(arrays.slots)) - 1
    taken, usual = np.full(len(tables), whole), np.full(mission.people, UNPLACED)
    for slot, one in enumerate(arrays.slots):
        taken[[number[table] for table in one.tables]] &= ~(1 << slot)
    slots = {slot.id: n for n, slot in enumerate(arrays.slots)}
    for meeting in problem.locked:
        if meeting.table_id in number:
            taken[number[meeting.table_id]] |= 1 << slots[meeting.slot_id]
            if meeting.host_person in place:
                usual[place[meeting.host_person]] = number[meeting.table_id]
    video = np.array([table in problem.online_tables for table in tables], dtype=np.bool_)
    return Hall(taken=taken, video=video, usual=usual)


ENOUGH = 0.0005
"""Gap, as a share of the bound, from which on a search ends once it gains nothing more."""
FIRST_TIERS, WHOLE = 0.1, 0.9
"""Shares of the effort: for the tiers before the last alone, for all candidates."""
FIRST_STAFF, BOUND, OTHERS = 0.45, 0.1, 0.35
"""Shares where several people could sit: for a first choice of them, for the bound, for other choices."""
ROUNDS = 3
"""How often others may sit, and places be found again."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """Meetings, the locked ones included, and what no timetable exceeds."""

    meetings: tuple[Placed, ...]
    whole: LargeMission
    """The mission of organisations."""
    bounds: Bounds


@dataclass(kw_only=True)
class Search:
    """How much a search may spend and how long it may go on, and whom it tells."""

    seed: int
    effort_seconds: float
    """Its work in seconds of one idle core: counted, not timed, so that a mission has one answer."""
    ends_at: float
    """Seconds of the monotonic clock."""
    stopped: Callable[[], bool]
    progress: large.Progress | None = None

    @property
    def is_over(self) -> bool:
        """Whether time or somebody says that it must end."""
        return self.stopped() or self.seconds == 0

    @property
    def seconds(self) -> float:
        """The time that is left."""
        return max(self.ends_at - time.monotonic(), 0.0)


def solve(arrays: Arrays, search: Search) -> Found:
    """Choose and place meetings beside the locked ones.

    Raises:
        TooMuchError: values are too large for flows.

    """
    return _Solving(arrays, values_of(arrays), search).run()


class _Solving:
    """One search; the bound is that of organisations, whoever sits for them."""

    def __init__(self, arrays: Arrays, values: Values, search: Search) -> None:
        self._arrays, self._values, self._search = arrays, values, search
        self._whole = of_organisations(arrays, values)
        self._base = value_of(arrays.problem, arrays.problem.locked)
        self._has_staff = any(len(people) > 1 for people in arrays.staff_of)
        selection = relaxed(self._whole)
        self._bounds, self._likely = Bounds.of(self._whole, selection), selection.chosen
        self._seat = shared_out(arrays, self._likely)
        self._told = self._bounds.free

    def run(self) -> Found:
        """Begin with the first tiers, then solve for all; where several people could sit, once more with others."""
        mission, slot_of = self._first_tiers(self._mission(self._seat))
        if not self._has_staff:
            found = self._solve(mission, slot_of, WHOLE)
            self._bounds.learn(found)
            return self._found(mission, found.slot_of)
        slot_of = self._solve(mission, slot_of, FIRST_STAFF).slot_of
        if mission.worth(slot_of) < self._bounds.guaranteed:
            self._lower()
        return self._found(*self._with_others(mission, slot_of))

    def _with_others(self, mission: LargeMission, slot_of: Ints) -> tuple[LargeMission, Ints]:
        """Let others sit in what has no place, and solve again, until that gains no more."""
        for _ in range(ROUNDS):
            before = mission.worth(slot_of)
            if self._is_best(mission, slot_of) or self._search.is_over:
                break
            self._seat = again(self._arrays, self._seat, slot_of)
            self._likely = np.flatnonzero(slot_of != large.UNPLACED)
            mission = self._mission(self._seat)
            slot_of = self._solve(mission, slot_of, OTHERS / ROUNDS).slot_of
            if mission.worth(slot_of) == before:
                break
        return mission, slot_of

    def _is_best(self, mission: LargeMission, slot_of: Ints) -> bool:
        """Say whether nothing better is possible, whoever sits."""
        bounds = self._bounds
        return mission.worth(slot_of) == bounds.guaranteed and mission.missing(slot_of) == bounds.missing

    def _mission(self, seat: Seat) -> LargeMission:
        mission = of_people(self._arrays, self._values, seat, self._whole.most_beyond)
        if not is_guaranteed(self._arrays.problem):
            return mission
        return replace(mission, least=least_of_people(self._arrays, seat, self._likely))

    def _first_tiers(self, mission: LargeMission) -> tuple[LargeMission, Ints | None]:
        """Place the candidates of all tiers but the last alone: they come first, whatever the others are worth."""
        if not self._values.tiers:
            return mission, None
        members = np.zeros(len(mission.value), np.bool_)
        for tier, _ in self._values.tiers:
            members |= tier
        is_one = len(self._values.tiers) == 1
        alone = part(mission, members, (self._arrays.value if is_one else self._values.led)[members])
        found = large.solve(
            alone,
            seed=self._search.seed,
            time_limit_seconds=self._search.seconds,
            effort_seconds=FIRST_TIERS * self._search.effort_seconds,
            stopped=self._search.stopped,
        )
        slot_of = np.full(len(mission.value), large.UNPLACED)
        slot_of[members] = found.slot_of
        if is_one and not self._has_staff:
            mission = replace(mission, most_beyond=min(mission.most_beyond, self._values.tiers[0][1] * found.bound))
        return mission, slot_of

    def _solve(self, mission: LargeMission, start: Ints | None, share: float) -> large.Result:
        return large.solve(
            mission,
            seed=self._search.seed,
            time_limit_seconds=self._search.seconds,
            effort_seconds=share * self._search.effort_seconds,
            progress=self._search.progress and self._tell,
            stopped=self._search.stopped,
            start=start,
            enough=ENOUGH,
        )

    def _tell(self, value: int, bound: int) -> None:
        assert self._search.progress is not None
        if not self._has_staff and not is_guaranteed(self._arrays.problem):
            self._told = min(self._told, bound)
        self._told = min(self._told, self._bounds.free)
        self._search.progress(self._base + value, self._base + self._told)

    def _lower(self) -> None:
        """Lower the bound by prices, whoever sits."""
        effort = Effort.of_seconds(self._search.seconds, self._search.stopped)
        effort.work = BOUND * self._search.effort_seconds * WORK_A_SECOND
        self._bounds.lower(lowest_bound(self._whole, effort) + self._whole.most_beyond)

    def _found(self, mission: LargeMission, slot_of: Ints) -> Found:
        slot_of = exchanged(self._arrays, mission, slot_of)
        meetings = (*self._arrays.problem.locked, *placed(self._arrays, mission, slot_of))
        return Found(meetings=meetings, whole=self._whole, bounds=self._bounds)
