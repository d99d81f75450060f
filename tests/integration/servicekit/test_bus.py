"""Outbox, relay, RabbitMQ, consumer, inbox: everything arrives, once, and nothing more."""

import json
from uuid import UUID

import pika
import pytest
from sqlalchemy import delete, func, select

import reader
import writer
from instances import wait_for, working
from notes import counting, kept, known, told, unsent, write
from servicekit import identifiers
from servicekit.bus import consumer, relay, topology
from servicekit.data import tables


def test_events_cross_the_bus_once_and_leave_the_outbox(make):
    writing, reading = make(writer.SERVICE), make(reader.SERVICE)
    words = [f"note {number:03}" for number in range(300)]

    with working(writing, reading):
        write(writing, *words)
        wait_for(lambda: len(told(reading)) >= 300)

    assert told(reading) == words
    assert unsent(writing) == 0


def test_what_was_written_before_the_relay_ran_is_sent(make):
    writing, reading = make(writer.SERVICE), make(reader.SERVICE)
    write(writing, "early")

    with working(writing, reading):
        wait_for(lambda: told(reading) == ["early"])


def test_private_event_reaches_its_listener_and_no_history(make, vhost):
    writing, reading = make(writer.SERVICE), make(reader.SERVICE)

    with working(writing, reading):
        write(writing, "a whisper", private=True)
        wait_for(lambda: told(reading) == ["a whisper"])

    assert "a whisper" not in everything_in_the_log(vhost)


def test_75_event_that_no_queue_takes_waits_and_holds_nothing_up(make, database_kind, runtime_of, addresses):
    writing = make(writer.SERVICE)

    with working(writing):
        write(writing, "a whisper", private=True)
        write(writing, "aloud")
        wait_for(lambda: unsent(writing) == 1)
        reading = make(reader.SERVICE)
        with working(reading):
            wait_for(lambda: told(reading) == ["a whisper"])


@pytest.mark.parametrize("database_kind", ["postgresql"])  # a SQLite file has one process
def test_second_relay_stands_by(make):
    writing, _reading = make(writer.SERVICE), make(reader.SERVICE)
    active, standby = relay.Relay(writing), relay.Relay(writing)
    write(writing, "one")

    with writing.database.write() as session:
        assert session.scalar(select(func.pg_try_advisory_xact_lock(relay._LOCK)))
        assert standby.step() is None

    assert active.step() == 2  # the note, and that the service was installed
    active.close()
    standby.close()
    assert unsent(writing) == 0


def test_stranger_of_the_kit_reads_cloud_events_with_pika(make, vhost):
    writing, reading = make(writer.SERVICE), make(reader.SERVICE)
    with working(writing, reading):
        write(writing, "hello")
        wait_for(lambda: told(reading) == ["hello"])

    log = everything_in_the_log(vhost)

    (event,) = [json.loads(body) for body in log.splitlines() if "note.written" in body]
    assert event["specversion"] == "1.0"
    assert event["source"] == "/ru-klu/writer"
    assert event["data"]["words"] == "hello"


def test_stopping_worker_returns_nothing_to_the_queue(make, monkeypatch):
    writing, reading = make(writer.SERVICE), make(reader.SERVICE)
    counts = []
    monkeypatch.setattr(consumer, "Subscriber", counting(consumer.Subscriber, counts))

    for turn in range(5):
        with working(writing, reading):
            write(writing, *(f"{turn} {number}" for number in range(30)))
    with working(writing, reading):
        wait_for(lambda: len(told(reading)) == 150)

    assert set(counts) == {0}


def everything_in_the_log(vhost) -> str:
    """Read the stream with a client that knows nothing of ours."""
    connection = pika.BlockingConnection(pika.URLParameters(vhost.amqp_url))
    channel = connection.channel()
    channel.basic_qos(prefetch_count=100)
    bodies = []
    try:
        for method, _properties, body in channel.consume(
            topology.LOG, arguments={"x-stream-offset": "first"}, inactivity_timeout=1
        ):
            if method is None:
                break
            bodies.append(body.decode())
            channel.basic_ack(method.delivery_tag)
    finally:
        connection.close()
    return "\n".join(bodies)


def test_65_70_71_what_strangers_put_on_the_wire_changes_nothing_that_it_should_not(make, vhost):
    writing, reading = make(writer.SERVICE), make(reader.SERVICE)
    old, new = bodies_of_two_states(writing)
    future = old.replace("written.v1", "written.v9").replace(json.loads(old)["id"], str(identifiers.fresh()))
    key = "ru-klu.note.written.v1"

    with working(reading):
        for body in ("garbage", "", new, old, new, old, '{"specversion": "0.3"}'):
            publish_raw(vhost, key, body)
        publish_raw(vhost, "ru-klu.note.written.v9", future)
        wait_for(lambda: len(told(reading)) == 2)
        write_after = bodies_of_two_states(writing)
        publish_raw(vhost, key, write_after[0])
        wait_for(lambda: len(told(reading)) == 3)

    dead = [row for row in kept(reading) if not row.source.startswith("history:")]
    assert known(reading)[UUID(json.loads(old)["subject"])] == ("new", 2)
    assert len(dead) == 4
    assert all(row.retry_at is None for row in dead)


@pytest.mark.parametrize("key", ["ru-kya.note.written.v1", "ru-klu.note.written.v2"])
def test_73_event_under_a_key_that_is_not_its_own_is_a_dead_letter(make, vhost, key):
    writing, reading = make(writer.SERVICE), make(reader.SERVICE)
    old, _ = bodies_of_two_states(writing)

    with working(reading):
        publish_raw(vhost, key, old)
        (dead,) = wait_for(lambda: kept(reading))
        publish_raw(vhost, "ru-klu.note.written.v1", old)
        wait_for(lambda: told(reading) == ["old"])

    assert dead.retry_at is None
    assert key in dead.error


def bodies_of_two_states(runtime):
    """Write a note in two states and return both events, taken out of the outbox."""
    with runtime.database.write() as session:
        note = writer.write_note(session, "old")
    with runtime.database.write() as session:
        writer.change_note(session, note.id, "new")
    with runtime.database.write() as session:
        mine = tables.outbox.c.body.contains(str(note.id))
        found = list(session.scalars(select(tables.outbox.c.body).where(mine).order_by(tables.outbox.c.seq)))
        session.execute(delete(tables.outbox))
    return found


def publish_raw(vhost, key, body):
    """Publish with a client that is not ours, and with all rights."""
    connection = pika.BlockingConnection(pika.URLParameters(vhost.amqp_url))
    connection.channel().basic_publish(topology.EVENTS, key, body.encode())
    connection.close()
