"""The timetable of a problem by the large engine: who sits, who meets when, at which tables, and how good it is."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from matching.domain.problem import value_of
from matching.domain.timetable import Placed
from matching.solver import large
from matching.solver.bridge.arrays import Arrays
from matching.solver.bridge.bounds import Bounds, is_guaranteed
from matching.solver.bridge.exchange import exchanged
from matching.solver.bridge.missions import of_organisations, of_people, part
from matching.solver.bridge.places import placed
from matching.solver.bridge.staffing import Seat, again, least_of_people, shared_out
from matching.solver.bridge.values import Values, values_of
from matching.solver.large.bounds import lowest_bound
from matching.solver.large.effort import WORK_A_SECOND, Effort
from matching.solver.large.flow import relaxed
from matching.solver.large.mission import Ints, LargeMission

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
