"""Timetables of given meetings: the best ones, what cannot be, and what is known when time is up."""

import threading

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from given_meetings import fewest_breaks, given_problems, is_kept, numbers_of_breaks
from matching.timetabling.fixed.instance import GivenMeetings, breaks_between
from matching.timetabling.fixed.solve import Verdict, solve
from matching.timetabling.fixed.worker import MANNERS, dumped, loaded, search


def a_round(people, tables, slots, **changes):
    """Everybody meets everybody."""
    pairs = tuple((one, other) for one in range(people) for other in range(one))
    parts = {"allowed": (frozenset(range(slots)),) * len(pairs)} | changes
    return GivenMeetings(people=people, tables=(tables,) * slots, meetings=pairs, **parts)


def found(given, manner="proof"):
    told = []
    search(given, manner, told.append)
    return told


@settings(max_examples=60, deadline=None, database=None)
@drawn(given_problems(), st.sampled_from(sorted(MANNERS)))
def test_each_search_finds_what_trying_everything_finds(problem, manner):
    told = found(problem, manner)

    best = [(message["value"], message["places"]) for message in told if "value" in message]
    assert told[-1] == {"done": bool(best)}
    assert (best[-1][0] if best else None) == fewest_breaks(problem)
    for value, places in best:
        assert is_kept(problem, places) and value == sum(numbers_of_breaks(problem, places))


@settings(max_examples=60, deadline=None, database=None)
@drawn(given_problems())
def test_no_bound_is_above_the_best_timetable(problem):
    bounds = [message["bound"] for message in found(problem, "descent") if "bound" in message]

    fewest = fewest_breaks(problem)
    assert fewest is None or max(bounds, default=0) <= fewest


def test_fairness_holds_where_everybody_must_wait():
    """Two people meet in the first and the third slot, the others as well: a break each, which differ by nothing."""
    twice = ((0, 1), (0, 1), (2, 3), (2, 3))
    ends = GivenMeetings(people=4, tables=(2, 2, 2), meetings=twice, allowed=(frozenset({0, 2}),) * 4, fairness=0)
    one_waits = GivenMeetings(
        people=4,
        tables=(2, 2, 2),
        meetings=twice,
        allowed=(frozenset({0, 2}),) * 2 + (frozenset({0, 1}),) * 2,
        fairness=0,
    )

    assert solve(ends).value == 4
    assert solve(one_waits).verdict is Verdict.INFEASIBLE


def test_people_without_meetings_count_in_fairness():
    waiting = {"meetings": ((0, 1), (0, 1)), "allowed": (frozenset({0, 2}),) * 2, "tables": (1, 1, 1)}

    assert solve(GivenMeetings(people=2, fairness=0, **waiting)).value == 2
    assert solve(GivenMeetings(people=3, fairness=0, **waiting)).verdict is Verdict.INFEASIBLE


def test_a_search_in_a_process_of_its_own_proves_the_optimum_and_tells_on_the_way():
    told = []

    outcome = solve(a_round(6, 3, 6), progress=lambda value, bound, seconds: told.append((value, bound)))

    assert (outcome.verdict, outcome.value, outcome.bound) == (Verdict.OPTIMAL, 0, 0)
    assert is_kept(a_round(6, 3, 6), outcome.places)
    assert told[-1] == (0, 0)


def test_more_meetings_than_tables_are_impossible():
    assert solve(a_round(6, 2, 7)).verdict is Verdict.INFEASIBLE


def test_a_circle_of_precedences_is_impossible():
    around = ((0, 1), (1, 2), (2, 0))

    assert solve(a_round(3, 3, 9, precedences=around)).verdict is Verdict.INFEASIBLE


def test_time_that_is_up_leaves_nothing_claimed():
    outcome = solve(a_round(6, 3, 6), time_limit_seconds=0.0)

    assert (outcome.verdict, outcome.places, outcome.bound) == (Verdict.UNKNOWN, None, 0)


def test_a_stopped_search_keeps_the_best_so_far():
    stop = threading.Event()

    outcome = solve(a_round(30, 14, 33), stop=stop, progress=lambda value, *_: value is not None and stop.set())

    assert outcome.verdict in {Verdict.FEASIBLE, Verdict.OPTIMAL}
    assert is_kept(a_round(30, 14, 33), outcome.places)


def test_a_search_that_dies_is_no_answer(monkeypatch):
    monkeypatch.setattr("matching.timetabling.fixed.solve.MANNERS", ("no such manner",))

    with pytest.raises(RuntimeError):
        solve(a_round(6, 3, 6))


@pytest.mark.parametrize(("slots", "breaks"), [((), 0), ((3,), 0), ((1, 2, 3), 0), ((0, 2, 5), 2), ((0, 4, 5), 1)])
def test_a_break_is_a_group_of_idle_slots(slots, breaks):
    assert breaks_between(slots) == breaks


@pytest.mark.parametrize(
    "changes",
    [
        {"meetings": ((0, 0),)},
        {"meetings": ((0, 2),)},
        {"allowed": ()},
        {"allowed": (frozenset({1}),)},
        {"precedences": ((0, 1),)},
    ],
)
def test_what_is_no_problem_is_refused(changes):
    parts = {"people": 2, "tables": (1,), "meetings": ((0, 1),), "allowed": (frozenset({0}),)}

    with pytest.raises(ValueError, match=r"meeting"):
        GivenMeetings(**parts | changes)


def test_a_problem_reaches_the_other_process_as_it_is():
    problem = a_round(4, 2, 4, precedences=((0, 1),), fairness=1)

    assert loaded(dumped(problem)) == problem
