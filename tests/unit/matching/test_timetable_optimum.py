"""The solver finds the best timetable, says so, and breaks no rule."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings

from matching.timetabling.exact.solve import solve
from matching.timetabling.model.timetable import Reason
from timetable_checker import broken_rules
from timetable_problems import (
    a_candidate,
    a_person,
    a_problem,
    a_slot,
    accepted_pairs,
    judged_pairs,
    kaluga,
    plain_meetings,
    plainly,
    problem_of,
)
from timetable_trials import all_timetables, far_apart_problems, small_problems


@pytest.fixture(scope="module", params=[(None, 228, 102), ("tight", 184, 65)], ids=["base", "tight"])
def kaluga_case(request):
    variant, optimum, placed = request.param
    problem = problem_of(kaluga(), judged_pairs(), variant=variant)
    return problem, solve(problem), optimum, placed


def shuffled(problem):
    chance = random.Random(3)
    parts = ("slots", "tables", "people", "agenda", "candidates")
    return replace(problem, **{p: tuple(chance.sample(getattr(problem, p), len(getattr(problem, p)))) for p in parts})


def two_guests_for_one_host(value=1, tier=0):
    slot = a_slot(0, ("T1", "T2"))
    people = [a_person(name, [slot]) for name in ("g1", "g2", "h1")]
    return a_problem([slot], people, [a_candidate("g1", "h1", 5, tier=1), a_candidate("g2", "h1", value, tier)])


@pytest.mark.mission
def test_solver_proves_the_known_optimum_of_the_mission(kaluga_case):
    _, timetable, optimum, placed = kaluga_case

    assert (timetable.value, timetable.bound, timetable.proven) == (optimum, optimum, True)
    assert len(timetable.meetings) == placed


@pytest.mark.mission
def test_timetable_of_the_mission_breaks_no_rule(kaluga_case):
    problem, timetable, _, _ = kaluga_case

    assert broken_rules(plainly(problem), plain_meetings(timetable.meetings)) == []


@pytest.mark.mission
def test_timetable_lists_every_pair_either_as_placed_or_as_unplaced(kaluga_case):
    problem, timetable, _, _ = kaluga_case

    placed = {meeting.pair for meeting in timetable.meetings}
    unplaced = {(pair.guest_id, pair.host_id) for pair in timetable.unplaced}

    assert placed | unplaced == {candidate.pair for candidate in problem.candidates}
    assert not placed & unplaced
    assert Reason.FREE_PLACE_LEFT not in {pair.reason for pair in timetable.unplaced}


@pytest.mark.long
@pytest.mark.mission
def test_timetable_is_the_same_when_the_input_is_shuffled(kaluga_case):
    problem, timetable, _, _ = kaluga_case

    assert solve(shuffled(problem)).meetings == timetable.meetings


@pytest.mark.mission
def test_accepted_requests_all_have_a_place_before_any_recommendation():
    mission = kaluga()
    requests = accepted_pairs(mission)
    asked = {candidate.pair for candidate in requests}
    recommended = tuple(replace(c, tier=1, value=100 * c.value) for c in judged_pairs() if c.pair not in asked)

    timetable = solve(problem_of(mission, requests + recommended))

    assert timetable.proven
    assert asked <= {meeting.pair for meeting in timetable.meetings}


def test_earlier_tier_wins_whatever_the_values_are():
    timetable = solve(two_guests_for_one_host(value=1, tier=0))

    assert [meeting.guest_id for meeting in timetable.meetings] == [a_candidate("g2", "h1").guest_id]
    assert timetable.value == timetable.bound == 6


def test_guests_at_the_target_break_ties_between_timetables_of_one_value():
    slots = [a_slot(0), a_slot(1)]
    people = [a_person(name, slots) for name in ("g1", "g2", "h1", "h2")]
    pairs = [a_candidate(g, h) for g in ("g1", "g2") for h in ("h1", "h2")]

    timetable = solve(a_problem(slots, people, pairs, min_meetings_per_guest=2))

    assert len({meeting.guest_id for meeting in timetable.meetings}) == 1


def test_meetings_of_a_guest_stand_without_a_gap_where_they_can():
    slots = [a_slot(number, ("T1", "T2")) for number in range(4)]
    people = [a_person("g1", slots), a_person("h1", slots[1:2]), a_person("h2", slots)]

    timetable = solve(a_problem(slots, people, [a_candidate("g1", "h1"), a_candidate("g1", "h2")]))

    assert {meeting.slot_id for meeting in timetable.meetings} == {slots[0].id, slots[1].id}


def test_host_keeps_the_table_from_slot_to_slot():
    slots = [a_slot(number, ("T1", "T2")) for number in range(3)]
    people = [a_person(name, slots) for name in ("g1", "g2", "g3", "h1", "h2")]
    pairs = [a_candidate(guest, host) for guest in ("g1", "g2", "g3") for host in ("h1", "h2")]

    timetable = solve(a_problem(slots, people, pairs))

    assert len({(meeting.host_id, meeting.table_id) for meeting in timetable.meetings}) == 2


def test_locked_meeting_stays_and_is_counted():
    problem = two_guests_for_one_host()
    locked = solve(problem).meetings
    everyone_left = replace(problem, people=(), locked=locked)

    timetable = solve(everyone_left)

    assert timetable.meetings == locked
    assert timetable.value == timetable.bound == problem.weights[locked[0].pair]


def test_solver_tells_its_progress():
    told = []

    timetable = solve(two_guests_for_one_host(), progress=lambda value, bound: told.append((value, bound)))

    assert told[-1][0] == timetable.value


def test_mission_without_candidates_has_an_empty_proven_timetable():
    timetable = solve(a_problem([a_slot(0)], [], []))

    assert (timetable.meetings, timetable.value, timetable.bound, timetable.proven) == ((), 0, 0, True)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(problem=small_problems() | far_apart_problems())
def test_value_is_the_best_of_all_timetables(problem):
    pairs = [candidate.pair for candidate in problem.candidates]
    best = max(sum(problem.weights[m.pair] for m in meetings) for meetings in all_timetables(problem, pairs))

    timetable = solve(problem)

    assert timetable.proven
    assert timetable.value == best
    assert broken_rules(plainly(problem), plain_meetings(timetable.meetings)) == []
