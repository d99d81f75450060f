"""The first timetable: the best by its problem's aims, one after another."""

import time
from collections.abc import Collection, Mapping
from dataclasses import replace
from threading import Event

from matching.domain.aims import CHOOSING, PLACING, RISING, Aim, Attained
from matching.domain.attainment import attainment, rating
from matching.domain.candidates import LARGEST_VALUE
from matching.domain.problem import Problem, value_of
from matching.domain.reasons import unplaced
from matching.domain.seating import Seated, before_tables, fill_greedily, give_tables
from matching.domain.standing import seating_of
from matching.domain.timetable import Pair, Placed, Timetable, Unplaced
from matching.solver.bound import flow_bound
from matching.solver.climb import climbed
from matching.solver.model import TimetableModel, total
from matching.solver.polish import polished
from matching.solver.search import LEAST_EFFORT, Budget, Progress, Reached, Search
from matching.solver.suitability import rated
from matching.solver.tables import settled

PROOF_SHARE = 0.5
"""Share of the effort after which a proof is given up and the timetable is made better a few slots at a time."""
CHOICE_EFFORT = 1.0
"""Units of work that go into each other aim that says which pairs meet."""
PLACING_EFFORT = 0.25
"""Units of work that go into an aim that says when pairs meet: small missions are proven by then, others never are."""
GAPS_EFFORT = 1.5
"""Units of work that go into fewest gaps: there are often none, and a proof is then a matter of finding a timetable."""
NEARNESS_EFFORT = 0.5
"""Units of work that go into staying near a start that was not worth enough."""

LEAST_KNOWN = (Aim.GUARANTEE, Aim.GAPS, Aim.EARLY, Aim.TABLES)
"""Aims that nothing does better in than none at all."""


def solve(
    problem: Problem,
    *,
    seed: int = 0,
    time_limit_seconds: float = 30.0,
    progress: Progress | None = None,
    stop: Event | None = None,
) -> Timetable:
    """Choose and place the meetings that are best by the problem's aims, and say how near to the best they are.

    Each aim counts only among the timetables that are best in the ones before it. Aims that say which pairs meet are
    strived for exactly, as long as the effort lasts; so are gaps and early slots, and where that proves nothing, and
    for comfort, a part of the timetable after another is seated again; tables are settled last. The answer depends on
    the problem and the seed only, not on the order of its parts or on the machine's speed, unless the limit in seconds
    or a stop cuts the search short.
    """
    started_at = time.monotonic()
    budget = Budget.of_seconds(time_limit_seconds, stop)
    choice = _Choice(problem, budget, seed)
    seated = choice.made(progress)
    seated, is_best = choice.placed(seated)
    if not is_best:
        polish = replace(budget, effort=max(budget.effort, LEAST_EFFORT))
        seated = max(seated, polished(problem, seated, polish, seed), key=choice.rating)
    meetings = give_tables(problem, seated, problem.locked)
    if Aim.TABLES in problem.aims:
        meetings = settled(problem, meetings, budget, seed)
    meetings = fill_greedily(problem, meetings, _pairs(problem))
    return timetable_of(problem, meetings, choice.bounds, unplaced(problem, meetings), time.monotonic() - started_at)


def _pairs(problem: Problem) -> list[Pair]:
    return [candidate.pair for candidate in problem.ordered_candidates]


