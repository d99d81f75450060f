"""Figures of services at work, as Prometheus scrapes them."""

import os
from dataclasses import replace

import pytest

import reader
import writer
from access.matrix import Deed
from access.roles import Role
from figures_read import scraped, value
from notes import write
from servers.postgres import Database
from servers.proxy import Mode
from servicekit import migrations
from servicekit.app import create_app
from servicekit.bus import handlers, inbox
from servicekit.bus.in_process import Pump
from servicekit.data import tables
from servicekit.data.clock import machine_now
from servicekit.operations import metrics_endpoint
from servicekit.service import Keep, assemble
from signed_in import anonymous, bearer

PERSONAL = "Anna anna@example.org"


@pytest.fixture
def pair(runtime_of):
    """The two services of notes in one process, without a broker."""
    return runtime_of(writer.SERVICE), runtime_of(reader.SERVICE)


def test_outbox_tells_what_waits_and_how_old_it_is(pair):
    writing, _reading = pair
    before = value(scraped(writing), "caravan_outbox_pending")

    write(writing, "one")
    write(writing, "two")

    found = scraped(writing)
    assert value(found, "caravan_outbox_pending") - before == 2
    assert 0 < value(found, "caravan_outbox_oldest_unsent_seconds") < 60


def test_events_that_were_carried_are_counted_on_both_sides(pair):
    writing, reading = pair
    write(writing, "heard")

    Pump(pair).round()

    sent, taken = scraped(writing), scraped(reading)
    assert value(sent, "caravan_events_published_total") >= 1
    assert value(taken, "caravan_events_handled_total") >= 1
    assert value(taken, "caravan_consumer_lag_seconds_count") >= 1
    assert value(taken, "caravan_consumer_last_progress_timestamp_seconds") > 1_700_000_000
    labels = {"type": "caravan.note.written.v1", "kind": "reaction", "result": "ok"}
    assert value(taken, "caravan_handler_seconds_count", **labels) == 1


def test_event_that_comes_again_is_counted_as_dropped(pair):
    writing, reading = pair
    write(writing, "again")
    body = last_body(writing)

    for _ in range(3):
        inbox.receive(reading, [body])

    found = scraped(reading)
    assert value(found, "caravan_events_handled_total") == 1
    assert value(found, "caravan_duplicates_dropped_total") == 2


def last_body(runtime):
    with runtime.database.read() as session:
        return session.execute(tables.outbox.select().order_by(tables.outbox.c.seq.desc())).first().body


def test_failed_handler_is_timed_and_its_event_stands_as_parked(pair):
    writing, reading = pair
    write(writing, "poison")

    with reader.unbearable("poison"):
        inbox.receive(reading, [last_body(writing)])

    found = scraped(reading)
    labels = {"type": "caravan.note.written.v1", "kind": "reaction", "result": "failed"}
    assert value(found, "caravan_handler_seconds_count", **labels) == 2  # in the batch, then alone
    assert value(found, "caravan_events_parked") == 1
    assert value(found, "caravan_events_handled_total") == 1
    assert value(found, "caravan_duplicates_dropped_total") == 0


@pytest.mark.parametrize("broken", ["row", "write"])
def test_copy_that_cannot_be_kept_is_counted_as_failed(pair, monkeypatch, broken):
    writing, reading = pair
    write(writing, "a note")
    keep = Keep(reader.NoteCopy, lambda event: {"words": event.data.words if broken == "write" else event.no_such})
    if broken == "write":
        monkeypatch.setattr(handlers, "upsert_newer", failing)
    service = replace(reading.service, copies={writer.NoteWritten: keep})

    inbox.receive(replace(reading, service=service), [last_body(writing)])

    labels = {"type": "caravan.note.written.v1", "kind": "copy", "result": "failed"}
    assert value(scraped(reading), "caravan_handler_seconds_count", **labels) == 2  # in the batch, then alone


def failing(*_):
    raise ValueError("no table takes that")


def test_dead_events_stand_with_the_age_of_the_oldest(pair):
    _writing, reading = pair

    inbox.receive(reading, ["no event"])

    found = scraped(reading)
    assert value(found, "caravan_events_dead") == 1
    assert 0 < value(found, "caravan_events_dead_oldest_seconds") < 60


def test_lost_queue_stands_as_a_gap(pair):
    _writing, reading = pair
    assert value(scraped(reading), "caravan_replay_gap_seconds") == 0

    with reading.database.write() as session:
        session.execute(tables.membership.update().values(lost_at=machine_now()))

    assert value(scraped(reading), "caravan_replay_gap_seconds") > 0


def test_requests_are_counted_by_template_and_not_by_what_was_asked(pair):
    writing, _reading = pair
    client = create_app(writing).test_client()

    client.get(f"/v1/{PERSONAL}")
    client.get("/health/live")
    client.open("/v1/openapi.json", method="ODD")

    found = scraped(writing)
    routes = {dict(labels)["route"] for labels in found["caravan_http_request_seconds_count"]}
    methods = {dict(labels)["method"] for labels in found["caravan_http_request_seconds_count"]}
    assert "None" in routes
    assert not any("health" in route or "example.org" in route for route in routes)
    assert methods == {"GET", "other"}


def test_nothing_personal_stands_in_any_figure(pair):
    writing, reading = pair
    write(writing, PERSONAL, private=True)

    Pump(pair).round()
    with reader.unbearable(PERSONAL):
        write(writing, PERSONAL, private=True)
        Pump(pair).round()

    text = metrics_endpoint.expose(writing).decode() + metrics_endpoint.expose(reading).decode()
    assert "note.whispered" in text
    assert "Anna" not in text
    assert "example.org" not in text


def test_database_without_tables_is_not_ready_and_the_rest_is_told(runtime_of):
    writing = runtime_of(writer.SERVICE)
    with writing.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version_servicekit")

    found = scraped(writing)

    assert value(found, "caravan_ready") == 0
    assert "caravan_outbox_pending" not in found
    assert value(found, "caravan_redelivered_total") == 0


def test_database_that_is_away_leaves_what_the_process_counted(proxy, postgres_url):
    with Database(postgres_url) as database:
        door = proxy(database.url)
        trusted = {"CARAVAN_TOKEN_KEYS": os.environ["CARAVAN_TOKEN_KEYS"]}
        runtime = assemble(writer.SERVICE, {"CARAVAN_DATABASE_URL": door.through(database.url), **trusted})
        migrations.upgrade(runtime)
        assert value(scraped(runtime), "caravan_ready") == 1
        door.mode = Mode.REFUSE

        found = scraped(runtime)

        runtime.close()
    assert value(found, "caravan_ready") == 0
    assert value(found, "caravan_redelivered_total") == 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (anonymous(), 401),
        (bearer({Role.AGENCY: ["RU-KLU"]}), 403),
        (bearer(deeds=frozenset({Deed.EVENTS_READ})), 403),
        (bearer(deeds=frozenset({Deed.METRICS_READ})), 200),
    ],
)
def test_figures_are_for_whom_the_platform_lets_read_them(pair, headers, status):
    client = create_app(pair[0]).test_client()

    answer = client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": "127.0.0.1"})

    assert answer.status_code == status
