"""The best timetable so far and the best bound so far."""

import numpy as np

from matching.solver.large.flow import Selection, relaxed
from matching.solver.large.mission import UNPLACED, Ints, LargeMission
from matching.solver.large.result import Progress


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
