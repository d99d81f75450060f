"""Aims count one after another, in the order in which they are declared."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.pack import MatchingRules
from matching.timetabling.exact.solve import solve
from matching.timetabling.model.objective_values import attainment, rating
from matching.timetabling.model.objectives import CHOOSING, PLACING, Aim, check_order
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
    problem_of,
)
from timetable_trials import all_timetables, far_apart_problems, small_problems

EXACT = (Aim.GAPS, Aim.EARLY)
SLOTS = tuple(a_slot(number, ("T1", "T2")) for number in range(4))


@st.composite
def orders(draw):
    """Draw an order of aims that can be searched for exactly."""
    choosing = draw(st.permutations(CHOOSING))
    return (*choosing[: 1 + choosing.index(Aim.VALUE)], *draw(st.permutations(EXACT)))


def rival_guests():
    """Make a hall in which the dearest pairs leave one guest without a meeting."""
    slots = [a_slot(number) for number in range(2)]
    people = [a_person(name, slots) for name in ("g1", "g2", "h1", "h2")]
    pairs = [a_candidate("g1", "h1", 9), a_candidate("g1", "h2", 9), a_candidate("g2", "h1", 1)]
    return a_problem(slots, people, pairs, min_meetings_per_guest=1)


def a_hall(**changes):
    people = [a_person(name, SLOTS) for name in ("g1", "g2", "h1", "h2")]
    return a_problem(SLOTS, people, [a_candidate("g1", "h1"), a_candidate("g2", "h1")], **changes)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(problem=small_problems() | far_apart_problems(), aims=orders())
def test_timetable_is_the_best_of_all_in_each_aim_after_another(problem, aims):
    problem = replace(problem, aims=aims)
    pairs = [candidate.pair for candidate in problem.candidates]
    best = max(rating(aims, problem, meetings) for meetings in all_timetables(problem, pairs))

    timetable = solve(problem)

    assert rating(aims, problem, timetable.meetings) == best
    assert [(one.aim, one.proven) for one in timetable.aims] == [(aim, True) for aim in aims]
    assert broken_rules(plainly(problem), plain_meetings(timetable.meetings)) == []


def test_guarantee_before_the_value_gives_every_guest_a_meeting():
    problem = rival_guests()

    dear = solve(replace(problem, aims=(Aim.VALUE, Aim.GUARANTEE)))
    fair = solve(replace(problem, aims=(Aim.GUARANTEE, Aim.VALUE)))

    assert (dear.value, fair.value) == (18, 10)
    assert [(one.aim, one.value, one.proven) for one in fair.aims] == [
        (Aim.GUARANTEE, 0, True),
        (Aim.VALUE, 10, True),
    ]


@pytest.mark.parametrize("variant", [None, "tight"])
@pytest.mark.mission
def test_mission_has_a_timetable_of_the_greatest_value_in_which_nobody_waits(variant):
    problem = problem_of(kaluga(), judged_pairs(), variant=variant, aims=MatchingRules().aims)

    timetable = solve(problem, time_limit_seconds=300)

    reached = {one.aim: (one.value, one.proven) for one in timetable.aims}
    assert reached[Aim.GAPS] == (0, True)
    assert reached[Aim.GUARANTEE][1]
    assert reached[Aim.VALUE][1]
    assert broken_rules(plainly(problem), plain_meetings(timetable.meetings)) == []


def test_wait_beside_locked_meetings_counts():
    slots = [a_slot(number, ("T1", "T2")) for number in range(5)]
    people = [a_person("g1", slots), a_person("g2", slots), a_person("h1", slots[1:4]), a_person("h2", slots)]
    held = (a_meeting("g1", "h2", slots[0]), a_meeting("g2", "h2", slots[4]))
    problem = a_problem(slots, people, [a_candidate("g1", "h1")], locked=held, aims=(Aim.VALUE, Aim.GAPS))

    timetable = solve(problem)

    assert [meeting.slot_id for meeting in timetable.meetings if meeting not in held] == [slots[1].id]
    assert [(one.value, one.proven) for one in timetable.aims] == [(1, True), (1, True)]


def test_aim_without_a_bound_is_not_proven():
    timetable = solve(replace(rival_guests(), aims=(Aim.VALUE, Aim.COMFORT)))

    assert [(one.bound is None, one.proven) for one in timetable.aims] == [(False, True), (True, False)]


@pytest.mark.parametrize(
    ("meetings", "aim", "number"),
    [
        ([a_meeting("g1", "h1", SLOTS[0]), a_meeting("g2", "h1", SLOTS[3])], Aim.GAPS, 1),
        ([a_meeting("g1", "h1", SLOTS[0]), a_meeting("g2", "h1", SLOTS[1])], Aim.GAPS, 0),
        ([a_meeting("g1", "h1", SLOTS[1]), a_meeting("g2", "h1", SLOTS[3])], Aim.EARLY, 4),
        ([a_meeting("g1", "h1", SLOTS[0]), a_meeting("g2", "h1", SLOTS[1], "T2")], Aim.TABLES, 1),
        ([a_meeting("g1", "h1", SLOTS[0]), a_meeting("g1", "h2", SLOTS[1], "T2")], Aim.TABLES, 0),
        ([a_meeting("g1", "h1", SLOTS[0])], Aim.GUARANTEE, 3),
        ([a_meeting("g1", "h1", SLOTS[0]), a_meeting("g1", "h2", SLOTS[1])], Aim.TARGET, 1),
        ([a_meeting("g1", "h1", SLOTS[0])], Aim.VALUE, 1),
    ],
)
def test_attainment_counts_what_the_aim_says(meetings, aim, number):
    assert attainment(aim, a_hall(min_meetings_per_guest=2), meetings) == number


def test_host_changes_tables_only_where_another_meeting_holds_its_own():
    slots = SLOTS[:3]
    people = [a_person(name, slots) for name in ("g1", "g2", "g3", "h1", "h2")]
    pairs = [a_candidate(guest, host) for guest in ("g1", "g2", "g3") for host in ("h1", "h2")]
    pinned = a_meeting("g1", "h1", slots[1], "T2")
    problem = a_problem(slots, people, pairs, locked=(pinned,), aims=(Aim.VALUE, Aim.GAPS, Aim.TABLES))

    timetable = solve(problem)

    assert pinned in timetable.meetings
    assert [(one.aim, one.value, one.proven) for one in timetable.aims][2] == (Aim.TABLES, 0, True)


@pytest.mark.parametrize(
    ("aims", "word"),
    [
        ((Aim.VALUE, Aim.VALUE), "twice"),
        ((Aim.GUARANTEE,), "value"),
        ((Aim.GAPS, Aim.VALUE), "order"),
        ((Aim.VALUE, Aim.TABLES, Aim.GAPS), "order"),
    ],
)
def test_order_that_makes_no_sense_is_refused(aims, word):
    with pytest.raises(ValueError, match=word):
        check_order(aims)


def test_every_aim_chooses_or_places_or_is_of_tables():
    assert {*CHOOSING, *PLACING, Aim.TABLES} == set(Aim)
