"""Lagrangian prices and bound.

Prices of the relaxation without slots: where the prices with slots begin.

Prices of people's time and of tables: a bound that holds where availability is short, and a guide.

The linear relaxation with a column for each candidate and slot has the dual: time of a person in a slot, a person's
meetings under its cap, and tables of a slot have prices; a candidate earns what its value exceeds the cheapest slot
by. Prices and earnings together are a bound, whatever the prices are (weak duality). They are lowered by accelerated
gradient steps on the dual whose maximum is smoothed by a temperature (Nesterov 2005), which also tells how likely each
candidate is to meet in each slot.

A bound by prices: lowered step by step while they cool.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np

from matching.timetabling.large.instance import UNPLACED, Floats, Ints, LargeMission
from matching.timetabling.large.run import Effort

STEPS, LEVEL_HOT, LEVEL_COLD, RESTART = 300, 0.1, 0.002, 40
"""Steps, first and last temperature as shares of the largest value, and after how many steps momentum is dropped."""


def levels(mission: LargeMission) -> tuple[Floats, float]:
    """Give a price for each person's meetings and one for a table, near the optimum of the b-matching's dual."""
    usable = np.flatnonzero(mission.common)
    guest, host, value = mission.guest[usable], mission.host[usable], mission.value[usable].astype(float)
    capacity, tables = mission.capacity.astype(float), float(mission.tables.sum())
    top = float(mission.top)
    person, table = np.full(mission.people, top / 10), 0.0
    before, table_before = person, table
    best, found = np.inf, (person, table)
    for step in range(STEPS):
        heat = top * LEVEL_HOT * (LEVEL_COLD / LEVEL_HOT) ** (step / STEPS)
        earned = value - person[guest] - person[host] - table
        bound = float(np.maximum(earned, 0).sum() + person @ capacity + table * tables)
        if bound < best:
            best, found = bound, (person, table)
        share = 1 / (1 + np.exp(np.clip(-earned / heat, -50, 50)))
        asked = np.bincount(guest, share, mission.people) + np.bincount(host, share, mission.people)
        stepped = np.maximum(person - heat * (capacity - asked) / np.maximum(capacity, 1), 0)
        table_stepped = max(table - heat / 2 * (tables - float(share.sum())) / max(tables, 1), 0.0)
        momentum = (step % RESTART) / (step % RESTART + 3)
        person = np.maximum(stepped + momentum * (stepped - before), 0)
        table = max(table_stepped + momentum * (table_stepped - table_before), 0.0)
        before, table_before = stepped, table_stepped
    return found


STEP = 0.5
"""Share of the temperature by which a price moves for one meeting too many: safe for the smoothed dual."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Prices:
    """What time, meetings under a day's cap, tables and those with a video kit cost, in points of value."""

    time: Floats
    """Shape (people, slots)."""
    meeting: Floats
    """Shape (people, days)."""
    table: Floats
    """Shape (slots,)."""
    video: Floats
    """Shape (slots,): on top of the table's."""

    @classmethod
    def of(cls, mission: LargeMission) -> Self:
        """Start from the prices of the relaxation without slots."""
        person, table = levels(mission)
        there = np.stack([mission.present[:, mission.days == day].sum(axis=1) for day in _days(mission)], axis=1)
        capped = mission.day_capacity < there
        return cls(
            time=np.where(capped[:, mission.days], 0.0, person[:, None]) * (mission.present > 0),
            meeting=np.where(capped, person[:, None], 0.0),
            table=np.full(mission.slots, table),
            video=np.zeros(mission.slots),
        )


def _days(mission: LargeMission) -> range:
    return range(len(mission.day_slots))


