"""What a login was not let say has no effect, whatever way through the broker it took."""

import pika
import pytest

import letters_dead
import reader
import writer
from instances import wait_for, working
from notes import kept, known, told, write
from rights import refusal
from servicekit.app import create_app
from servicekit.bus import topology
from servicekit.bus.dead_letters.store import identifier

KEY = "ru-klu.note.written.v1"
OWN = topology.queue_of("reader")
ID, SUBJECT = "01a20ae9-5e1d-7154-8725-002a51e82150", "01a20ae9-5e1d-7154-8725-002a51e82151"
FORGED = (
    f'{{"specversion":"1.0","id":"{ID}","source":"/ru-klu/writer","type":"caravan.note.written.v1",'
    f'"subject":"{SUBJECT}","time":"2024-12-10T07:00:00Z","subjectversion":9,'
    f'"data":{{"note_id":"{SUBJECT}","words":"forged"}}}}'
).encode()


def through_an_exchange(channel):
    """Bind our exchange to one of the login's own, where no topic is looked at."""
    channel.exchange_declare(OWN, "fanout", durable=True)
    channel.exchange_bind(topology.EVENTS, OWN)
    channel.basic_publish(OWN, KEY, FORGED)


def through_an_alternate(channel):
    """Name our exchange as the place for what one of the login's own cannot route."""
    channel.exchange_declare(OWN, "direct", durable=True, arguments={"alternate-exchange": topology.EVENTS})
    channel.basic_publish(OWN, KEY, FORGED)


def through_dead_letters(channel):
    """Let the login's own queue give it up, under a key of the login's choice."""
    dying = {"x-max-length": 0, "x-dead-letter-exchange": topology.EVENTS, "x-dead-letter-routing-key": KEY}
    channel.queue_delete(OWN)
    channel.queue_declare(OWN, durable=True, arguments=dying)
    channel.queue_bind(OWN, topology.EVENTS, "*.service.installed.*")
    channel.basic_publish(topology.EVENTS, "ru-klu.service.installed.v1", FORGED)


@pytest.fixture(params=[through_an_exchange, through_an_alternate, through_dead_letters])
def forged(request, make, addresses, vhost):
    """Let the reader's login say the writer's words; return the writer."""
    writing = make(writer.SERVICE)
    make(reader.SERVICE)
    assert refusal(addresses["reader"], request.param) is None
    wait_for(lambda: is_in_history(vhost))
    return writing


def is_in_history(vhost):
    """Tell whether the broker let it through under the key of another."""
    with pika.BlockingConnection(pika.URLParameters(vhost.amqp_url)) as connection:
        channel = connection.channel()
        channel.basic_qos(prefetch_count=10)
        found = channel.consume(topology.LOG, arguments={"x-stream-offset": "first"}, inactivity_timeout=1)
        for method, _, _ in found:
            if method is None or method.routing_key == KEY:
                return method is not None
            channel.basic_ack(method.delivery_tag)
    return False


def test_history_and_feed_pass_over_what_is_forged(forged, make, addresses):
    clear(addresses["reader"])
    late = make(reader.SERVICE)
    with working(forged, late):
        write(forged, "true")
        wait_for(lambda: told(late) == ["true"])
        feed = create_app(forged).test_client().get("/v1/events").get_json()["events"]

    assert [words for words, _ in known(late).values()] == ["true"]
    assert ID not in [event["id"] for event in feed]
    assert "true" in [event["data"].get("words") for event in feed]


def clear(address):
    """Take away what the forger left under the reader's name."""

    def attempt(channel):
        channel.queue_delete(OWN)
        channel.exchange_delete(OWN)

    assert refusal(address, attempt) is None


@pytest.mark.parametrize("way", [through_an_exchange, through_an_alternate])
def test_73_what_is_forged_is_a_dead_letter_that_no_replay_makes_true(make, addresses, way):
    writing, reading = make(writer.SERVICE), make(reader.SERVICE)
    assert refusal(addresses["reader"], way) is None

    with working(writing, reading):
        (dead,) = wait_for(lambda: kept(reading))
        letters_dead.replay(reading, identifier(dead.source, dead.event_id))
        (again,) = wait_for(lambda: [row for row in kept(reading) if has_died_again(row, dead)])
        write(writing, "true")
        wait_for(lambda: told(reading) == ["true"])

    assert dead.error.startswith("ForgedEventError")
    assert again.error.startswith("ForgedEventError")


def has_died_again(row, before):
    """Tell whether another try has come to its end."""
    return row.last_tried_at > before.last_tried_at and row.retry_at is None


def test_login_lays_nothing_it_forged_among_the_dead_of_another(make, addresses):
    reading = make(reader.SERVICE)
    make(writer.SERVICE)
    own = topology.queue_of("writer")

    def attempt(channel):
        channel.exchange_declare(own, "fanout", durable=True)
        channel.exchange_bind(topology.DEAD, own)
        headers = {"x-first-death-queue": OWN, "x-first-death-exchange": topology.EVENTS}
        channel.basic_publish(own, KEY, FORGED, pika.BasicProperties(headers=headers))

    assert refusal(addresses["writer"], attempt) is None
    with working(reading):
        (dead,) = wait_for(lambda: kept(reading))

    assert dead.source == "forged"
