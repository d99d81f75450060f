"""Timetables of problems that the large engine solves: by all rules, and under a true bound."""

import random
from dataclasses import replace
from threading import Event

import numpy as np
import pytest
from hypothesis import given, settings

from bench.timetable.large.problems import problem_of
from crowded_problems import best_value, crowded_problems
from matching.timetabling import solve as chosen
from matching.timetabling.exact import solve as exact
from matching.timetabling.exact.search import Budget
from matching.timetabling.large.adapter.arrays import Arrays, TooMuchError
from matching.timetabling.large.adapter.reasons import unplaced
from matching.timetabling.large.adapter.solve import exchanged, of_organisations, values_of
from matching.timetabling.large.adapter.validity import made_valid
from matching.timetabling.large.flow import relaxed
from matching.timetabling.large.lagrangian import lowest_bound
from matching.timetabling.large.run import Effort
from matching.timetabling.model import unplaced_reasons
from matching.timetabling.model.objective_values import attainment
from matching.timetabling.model.objectives import RISING, Aim, through_value
from matching.timetabling.model.placement import fill_greedily
from matching.timetabling.model.problem import value_of
from matching.timetabling.model.timetable import Reason
from timetable_checker import broken_rules
from timetable_problems import a_candidate, a_meeting, a_person, a_problem, a_slot, plain_meetings, plainly

pytestmark = pytest.mark.mission

ALWAYS = -1
"""No model is small: the large engine solves all."""
ORDERS = (
    (Aim.GUARANTEE, Aim.VALUE, Aim.GAPS, Aim.TABLES),
    (Aim.VALUE, Aim.TARGET, Aim.COMFORT, Aim.TABLES),
    (Aim.TARGET, Aim.VALUE, Aim.EARLY),
    (Aim.VALUE, Aim.GUARANTEE),
)
tried = settings(max_examples=40, deadline=None, derandomize=True)


def broken(problem, meetings):
    return broken_rules(plainly(problem), plain_meetings(meetings))


def told(timetable):
    return [(one.aim, one.value) for one in timetable.aims]


def counted(problem, timetable):
    return [(aim, attainment(aim, problem, timetable.meetings)) for aim in problem.aims]


def pairs_of(problem):
    return [candidate.pair for candidate in problem.candidates]


@tried
@given(problem=crowded_problems())
def test_timetable_of_the_large_engine_breaks_no_rule_and_its_bound_is_true(problem):
    best = best_value(problem)

    timetable = chosen.solve(problem, time_limit_seconds=0.5, small=ALWAYS)

    assert broken(problem, timetable.meetings) == []
    assert timetable.value == value_of(problem, timetable.meetings)
    assert timetable.value <= best <= timetable.bound
    assert timetable.proven == (timetable.value == timetable.bound)
    assert Reason.FREE_PLACE_LEFT not in {pair.reason for pair in timetable.unplaced}


@tried
@given(problem=crowded_problems())
def test_reasons_of_all_pairs_at_once_are_those_of_each(problem):
    meetings = fill_greedily(problem, problem.locked, pairs_of(problem)[::2])

    assert Arrays(problem).tell_all
    assert unplaced(Arrays(problem), meetings) == unplaced_reasons.unplaced(problem, meetings)


@tried
@given(problem=crowded_problems(foreign=True))
def test_reasons_for_want_of_an_interpreter_or_of_time_to_walk_are_those_of_each(problem):
    meetings = fill_greedily(problem, problem.locked, pairs_of(problem)[::2])

    assert unplaced(Arrays(problem), meetings) == unplaced_reasons.unplaced(problem, meetings)


@tried
@given(problem=crowded_problems(ORDERS, foreign=True))
def test_timetable_with_interpreters_and_walks_breaks_no_rule_and_tells_true_aims(problem):
    timetable = chosen.solve(problem, time_limit_seconds=0.5, small=ALWAYS)

    assert broken(problem, timetable.meetings) == []
    assert timetable.value <= best_value(problem, timetable.meetings) <= timetable.bound
    assert told(timetable) == counted(problem, timetable)
    assert Reason.FREE_PLACE_LEFT not in {pair.reason for pair in timetable.unplaced}


