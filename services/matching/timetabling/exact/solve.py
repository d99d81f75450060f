"""Lexicographic solve, flow bound, table stability.

A bound that is quick on large missions: how much everyone could meet if slots did not matter.

Tables for meetings that have their slots: hosts change them as seldom as can be.

The first timetable: the best by its problem's aims, one after another.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from threading import Event

from ortools.graph.python import min_cost_flow
from ortools.sat.python import cp_model

from matching.timetabling.exact.local_search import climbed, polished
from matching.timetabling.exact.model import TimetableModel, total
from matching.timetabling.exact.objectives import rated
from matching.timetabling.exact.search import LEAST_EFFORT, Budget, Progress, Reached, Search
from matching.timetabling.model.objective_values import attainment, in_a_row, rating
from matching.timetabling.model.objectives import CHOOSING, PLACING, RISING, Aim, Attained
from matching.timetabling.model.occupancy import seating_of
from matching.timetabling.model.people import Id
from matching.timetabling.model.placement import Seated, before_tables, fill_greedily, give_tables, in_order
from matching.timetabling.model.problem import LARGEST_VALUE, Problem, value_of
from matching.timetabling.model.timetable import Pair, Placed, Timetable, Unplaced
from matching.timetabling.model.unplaced_reasons import unplaced

START, HALL, END = range(3)


def flow_bound(problem: Problem) -> int:
    """Give a value that no timetable exceeds, in points of the last tier.

    Each organisation meets as often as its people's days allow, all together as often as there are tables: the
    b-matching relaxation, solved exactly as a flow of least cost. A flow past the hall keeps tables empty.
    """
    capacities = _capacities(problem)
    nodes = {organisation_id: END + 1 + number for number, organisation_id in enumerate(capacities)}
    tables = len(problem.locked) + sum(len(slot.tables) for slot in problem.slots)
    guests = dict.fromkeys(candidate.guest_id for candidate in problem.ordered_candidates)
    hosts = dict.fromkeys(candidate.host_id for candidate in problem.ordered_candidates)
    arcs = [(START, HALL, tables, 0), (START, END, tables, 0)]
    arcs += [(HALL, nodes[guest_id], capacities[guest_id], 0) for guest_id in guests]
    arcs += [(nodes[c.guest_id], nodes[c.host_id], 1, -problem.weights[c.pair]) for c in problem.ordered_candidates]
    arcs += [(nodes[host_id], END, capacities[host_id], 0) for host_id in hosts]
    flow = min_cost_flow.SimpleMinCostFlow()
    for arc in arcs:
        flow.add_arc_with_capacity_and_unit_cost(*arc)
    flow.set_node_supply(START, tables)
    flow.set_node_supply(END, -tables)
    everything = sum(problem.weights.values())
    return -flow.optimal_cost() if flow.solve() == flow.OPTIMAL else everything


def _capacities(problem: Problem) -> Counter[Id]:
    """Count for each organisation the meetings that its people could have, locked ones besides."""
    capacities: Counter[Id] = Counter()
    for candidate in problem.ordered_candidates:
        capacities.update(dict.fromkeys(candidate.pair, 0))
    for organisation_id, people in problem.negotiators.items():
        for _, free in people:
            days = Counter(problem.slot_by_id[slot_id].day for slot_id in free)
            capacities[organisation_id] += sum(min(n, problem.max_per_person_per_day) for n in days.values())
    for meeting in problem.locked:
        capacities.update(meeting.pair)
    return capacities


EFFORT = 1.0
"""Units of work that go into one timetable's tables."""


def settled(problem: Problem, meetings: tuple[Placed, ...], budget: Budget, seed: int) -> tuple[Placed, ...]:
    """Give meetings other tables of their slots and, where it matters, locations; the locked ones keep theirs."""
    if attainment(Aim.TABLES, problem, meetings) == 0:
        return meetings
    cp = cp_model.CpModel()
    at = {meeting: _choices(problem, cp, meeting) for meeting in meetings}
    taken: dict[tuple[str, str], list[cp_model.IntVar]] = defaultdict(list)
    for meeting, choices in at.items():
        cp.add_exactly_one(choices.values())
        for table_id, chosen in choices.items():
            cp.add_hint(chosen, table_id == meeting.table_id)
            taken[meeting.slot_id, table_id].append(chosen)
    locked = {(meeting.slot_id, meeting.table_id) for meeting in problem.locked}
    for place, chosen_here in taken.items():
        if place in locked:
            cp.add(total(chosen_here) <= sum((m.slot_id, m.table_id) == place for m in problem.locked))
        else:
            cp.add_at_most_one(chosen_here)
    stays = [_stays(cp, at[one], at[other]) for one, other in in_a_row(problem, meetings)]
    search = Search(cp, budget.portion(EFFORT), seed=seed)
    if search.maximise(total(stays)) is None:
        return meetings
    tables = {m: next(t for t, chosen in choices.items() if search.chooses(chosen)) for m, choices in at.items()}
    better = in_order(problem, (replace(meeting, table_id=table_id) for meeting, table_id in tables.items()))
    return min((meetings, better), key=lambda placed: attainment(Aim.TABLES, problem, placed))


def _choices(problem: Problem, cp: cp_model.CpModel, meeting: Placed) -> dict[str, cp_model.IntVar]:
    """Make a Boolean for each table that a meeting could have."""
    slot = problem.slot_by_id[meeting.slot_id]
    location = problem.locations.of(slot.id, meeting.table_id)
    tables = problem.tables_for(slot, online=meeting.online, location=location)
    able = (meeting.table_id,) if meeting in problem.locked else tables
    return {table_id: cp.new_bool_var("") for table_id in able}


def _stays(cp: cp_model.CpModel, one: dict[str, cp_model.IntVar], other: dict[str, cp_model.IntVar]) -> cp_model.IntVar:
    """Make a Boolean that may be set if two meetings are at one table."""
    stays = []
    for table_id in (table_id for table_id in one if table_id in other):
        stays.append(cp.new_bool_var(""))
        cp.add_implication(stays[-1], one[table_id])
        cp.add_implication(stays[-1], other[table_id])
    both = cp.new_bool_var("")
    cp.add(both <= total(stays))
    return both


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
