"""Budget, incumbent, result.

What a search may still spend: work, which counts, and the clock and a stop, which guard.

What the solver of large missions answers, and tells on its way.

The best timetable so far and the best bound so far.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matching.timetabling.large.flow import Selection, relaxed
from matching.timetabling.large.instance import UNPLACED, Ints, LargeMission

WORK_A_SECOND = 40_000_000
"""Columns times steps in a second of the limit: less than one idle core does, so that the work ends before the time."""


@dataclass(kw_only=True)
class Effort:
    """Work, and when it must end whatever is left."""

    work: float
    ends_at: float
    """Seconds of the monotonic clock."""
    stopped: Callable[[], bool]

    @classmethod
    def of_seconds(cls, seconds: float, stopped: Callable[[], bool] = lambda: False) -> "Effort":
        """Make the effort of a time limit that starts now."""
        return cls(work=seconds * WORK_A_SECOND, ends_at=time.monotonic() + seconds, stopped=stopped)

    def half_way(self) -> float:
        """Give the moment, by the monotonic clock, at which half of the time that is left will be over."""
        return (time.monotonic() + self.ends_at) / 2

    def spend(self, work: float) -> None:
        """Note work that is done."""
        self.work -= work

    @property
    def is_spent(self) -> bool:
        """Whether to end with what is there."""
        return self.work <= 0 or self.is_out_of_time

    @property
    def is_out_of_time(self) -> bool:
        """Whether the clock or somebody says that it must end."""
        return time.monotonic() >= self.ends_at or self.stopped()


Progress = Callable[[int, int], None]
"""Told the value and the bound each time that one of them gets better."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Result:
    """A timetable of a large mission and how good it is.

    No timetable in which as few meetings are missing to the guarantee is worth more than the bound; where more are
    missing than the least possible, the bound holds for all timetables.
    """

    slot_of: Ints
    """Shape (candidates,): the slot of each pair, or UNPLACED."""
    table_of: Ints
    """Shape (candidates,): the number of its table in that slot, or UNPLACED."""
    value: int
    bound: int
    missing: int
    """Meetings that are missing to everybody's least number."""
    least_missing: int
    """How many are missing in any timetable."""
    below_minimum: int
    """People who have fewer meetings than their least number."""
    breaks: int
    """Groups of idle slots between two meetings of a person, of all people; lowered after the value is settled."""
    breaks_before: int
    table_changes: int
    """How often a host sits at another table than at its meeting before."""
    seconds: float
    cpu_seconds: float

    @property
    def gap(self) -> float:
        """How far the value may be from the best one, as a share of the bound."""
        return (self.bound - self.value) / self.bound if self.bound else 0.0

    @property
    def proven(self) -> bool:
        """Whether nothing better exists."""
        return self.value == self.bound and self.missing == self.least_missing


class Best:
    """Keeps of all timetables the one that misses fewest meetings, then is worth most; tells of each better one."""

    def __init__(self, mission: LargeMission, selection: Selection, base: int, progress: Progress | None) -> None:
        self.mission = mission
        self.slot_of: Ints = np.full(len(mission.value), UNPLACED)
        self.bound = selection.value + mission.most_beyond
        self._settled = False
        self._ceiling: int | None = None
        self._selection, self._base, self._progress = selection, base, progress
        self._rating = (-mission.missing(self.slot_of), 0)

    @property
    def value(self) -> int:
        """What the timetable is worth."""
        return self._rating[1]

    @property
    def missing(self) -> int:
        """How many meetings are missing to the guarantee."""
        return -self._rating[0]

    @property
    def least_missing(self) -> int:
        """How many are missing in any timetable."""
        return self.missing if self._settled else self._selection.missing

    @property
    def gap(self) -> float:
        """What may be missing of the best value, as a share of what the flow's meetings are worth beside `beyond`."""
        return (self.bound - self.value) / max(self._selection.value, 1)

    @property
    def is_proven(self) -> bool:
        """Whether nothing better exists."""
        return self._settled or (self.value == self.bound and self.missing == self._selection.missing)

    def offer(self, slot_of: Ints) -> bool:
        """Take over a timetable that is no worse, and say whether it is better."""
        rating = (-self.mission.missing(slot_of), self.mission.worth(slot_of))
        better = rating > self._rating
        if rating >= self._rating:
            self.slot_of, self._rating = slot_of.copy(), rating
        if better:
            self._tell()
        return better

    def lower(self, bound: float) -> None:
        """Take over a bound on the values of all timetables, `beyond` aside, if it is lower."""
        self._take(int(bound * (1 + 1e-12) + 1e-6) + self.mission.most_beyond)

    def _take(self, whole: int) -> None:
        self._ceiling = whole if self._ceiling is None else min(self._ceiling, whole)
        if whole < self.bound:
            self.bound = whole
            self._tell()

    def settle(self) -> None:
        """Note that nothing is better than the timetable."""
        self._settled = True
        self._take(self.value)

    def settled_bound(self) -> int:
        """Give the bound that holds for this timetable: that of the guarantee only if the guarantee is reached."""
        if self._settled:
            return self.value
        if self.missing <= self._selection.missing:
            return self.bound
        free = relaxed(self.mission, guarantee=False).value + self.mission.most_beyond
        return free if self._ceiling is None else min(free, self._ceiling)

    def _tell(self) -> None:
        if self._progress:
            self._progress(self._base + self.value, self._base + self.bound)
