"""A database that goes away is no failure of an event: the batch waits in hand, and nothing is lost or counted."""

import threading
import time

import pika
import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

import reader
import writer
from instances import installed_apart, set_up, wait_for, working
from notes import counting, kept, told, unsent, write
from servers.postgres import Database, connect
from servers.proxy import Mode
from servicekit.bus import consumer, topology
from servicekit.service import assemble

SERVICES = (writer.SERVICE, reader.SERVICE)
HEARTBEAT_SECONDS = 5
"""Longer than any piece of the wait for a database: what keeps the connection must be the wait itself."""
AWAY_SECONDS = 18
"""The broker gives a connection up that is silent for three heartbeats. `make faults` stays away for five minutes."""
MOMENT_SECONDS = 6
FULL = """
CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;
CREATE TRIGGER full_disk BEFORE INSERT ON inbox FOR EACH STATEMENT EXECUTE FUNCTION full_disk();
"""
UNKNOWN = FULL.replace("53100", "XX000")
NOT_FULL = "DROP FUNCTION full_disk CASCADE"
READ_ONLY = "ALTER DATABASE {} SET default_transaction_read_only = on"
WRITABLE = "ALTER DATABASE {} RESET default_transaction_read_only"


@pytest.fixture
def runtimes(vhost, proxy, postgres_url):
    """A writer on a database that stays, and a reader on one behind a proxy."""
    addresses = set_up(vhost, SERVICES)
    with Database(postgres_url) as stays, Database(postgres_url) as goes:
        door = proxy(goes.url)
        urls = {"writer": stays.url, "reader": door.through(goes.url)}
        made = installed_apart(SERVICES, addresses, urls, CARAVAN_BROKER_HEARTBEAT_SECONDS=str(HEARTBEAT_SECONDS))
        yield *made, door
        for runtime in made:
            runtime.database.close()


@pytest.mark.long
def test_database_gone_for_many_heartbeats_costs_no_event_and_no_delivery(runtimes, vhost, monkeypatch):
    writing, reading, door = runtimes
    counts = []
    monkeypatch.setattr(consumer, "Subscriber", counting(consumer.Subscriber, counts))

    with working(writing, reading):
        write(writing, "before")
        wait_for(lambda: told(reading) == ["before"])
        door.mode = Mode.BLACKHOLE
        stop = threading.Event()
        threading.Thread(target=keep_writing, args=(writing, stop)).start()
        time.sleep(AWAY_SECONDS)
        door.mode = Mode.REFUSE
        time.sleep(AWAY_SECONDS)
        door.mode = Mode.OK
        stop.set()
        wait_for(lambda: len(set(told(reading))) > 200, 60)
        expected = wait_for(lambda: all_written(writing) == len(told(reading)) and len(told(reading)), 60)

    assert len(set(told(reading))) == expected
    assert max(counts) == 0
    assert kept(reading) == []
    assert messages_in(vhost, topology.dead_queue_of("reader")) == 0


def test_batch_that_was_held_for_too_long_goes_back_and_is_taken_again(runtimes, monkeypatch):
    writing, reading, door = runtimes
    counts = []
    monkeypatch.setattr(consumer, "HOLD_SECONDS", 1.0)
    monkeypatch.setattr(consumer, "Subscriber", counting(consumer.Subscriber, counts))

    with working(writing, reading):
        write(writing, "before")
        wait_for(lambda: told(reading) == ["before"])
        door.mode = Mode.REFUSE
        write(writing, "meanwhile")
        wait_for(lambda: unsent(writing) == 0)
        time.sleep(5)
        door.mode = Mode.OK
        wait_for(reading.database.answers)
        wait_for(lambda: told(reading) == ["before", "meanwhile"], 60)

    assert max(counts) == 1
    assert kept(reading) == []


