"""What time brings happens once when it is due, whoever ticks, on a clock that may be moved."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

import writer
from servicekit import worker
from servicekit.auth.actors import OPERATOR
from servicekit.data import clock
from servicekit.operations import clock as clock_api
from servicekit.service import Schedule
from writer import write_note


@pytest.fixture
def scheduled(runtime_of):
    def ring(session, now, actor):
        write_note(session, f"{now:%Y-%m-%d}")

    service = replace(writer.SERVICE, schedules=(Schedule(name="bell", every=timedelta(days=1), run=ring),))
    return runtime_of(service)


def notes(runtime):
    with runtime.database.read() as session:
        return sorted(note.words for note in session.query(writer.Note))


def set_clock(runtime, at):
    with runtime.database.write() as session:
        clock_api.set_clock(session, at, OPERATOR)


def test_schedule_runs_once_until_it_is_due_again(scheduled):
    assert worker.tick(scheduled)
    assert not worker.tick(scheduled)

    assert len(notes(scheduled)) == 1


def test_64_schedule_of_a_clock_that_was_put_back_is_due(scheduled, monkeypatch):
    with monkeypatch.context() as ahead:
        ahead.setattr(clock, "machine_now", lambda: datetime.now(UTC) + timedelta(days=400))
        worker.tick(scheduled)

    assert worker.tick(scheduled)
    assert not worker.tick(scheduled)


def test_64_schedule_that_a_clock_a_little_ahead_has_run_waits(scheduled, monkeypatch):
    with monkeypatch.context() as ahead:
        ahead.setattr(clock, "machine_now", lambda: datetime.now(UTC) + timedelta(minutes=5))
        worker.tick(scheduled)

    assert not worker.tick(scheduled)


def test_schedule_that_has_more_to_do_runs_again_at_once(runtime_of):
    left = [True, True, False]
    service = replace(
        writer.SERVICE, schedules=(Schedule(name="bell", every=timedelta(days=1), run=lambda *_: left.pop(0)),)
    )
    runtime = runtime_of(service)

    assert [worker.tick(runtime) for _ in range(4)] == [True, True, True, False]


def test_schedule_runs_once_whoever_ticks_at_the_same_time(scheduled):
    threads = [threading.Thread(target=worker.tick, args=(scheduled,)) for _ in range(6)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(notes(scheduled)) == 1


def test_64_schedule_follows_the_moved_clock_back_and_forth(scheduled):
    worker.tick(scheduled)
    for day in (datetime(2024, 12, 10, tzinfo=UTC), datetime(2025, 3, 12, tzinfo=UTC)):
        set_clock(scheduled, day)
        worker.tick(scheduled)

    assert notes(scheduled)[:2] == ["2024-12-10", "2025-03-12"]


def test_failing_schedule_leaves_no_trace_and_stays_due(runtime_of):
    def fail(session, now, actor):
        write_note(session, "half")
        raise RuntimeError

    runtime = runtime_of(replace(writer.SERVICE, schedules=(Schedule(name="bell", every=timedelta(days=1), run=fail),)))

    for _ in range(2):
        worker.tick(runtime)

    assert notes(runtime) == []


def test_failing_schedule_starves_none_after_it(runtime_of):
    def fail(session, now, actor):
        raise RuntimeError

    def ring(session, now, actor):
        write_note(session, "rung")

    days = timedelta(days=1)
    both = (Schedule(name="bad", every=days, run=fail), Schedule(name="good", every=days, run=ring))
    runtime = runtime_of(replace(writer.SERVICE, schedules=both))

    worker.tick(runtime)

    assert notes(runtime) == ["rung"]


def test_clock_stands_where_it_may_not_be_moved(runtime_of):
    runtime = runtime_of(writer.SERVICE, movable_clock="false")

    with pytest.raises(clock_api.ClockStandsError):
        set_clock(runtime, datetime(2024, 12, 10, tzinfo=UTC))

    with runtime.database.read() as session:
        assert abs(clock.now(session) - clock.machine_now()) < timedelta(seconds=5)