class _Choice:
    """The exact search through the aims, one after another."""

    def __init__(self, problem: Problem, budget: Budget, seed: int) -> None:
        self._problem = problem
        self._budget = budget
        self._seed = seed
        self._model = TimetableModel(problem, _pairs(problem))
        self._start = _greedy(problem)
        self._model.start_from(self._start)
        self._search = Search(self._model.cp, budget, seed=seed)
        self._is_exact = True
        self.bounds: dict[Aim, int] = dict.fromkeys(LEAST_KNOWN, 0)

    def made(self, progress: Progress | None) -> list[Seated]:
        """Choose the pairs, and seat them in some way that suits their people."""
        for aim in self._problem.aims:
            if aim in CHOOSING:
                found = self._reach(aim, progress)
                if aim is Aim.VALUE and not (found and found.proven):
                    self._is_exact = False
                    return self._climbed(found)
        return self._nearest()

    def placed(self, seated: list[Seated]) -> tuple[list[Seated], bool]:
        """Seat pairs better, aim by aim, until one cannot be proven; comfort never can. Say whether all were."""
        placing = [aim for aim in self._problem.aims if aim in PLACING]
        if not self._is_exact:
            return seated, not placing
        self._model.start_from(seated)
        for aim in placing:
            now = attainment(aim, self._problem, before_tables(self._problem, seated))
            if now == self.bounds.get(aim):
                self._model.cp.add(rated(aim, self._problem, self._model) >= -now)
                continue
            found = None if aim is Aim.COMFORT else self._reach(aim)
            if found:
                seated = max(seated, self._seated(), key=self.rating)
            if found is None or not found.proven:
                return seated, False
        return seated, True

    def _reach(self, aim: Aim, progress: Progress | None = None) -> Reached | None:
        """Search for the best of one aim and note what bound is known."""
        locked = value_of(self._problem, self._problem.locked)
        tell = progress and (lambda value, bound: progress(locked + value, locked + bound))
        found = self._search.maximise(
            rated(aim, self._problem, self._model),
            effort=_effort(aim, self._budget),
            progress=tell if aim is Aim.VALUE else None,
            by_cores=aim is Aim.GAPS,
        )
        if found:
            sign = 1 if aim in RISING else -1
            now = attainment(aim, self._problem, before_tables(self._problem, self._seated()))
            bound = now + sign * (found.bound - found.value)
            self.bounds[aim] = bound if sign > 0 else max(bound, self.bounds[aim])
        return found

    def _climbed(self, found: Reached | None) -> list[Seated]:
        """Make what was not proven better a few slots at a time."""
        best = max(self._start, self._seated(), key=self._rating) if found else self._start
        seated = climbed(self._problem, best, self._budget, self._seed)
        self.bounds[Aim.VALUE] = min(flow_bound(self._problem), self.bounds.get(Aim.VALUE, LARGEST_VALUE))
        return seated

    def _nearest(self) -> list[Seated]:
        """Keep as much of the start, which suits its people, as the aims that were reached allow."""
        if self._rating(self._start) >= self._rating(self._seated()):
            return self._start
        known = set(self._start)
        alike = total(o.chosen for o in self._model.options if (o.pair, o.seating) in known)
        self._search.maximise(alike, effort=NEARNESS_EFFORT, keep=False)
        return self._seated()

    def _seated(self) -> list[Seated]:
        return [(o.pair, o.seating) for o in self._model.options if self._search.chooses(o.chosen)]

    def rating(self, seated: list[Seated]) -> tuple[int, ...]:
        """Rate a timetable by all aims but the tables."""
        return self._rating(seated, (*CHOOSING, *PLACING))

    def _rating(self, seated: list[Seated], aims: Collection[Aim] = CHOOSING) -> tuple[int, ...]:
        counted = [aim for aim in self._problem.aims if aim in aims]
        return rating(counted, self._problem, before_tables(self._problem, seated))


def _effort(aim: Aim, budget: Budget) -> float:
    if aim is Aim.VALUE:
        return budget.effort * PROOF_SHARE
    if aim is Aim.GAPS:
        return GAPS_EFFORT
    return CHOICE_EFFORT if aim in CHOOSING else PLACING_EFFORT


def _greedy(problem: Problem) -> list[Seated]:
    """Seat one pair after another, the most valuable first, each where it asks least of its people."""
    placed = fill_greedily(problem, problem.locked, _pairs(problem))
    return [
        (meeting.pair, seating)
        for meeting in placed
        if meeting not in problem.locked and (seating := seating_of(problem, meeting)) is not None
    ]


def timetable_of(
    problem: Problem,
    meetings: tuple[Placed, ...],
    bounds: Mapping[Aim, int],
    left_out: tuple[Unplaced, ...],
    seconds: float,
) -> Timetable:
    """Say of finished meetings how far they reach each aim; bounds hold at least that of the value."""
    aims = [Attained(aim=a, value=attainment(a, problem, meetings), bound=bounds.get(a)) for a in problem.aims]
    value = next(one for one in aims if one.aim is Aim.VALUE)
    assert value.bound is not None
    return Timetable(
        meetings=meetings,
        value=value.value,
        bound=value.bound,
        proven=value.proven,
        unplaced=left_out,
        seconds=seconds,
        aims=tuple(aims),
    )