@pytest.mark.parametrize(
    ("fault", "mend", "seconds"),
    [(READ_ONLY, WRITABLE, AWAY_SECONDS), (FULL, NOT_FULL, MOMENT_SECONDS), (UNKNOWN, NOT_FULL, MOMENT_SECONDS)],
    ids=["read-only", "full", "unknown"],
)
def test_database_that_answers_and_takes_no_writes_costs_no_event_and_no_delivery(
    vhost, postgres_url, monkeypatch, fault, mend, seconds
):
    addresses = set_up(vhost, SERVICES)
    counts = []
    monkeypatch.setattr(consumer, "Subscriber", counting(consumer.Subscriber, counts))
    with Database(postgres_url) as one, Database(postgres_url) as other:
        urls = {"writer": one.url, "reader": other.url}
        heartbeat = {"CARAVAN_BROKER_HEARTBEAT_SECONDS": str(HEARTBEAT_SECONDS)}
        writing, reading = installed_apart(SERVICES, addresses, urls, **heartbeat)
        with working(writing, reading):
            write(writing, "before")
            wait_for(lambda: told(reading) == ["before"])
            say(postgres_url, other, fault)
            ends = time.monotonic() + seconds
            while time.monotonic() < ends:
                write(writing, f"meanwhile {time.monotonic()}")
                time.sleep(0.1)
            say(postgres_url, other, mend)
            wait_for(lambda: all_written(writing) == len(told(reading)), 60)
        handled, failed = told(reading), kept(reading)
        for runtime in (writing, reading):
            runtime.database.close()

    assert len(set(handled)) == len(handled) > 20
    assert failed == []
    assert max(counts) == 0


def say(server_url, database, statement):
    """Say something to a database as its administrator, to whom it never is read-only, and have all come in anew."""
    with connect(server_url, database.name) as connection:
        connection.execute("SET default_transaction_read_only = off")
        connection.execute(statement.format(database.name))
    database.disconnect_all()


def keep_writing(runtime, stop):
    number = 0
    while not stop.is_set():
        write(runtime, f"meanwhile {number}")
        number += 1
        time.sleep(0.1)


def all_written(runtime):
    with runtime.database.read() as session:
        return len(session.scalars(select(writer.Note.id)).all())


def messages_in(vhost, queue):
    connection = pika.BlockingConnection(pika.URLParameters(vhost.amqp_url))
    try:
        return connection.channel().queue_declare(queue, passive=True).method.message_count
    finally:
        connection.close()


def test_refused_connection_is_an_absence_even_if_the_next_one_is_let_in(proxy, postgres_database):
    door = proxy(postgres_database)
    runtime = assemble(writer.SERVICE, {"CARAVAN_DATABASE_URL": door.through(postgres_database)})
    door.mode = Mode.REFUSE
    with pytest.raises(OperationalError) as refused, runtime.database.write() as session:
        session.execute(select(1))

    door.mode = Mode.OK

    assert runtime.database.answers()
    assert runtime.database.is_away(refused.value)
    runtime.database.close()


def test_batch_in_hand_survives_a_database_restart(vhost, proxy, postgres_cluster):
    addresses = set_up(vhost, SERVICES)
    with Database(postgres_cluster.url) as one, Database(postgres_cluster.url) as other:
        urls = {"writer": one.url, "reader": other.url}
        writing, reading = installed_apart(SERVICES, addresses, urls)

        with working(writing, reading):
            for number in range(50):
                write(writing, f"before {number:02}")
            postgres_cluster.stop_immediately()
            time.sleep(1)
            postgres_cluster.start()
            wait_for(lambda: written_after(writing), 30)
            wait_for(lambda: len(told(reading)) == 51, 30)

        assert len(set(told(reading))) == 51
        assert kept(reading) == []
        for runtime in (writing, reading):
            runtime.database.close()


def written_after(runtime):
    try:
        write(runtime, "after")
    except Exception:  # noqa: BLE001  # not up yet
        return False
    return True
