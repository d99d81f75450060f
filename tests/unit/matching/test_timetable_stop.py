"""A search that is stopped gives the whole timetable that it has, and claims no more than it has shown."""

import threading
import time

import pytest

from matching.timetabling.exact.solve import solve
from matching.timetabling.repair import repair
from timetable_checker import broken_rules
from timetable_problems import judged_pairs, kaluga, plain_meetings, plainly, problem_of

LIMIT = 120.0


@pytest.fixture(scope="module")
def problem():
    return problem_of(kaluga(), judged_pairs())


@pytest.fixture
def stop():
    """Somebody who has had enough before it begins."""
    event = threading.Event()
    event.set()
    return event


def test_stopped_search_gives_a_whole_timetable_at_once(problem, stop):
    began = time.process_time()

    found = solve(problem, time_limit_seconds=LIMIT, stop=stop)

    assert time.process_time() - began < LIMIT / 4
    assert found.meetings
    assert broken_rules(plainly(problem), plain_meetings(found.meetings)) == []
    assert found.value <= found.bound


def test_search_is_stopped_while_it_runs(problem):
    stop = threading.Event()
    timer = threading.Timer(0.5, stop.set)
    timer.start()

    found = solve(problem, time_limit_seconds=LIMIT, stop=stop)

    timer.join()
    assert broken_rules(plainly(problem), plain_meetings(found.meetings)) == []
    assert found.seconds < LIMIT / 2


def test_stopped_repair_keeps_what_can_stand(problem, stop):
    meetings = solve(problem, time_limit_seconds=LIMIT, stop=stop).meetings
    late = meetings[0].guest_id

    found = repair(problem, meetings, frozenset({late}), fill=True, time_limit_seconds=LIMIT, stop=stop)

    assert {meeting.pair for meeting in found.meetings} == {meeting.pair for meeting in meetings}
    assert broken_rules(plainly(problem), plain_meetings(found.meetings)) == []