class Window:
    """The candidates that may still meet in some slots beside what meets elsewhere, and the prices there."""

    def __init__(self, mission: LargeMission, slot_of: Ints, slots: Ints, prices: Prices) -> None:
        self.mission, self.slots = mission, slots
        elsewhere = (slot_of != UNPLACED) & ~np.isin(slot_of, slots)
        others = np.where(elsewhere, slot_of, UNPLACED)
        whole = mission.capacity - mission.loads(others)
        self._left = np.minimum(mission.day_capacity - mission.day_loads(others), whole[:, None]).astype(float)
        self._left = np.maximum(self._left, 0.0)
        self._present = mission.present[:, slots]
        self._tables = mission.tables[slots].astype(float)
        self._video_tables = mission.video_tables[slots].astype(float)
        self._cap()
        able = ~elsewhere[:, None] & (self._left[:, mission.days[slots]] > 0)[mission.guest]
        able &= (self._left[:, mission.days[slots]] > 0)[mission.host]
        self._all = np.nonzero(mission.open_in[:, slots] & able)
        self._now = Prices(
            time=prices.time[:, slots] * (self._present > 0),
            meeting=prices.meeting,
            table=prices.table[slots],
            video=prices.video[slots],
        )
        self._before, self._steps = self._now, 0

    def _cap(self) -> None:
        """Note whom a day's cap leaves less than its slots, and the day of each slot."""
        self._days = self.mission.days[self.slots]
        there = [self._present[:, self._days == day].sum(axis=1) for day in _days(self.mission)]
        self._capped = self._left < np.stack(there, axis=1)

    @property
    def prices(self) -> Prices:
        """The prices as they are now."""
        return self._now

    @property
    def size(self) -> int:
        """The number of columns that are looked at."""
        return len(self._row)

    def look(self, margin: float) -> float:
        """Give the bound by the prices of now, and look from now on only at columns within a margin of earning."""
        row, column = self._all
        first = _grouped(row)[0]
        earned = self._earned(row, column)
        most = np.maximum.reduceat(earned, first) if len(row) else np.zeros(0)
        near = np.repeat(most > -margin, np.diff(np.append(first, len(row))))
        self._attend(row[near], column[near])
        now = self._now
        spent = (now.time * self._present).sum() + (now.meeting * self._left).sum()
        spent += now.table @ self._tables + now.video @ self._video_tables
        return float(spent + np.maximum(most, 0).sum())

    def losses(self) -> tuple[Ints, Ints, Floats]:
        """Give all columns, and how much less each earns by the prices of now than its candidate could."""
        row, column = self._all
        earned, (first, group) = self._earned(row, column), _grouped(row)
        most = np.maximum(np.maximum.reduceat(earned, first), 0) if len(row) else np.zeros(0)
        return row, column, most[group] - earned

    def cool(self, steps: int, heat: float) -> None:
        """Make some steps at a temperature."""
        for _ in range(steps):
            if self.size:
                self._step(heat)

    def _earned(self, row: Ints, column: Ints) -> Floats:
        mission, now = self.mission, self._now
        guest, host = mission.guest[row], mission.host[row]
        width = len(self.slots)
        time = now.time.ravel()
        earned = mission.value[row] - time[guest * width + column] - time[host * width + column]
        days, meeting = now.meeting.shape[1], now.meeting.ravel()
        day = self._days[column]
        earned -= now.table[column] + meeting[guest * days + day] + meeting[host * days + day]
        if mission.online is not None:
            earned -= now.video[column] * mission.needs_video[row]
        return np.asarray(earned, dtype=float)

    def _attend(self, row: Ints, column: Ints) -> None:
        """Prepare the columns that are looked at: grouped by candidate, with the places of their prices."""
        mission, width = self.mission, len(self.slots)
        self._row, self._column = row, column
        self._first, self._group = _grouped(row)
        self.candidates = row[self._first]
        guest, host = mission.guest[row], mission.host[row]
        self._guest_time, self._host_time = guest * width + column, host * width + column
        days = len(mission.day_slots)
        of_day = row * days + self._days[column]
        self._run, self._run_of = _grouped(of_day)
        day = of_day[self._run] % days
        self._guest_day, self._host_day = guest[self._run] * days + day, host[self._run] * days + day
        if mission.online is not None:
            self._online = mission.needs_video[row].astype(float)
        self._value = mission.value[row].astype(float)

    def _step(self, heat: float) -> None:
        """Move prices against what is asked for in excess, with momentum."""
        now, before, share = self._now, self._before, self._shares(heat)
        people, width = now.time.shape
        asked = np.bincount(self._guest_time, share, people * width) + np.bincount(
            self._host_time, share, people * width
        )
        excess = self._present - asked.reshape(people, width)
        if self.mission.seats is not None:
            excess /= np.maximum(self._present, 1)
        time = np.maximum(now.time - STEP * heat * excess, 0) * (self._present > 0)
        meetings = np.add.reduceat(share, self._run)
        met = np.bincount(self._guest_day, meetings, now.meeting.size) + np.bincount(
            self._host_day, meetings, now.meeting.size
        )
        left = self._left - met.reshape(now.meeting.shape)
        meeting = now.meeting - STEP * heat * left / np.maximum(self._left, 1)
        meeting = np.where(self._capped, np.maximum(meeting, 0), now.meeting)
        table, video = now.table, now.video
        if self.mission.short_of_tables:
            table = self._dearer(table, self._tables, share, heat)
        if self.mission.online is not None:
            video = self._dearer(video, self._video_tables, share * self._online, heat)
        stepped = Prices(time=time, meeting=meeting, table=table, video=video)
        self._now, self._before = _ahead(stepped, before, self._steps / (self._steps + 3)), stepped
        self._steps += 1

    def _dearer(self, price: Floats, tables: Floats, share: Floats, heat: float) -> Floats:
        seated = np.bincount(self._column, share, len(price))
        return np.asarray(np.maximum(price - STEP * heat * (tables - seated) / np.maximum(tables, 1), 0))

    def _meetings(self) -> Floats:
        """Give what the days' caps cost each run of a candidate's columns of one day."""
        meeting = self._now.meeting.ravel()
        return np.asarray(meeting[self._guest_day] + meeting[self._host_day])

    def _shares(self, heat: float) -> Floats:
        """Say how likely each column is at a temperature; a candidate may also not meet."""
        now, group = self._now, self._group
        time = now.time.ravel()
        earned = self._value - time[self._guest_time] - time[self._host_time] - now.table[self._column]
        earned -= self._meetings()[self._run_of]
        if self.mission.online is not None:
            earned -= now.video[self._column] * self._online
        most = np.maximum(np.maximum.reduceat(earned, self._first), 0)
        share = np.exp((earned - most[group]) / heat)
        whole = np.exp(-most / heat) + np.add.reduceat(share, self._first)
        self._most = most
        return np.asarray(share / whole[group], dtype=float)

    def pull(self, place: int, heat: float, strength: float) -> tuple[Ints, Floats]:
        """Say what the candidates of one slot count there: what they are worth beyond what they could earn elsewhere.

        Returns: candidates; for each its value less prices of meetings and less its earnings, and a premium for
            how likely it is to meet in this slot.

        """
        share = self._shares(heat)
        here = self._column == place
        group = self._group[here]
        meetings = self._meetings()[self._run_of[here]]
        return self.candidates[group], self._value[here] - meetings - self._most[group] + strength * share[here]

    def close(self, place: int, met: Ints) -> None:
        """Take out a slot whose meetings are settled, with those meetings and what they use up."""
        mission = self.mission
        self._left = np.maximum(self._left - mission.day_loads(met), 0)
        gone = met != UNPLACED
        full = self._left <= 0
        day = self._days[self._column]
        spent = full[mission.guest[self._row], day] | full[mission.host[self._row], day] | gone[self._row]
        stays = (self._column != place) & ~spent
        row, column = self._row[stays], self._column[stays]
        self.slots = np.delete(self.slots, place)
        self._present = np.delete(self._present, place, axis=1)
        self._tables, self._video_tables = np.delete(self._tables, place), np.delete(self._video_tables, place)
        self._cap()
        now = self._now
        self._now = Prices(
            time=np.delete(now.time, place, axis=1),
            meeting=now.meeting,
            table=np.delete(now.table, place),
            video=np.delete(now.video, place),
        )
        self._before, self._steps = self._now, 0
        self._attend(row, column - (column > place))