@tried
@given(problem=crowded_problems(ORDERS))
def test_aims_of_a_timetable_are_what_its_meetings_attain_and_bounds_are_true(problem):
    timetable = chosen.solve(problem, time_limit_seconds=0.5, small=ALWAYS)

    assert broken(problem, timetable.meetings) == []
    assert timetable.value <= best_value(problem, timetable.meetings) <= timetable.bound
    assert told(timetable) == counted(problem, timetable)
    choosing = replace(problem, aims=through_value(problem.aims))
    leading, best = timetable.aims[0], exact.solve(choosing, time_limit_seconds=20).aims[0]
    sign = 1 if best.aim in RISING else -1
    assert best.proven and sign * leading.value <= sign * best.value <= sign * leading.bound


@tried
@given(problem=crowded_problems())
def test_bounds_by_flows_and_prices_of_organisations_are_never_below_the_best(problem):
    arrays, locked = Arrays(problem), value_of(problem, problem.locked)
    whole = of_organisations(arrays, values_of(arrays))
    bounds = relaxed(whole).value, lowest_bound(whole, Effort.of_seconds(0.05))

    assert locked + whole.most_beyond + min(bounds) >= best_value(problem)


@tried
@given(problem=crowded_problems(foreign=True))
def test_meetings_without_interpreters_and_too_far_apart_are_mended(problem):
    held = [replace(person, languages=frozenset()) for person in problem.people]
    at_home = replace(problem, people=tuple(held), walking=())
    meetings = fill_greedily(at_home, problem.locked, pairs_of(problem))

    mended = made_valid(Arrays(problem), meetings, Budget.of_seconds(1), seed=0)

    assert broken(problem, mended) == []
    assert set(problem.locked) <= set(mended)


