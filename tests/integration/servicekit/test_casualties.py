"""What kills its consumer ends as a dead letter of that service, and takes effect once when it is mended."""

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pika
import pytest
from sqlalchemy import update

import killed
import letters_dead
import reader
import writer
from caravan.broker import Management, dead_letter_queues
from instances import set_up, wait_for, working
from notes import kept, told, write
from servicekit.auth import actors
from servicekit.bus import broker, parking, topology
from servicekit.bus.dead_letters import poison, store
from servicekit.bus.dead_letters.store import identifier
from servicekit.data import tables

LIMIT = 2
LETTER = {"specversion": "1.0", "source": "/ru-klu/writer", "type": "caravan.note.written.v1", "subject": "x"}


@pytest.fixture
def few_deliveries(monkeypatch):
    """Let a queue give a message up after a few deliveries instead of twenty."""
    monkeypatch.setitem(topology.QUEUE_ARGUMENTS, "x-delivery-limit", LIMIT)


def test_76_event_that_kills_its_consumer_is_a_dead_letter_and_takes_effect_once_when_mended(
    few_deliveries, make, addresses
):
    writing, reading = make(writer.SERVICE), make(reader.SERVICE)
    with working(writing):
        write(writing, "deadly")
        deaths = die_until(lambda: kept(reading), reading, "deadly")

    (letter,) = kept(reading)
    assert deaths == LIMIT + 1
    assert (letter.retry_at, letter.type) == (None, "caravan.note.written.v1")
    assert letter.error.startswith("KilledConsumerError: it killed its consumer")
    assert told(reading) == []
    letters_dead.replay(reading, identifier(letter.source, letter.event_id))
    with working(reading):
        wait_for(lambda: told(reading))
        letters_dead.replay(reading, identifier(letter.source, letter.event_id))
        wait_for(lambda: not kept(reading))
    assert told(reading) == ["deadly"]


def test_dead_letter_that_is_replayed_unmended_kills_the_worker_a_few_times_and_is_dead_again(make):
    writing, reading = make(writer.SERVICE), make(reader.SERVICE)
    letter = letters_dead.dead(writing, reading, "deadly")
    with reading.database.write() as session:
        store.replay(session, letter, "not mended", actors.OPERATOR, dry_run=False)
        session.execute(update(tables.inbox).values(attempts=parking.MAX_ATTEMPTS - 2))

    deaths = die_until(lambda: kept(reading)[0].retry_at is None, reading, "deadly")

    (row,) = kept(reading)
    assert deaths == 2
    assert row.error.startswith("UnfinishedTryError")
    letters_dead.replay(reading, letter)
    with working(reading):
        wait_for(lambda: told(reading) == ["deadly"])
    assert kept(reading) == []


def die_until(condition, runtime, words):
    """Start a worker again and again, as a supervisor would; return how many were killed until the condition held."""
    command = [sys.executable, killed.__file__, runtime.settings.broker_url, str(runtime.settings.database_url), words]
    path = os.pathsep.join([str(Path(killed.__file__).parent), *sys.path])
    deaths = 0
    while not condition():
        letters_dead.due_now(runtime)
        status = life_of(subprocess.Popen(command, env=os.environ | {"PYTHONPATH": path}), condition)
        deaths += status == 9
    return deaths


def life_of(worker, condition):
    """Wait until a worker has died or the condition holds, and a moment longer; return how it ended."""
    try:
        wait_for(lambda: worker.poll() is not None or condition(), 60)
        with suppress(subprocess.TimeoutExpired):
            worker.wait(2)  # its last try counts before it begins
    finally:
        worker.kill()
    return worker.wait()


def test_each_service_takes_over_its_own_dead_and_no_others(make, vhost, addresses):
    make(writer.SERVICE)
    reading = make(reader.SERVICE)
    bury(vhost, "writer", letter_of("01a20ae9-5e1d-7154-8725-002a51e82150"))
    bury(vhost, "reader", letter_of("01a20ae9-5e1d-7154-8725-002a51e82151"))

    with working(reading):
        wait_for(lambda: kept(reading))

    assert [row.event_id for row in kept(reading)] == ["01a20ae9-5e1d-7154-8725-002a51e82151"]
    assert waiting(vhost, topology.dead_queue_of("writer")) == 1
    assert waiting(vhost, topology.dead_queue_of("reader")) == 0


