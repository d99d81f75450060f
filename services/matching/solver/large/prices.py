"""Prices of people's time and of tables: a bound that holds where availability is short, and a guide.

The linear relaxation with a column for each candidate and slot has the dual: time of a person in a slot, a person's
meetings under its cap, and tables of a slot have prices; a candidate earns what its value exceeds the cheapest slot
by. Prices and earnings together are a bound, whatever the prices are (weak duality). They are lowered by accelerated
gradient steps on the dual whose maximum is smoothed by a temperature (Nesterov 2005), which also tells how likely each
candidate is to meet in each slot.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from matching.solver.large.levels import levels
from matching.solver.large.mission import UNPLACED, Floats, Ints, LargeMission

STEP = 0.5
"""Share of the temperature by which a price moves for one meeting too many: safe for the smoothed dual."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Prices:
    """What time, meetings under a cap, and tables cost, in points of value."""

    time: Floats
    """Shape (people, slots)."""
    meeting: Floats
    """Shape (people,)."""
    table: Floats
    """Shape (slots,)."""

    @classmethod
    def of(cls, mission: LargeMission) -> Self:
        """Start from the prices of the relaxation without slots."""
        person, table = levels(mission)
        capped = mission.capacity < mission.present.sum(axis=1)
        return cls(
            time=np.where(capped, 0.0, person)[:, None] * mission.present,
            meeting=np.where(capped, person, 0.0),
            table=np.full(mission.slots, table),
        )


class Window:
    """The candidates that may still meet in some slots beside what meets elsewhere, and the prices there."""

    def __init__(self, mission: LargeMission, slot_of: Ints, slots: Ints, prices: Prices) -> None:
        self.mission, self.slots = mission, slots
        elsewhere = (slot_of != UNPLACED) & ~np.isin(slot_of, slots)
        self._left = (mission.capacity - mission.loads(np.where(elsewhere, slot_of, UNPLACED))).astype(float)
        self._present = mission.present[:, slots]
        self._capped = self._left < self._present.sum(axis=1)
        self._tables = mission.tables[slots].astype(float)
        able = ~elsewhere & (self._left[mission.guest] > 0) & (self._left[mission.host] > 0)
        self._all = np.nonzero(mission.open_in[:, slots] & able[:, None])
        self._now = Prices(
            time=prices.time[:, slots] * self._present, meeting=prices.meeting, table=prices.table[slots]
        )
        self._before, self._steps = self._now, 0

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
        earned = self._earned(row, column)
        first = _firsts(row)
        most = np.maximum.reduceat(earned, first) if len(row) else np.zeros(0)
        near = np.repeat(most > -margin, np.diff(np.append(first, len(row))))
        self._attend(row[near], column[near])
        now = self._now
        spent = now.time.sum() + now.meeting @ self._left + now.table @ self._tables
        return float(spent + np.maximum(most, 0).sum())

    def losses(self) -> tuple[Ints, Ints, Floats]:
        """Give all columns, and how much less each earns by the prices of now than its candidate could."""
        row, column = self._all
        earned, first = self._earned(row, column), _firsts(row)
        most = np.maximum(np.maximum.reduceat(earned, first), 0) if len(row) else np.zeros(0)
        return row, column, np.repeat(most, np.diff(np.append(first, len(row)))) - earned

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
        earned -= now.table[column] + now.meeting[guest] + now.meeting[host]
        return np.asarray(earned, dtype=float)

    def _attend(self, row: Ints, column: Ints) -> None:
        """Prepare the columns that are looked at: grouped by candidate, with the places of their prices."""
        mission, width = self.mission, len(self.slots)
        self._row, self._column = row, column
        self._first = _firsts(row)
        self._group = np.repeat(np.arange(len(self._first)), np.diff(np.append(self._first, len(row))))
        self.candidates = row[self._first]
        self._guest, self._host = mission.guest[self.candidates], mission.host[self.candidates]
        self._guest_time = self._guest[self._group] * width + column
        self._host_time = self._host[self._group] * width + column
        self._value = mission.value[row].astype(float)

    def _step(self, heat: float) -> None:
        """Move prices against what is asked for in excess, with momentum."""
        now, before, share = self._now, self._before, self._shares(heat)
        people, width = now.time.shape
        asked = np.bincount(self._guest_time, share, people * width) + np.bincount(
            self._host_time, share, people * width
        )
        time = np.maximum(now.time - STEP * heat * (self._present - asked.reshape(people, width)), 0) * self._present
        meetings = np.add.reduceat(share, self._first)
        met = np.bincount(self._guest, meetings, people) + np.bincount(self._host, meetings, people)
        meeting = now.meeting - STEP * heat * (self._left - met) / np.maximum(self._left, 1)
        meeting = np.where(self._capped, np.maximum(meeting, 0), now.meeting)
        table = now.table
        if self.mission.short_of_tables:
            seated = np.bincount(self._column, share, width)
            table = np.maximum(now.table - STEP * heat * (self._tables - seated) / np.maximum(self._tables, 1), 0)
        stepped = Prices(time=time, meeting=meeting, table=table)
        self._now, self._before = _ahead(stepped, before, self._steps / (self._steps + 3)), stepped
        self._steps += 1

    def _shares(self, heat: float) -> Floats:
        """Say how likely each column is at a temperature; a candidate may also not meet."""
        now, group = self._now, self._group
        time = now.time.ravel()
        earned = self._value - time[self._guest_time] - time[self._host_time] - now.table[self._column]
        earned -= (now.meeting[self._guest] + now.meeting[self._host])[group]
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
        meeting = (self._now.meeting[self._guest] + self._now.meeting[self._host])[group]
        return self.candidates[group], self._value[here] - meeting - self._most[group] + strength * share[here]

    def close(self, place: int, met: Ints) -> None:
        """Take out a slot whose meetings are settled, with those meetings and what they use up."""
        mission = self.mission
        self._left = self._left - mission.loads(met)
        gone = met != UNPLACED
        spent = (self._left <= 0)[mission.guest] | (self._left <= 0)[mission.host] | gone
        stays = (self._column != place) & ~spent[self._row]
        row, column = self._row[stays], self._column[stays]
        self.slots = np.delete(self.slots, place)
        self._present = np.delete(self._present, place, axis=1)
        self._tables = np.delete(self._tables, place)
        self._capped = self._left < self._present.sum(axis=1)
        now = self._now
        self._now = Prices(
            time=np.delete(now.time, place, axis=1), meeting=now.meeting, table=np.delete(now.table, place)
        )
        self._before, self._steps = self._now, 0
        self._attend(row, column - (column > place))


def _ahead(now: Prices, before: Prices, momentum: float) -> Prices:
    return Prices(
        time=np.maximum(now.time + momentum * (now.time - before.time), 0),
        meeting=np.maximum(now.meeting + momentum * (now.meeting - before.meeting), 0),
        table=np.maximum(now.table + momentum * (now.table - before.table), 0),
    )


def _firsts(row: Ints) -> Ints:
    """Give the places at which a new candidate begins."""
    return np.flatnonzero(np.append(True, row[1:] != row[:-1])) if len(row) else np.zeros(0, np.int64)
