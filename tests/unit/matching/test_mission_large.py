"""Timetables of missions that the large engine solves: by all rules of a problem, under a true bound, the best in small."""

import random
from dataclasses import replace
from threading import Event

import pytest
from hypothesis import given, settings

from bench.timetable.large.problems import problem_of
from crowded_problems import crowded_problems
from matching.domain import reasons
from matching.domain.problem import value_of
from matching.domain.timetable import Reason
from matching.solver import first, mission
from matching.solver.bridge.arrays import Arrays, TooMuchError, expresses_all
from matching.solver.bridge.mending import made_valid
from matching.solver.bridge.missions import of_organisations
from matching.solver.bridge.reasons import unplaced
from matching.solver.bridge.values import values_of
from matching.solver.large.flow import relaxed
from matching.solver.search import Budget
from timetable_checker import broken_rules
from timetable_problems import (
    a_candidate,
    a_meeting,
    a_person,
    a_problem,
    a_slot,
    judged_pairs,
    kaluga,
    plain_meetings,
    plainly,
    problem_of as problem_of_mission,
)

ALWAYS = -1
"""No model is small: the large engine solves all."""

tried = settings(max_examples=80, deadline=None, derandomize=True)


def broken(problem, timetable):
    return broken_rules(plainly(problem), plain_meetings(timetable.meetings))


@tried
@given(problem=crowded_problems())
def test_timetable_of_the_large_engine_breaks_no_rule_and_its_bound_is_true(problem):
    best = first.solve(problem, time_limit_seconds=20)

    timetable = mission.solve(problem, time_limit_seconds=3, small=ALWAYS)

    assert best.proven
    assert broken(problem, timetable) == []
    assert timetable.value == value_of(problem, timetable.meetings)
    assert timetable.value <= best.value <= timetable.bound
    assert timetable.value == best.value or not timetable.proven


@tried
@given(problem=crowded_problems())
def test_reasons_of_all_pairs_at_once_are_those_of_each(problem):
    meetings = first.solve(problem, time_limit_seconds=1).meetings[::2]
    meetings = tuple(dict.fromkeys((*problem.locked, *meetings)))

    assert unplaced(problem, meetings) == reasons.unplaced(problem, meetings)


@tried
@given(problem=crowded_problems())
def test_bound_by_flows_of_organisations_is_never_below_the_best(problem):
    arrays = Arrays(problem)
    whole = of_organisations(arrays, values_of(arrays))

    bound = value_of(problem, problem.locked) + relaxed(whole).value + whole.most_extra

    assert bound >= first.solve(problem, time_limit_seconds=20).value
