"""Events that fail are parked alone, tried again, and are dead letters after the last try."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError

import reader
from letters_dead import due_now, parked
from notes import effects, kept, written
from servicekit.bus import inbox, parking, retries
from servicekit.data.database import DatabaseAwayError


def test_76_poison_in_a_batch_parks_alone(writing, reading):
    batch = [written(writing, f"note {number:03}")[0] for number in range(30)]

    with reader.unbearable("note 007"):
        inbox.receive(reading, batch)

    told, known = effects(reading)
    assert len(told) == 29 and "note 007" not in told and len(known) == 29
    (parked,) = kept(reading)
    assert parked.attempts == 1 and parked.retry_at is not None and "PoisonError" in parked.error


def test_event_that_the_database_refuses_parks_alone(writing, reading, caplog):
    batch = [written(writing, words)[0] for words in ("before", "twice", "after")]

    inbox.receive(reading, batch)

    assert effects(reading)[0] == ["after", "before"]
    (parked,) = kept(reading)
    assert "IntegrityError" in parked.error
    due_now(reading)
    assert retries.retry_due(reading)
    assert "'two'" not in caplog.text + parked.error


def test_parked_snapshot_still_tells_nothing_new(writing, reading, monkeypatch):
    (body,) = written(writing, "state")
    snapshot = json.dumps(json.loads(body) | {"snapshot": True})
    monkeypatch.setattr(reader, "keep_note_hurts", True)
    inbox.receive(reading, [snapshot])
    monkeypatch.undo()

    due_now(reading)
    assert retries.retry_due(reading)

    assert effects(reading) == ([], [("state", 1)])


def test_parked_event_takes_effect_when_its_time_has_come(writing, reading):
    batch = written(writing, "bitter")
    with reader.unbearable("bitter"):
        inbox.receive(reading, batch)

    due_now(reading)
    assert retries.retry_due(reading)

    assert effects(reading) == (["bitter"], [("bitter", 1)])
    assert not retries.retry_due(reading)


def test_76_event_that_never_works_is_a_dead_letter_after_eight_tries(writing, reading):
    batch = written(writing, "hopeless")

    with reader.unbearable("hopeless"):
        inbox.receive(reading, batch)
        for _ in range(parking.MAX_ATTEMPTS - 1):
            due_now(reading)
            retries.retry_due(reading)

    (dead,) = kept(reading)
    assert dead.attempts == parking.MAX_ATTEMPTS and dead.retry_at is None
    assert effects(reading) == ([], [])


def test_try_that_the_database_cuts_short_counts_for_nothing(writing, reading, monkeypatch):
    parked(writing, reading, "hopeless")
    busy = OperationalError("INSERT", {}, sqlite3.OperationalError("database is locked"))
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(retries, "_again", raising(busy))
        for _ in range(2 * parking.MAX_ATTEMPTS):
            due_now(reading)
            with pytest.raises((OperationalError, DatabaseAwayError)):  # busy as a file, away as a server
                retries.retry_due(reading)

    due_now(reading)
    assert retries.retry_due(reading)
    assert effects(reading)[0] == ["hopeless"]


def test_try_that_fails_at_its_end_for_the_events_own_sake_is_counted(writing, reading, monkeypatch):
    parked(writing, reading, "hopeless")
    monkeypatch.setattr(parking, "settle", raising(ValueError("no end")))

    due_now(reading)
    with pytest.raises(ValueError, match="no end"):
        retries.retry_due(reading)

    assert reading.cut_short == set()
    assert [row.attempts for row in kept(reading)] == [2]


def test_last_try_that_killed_its_worker_makes_a_dead_letter_that_is_told_of(writing, reading, caplog):
    parked(writing, reading, "hopeless")
    for _ in range(parking.MAX_ATTEMPTS - 1):
        due_now(reading)
        with reading.database.write() as session:
            assert parking.begin_try(session)
    due_now(reading)

    assert not retries.retry_due(reading)

    (dead,) = kept(reading)
    assert (dead.attempts, dead.retry_at) == (parking.MAX_ATTEMPTS, None)
    assert "event died" in caplog.messages


def test_parked_event_of_a_clock_that_was_put_back_is_tried_again(writing, reading, monkeypatch):
    with monkeypatch.context() as ahead:
        ahead.setattr(parking, "machine_now", lambda: datetime.now(UTC) + timedelta(days=400))
        parked(writing, reading, "hopeless")

    assert retries.retry_due(reading)

    assert effects(reading)[0] == ["hopeless"]


def test_parked_event_of_a_clock_a_little_ahead_keeps_its_time(writing, reading, monkeypatch):
    with monkeypatch.context() as ahead:
        ahead.setattr(parking, "machine_now", lambda: datetime.now(UTC) + timedelta(minutes=5))
        parked(writing, reading, "hopeless")

    assert not retries.retry_due(reading)


def raising(error):
    def fail(*_):
        raise error

    return fail
