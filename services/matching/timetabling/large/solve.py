"""The timetable of a large mission: bound, colouring, exact slots, prices, and windows until the limit."""

import time
from collections.abc import Callable

import numpy as np

from matching.timetabling.large.colouring import Selecting
from matching.timetabling.large.diving import Diver, Manner
from matching.timetabling.large.flow import refill, relaxed
from matching.timetabling.large.instance import MOST_SLOTS, UNPLACED, Ints, LargeMission
from matching.timetabling.large.lagrangian import Prices, cooled
from matching.timetabling.large.run import WORK_A_SECOND, Best, Effort, Progress, Result
from matching.timetabling.large.tables import give_tables
from matching.timetabling.large.waits import calmed
from matching.timetabling.large.windows import Exact, columns_near

CALM_SHARE = 0.1
"""Share of the time that is kept for fewer waits."""
AGAIN = 3
"""How often meetings are chosen again while some of the chosen ones find no place."""
SWEEPS = 2
SHORT_OF_TIME = 0.0005
"""Gap from which slots are the shortage: prices of time are worth their work."""
PRICE_SHARE = 0.4
"""Share of the work that goes into the prices."""
WINDOWS = (4, 6, 8, 12, MOST_SLOTS)
"""How many slots are filled anew at a time."""
HEATS, STRENGTHS = (2.0, 5.0, 10.0), (20.0, 50.0, 100.0)
"""Of the dives into windows, in thousandths of the largest value."""
QUIET, LITTLE = 8, 1e-5
"""Windows in a row that gain no more than this share, after which a gap that is small enough is left."""
SMALL = 600
"""People up to whom windows are also filled exactly."""
EXACT_SLOTS, EXACT_MARGIN, EXACT_UNITS = (3, 4, 5), 12.0, 0.5
"""Slots of such a window, what a column of it may lose in thousandths of the largest value, units of work for it."""
PROVABLE, PROOF_UNITS = 2500, 5.0
"""Columns up to which the whole mission is settled exactly, and units of work for that."""


def solve(  # noqa: PLR0913  a search has these knobs, and each has a default
    mission: LargeMission,
    *,
    seed: int = 0,
    time_limit_seconds: float = 30.0,
    effort_seconds: float | None = None,
    progress: Progress | None = None,
    stopped: Callable[[], bool] = lambda: False,
    start: Ints | None = None,
    enough: float = 0.0,
) -> Result:
    """Choose and place the meetings that are worth most, and say how near to the best possible they are.

    First as few meetings as possible are missing to the guarantee, then the value counts, then fewer waits. The
    answer depends on the mission and the seed only, unless the limit in seconds or a stop cuts the search short.

    Args:
        mission: who may meet whom and when.
        seed: of the order in which slots are tried.
        time_limit_seconds: guard of the search.
        effort_seconds: the work of the search, in seconds of one idle core; as much as the time limit by default. It is
            counted, not timed.
        progress: told the value and the bound each time that one of them gets better.
        stopped: asked again and again; once it says yes, the best so far is the answer.
        start: the slots of a timetable that keeps the rules, locked meetings aside: the answer is no worse.
        enough: the gap from which on the search ends once nothing is gained any more.

    """
    started, started_cpu = time.monotonic(), time.process_time()
    share = 1 - CALM_SHARE
    effort = Effort.of_seconds(share * time_limit_seconds, stopped)
    if effort_seconds is not None:
        effort.work = share * effort_seconds * WORK_A_SECOND
    rest = mission.without_locked()
    held = np.full(len(mission.value), UNPLACED) if mission.locked is None else mission.locked
    best = _Search(rest, mission.worth(held), effort, seed, progress).run(start, enough)
    effort.ends_at = started + time_limit_seconds
    calm = calmed(rest, best.slot_of, held, effort)
    slot_of = np.where(held != UNPLACED, held, calm.slot_of)
    table_of, changes = give_tables(mission, slot_of)
    return Result(
        slot_of=slot_of,
        table_of=table_of,
        value=mission.worth(slot_of),
        bound=mission.worth(held) + best.settled_bound(),
        missing=best.missing,
        least_missing=best.least_missing,
        below_minimum=int((mission.loads(slot_of) < mission.least).sum()),
        breaks=calm.breaks,
        breaks_before=calm.breaks_before,
        table_changes=changes,
        seconds=time.monotonic() - started,
        cpu_seconds=time.process_time() - started_cpu,
    )


