"""The feed over HTTP tells what the stream holds, in its order, and never skips an event."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pika
import pytest
from sqlalchemy import update

import reader
import writer
from instances import wait_for, working
from notes import unsent, write
from servicekit import bus, clock, tables, topology
from servicekit.app import create_app
from servicekit.feed import api
from servicekit.feed.pages import Place, place_of
from servicekit.pump import Pump

NOTE = "caravan.note.written.v1"


def asked(client, **query):
    """Ask for a page and return it."""
    answer = client.get("/v1/events", query_string=query)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()


def followed(client, limit, **query):
    """Follow the feed page by page to its end, and return all its events."""
    events, after = [], {}
    while True:
        page = asked(client, limit=limit, **after, **query)
        assert len(page["events"]) <= limit
        events += page["events"]
        if after == {"after": page["next"]}:
            return events
        after = {"after": page["next"]}


def words(events):
    return [event["data"]["words"] for event in events if event["type"] == NOTE]


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


class TestOverTheBroker:
    @pytest.fixture
    def writing(self, make):
        runtime = make(writer.SERVICE)
        with working(runtime):
            wait_for(lambda: unsent(runtime) == 0)
            yield runtime

    @pytest.fixture
    def client(self, writing):
        return create_app(writing).test_client()

    def test_feed_equals_the_stream_page_by_page(self, writing, client, vhost):
        write(writing, *(f"note {number}" for number in range(45)))
        wait_for(lambda: unsent(writing) == 0)

        feed = followed(client, 20)

        assert feed == from_stream(vhost)
        assert words(feed) == [f"note {number}" for number in range(45)]

    def test_type_lets_through_only_what_was_asked_for(self, writing, client):
        write(writing, "one", "two")
        wait_for(lambda: unsent(writing) == 0)

        notes, none = followed(client, 1, type=NOTE), followed(client, 1, type="caravan.nothing.said.v1")

        assert [event["type"] for event in notes] == [NOTE, NOTE]
        assert none == []

    def test_private_event_is_in_no_page(self, make, writing, client):
        make(reader.SERVICE)
        write(writing, "secret", private=True)
        write(writing, "public")
        wait_for(lambda: unsent(writing) == 0)

        assert "secret" not in json.dumps(followed(client, 100))

    def test_place_at_the_end_waits_for_the_next_event(self, writing, client):
        write(writing, "before")
        wait_for(lambda: unsent(writing) == 0)
        end = asked(client, limit=100)["next"]
        threading.Timer(0.5, write, (writing, "after")).start()

        page = asked(client, after=end, wait=10)

        assert words(page["events"]) == ["after"]

    def test_place_in_a_stream_that_was_made_anew_is_gone(self, writing, client, vhost):
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

    def test_place_is_accepted_however_old_its_event_is_while_nothing_was_lost(self, writing, client, monkeypatch):
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

    def test_place_behind_which_the_stream_was_cut_is_gone(self, writing, client, vhost):
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

    def test_broker_that_is_away_is_told_with_when_to_come_again(self, writing, client, monkeypatch):
        def refuse(*_args, **_kwargs):
            raise ConnectionRefusedError

        monkeypatch.setattr(bus.Connection, "ensure_connection", refuse)
        answer = client.get("/v1/events")

        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert answer.get_json()["type"] == "urn:caravan:problem:feed-away"

    def test_hundred_readers_at_once_are_served_or_told_to_come_again(self, writing, vhost, monkeypatch):
        write(writing, "words")
        wait_for(lambda: unsent(writing) == 0)
        app, open_at_once = create_app(writing), Gauge()
        monkeypatch.setattr(bus.Link, "__init__", open_at_once.counting_up(bus.Link.__init__))
        monkeypatch.setattr(bus.Link, "close", open_at_once.counting_down(bus.Link.close))

        with ThreadPoolExecutor(100) as pool:
            answers = list(pool.map(lambda _: app.test_client().get("/v1/events"), range(100)))

        statuses = {answer.status_code for answer in answers}
        assert statuses <= {200, 503}
        assert 200 in statuses
        assert {answer.headers.get("Retry-After") for answer in answers if answer.status_code == 503} <= {"1"}
        assert 1 <= open_at_once.highest <= api.READERS
        assert words(asked(app.test_client())["events"]) == ["words"]

    @pytest.mark.parametrize("position", [2**63 - 1, 2**63, 10**30])
    def test_place_beyond_all_numbers_is_refused(self, writing, client, position):
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


class TestInOneProcess:
    @pytest.fixture
    def writing(self, runtime_of):
        return runtime_of(writer.SERVICE)

    @pytest.fixture
    def reading(self, runtime_of):
        return runtime_of(reader.SERVICE)

    @pytest.fixture
    def pump(self, writing, reading):
        return Pump([writing, reading])

    @pytest.fixture
    def client(self, writing, reading):
        return create_app(reading, (writing, reading)).test_client()

    def test_feed_of_any_service_tells_the_events_of_all(self, writing, reading, pump, client):
        write(writing, *(f"note {number}" for number in range(45)))
        carry(pump)

        feed = followed(client, 7)

        assert words(feed) == [f"note {number}" for number in range(45)]
        installed = [event["data"]["service"] for event in feed if event["type"] == "caravan.service.installed.v1"]
        assert sorted(installed) == ["reader", "writer"]
        assert feed == followed(create_app(writing, (writing, reading)).test_client(), 500)

    def test_what_was_not_carried_yet_is_not_told(self, writing, client):
        write(writing, "waits")

        assert asked(client) == {"events": [], "next": None}

    def test_private_event_is_in_no_page(self, writing, pump, client):
        write(writing, "secret", private=True)
        write(writing, "public")
        carry(pump)

        assert words(followed(client, 100)) == ["public"]
        assert "secret" not in json.dumps(followed(client, 100))

    def test_type_lets_through_only_what_was_asked_for(self, writing, pump, client):
        write(writing, "one")
        carry(pump)

        assert [event["type"] for event in followed(client, 10, type=NOTE)] == [NOTE]
        assert followed(client, 10, type="note.written.v1%") == []

    def test_event_that_is_committed_late_under_a_lower_number_is_not_skipped(self, writing, pump, client):
        write(writing, "first", "second")
        with writing.database.write() as session:
            session.execute(update(tables.outbox).values(seq=tables.outbox.c.seq + 1000))
        carry(pump)
        end = asked(client)["next"]
        write(writing, "third")
        with writing.database.write() as session:
            session.execute(update(tables.outbox).where(tables.outbox.c.body.contains("third")).values(seq=1))
        carry(pump)

        assert words(asked(client, after=end)["events"]) == ["third"]

    def test_clock_that_goes_back_hides_no_event(self, writing, pump, client, monkeypatch):
        write(writing, "before")
        carry(pump)
        end = asked(client)["next"]
        earlier = clock.machine_now() - timedelta(hours=1)
        monkeypatch.setattr("servicekit.pump.machine_now", lambda: earlier)
        write(writing, "after")
        carry(pump)

        assert words(asked(client, after=end)["events"]) == ["after"]

    def test_restarted_pump_marks_later_than_the_one_before_though_the_clock_went_back(
        self, writing, reading, pump, client, monkeypatch
    ):
        write(writing, "before")
        carry(pump)
        end = asked(client)["next"]
        earlier = clock.machine_now() - timedelta(hours=1)
        monkeypatch.setattr("servicekit.pump.machine_now", lambda: earlier)
        write(writing, "after")
        carry(Pump([writing, reading]))

        assert words(asked(client, after=end)["events"]) == ["after"]

    def test_reader_who_follows_while_events_come_misses_none(self, writing, pump, client):
        stop = threading.Event()
        carrying = threading.Thread(target=pump.run, args=(stop,))
        carrying.start()
        writer_thread = threading.Thread(target=write, args=(writing, *map(str, range(100))))
        writer_thread.start()
        told, after = [], {}
        deadline = time.monotonic() + 60
        while len(words(told)) < 100 and time.monotonic() < deadline:
            page = asked(client, limit=3, wait=1, **after)
            told += page["events"]
            after = {"after": page["next"]} if page["next"] else {}
        writer_thread.join()
        stop.set()
        carrying.join()

        assert words(told) == [str(number) for number in range(100)]

    def test_place_waits_for_the_next_event(self, writing, pump, client):
        write(writing, "before")
        carry(pump)
        end = asked(client)["next"]

        def later():
            write(writing, "after")
            carry(pump)

        threading.Timer(0.5, later).start()

        assert words(asked(client, after=end, wait=10)["events"]) == ["after"]

    def test_place_is_accepted_however_old_its_event_is_while_nothing_came_since(
        self, writing, pump, client, monkeypatch
    ):
        write(writing, "old", "as old")
        carry(pump)
        page = asked(client)
        end, behind_the_last = page["next"], asked(client, limit=len(page["events"]))["next"]
        later = clock.machine_now() + timedelta(days=31)
        monkeypatch.setattr("servicekit.feed.embedded.machine_now", lambda: later)

        begun, went_on = asked(client, limit=1), asked(client, after=behind_the_last)

        assert (begun, went_on) == ({"events": [], "next": end}, {"events": [], "next": end})

    def test_place_behind_which_events_may_have_been_tidied_away_is_gone(self, writing, pump, client):
        write(writing, "words")
        carry(pump)
        place = place_of(asked(client)["next"])
        month = 31 * 24 * 3600 * 1_000_000
        old = Place(kind=place.kind, position=place.position - month, number=place.number)
        ahead = Place(kind=place.kind, position=place.position + month, number=place.number)
        elsewhere = Place(kind="stream", position=3)

        answers = [client.get("/v1/events", query_string={"after": one.cursor()}) for one in (old, ahead, elsewhere)]

        assert [answer.status_code for answer in answers] == [410, 410, 410]

    @pytest.mark.parametrize(("position", "number"), [(2**63, 0), (10**30, 0), (None, 2**63), (None, 10**30)])
    def test_place_beyond_all_numbers_is_refused(self, writing, pump, client, position, number):
        write(writing, "words")
        carry(pump)
        last = place_of(asked(client)["next"])
        beyond = Place(kind=last.kind, position=position or last.position, number=number)

        answer = client.get("/v1/events", query_string={"after": beyond.cursor()})

        assert answer.status_code == 422

    @pytest.mark.parametrize(
        "query",
        [
            {"after": "nonsense"},
            {"limit": 0},
            {"limit": 501},
            {"wait": 21},
            {"wait": -1},
            {"type": ""},
            {"type": "\x00"},
            {"since": "x"},
        ],
    )
    def test_question_that_makes_no_sense_is_refused(self, client, query):
        answer = client.get("/v1/events", query_string=query)

        assert answer.status_code == 422
        assert answer.mimetype == "application/problem+json"


def carry(pump):
    while pump.round():
        pass
