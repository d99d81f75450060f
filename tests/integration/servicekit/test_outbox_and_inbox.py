"""Whatever the bus repeats, reorders or breaks: each event's effect exactly once, at the consumer's door."""

import json
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

import reader
import writer
from contracts.event import Origin, read, to_wire
from servicekit import clock, identifiers, inbox, outbox, parking, retries, tables
from servicekit.database import DatabaseAwayError
from servicekit.runtime import Runtime

VALID = {
    "specversion": "1.0",
    "id": str(identifiers.fresh()),
    "source": "/ru-klu/writer",
    "type": "caravan.note.written.v1",
    "subject": "x",
    "time": "2024-12-10T07:00:00Z",
    "subjectversion": 1,
    "data": {},
}


@pytest.fixture
def writing(runtime_of):
    return runtime_of(writer.SERVICE)


@pytest.fixture
def reading(runtime_of):
    return runtime_of(reader.SERVICE)


def bodies(runtime: Runtime) -> list[str]:
    with runtime.database.read() as session:
        rows = session.execute(select(tables.outbox).order_by(tables.outbox.c.seq))
        return [row.body for row in rows if ".note." in row.routing_key]


def written(runtime: Runtime, *states: str) -> list[str]:
    """Write one note through several states and return the bodies of its events."""
    with runtime.database.write() as session:
        note = writer.write_note(session, states[0])
    for words in states[1:]:
        with runtime.database.write() as session:
            writer.change_note(session, note.id, words)
    return bodies(runtime)[-len(states) :]


def inbox_rows(runtime: Runtime):
    with runtime.database.read() as session:
        return session.execute(select(tables.inbox)).all()


def effects(runtime: Runtime):
    with runtime.database.read() as session:
        return reader.told(session), sorted(reader.known(session).values())


def test_rolled_back_transaction_leaves_no_event(writing):
    def fail() -> None:
        with writing.database.write() as session:
            writer.write_note(session, "never")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert bodies(writing) == []


def test_event_carries_the_number_of_each_state(writing):
    first, second = written(writing, "one", "two")

    assert [read(first).subjectversion, read(second).subjectversion] == [1, 2]


def test_event_over_the_limit_is_refused_where_it_is_written(writing):
    with pytest.raises(outbox.EventTooLargeError), writing.database.write() as session:
        writer.write_note(session, "x" * 300_000)

    assert bodies(writing) == []


def test_aggregate_of_another_home_is_not_changed_here(runtime_of):
    elsewhere = runtime_of(writer.SERVICE, homes="RU-OMS")

    with pytest.raises(outbox.ForeignAggregateError), elsewhere.database.write() as session:
        writer.write_note(session, "not ours")


def test_duplicates_within_and_across_batches_take_effect_once(writing, reading):
    (body,) = written(writing, "once")

    inbox.receive(reading, [body, body])
    inbox.receive(reading, [body])

    assert effects(reading) == (["once"], [("once", 1)])


def test_older_state_changes_no_copy_when_it_comes_late(writing, reading):
    first, second = written(writing, "old", "new")

    inbox.receive(reading, [second])
    inbox.receive(reading, [first])

    assert effects(reading)[1] == [("new", 2)]


def test_poison_in_a_batch_parks_alone(writing, reading):
    batch = [written(writing, f"note {number:03}")[0] for number in range(30)]

    with reader.unbearable("note 007"):
        inbox.receive(reading, batch)

    told, known = effects(reading)
    assert len(told) == 29 and "note 007" not in told and len(known) == 29
    (parked,) = [row for row in inbox_rows(reading) if row.body]
    assert parked.attempts == 1 and parked.retry_at is not None and "PoisonError" in parked.error


def test_event_that_the_database_refuses_parks_alone(writing, reading, caplog):
    batch = [written(writing, words)[0] for words in ("before", "twice", "after")]

    inbox.receive(reading, batch)

    assert effects(reading)[0] == ["after", "before"]
    (parked,) = [row for row in inbox_rows(reading) if row.body]
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


def test_event_that_never_works_is_a_dead_letter_after_eight_tries(writing, reading):
    batch = written(writing, "hopeless")

    with reader.unbearable("hopeless"):
        inbox.receive(reading, batch)
        for _ in range(parking.MAX_ATTEMPTS - 1):
            due_now(reading)
            retries.retry_due(reading)

    (dead,) = [row for row in inbox_rows(reading) if row.body]
    assert dead.attempts == parking.MAX_ATTEMPTS and dead.retry_at is None
    assert effects(reading) == ([], [])


def test_try_that_the_database_cuts_short_counts_for_nothing(writing, reading, monkeypatch):
    parked_once(writing, reading)
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
    parked_once(writing, reading)
    monkeypatch.setattr(parking, "settle", raising(ValueError("no end")))

    due_now(reading)
    with pytest.raises(ValueError, match="no end"):
        retries.retry_due(reading)

    assert reading.cut_short == set()
    assert [row.attempts for row in inbox_rows(reading) if row.body] == [2]


def test_last_try_that_killed_its_worker_makes_a_dead_letter_that_is_told_of(writing, reading, caplog):
    parked_once(writing, reading)
    for _ in range(parking.MAX_ATTEMPTS - 1):
        due_now(reading)
        with reading.database.write() as session:
            assert parking.begin_try(session)
    due_now(reading)

    assert not retries.retry_due(reading)

    (dead,) = [row for row in inbox_rows(reading) if row.body]
    assert (dead.attempts, dead.retry_at) == (parking.MAX_ATTEMPTS, None)
    assert "event died" in caplog.messages