def _ahead(now: Prices, before: Prices, momentum: float) -> Prices:
    return Prices(
        time=np.maximum(now.time + momentum * (now.time - before.time), 0),
        meeting=np.maximum(now.meeting + momentum * (now.meeting - before.meeting), 0),
        table=np.maximum(now.table + momentum * (now.table - before.table), 0),
        video=np.maximum(now.video + momentum * (now.video - before.video), 0),
    )


def _grouped(row: Ints) -> tuple[Ints, Ints]:
    """Give the place at which each run of equal numbers begins, and the run of each place."""
    first = np.flatnonzero(np.append(True, row[1:] != row[:-1])) if len(row) else np.zeros(0, np.int64)
    return first, np.repeat(np.arange(len(first)), np.diff(np.append(first, len(row))))


PRICE_STEPS, LOOK_EVERY = 1500, 25
HOT, COLD = 10.0, 0.1
"""First and last temperature of the prices, in thousandths of the largest value."""
NEAR = 0.45
"""Share of the columns of the first step that an average one has."""


def cooled(mission: LargeMission, effort: Effort, share: float, lower: Callable[[float], bool]) -> Prices:
    """Give the prices of the lowest bound found.

    The temperature falls for half of the steps, then momentum brings the prices home.

    Args:
        mission: the mission.
        effort: half of its time at most is taken.
        share: of its work that may be taken.
        lower: told of each bound on the values of all timetables; says whether it is lower than any before.

    """
    prices = Prices.of(mission)
    window = Window(mission, np.full(len(mission.value), UNPLACED), np.arange(mission.slots), prices)
    unit = mission.top / 1000
    lower(window.look(10 * HOT * unit))
    steps = int(min(PRICE_STEPS, effort.work * share / max(window.size * NEAR, 1)))
    cheapest, until = prices, effort.half_way()
    for step in range(0, steps, LOOK_EVERY):
        heat = HOT * (COLD / HOT) ** min(1.0, 2 * step / steps)
        if lower(window.look((8 * heat + 10) * unit)):
            cheapest = window.prices
        if effort.is_spent or time.monotonic() >= until:
            return cheapest
        window.cool(LOOK_EVERY, heat * unit)
        effort.spend(LOOK_EVERY * window.size)
    return window.prices if lower(window.look(unit)) else cheapest


def lowest_bound(mission: LargeMission, effort: Effort) -> int:
    """Give the lowest bound on the values of all timetables that prices find; with slack for rounding."""
    bounds = [float("inf")]

    def lower(bound: float) -> bool:
        bounds.append(bound)
        return bound < min(bounds[:-1])

    cooled(mission, effort, 1.0, lower)
    return int(min(bounds) * (1 + 1e-12) + 1e-6)
