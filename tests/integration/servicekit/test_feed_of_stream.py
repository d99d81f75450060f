"""Over the broker the feed tells what the stream holds, in its order, and never skips an event."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pika
import pytest

import reader
import writer
from followers import NOTE, asked, followed, words
from instances import wait_for, working
from notes import unsent, write
from servicekit.app import create_app
from servicekit.bus import broker, topology
from servicekit.data import clock
from servicekit.feed import api
from servicekit.feed.pages import Place, place_of


def from_stream(vhost):
    """Read the stream from its beginning with a client that is not ours."""
    with pika.BlockingConnection(pika.URLParameters(vhost.amqp_url)) as connection:
        channel = connection.channel()
        channel.basic_qos(prefetch_count=200)
        arguments = {"x-stream-offset": "first"}
        bodies = []
        for method, _, body in channel.consume(topology.LOG, arguments=arguments, inactivity_timeout=1):
            if method is None:
                break
            channel.basic_ack(method.delivery_tag)
            bodies.append(json.loads(body))
        return bodies


@pytest.fixture
def writing(make):
    runtime = make(writer.SERVICE)
    with working(runtime):
        wait_for(lambda: unsent(runtime) == 0)
        yield runtime


@pytest.fixture
def client(writing):
    return create_app(writing).test_client()


def test_feed_equals_the_stream_page_by_page(writing, client, vhost):
    write(writing, *(f"note {number}" for number in range(45)))
    wait_for(lambda: unsent(writing) == 0)

    feed = followed(client, 20)

    assert feed == from_stream(vhost)
    assert words(feed) == [f"note {number}" for number in range(45)]


def test_type_lets_through_only_what_was_asked_for(writing, client):
    write(writing, "one", "two")
    wait_for(lambda: unsent(writing) == 0)

    notes, none = followed(client, 1, type=NOTE), followed(client, 1, type="caravan.nothing.said.v1")

    assert [event["type"] for event in notes] == [NOTE, NOTE]
    assert none == []


def test_private_event_is_in_no_page(make, writing, client):
    make(reader.SERVICE)
    write(writing, "secret", private=True)
    write(writing, "public")
    wait_for(lambda: unsent(writing) == 0)

    assert "secret" not in json.dumps(followed(client, 100))


def test_place_at_the_end_waits_for_the_next_event(writing, client):
    write(writing, "before")
    wait_for(lambda: unsent(writing) == 0)
    end = asked(client, limit=100)["next"]
    threading.Timer(0.5, write, (writing, "after")).start()

    page = asked(client, after=end, wait=10)

    assert words(page["events"]) == ["after"]


def test_place_in_a_stream_that_was_made_anew_is_gone(writing, client, vhost):
    write(writing, *(f"note {number}" for number in range(5)))
    wait_for(lambda: unsent(writing) == 0)
    pages = [asked(client, limit=limit)["next"] for limit in (2, 100)]
    make_stream_anew(vhost)
    write(writing, "of another stream")
    wait_for(lambda: unsent(writing) == 0)

    answers = [client.get("/v1/events", query_string={"after": after}) for after in pages]

    assert [answer.status_code for answer in answers] == [410, 410]
    assert answers[0].get_json()["type"] == "urn:caravan:problem:feed-gone"
    assert words(asked(client)["events"]) == ["of another stream"]


def test_place_is_accepted_however_old_its_event_is_while_nothing_was_lost(writing, client, monkeypatch):
    write(writing, "old")
    wait_for(lambda: unsent(writing) == 0)
    end = asked(client)["next"]
    later = clock.machine_now() + timedelta(days=31)
    monkeypatch.setattr(clock, "machine_now", lambda: later)

    begun, went_on = asked(client), asked(client, after=end)
    write(writing, "new")
    wait_for(lambda: unsent(writing) == 0)

    assert (begun, went_on) == ({"events": [], "next": end}, {"events": [], "next": end})
    assert words(asked(client, after=end)["events"]) == ["new"]


def test_place_behind_which_the_stream_was_cut_is_gone(writing, client, vhost):
    make_stream_anew(vhost, **{"x-max-length-bytes": 60_000, "x-stream-max-segment-size-bytes": 20_000})
    write(writing, "first")
    wait_for(lambda: unsent(writing) == 0)
    first = asked(client, limit=1)["next"]

    def is_gone_after_one_more():
        write(writing, "x" * 5_000)
        wait_for(lambda: unsent(writing) == 0)
        return client.get("/v1/events", query_string={"after": first, "limit": 1}).status_code == 410

    wait_for(is_gone_after_one_more, 60)
    begun = asked(client)

    assert words(begun["events"]) != []
    assert asked(client, after=begun["next"]) == {"events": [], "next": begun["next"]}


def test_broker_that_is_away_is_told_with_when_to_come_again(writing, client, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr(broker.Connection, "ensure_connection", refuse)
    answer = client.get("/v1/events")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.get_json()["type"] == "urn:caravan:problem:feed-away"


def test_hundred_readers_at_once_are_served_or_told_to_come_again(writing, vhost, monkeypatch):
    write(writing, "words")
    wait_for(lambda: unsent(writing) == 0)
    app, open_at_once = create_app(writing), Gauge()
    monkeypatch.setattr(broker.Link, "__init__", open_at_once.counting_up(broker.Link.__init__))
    monkeypatch.setattr(broker.Link, "close", open_at_once.counting_down(broker.Link.close))

    with ThreadPoolExecutor(100) as pool:
        answers = list(pool.map(lambda _: app.test_client().get("/v1/events"), range(100)))

    statuses = {answer.status_code for answer in answers}
    assert statuses <= {200, 503}
    assert 200 in statuses
    assert {answer.headers.get("Retry-After") for answer in answers if answer.status_code == 503} <= {"1"}
    assert 1 <= open_at_once.highest <= api.READERS
    assert words(asked(app.test_client())["events"]) == ["words"]


@pytest.mark.parametrize("position", [2**63 - 1, 2**63, 10**30])
def test_place_beyond_all_numbers_is_refused(writing, client, position):
    write(writing, "words")
    wait_for(lambda: unsent(writing) == 0)
    last = place_of(asked(client)["next"])
    beyond = Place(kind=last.kind, position=position, event_id=last.event_id)

    answer = client.get("/v1/events", query_string={"after": beyond.cursor()})

    assert answer.status_code == (410 if position < 2**63 else 422)


class Gauge:
    """Counts what is open at once."""

    def __init__(self):
        self._lock, self._now, self.highest = threading.Lock(), 0, 0

    def counting_up(self, wrapped):
        return self._around(wrapped, 1)

    def counting_down(self, wrapped):
        return self._around(wrapped, -1)

    def _around(self, wrapped, step):
        def counted(link, *args, **kwargs):
            with self._lock:
                self._now += step
                self.highest = max(self.highest, self._now)
            return wrapped(link, *args, **kwargs)

        return counted


def make_stream_anew(vhost, **bounds):
    with pika.BlockingConnection(pika.URLParameters(vhost.amqp_url)) as connection:
        channel = connection.channel()
        channel.queue_delete(topology.LOG)
        channel.queue_declare(topology.LOG, durable=True, arguments=topology.LOG_ARGUMENTS | bounds)
        channel.queue_bind(topology.LOG, topology.EVENTS, "#")