def test_parked_event_of_a_clock_that_was_put_back_is_tried_again(writing, reading, monkeypatch):
    with monkeypatch.context() as ahead:
        ahead.setattr(parking, "machine_now", lambda: datetime.now(UTC) + timedelta(days=400))
        parked_once(writing, reading)

    assert retries.retry_due(reading)

    assert effects(reading)[0] == ["hopeless"]


def test_parked_event_of_a_clock_a_little_ahead_keeps_its_time(writing, reading, monkeypatch):
    with monkeypatch.context() as ahead:
        ahead.setattr(parking, "machine_now", lambda: datetime.now(UTC) + timedelta(minutes=5))
        parked_once(writing, reading)

    assert not retries.retry_due(reading)


def parked_once(writing, reading):
    batch = written(writing, "hopeless")
    with reader.unbearable("hopeless"):
        inbox.receive(reading, batch)


def raising(error):
    def fail(*_):
        raise error

    return fail


def due_now(runtime: Runtime) -> None:
    with runtime.database.write() as session:
        parked = tables.inbox.c.retry_at.is_not(None)
        session.execute(update(tables.inbox).where(parked).values(retry_at=clock.machine_now()))


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(VALID | {"subjectversion": float("inf")}),
        json.dumps(VALID | {"subjectversion": 1e300}),
        json.dumps(VALID | {"time": "0001-01-01T00:00:00+14:00"}),
        json.dumps(VALID | {"time": "9999-12-31T23:59:59-14:00"}),
        json.dumps(VALID | {"id": None}),
        json.dumps(VALID | {"source": "x" * 300}),
        json.dumps(VALID | {"type": 7}),
        "",
        "no json",
        "[]",
        "{}",
        '{"specversion": "0.3"}',
        '{"specversion": "1.0", "id": "7"}',
        "\x00",
        "[" * 50_000,
    ],
)
def test_unreadable_body_is_parked_dead_at_once_and_the_rest_goes_on(writing, reading, body):
    good = written(writing, "good")

    inbox.receive(reading, [body, *good, body])

    assert effects(reading)[0] == ["good"]
    (dead,) = [row for row in inbox_rows(reading) if row.error]
    assert dead.retry_at is None


def test_unknown_major_version_is_parked_and_not_retried(writing, reading):
    body = written(writing, "future")[0].replace("note.written.v1", "note.written.v2")

    inbox.receive(reading, [body])

    (dead,) = [row for row in inbox_rows(reading) if row.error]
    assert "UnknownVersion" in dead.error and dead.retry_at is None
    assert effects(reading) == ([], [])


def test_data_that_breaks_the_contract_is_parked_and_not_retried(writing, reading):
    envelope = json.loads(written(writing, "fine")[0])
    del envelope["data"]["words"]

    inbox.receive(reading, [json.dumps(envelope)])

    (dead,) = [row for row in inbox_rows(reading) if row.error]
    assert "words" in dead.error and dead.retry_at is None


def test_unknown_type_and_unknown_fields_are_ignored(writing, reading):
    envelope = json.loads(written(writing, "known")[0])
    envelope["data"]["more"], envelope["extra"] = 1, "x"
    stranger = envelope | {"id": str(identifiers.fresh()), "type": "caravan.weather.changed.v1"}

    inbox.receive(reading, [json.dumps(stranger), json.dumps(envelope)])

    assert effects(reading) == (["known"], [("known", 1)])
    assert not [row for row in inbox_rows(reading) if row.error]


def test_event_that_is_not_for_the_service_leaves_nothing_in_its_inbox(writing):
    inbox.receive(writing, written(writing, "hello"))

    assert inbox_rows(writing) == []


def test_snapshot_writes_the_copy_and_leaves_the_live_event_its_reaction(writing, reading):
    (body,) = written(writing, "state")
    snapshot = json.dumps(json.loads(body) | {"snapshot": True})

    inbox.receive(reading, [snapshot])
    assert effects(reading) == ([], [("state", 1)])

    inbox.receive(reading, [body])
    assert effects(reading) == (["state"], [("state", 1)])


def test_replay_runs_state_handlers_alone(writing, reading):
    history = written(writing, "a", "b")

    inbox.replay(reading, history)

    assert effects(reading) == ([], [("b", 2)])


def test_bad_events_hold_up_no_replay_and_take_no_live_event_away(writing, reading):
    (good,) = written(writing, "good")
    future = good.replace("written.v1", "written.v9")

    inbox.replay(reading, ["garbage", future, good])
    inbox.receive(reading, [good])

    assert effects(reading) == (["good"], [("good", 1)])
    (dead,) = [row for row in inbox_rows(reading) if row.error]
    assert dead.source.startswith("history:") and dead.retry_at is None


def test_wire_form_reads_back_to_the_same_event():
    note = writer.NoteWritten(note_id=identifiers.fresh(), words="so «said»")
    origin = Origin(
        id=identifiers.fresh(), source="/ru-klu/writer", subject="x", time=clock.machine_now(), subjectversion=3
    )

    envelope = read(to_wire(note, origin))

    assert (envelope.id, envelope.source, envelope.subjectversion) == (origin.id, origin.source, 3)
    assert replace(envelope, data=None).type == "caravan.note.written.v1"