def test_service_may_not_read_the_dead_of_another(make, addresses):
    make(writer.SERVICE), make(reader.SERVICE)

    with pytest.raises(broker.ERRORS, match="ACCESS_REFUSED"):
        broker.Subscriber(addresses["writer"], 0, topology.dead_queue_of("reader")).take(1)


def test_dead_message_that_took_effect_in_another_way_is_forgotten(make, vhost):
    writing, reading = make(writer.SERVICE), make(reader.SERVICE)
    with working(writing, reading):
        write(writing, "handled")
        wait_for(lambda: told(reading) == ["handled"])
        bury(vhost, "reader", body_of_the_only_note(reading, writing, vhost))
        wait_for(lambda: waiting(vhost, topology.dead_queue_of("reader")) == 0)

    assert kept(reading) == []
    assert told(reading) == ["handled"]


def test_dead_message_stays_on_the_broker_while_the_database_is_away(make, vhost, monkeypatch):
    make(writer.SERVICE)
    reading = make(reader.SERVICE)
    tries = []

    def fail(runtime, batch):
        tries.append(batch)
        raise RuntimeError("away")

    monkeypatch.setattr(poison, "bury", fail)
    monkeypatch.setattr(poison, "LONGEST_PAUSE_SECONDS", 0.05)
    bury(vhost, "reader", letter_of("01a20ae9-5e1d-7154-8725-002a51e82150"))
    with working(reading):
        wait_for(lambda: len(tries) > 25)  # beyond RabbitMQ's own limit of twenty
    monkeypatch.undo()

    with working(reading):
        wait_for(lambda: kept(reading))


def test_setup_hands_what_an_older_one_left_to_the_services(vhost, addresses):
    management = Management(vhost.api_url, vhost.name)
    with channel_on(vhost) as channel:
        channel.exchange_delete(topology.DEAD)
        channel.exchange_declare(topology.DEAD, "fanout", durable=True)
        channel.queue_declare(topology.DEAD, durable=True, arguments={"x-queue-type": "quorum"})
        channel.queue_bind(topology.DEAD, topology.DEAD)
    bury(vhost, "reader", "old", topology.DEAD)
    assert waiting(vhost, topology.DEAD) == 1

    dead_letter_queues.distribute_old_messages(management)
    set_up(vhost, [writer.SERVICE, reader.SERVICE])
    dead_letter_queues.distribute_old_messages(management)

    assert waiting(vhost, topology.dead_queue_of("reader")) == 1
    with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="NOT_FOUND"):
        waiting(vhost, topology.DEAD)


def test_setup_leaves_what_is_of_no_service_where_it_lies(vhost, addresses):
    with channel_on(vhost) as channel:
        channel.queue_declare(topology.DEAD, durable=True, arguments={"x-queue-type": "quorum"})
        channel.basic_publish("", topology.DEAD, b"old")

    dead_letter_queues.distribute_old_messages(Management(vhost.api_url, vhost.name))

    wait_for(lambda: waiting(vhost, topology.DEAD) == 1)


def letter_of(event_id):
    return json.dumps(LETTER | {"id": event_id, "time": "2024-12-10T07:00:00Z", "subjectversion": 1, "data": {}})


def body_of_the_only_note(reading, writing, vhost):
    """Read the note's event from the stream, as it was sent."""
    with channel_on(vhost) as channel:
        channel.basic_qos(prefetch_count=10)
        for _method, _properties, body in channel.consume(topology.LOG, arguments={"x-stream-offset": "first"}):
            if b"note.written" in body:
                return body.decode()
    return None


def bury(vhost, service, body, exchange=topology.DEAD_BY_QUEUE):
    """Put a message where RabbitMQ puts what died in the queue of a service."""
    headers = {"x-first-death-queue": topology.queue_of(service), "x-delivery-count": 21}
    with channel_on(vhost) as channel:
        channel.confirm_delivery()
        channel.basic_publish(exchange, "", body.encode(), pika.BasicProperties(headers=headers))


def waiting(vhost, queue):
    with channel_on(vhost) as channel:
        return channel.queue_declare(queue, passive=True).method.message_count


class channel_on:  # noqa: N801  # reads as a verb
    """A channel of a client that is not ours, with all rights."""

    def __init__(self, vhost):
        self._connection = pika.BlockingConnection(pika.URLParameters(vhost.amqp_url))

    def __enter__(self):
        return self._connection.channel()

    def __exit__(self, *_):
        if self._connection.is_open:
            self._connection.close()
