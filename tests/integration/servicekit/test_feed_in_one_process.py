"""In one process the feed tells what the outboxes of all services have carried, and never skips an event."""

import json
import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import update

import writer
from followers import NOTE, asked, followed, words
from notes import write
from servicekit.app import create_app
from servicekit.bus.in_process import Pump
from servicekit.data import clock, tables
from servicekit.feed.pages import Place, place_of


@pytest.fixture
def writing(runtime_of):
    return runtime_of(writer.SERVICE)


@pytest.fixture
def pump(writing, reading):
    return Pump([writing, reading])


@pytest.fixture
def client(writing, reading):
    return create_app(reading, (writing, reading)).test_client()


def test_feed_of_any_service_tells_the_events_of_all(writing, reading, pump, client):
    write(writing, *(f"note {number}" for number in range(45)))
    carry(pump)

    feed = followed(client, 7)

    assert words(feed) == [f"note {number}" for number in range(45)]
    installed = [event["data"]["service"] for event in feed if event["type"] == "caravan.service.installed.v1"]
    assert sorted(installed) == ["reader", "writer"]
    assert feed == followed(create_app(writing, (writing, reading)).test_client(), 500)


def test_what_was_not_carried_yet_is_not_told(writing, client):
    write(writing, "waits")

    assert asked(client) == {"events": [], "next": None}


def test_private_event_is_in_no_page(writing, pump, client):
    write(writing, "secret", private=True)
    write(writing, "public")
    carry(pump)

    assert words(followed(client, 100)) == ["public"]
    assert "secret" not in json.dumps(followed(client, 100))


def test_type_lets_through_only_what_was_asked_for(writing, pump, client):
    write(writing, "one")
    carry(pump)

    assert [event["type"] for event in followed(client, 10, type=NOTE)] == [NOTE]
    assert followed(client, 10, type="note.written.v1%") == []


def test_event_that_is_committed_late_under_a_lower_number_is_not_skipped(writing, pump, client):
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


def test_clock_that_goes_back_hides_no_event(writing, pump, client, monkeypatch):
    write(writing, "before")
    carry(pump)
    end = asked(client)["next"]
    earlier = clock.machine_now() - timedelta(hours=1)
    monkeypatch.setattr("servicekit.bus.in_process.machine_now", lambda: earlier)
    write(writing, "after")
    carry(pump)

    assert words(asked(client, after=end)["events"]) == ["after"]


def test_restarted_pump_marks_later_than_the_one_before_though_the_clock_went_back(
    writing, reading, pump, client, monkeypatch
):
    write(writing, "before")
    carry(pump)
    end = asked(client)["next"]
    earlier = clock.machine_now() - timedelta(hours=1)
    monkeypatch.setattr("servicekit.bus.in_process.machine_now", lambda: earlier)
    write(writing, "after")
    carry(Pump([writing, reading]))

    assert words(asked(client, after=end)["events"]) == ["after"]


def test_reader_who_follows_while_events_come_misses_none(writing, pump, client):
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


def test_place_waits_for_the_next_event(writing, pump, client):
    write(writing, "before")
    carry(pump)
    end = asked(client)["next"]

    def later():
        write(writing, "after")
        carry(pump)

    threading.Timer(0.5, later).start()

    assert words(asked(client, after=end, wait=10)["events"]) == ["after"]


def test_place_is_accepted_however_old_its_event_is_while_nothing_came_since(writing, pump, client, monkeypatch):
    write(writing, "old", "as old")
    carry(pump)
    page = asked(client)
    end, behind_the_last = page["next"], asked(client, limit=len(page["events"]))["next"]
    later = clock.machine_now() + timedelta(days=31)
    monkeypatch.setattr("servicekit.feed.embedded.machine_now", lambda: later)

    begun, went_on = asked(client, limit=1), asked(client, after=behind_the_last)

    assert (begun, went_on) == ({"events": [], "next": end}, {"events": [], "next": end})


def test_place_behind_which_events_may_have_been_tidied_away_is_gone(writing, pump, client):
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
def test_place_beyond_all_numbers_is_refused(writing, pump, client, position, number):
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
def test_question_that_makes_no_sense_is_refused(client, query):
    answer = client.get("/v1/events", query_string=query)

    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"


def carry(pump):
    while pump.round():
        pass