@pytest.mark.parametrize("mask", ["full", "mask", "hard"])
def test_mission_of_the_product_comes_near_its_bound_by_the_rules(mask):
    problem = problem_of(40, 12, mask, cap=4)

    timetable = chosen.solve(problem, time_limit_seconds=2, small=ALWAYS)

    units = {candidate.tier: problem.weights[candidate.pair] // candidate.value for candidate in problem.candidates}
    assert broken(problem, timetable.meetings) == []
    recommended = sum(problem.weights[meeting.pair] % units[0] for meeting in timetable.meetings)
    assert timetable.bound - timetable.value < 0.05 * recommended
    assert timetable.unplaced == unplaced_reasons.unplaced(problem, timetable.meetings)


def test_same_mission_in_another_order_has_the_same_timetable():
    problem, chance = problem_of(12, 8, "full", staffed=0.3), random.Random(5)
    parts = ("slots", "tables", "people", "candidates")
    mixed = {part: tuple(chance.sample(given, len(given))) for part in parts for given in [getattr(problem, part)]}
    other = replace(problem, **mixed)

    one, two = (chosen.solve(p, time_limit_seconds=600, small=ALWAYS, stop=stopped()) for p in (problem, other))

    assert one.meetings == two.meetings and one.bound == two.bound


@pytest.mark.parametrize("small", [ALWAYS, 10**9])
def test_stop_ends_a_search_with_what_there_is(small):
    problem = problem_of(25, 8, "hard", requests=0.05)

    timetable = chosen.solve(problem, time_limit_seconds=600, small=small, stop=stopped())

    assert timetable.seconds < 300
    assert timetable.meetings
    assert broken(problem, timetable.meetings) == []
    assert timetable.value <= timetable.bound


def test_progress_tells_of_better_values_and_bounds_alone():
    told = []

    timetable = chosen.solve(
        problem_of(30, 8, "hard"), time_limit_seconds=1, small=ALWAYS, progress=lambda *state: told.append(state)
    )

    assert [bound for _, bound in told] == sorted((bound for _, bound in told), reverse=True)
    assert told[-1][0] <= timetable.value and timetable.bound <= told[-1][1]


def test_accepted_requests_come_before_all_recommendations():
    slot = a_slot(0, ("T1", "T2"))
    people = [a_person(name, [slot]) for name in ("g1", "g2", "h1", "h2")]
    recommended = [a_candidate("g1", "h1", 1000, 1), a_candidate("g2", "h2", 1000, 1)]
    problem = a_problem([slot], people, [a_candidate("g1", "h2", 1, 0), *recommended])

    timetable = chosen.solve(problem, small=ALWAYS)

    assert [meeting.pair for meeting in timetable.meetings] == [problem.candidates[0].pair]
    assert timetable.proven


def test_what_does_not_fit_into_arrays_is_refused_and_solved_all_the_same():
    slot = a_slot(0, ("T1", "T2"))
    people = [a_person(name, [slot]) for name in ("g1", "h1", "h2")]
    both = a_problem([slot], people, [a_candidate("g1", "h1"), a_candidate("h1", "h2")])
    dear = a_problem([slot], people, [a_candidate("g1", "h1", 10**9)])

    with pytest.raises(TooMuchError):
        Arrays(both)
    assert chosen.solve(both, small=ALWAYS).proven
    assert chosen.solve(dear, small=ALWAYS).value == 10**9


def test_caps_of_days_are_met_with_a_proof_where_everybody_is_always_there():
    problem = problem_of(40, 12, "full", cap=4, days=3, staffed=0, online=0, bound=0)

    timetable = chosen.solve(problem, time_limit_seconds=30, small=ALWAYS)

    assert timetable.proven
    assert broken(problem, timetable.meetings) == []


def test_guests_below_their_target_get_meetings_of_those_above_it_at_no_loss():
    slot, later = a_slot(0, ("T1",)), a_slot(1, ("T1",))
    people = [a_person(name, [slot, later]) for name in ("g1", "g2", "h1", "h2")]
    pairs = [a_candidate("g1", "h1", 5), a_candidate("g1", "h2", 5), a_candidate("g2", "h1", 5)]
    problem = a_problem([slot, later], people, pairs, min_meetings_per_guest=1)
    arrays = Arrays(problem)
    whole = of_organisations(arrays, values_of(arrays))

    slot_of = exchanged(arrays, whole, np.array([0, 1, -1]))

    assert slot_of.tolist() == [-1, 1, 0]


@pytest.mark.parametrize(("aims", "value", "missing"), [((Aim.GUARANTEE, Aim.VALUE), 6, 0), ((Aim.VALUE,), 8, 1)])
def test_guarantee_costs_value_only_where_it_comes_first(aims, value, missing):
    slots = [a_slot(number, ("T1",)) for number in range(2)]
    people = [a_person(name, slots) for name in ("g1", "g2", "h1", "h2")]
    pairs = [a_candidate("g1", "h1", 5), a_candidate("g1", "h2", 3), a_candidate("g2", "h1", 1)]
    problem = a_problem(slots, people, pairs, min_meetings_per_guest=1, aims=aims)

    timetable = chosen.solve(problem, small=ALWAYS)

    assert timetable.proven and timetable.value == value
    assert attainment(Aim.GUARANTEE, problem, timetable.meetings) == missing


def test_waits_beside_locked_meetings_are_lowered():
    slots = [a_slot(number, ("T1", "T2")) for number in range(4)]
    people = [a_person(name, slots) for name in ("g1", "h1", "h2")]
    pairs = [a_candidate("g1", "h1"), a_candidate("g1", "h2")]
    locked = a_meeting("g1", "h1", slots[3])
    problem = a_problem(slots, people, pairs, locked=(locked,), aims=(Aim.VALUE, Aim.GAPS))

    timetable = chosen.solve(problem, small=ALWAYS)

    assert [(one.aim, one.value, one.proven) for one in timetable.aims] == [(Aim.VALUE, 2, True), (Aim.GAPS, 0, True)]


@pytest.mark.parametrize(("small", "pursued"), [(ALWAYS, False), (chosen.SMALL, True)])
def test_aims_that_are_only_counted_say_so(small, pursued):
    slots = [a_slot(number) for number in range(2)]
    people = [a_person(name, slots) for name in ("g1", "h1")]
    aims = (Aim.VALUE, Aim.COMFORT, Aim.GAPS, Aim.EARLY, Aim.TABLES)
    problem = a_problem(slots, people, [a_candidate("g1", "h1")], aims=aims)

    timetable = chosen.solve(problem, small=small)

    assert {one.aim for one in timetable.aims if not one.pursued} == (set() if pursued else {Aim.COMFORT, Aim.EARLY})


def stopped():
    """Give an event that is set already."""
    stop = Event()
    stop.set()
    return stop
