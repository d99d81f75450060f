"""Outbox, relay, RabbitMQ, consumer, inbox: with the rights of `caravan broker setup` and no more."""

import json
import threading
import time
from uuid import UUID

import amqp
import pika
import pytest
from sqlalchemy import delete, func, select

import reader
import writer
from instances import set_up, wait_for, working
from servicekit import bus, identifiers, membership, relay, tables, topology
from servicekit.installation import install


@pytest.fixture
def addresses(vhost):
    return set_up(vhost, [writer.SERVICE, reader.SERVICE], homes=("RU-KLU",))


@pytest.fixture
def make(runtime_of, addresses):
    def installed(service, **settings):
        runtime = runtime_of(service, broker_url=addresses[service.name], homes="RU-KLU", **settings)
        install(runtime)
        return runtime

    return installed


def write(runtime, *words, private=False):
    for one in words:
        with runtime.database.write() as session:
            writer.write_note(session, one, private=private)


def told(runtime):
    with runtime.database.read() as session:
        return reader.told(session)


def unsent(runtime):
    with runtime.database.read() as session:
        return session.scalar(select(func.count()).select_from(tables.outbox))


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


def test_private_event_waits_for_its_listener_and_holds_nothing_up(make, database_kind, runtime_of, addresses):
    writing = make(writer.SERVICE)

    with working(writing):
        write(writing, "a whisper", private=True)
        write(writing, "aloud")
        wait_for(lambda: unsent(writing) == 1)
        reading = make(reader.SERVICE)
        with working(reading):
            wait_for(lambda: told(reading) == ["a whisper"])


def test_late_service_ends_equal_in_its_copies(make):
    writing, there = make(writer.SERVICE), make(reader.SERVICE)
    with working(writing, there):
        write(writing, *[f"note {number}" for number in range(1000)])
        wait_for(lambda: len(told(there)) == 1000, 60)

    with there.database.write() as session:
        before = reader.known(session)
        for table in (reader.NoteCopy.__table__, reader.Told.__table__, tables.inbox, tables.membership):
            session.execute(delete(table))
    with bus_link(there) as link:
        link.channel.queue_delete(topology.queue_of("reader"))
    install(there)

    with working(writing, there):
        wait_for(lambda: known(there) == before)
    assert told(there) == []


def test_deleted_queue_heals_reactions_included(make, vhost):
    writing, reading = make(writer.SERVICE), make(reader.SERVICE)
    with working(writing, reading):
        write(writing, "before")
        wait_for(lambda: told(reading) == ["before"])
    with bus_link(reading) as link:
        link.channel.queue_delete(topology.queue_of("reader"))
    with working(writing):
        write(writing, *(f"while away {number}" for number in range(50)))
        wait_for(lambda: unsent(writing) == 0)

    with working(writing, reading):
        write(writing, "after")
        wait_for(lambda: len(told(reading)) == 52)

    assert len(set(told(reading))) == 52


def test_queue_that_is_installed_again_after_its_loss_heals(make):
    writing, reading = make(writer.SERVICE), make(reader.SERVICE)
    with working(writing, reading):
        write(writing, "before")
        wait_for(lambda: told(reading) == ["before"])
    with bus_link(reading) as link:
        link.channel.queue_delete(topology.queue_of("reader"))
    with working(writing):
        write(writing, "lost")
        wait_for(lambda: unsent(writing) == 0)

    install(reading)
    with working(writing, reading):
        wait_for(lambda: told(reading) == ["before", "lost"])


def test_queue_deleted_under_a_running_consumer_heals(make):
    writing, reading = make(writer.SERVICE), make(reader.SERVICE)

    with working(writing, reading):
        write(writing, "before")
        wait_for(lambda: told(reading) == ["before"])
        with bus_link(reading) as link:
            link.channel.queue_delete(topology.queue_of("reader"))
        write(writing, "after")
        wait_for(lambda: told(reading) == ["after", "before"])


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


def test_service_speaks_only_its_own_words_of_its_own_home(make, addresses):
    make(writer.SERVICE)

    for forbidden in ("ru-klu.note.written.v1", "ru-oms.service.installed.v1"):
        with bus_link_to(addresses["reader"]) as link:
            link.channel.confirm_select()
            with pytest.raises(amqp.AccessRefused):
                publish_and_wait(link, forbidden)


def test_service_that_hears_nothing_private_cannot_listen_to_it(make, addresses):
    make(writer.SERVICE)

    with bus_link_to(addresses["writer"]) as link, pytest.raises(amqp.AccessRefused):
        link.channel.queue_bind(topology.queue_of("writer"), topology.PRIVATE, "#")


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


def test_setup_can_be_run_again(vhost, addresses):
    assert set_up(vhost, [writer.SERVICE, reader.SERVICE], homes=("RU-KLU",)) == addresses


def test_worker_is_not_served_before_it_is_installed(runtime_of, addresses):
    runtime = runtime_of(reader.SERVICE, broker_url=addresses["reader"])
    with runtime.database.write() as session:
        session.execute(delete(tables.membership))

    with working(runtime):
        time.sleep(0.5)

    with runtime.database.read() as session:
        assert membership.find(session) is None


def test_stopping_worker_returns_nothing_to_the_queue(make, vhost):
    writing, reading = make(writer.SERVICE), make(reader.SERVICE)

    for turn in range(5):
        with working(writing, reading):
            write(writing, *(f"{turn} {number}" for number in range(30)))
    with working(writing, reading):
        wait_for(lambda: len(told(reading)) == 150)

    assert threading.active_count() < 60


def known(runtime):
    with runtime.database.read() as session:
        return reader.known(session)


def publish_and_wait(link, key):
    link.channel.basic_publish(amqp.Message("{}"), exchange=topology.EVENTS, routing_key=key)
    for _ in range(20):
        link.connection.drain_events(timeout=1)


def bus_link(runtime):
    return bus_link_to(runtime.settings.broker_url)


class bus_link_to:  # noqa: N801  # reads as a function
    def __init__(self, url):
        self.link = bus.Link(url, 0)

    def __enter__(self):
        return self.link

    def __exit__(self, *_):
        self.link.close()


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


def test_what_strangers_put_on_the_wire_changes_nothing_that_it_should_not(make, vhost):
    writing, reading = make(writer.SERVICE), make(reader.SERVICE)
    old, new = bodies_of_two_states(writing)
    future = old.replace("written.v1", "written.v9").replace(json.loads(old)["id"], str(identifiers.fresh()))
    key = "ru-klu.note.written.v1"

    with working(reading):
        for body in ("garbage", "", new, old, new, old, future, '{"specversion": "0.3"}'):
            publish_raw(vhost, key, body)
        wait_for(lambda: len(told(reading)) == 2)
        write_after = bodies_of_two_states(writing)
        publish_raw(vhost, key, write_after[0])
        wait_for(lambda: len(told(reading)) == 3)

    with reading.database.read() as session:
        copies = reader.known(session)
        kept = session.execute(select(tables.inbox).where(tables.inbox.c.body.is_not(None))).all()
    dead = [row for row in kept if not row.source.startswith("history:")]
    assert copies[UUID(json.loads(old)["subject"])] == ("new", 2)
    assert len(dead) == 4
    assert all(row.retry_at is None for row in dead)


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
