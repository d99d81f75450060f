"""Where a timetable is too large for a proof, it still keeps the rules and its bound is true."""

import pytest
from hypothesis import given, settings

from matching.timetabling.exact.local_search import climbed
from matching.timetabling.exact.search import Budget
from matching.timetabling.exact.solve import flow_bound, solve
from matching.timetabling.model.placement import give_tables
from matching.timetabling.model.problem import value_of
from timetable_checker import broken_rules
from timetable_problems import (
    a_candidate,
    a_person,
    a_problem,
    a_slot,
    judged_pairs,
    kaluga,
    plain_meetings,
    plainly,
    problem_of,
)
from timetable_trials import all_timetables, small_problems


@settings(max_examples=30, deadline=None, derandomize=True)
@given(problem=small_problems())
def test_flow_bound_is_never_below_the_best_timetable(problem):
    pairs = [candidate.pair for candidate in problem.candidates]

    best = max(value_of(problem, meetings) for meetings in all_timetables(problem, pairs))

    assert flow_bound(problem) >= best


def test_flow_bound_does_not_count_more_meetings_than_tables():
    slot = a_slot(0)
    people = [a_person(name, [slot]) for name in ("g1", "g2", "h1", "h2")]

    problem = a_problem([slot], people, [a_candidate("g1", "h1", 3), a_candidate("g2", "h2", 5)])

    assert flow_bound(problem) == 5


def test_flow_bound_takes_one_dear_meeting_rather_than_two_cheap_ones():
    slot = a_slot(0, ("T1", "T2"))
    people = [a_person(name, [slot]) for name in ("g1", "g2", "h1", "h2")]
    pairs = [a_candidate("g1", "h1", 1), a_candidate("g2", "h1", 9), a_candidate("g2", "h2", 1)]

    assert flow_bound(a_problem([slot], people, pairs)) == 9


@pytest.mark.parametrize(("variant", "optimum"), [(None, 228), ("tight", 184)])
@pytest.mark.mission
def test_climbing_from_nothing_comes_near_the_optimum_and_breaks_no_rule(variant, optimum):
    problem = problem_of(kaluga(), judged_pairs(), variant=variant)

    meetings = give_tables(problem, climbed(problem, [], Budget.of_seconds(20), seed=0))

    assert 0.97 * optimum <= value_of(problem, meetings) <= optimum <= flow_bound(problem)
    assert broken_rules(plainly(problem), plain_meetings(meetings)) == []


@pytest.mark.mission
def test_timetable_cut_short_keeps_the_rules_and_states_a_true_bound():
    problem = problem_of(kaluga(), judged_pairs(), variant="tight")

    timetable = solve(problem, time_limit_seconds=0.01)

    assert timetable.value <= 184 <= timetable.bound
    assert broken_rules(plainly(problem), plain_meetings(timetable.meetings)) == []
