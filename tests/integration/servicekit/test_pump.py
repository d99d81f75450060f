"""Without a broker the outboxes are the bus: nothing is lost, nothing happens twice."""

import json

import pytest
from sqlalchemy import delete, select, update

import reader
import writer
from notes import kept, known, told, unsent, write
from servicekit import identifiers
from servicekit.bus import inbox, membership, retries, topology
from servicekit.bus.in_process import Pump
from servicekit.data import clock, tables


@pytest.fixture
def pair(runtime_of):
    return runtime_of(writer.SERVICE), runtime_of(reader.SERVICE)


def carry(pump):
    while pump.round():
        pass


def test_events_are_carried_and_stay_as_history(pair):
    writing, reading = pair
    write(writing, *(f"note {number:03}" for number in range(450)))

    carry(Pump(pair))

    assert len(told(reading)) == 450
    assert unsent(writing) == 0


def test_event_that_killed_process_after_process_is_parked_and_takes_no_neighbour_with_it(pair):
    writing, reading = pair
    write(writing, "one", "deadly", "two")

    with reader.deadly("deadly"):
        for _ in range(inbox.SUSPICIOUS_TRIES):
            with pytest.raises(reader.DeathError):
                carry(Pump(pair))
        before = kept(reading)
        carry(Pump(pair))
        parked = kept(reading)
        due_now(reading)
        tried = [tried_alone(reading) for _ in parked]

    assert before == []
    assert [row.type for row in parked].count("caravan.note.written.v1") == 3
    assert unsent(writing) == 0
    assert tried.count("died") == 1
    assert told(reading) == ["one", "two"]


def tried_alone(runtime):
    try:
        return "done" if retries.retry_due(runtime) else "nothing"
    except reader.DeathError:
        return "died"


def due_now(runtime):
    with runtime.database.write() as session:
        session.execute(update(tables.inbox).values(retry_at=clock.machine_now()))


def test_batch_that_one_process_did_not_survive_is_carried_by_the_next(pair):
    writing, reading = pair
    write(writing, "one", "two")

    with reader.deadly("two"), pytest.raises(reader.DeathError):
        carry(Pump(pair))
    carry(Pump(pair))

    assert told(reading) == ["one", "two"]
    assert kept(reading) == []


def test_event_that_took_the_place_of_a_deleted_one_is_carried_too(pair, monkeypatch):
    """As an erasure does: it deletes what was to be told of a person, the newest row, and tells something else."""
    writing, reading = pair
    write(writing, "one")
    write(writing, "of somebody", private=True)
    receive = inbox.receive

    def erasing(runtime, bodies):
        receive(runtime, bodies)
        with writing.database.write() as session:
            theirs = delete(tables.outbox).where(tables.outbox.c.exchange == topology.PRIVATE)
            if session.execute(theirs).rowcount:
                writer.write_note(session, "two")

    monkeypatch.setattr(inbox, "receive", erasing)
    carry(Pump(pair))

    assert told(reading) == ["of somebody", "one", "two"]


def test_private_event_is_carried_to_who_listens(pair):
    writing, reading = pair
    write(writing, "a whisper", private=True)

    carry(Pump(pair))

    assert told(reading) == ["a whisper"]


def test_kill_between_effect_and_mark_repeats_the_event_without_effect(pair, monkeypatch):
    writing, reading = pair
    write(writing, "once")
    monkeypatch.setattr("servicekit.bus.in_process.machine_now", killed)
    with pytest.raises(KilledError):
        carry(Pump(pair))
    monkeypatch.undo()
    assert unsent(writing) > 0

    carry(Pump(pair))

    assert told(reading) == ["once"]
    assert unsent(writing) == 0


class KilledError(Exception):
    """The process is gone."""


def killed():
    raise KilledError


def test_poison_holds_nothing_up(pair):
    writing, reading = pair
    write(writing, "a", "b", "c")

    with reader.unbearable("b"):
        carry(Pump(pair))

    assert told(reading) == ["a", "c"]
    assert unsent(writing) == 0


def test_unreadable_unknown_and_stale_rows_change_nothing_that_they_should_not(pair):
    writing, reading = pair
    with writing.database.write() as session:
        note = writer.write_note(session, "old")
    with writing.database.write() as session:
        writer.change_note(session, note.id, "new")
    with writing.database.write() as session:
        rows = session.execute(select(tables.outbox).order_by(tables.outbox.c.seq)).all()
        old = next(row for row in rows if "old" in row.body)
        session.execute(delete(tables.outbox).where(tables.outbox.c.seq == old.seq))
        bodies = [
            "garbage",
            old.body.replace("written.v1", "written.v9").replace(str(old.event_id), str(identifiers.fresh())),
            old.body,
        ]
        key = {"exchange": old.exchange, "routing_key": old.routing_key}
        for body in bodies:
            session.execute(tables.outbox.insert().values(event_id=identifiers.fresh(), body=body, **key))

    carry(Pump(pair))

    assert list(known(reading).values()) == [("new", 2)]
    dead = kept(reading)
    assert len(dead) == 2
    assert all(row.retry_at is None for row in dead)
    assert told(reading) == ["new", "old"]


def test_late_service_reads_history_through_its_state_handlers(pair, runtime_of):
    writing, there = pair
    write(writing, *(f"note {number}" for number in range(300)))
    carry(Pump(pair))
    late = runtime_of(reader.SERVICE)

    carry(Pump([writing, late]))

    assert known(late) == known(there)
    assert told(late) == []
    with late.database.read() as session:
        assert membership.find(session).joined


def test_replayed_snapshot_leaves_live_reactions_alone(pair):
    writing, reading = pair
    write(writing, "live")
    with writing.database.read() as session:
        body = session.scalars(select(tables.outbox.c.body).where(tables.outbox.c.body.contains("live"))).one()
    inbox.receive(reading, [json.dumps(json.loads(body) | {"snapshot": True})])

    carry(Pump(pair))

    assert told(reading) == ["live"]


def test_sent_rows_come_back_without_effect(pair):
    writing, reading = pair
    write(writing, "once")
    carry(Pump(pair))
    with writing.database.write() as session:
        session.execute(update(tables.outbox).values(sent_at=None))

    carry(Pump(pair))

    assert told(reading) == ["once"]