class _Search:
    """One search, step by step; each step leaves the best so far in `best`."""

    def __init__(self, mission: LargeMission, base: int, effort: Effort, seed: int, progress: Progress | None) -> None:
        self._mission, self._effort = mission, effort
        self._chance = np.random.default_rng(seed)
        self._exact = Exact(mission, effort, seed)
        self._diver = Diver(mission, self._chance, effort)
        self._selection = relaxed(mission)
        self._best = Best(mission, self._selection, base, progress)
        self._all = np.arange(mission.slots)

    def run(self, start: Ints | None, enough: float) -> Best:
        """Go on until nothing better is possible, until it is enough, or until the effort is spent."""
        if start is not None:
            self._best.offer(start)
        if self._mission.clash is None:
            self._colour()
        if self._best.gap > SHORT_OF_TIME:
            self._fill_in_turn()
        self._sweep(self._all, SWEEPS)
        if not self._is_over:
            prices = self._priced()
            if self._best.gap > SHORT_OF_TIME:
                self._dive(self._all, prices, Manner())
            self._prove()
            self._refill(prices, enough)
        return self._best

    def _refill(self, prices: Prices, enough: float) -> None:
        """Fill one window after another anew; where that is enough, only while it gains."""
        quiet = 0
        while not self._is_over and not (quiet >= QUIET and self._best.gap <= enough):
            before = self._best.gap
            slots, manner = self._window()
            self._dive(slots, prices, manner)
            if self._is_small:
                self._refine(prices)
            quiet = 0 if before - self._best.gap > LITTLE else quiet + 1

    @property
    def _is_over(self) -> bool:
        return self._best.is_proven or self._effort.is_spent

    def _colour(self) -> None:
        """Place what the relaxation chooses, and choose again while that helps."""
        selecting = Selecting(self._mission, self._selection.chosen)
        self._best.offer(selecting.filled())
        for _ in range(AGAIN):
            if self._is_over or not selecting.lost:
                return
            selecting.again()
            self._best.offer(selecting.filled())

    def _fill_in_turn(self) -> None:
        """Begin with the best meetings of one slot after another, where that is worth more than the colouring."""
        slot_of = np.full(len(self._mission.value), UNPLACED)
        for slot in self._all.tolist():
            if self._is_over:
                return
            refill(self._mission, slot_of, slot)
        self._best.offer(slot_of)

    def _sweep(self, slots: Ints, times: int) -> None:
        """Fill one slot after another with the best that the others leave, while that gains."""
        slot_of = self._best.slot_of.copy()
        for _ in range(times):
            for slot in slots.tolist():
                if self._is_over:
                    return
                refill(self._mission, slot_of, slot)
                self._best.offer(slot_of)

    def _priced(self) -> Prices:
        """Lower the bound by prices where time is the shortage; elsewhere give the prices that they begin with."""
        if self._best.gap <= SHORT_OF_TIME:
            return Prices.of(self._mission)
        return cooled(self._mission, self._effort, PRICE_SHARE, self._lower)

    def _lower(self, bound: float) -> bool:
        """Take over a bound, and say whether it is lower than any before."""
        before = self._best.bound
        self._best.lower(bound)
        return self._best.bound < before

    def _dive(self, slots: Ints, prices: Prices, manner: Manner) -> None:
        """Fill some slots anew by prices, then each exactly, and keep what is no worse."""
        slot_of = self._best.slot_of.copy()
        self._diver.fill(slot_of, slots, prices, manner)
        for slot in slots.tolist():
            if self._effort.is_spent:
                return
            refill(self._mission, slot_of, slot)
        self._best.offer(slot_of)

    @property
    def _is_small(self) -> bool:
        return self._mission.people <= SMALL and self._mission.clash is None

    def _prove(self) -> None:
        """Settle a mission of few columns as a whole."""
        row, column = np.nonzero(self._mission.open_in)
        if self._is_over or len(row) > PROVABLE or self._mission.clash is not None:
            return
        found = self._exact.fill(self._best.slot_of, self._all, (row, column), PROOF_UNITS)
        self._best.offer(found.slot_of)
        if found.settled:
            self._best.settle()

    def _refine(self, prices: Prices) -> None:
        """Fill a few slots exactly, with what loses little by the prices."""
        slots = self._drawn(EXACT_SLOTS)
        margin = EXACT_MARGIN * self._mission.top / 1000
        columns = columns_near(self._mission, self._best.slot_of, slots, prices, margin)
        if not self._is_over and len(columns[0]):
            self._best.offer(self._exact.fill(self._best.slot_of, slots, columns, EXACT_UNITS).slot_of)

    def _window(self) -> tuple[Ints, Manner]:
        """Draw some slots and a manner of filling them."""
        heat, strength = self._chance.choice(HEATS), self._chance.choice(STRENGTHS)
        return self._drawn(WINDOWS), Manner(heat=float(heat), strength=float(strength))

    def _drawn(self, sizes: tuple[int, ...]) -> Ints:
        size = min(int(self._chance.choice(sizes)), self._mission.slots)
        return self._chance.choice(self._mission.slots, size, replace=False)
