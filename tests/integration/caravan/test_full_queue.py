"""An external program that never reads: its full queue does not block ours; with reject-publish it would."""

import pika
import pytest
from pika.exceptions import NackError

import reader
import writer
from instances import set_up, wait_for, working
from notes import told, unsent, write
from servicekit.bus import topology
from servicekit.bus.history import install

ROOM = 10


@pytest.fixture
def stranger(caravan, vhost):
    """A grant for all events whose program reads none."""
    addresses = set_up(vhost, [writer.SERVICE, reader.SERVICE])
    granted = caravan("broker", "grant", "sleeper", "--read", "#", "--max-events", str(ROOM))
    assert granted.exit_code == 0, granted.output
    return addresses


def test_full_queue_of_a_stranger_holds_up_nobody(stranger, sqlite_runtime_of, vhost):
    runtimes = [
        sqlite_runtime_of(service, broker_url=stranger[service.name]) for service in (writer.SERVICE, reader.SERVICE)
    ]
    for runtime in runtimes:
        install(runtime)
    writing, reading = runtimes
    words = [f"note {number:03}" for number in range(20 * ROOM)]

    with working(*runtimes):
        write(writing, *words)
        wait_for(lambda: len(told(reading)) == len(words))
        wait_for(lambda: unsent(writing) == 0)

    assert told(reading) == words
    kept = bodies_in(vhost.amqp_url, "ext.sleeper")
    assert len(kept) == ROOM
    assert b"note 199" in kept[-1]  # the oldest were dropped


def test_full_queue_that_rejects_would_have_refused_our_events(vhost, stranger):
    with pika.BlockingConnection(pika.URLParameters(vhost.amqp_url)) as connection:
        channel = connection.channel()
        arguments = {"x-queue-type": "quorum", "x-max-length": ROOM, "x-overflow": "reject-publish"}
        channel.queue_declare("trap", durable=True, arguments=arguments)
        channel.queue_bind("trap", topology.EVENTS, "#")
        channel.confirm_delivery()

        refused = sum(not confirmed(channel) for _ in range(10 * ROOM))
        channel.queue_delete("trap")
        refused_without = sum(not confirmed(channel) for _ in range(10 * ROOM))

    assert refused > ROOM
    assert refused_without == 0


def confirmed(channel):
    try:
        channel.basic_publish(topology.EVENTS, "ru-klu.note.written.v1", b"{}")
    except NackError:
        return False
    return True


def bodies_in(url, queue):
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        return list(iter(lambda: channel.basic_get(queue, auto_ack=True)[2], None))
