"""What the invariants find on a broker: in the stream, in the queues, among the dead."""

import json

import pytest
from sqlalchemy import delete

import reader
import writer
from faults.evidence import Evidence, channel_of
from faults.examined import broken_by, change, publish, tell
from faults.invariants import check_invariants
from faults.rest import come_to_rest
from instances import set_up, wait_for, working
from notes import told, write
from servicekit import identifiers
from servicekit.bus import topology
from servicekit.bus.history import install
from servicekit.data.tables import outbox


@pytest.fixture
def on_broker(sqlite_runtime_of, vhost):
    """The two services of notes after three notes and a whisper crossed the broker."""
    addresses = set_up(vhost, [writer.SERVICE, reader.SERVICE])
    services = (writer.SERVICE, reader.SERVICE)
    pair = [sqlite_runtime_of(service, broker_url=addresses[service.name]) for service in services]
    instance = Evidence(pair, vhost, whispered=1)
    for runtime in pair:
        install(runtime)
    with working(*pair):
        tell(instance)
        come_to_rest(instance)
    return instance


def test_nothing_is_wrong_with_what_went_well(on_broker):
    check_invariants(on_broker)


def test_private_event_that_never_arrived_is_found(on_broker):
    write(on_broker.runtimes[0], "another whisper", private=True)
    change(on_broker.runtimes[0], delete(outbox))

    assert {"every state told", "effects once"} <= broken_by(on_broker).invariants


def test_public_event_that_everybody_heard_and_no_history_has_is_found(on_broker):
    with channel_of(on_broker.vhost) as channel:
        channel.queue_unbind(topology.LOG, topology.EVENTS, "#")
    with working(*on_broker.runtimes):
        write(on_broker.runtimes[0], "heard and forgotten")
        wait_for(lambda: "heard and forgotten" in told(on_broker.runtimes[1]))
    with channel_of(on_broker.vhost) as channel:
        channel.queue_bind(topology.LOG, topology.EVENTS, "#")

    assert "every state told" in broken_by(on_broker).invariants


def test_message_that_is_left_in_a_queue_is_found(on_broker, monkeypatch):
    monkeypatch.setattr("faults.queues.STATISTICS_SECONDS", 0)
    publish(on_broker, topology.queue_of("reader"), "left", exchange="")

    assert broken_by(on_broker).invariants == {"queues in order"}


def test_message_on_which_a_consumer_died_is_found(on_broker):
    publish(on_broker, topology.dead_queue_of("reader"), "died", exchange="")

    assert broken_by(on_broker).invariants == {"dead letters alarmed"}


def test_queue_of_nobody_and_foreign_binding_are_found(on_broker):
    with channel_of(on_broker.vhost) as channel:
        channel.queue_declare("nobodys", durable=True, arguments={"x-queue-type": "quorum"})
        channel.queue_bind(topology.queue_of("reader"), topology.EVENTS, "#")

    assert len([v for v in broken_by(on_broker).violations if v.invariant == "queues in order"]) == 2


def test_queue_that_is_gone_is_found(on_broker):
    with channel_of(on_broker.vhost) as channel:
        channel.queue_delete(topology.queue_of("reader"))

    assert broken_by(on_broker).invariants == {"queues in order"}


def test_private_event_in_the_stream_is_found(on_broker):
    body = {
        "id": str(identifiers.fresh()),
        "source": "/ru-klu/stranger",
        "type": writer.NoteWhispered.type,
        "subject": str(identifiers.fresh()),
        "subjectversion": 1,
        "data": {"words": "a secret"},
    }
    publish(on_broker, "ru-klu.secret.told.v1", json.dumps(body))

    assert "nothing foreign" in broken_by(on_broker).invariants
