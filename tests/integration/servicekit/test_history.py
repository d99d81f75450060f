"""History is read to its end or not at all, on a busy broker and on one that falls silent."""

import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pika
import pytest

import reader
import writer
from instances import set_up, wait_for, working
from notes import known, told, unsent, write_at_once
from servers.proxy import Mode, Proxy
from servicekit.app import create_app
from servicekit.bus import broker, broker_watch, history, topology
from servicekit.bus.history import install
from servicekit.operations import metrics_endpoint


@pytest.fixture
def impatient(monkeypatch):
    """Let the silence of a stream be noticed soon."""
    monkeypatch.setattr(history, "PATIENCE_SECONDS", 1.0)


@pytest.fixture
def full(make):
    """A stream that holds more than two batches of notes."""
    writing = make(writer.SERVICE)
    with working(writing):
        write_at_once(writing, *(f"note {number}" for number in range(1200)))
        wait_for(lambda: unsent(writing) == 0, 60)
    return writing


@pytest.fixture
def behind(runtime_of, addresses):
    """A reader whose broker is reached through a proxy."""
    with Proxy(addresses["reader"]) as proxy:
        url = proxy.through(addresses["reader"])
        assert urlsplit(url).port == proxy.port
        runtime = runtime_of(reader.SERVICE, broker_url=url, homes="RU-KLU")
        install(runtime)
        yield runtime, proxy


def test_history_that_falls_silent_is_not_taken_for_read(impatient, full, behind):
    runtime, proxy = behind

    def fall_silent(_subscriber, _batch):
        proxy.mode = Mode.BLACKHOLE

    with pytest.raises(OSError, match="silent"):
        history.read(runtime, fall_silent)


@pytest.mark.long
def test_service_that_joins_while_the_broker_freezes_joins_when_it_goes_on(impatient, full, behind, monkeypatch):
    runtime, proxy = behind
    frozen = threading.Event()
    real = history.history.read

    def freeze_once(runtime, take):
        def taking(subscriber, batch):
            take(subscriber, batch)
            if not frozen.is_set():
                frozen.set()
                proxy.mode = Mode.BLACKHOLE

        return real(runtime, taking)

    monkeypatch.setattr(history.history, "read", freeze_once)
    with working(runtime):
        wait_for(frozen.is_set)
        threading.Timer(3.0, setattr, (proxy, "mode", Mode.OK)).start()
        wait_for(lambda: len(known(runtime)) == 1200, 60)

    assert told(runtime) == []


def test_end_of_a_stream_that_is_never_quiet_is_found(full, make, vhost):
    reading, stop = make(reader.SERVICE), threading.Event()
    with ThreadPoolExecutor(2) as aside:
        aside.submit(keep_busy, vhost, stop)
        try:
            assert aside.submit(history.last_offset, reading).result(15) >= 1200
        finally:
            stop.set()


def keep_busy(vhost, stop):
    """Publish something twenty times a second."""
    with pika.BlockingConnection(pika.URLParameters(vhost.amqp_url)) as connection:
        channel = connection.channel()
        while not stop.wait(0.05):
            channel.basic_publish(topology.EVENTS, "ru-klu.note.counted.v1", b"{}")


def test_stream_that_is_deleted_under_a_relay_stops_it_and_is_told_until_it_is_made_again(make, vhost, monkeypatch):
    monkeypatch.setattr(broker, "HISTORY_SECONDS", 0.0)
    monkeypatch.setattr(broker_watch, "KEEP_SECONDS", 0.0)
    writing, reading = make(writer.SERVICE), make(reader.SERVICE)
    client = create_app(writing).test_client()
    with working(writing, reading):
        write_at_once(writing, "before")
        wait_for(lambda: told(reading) == ["before"])
        with pika.BlockingConnection(pika.URLParameters(vhost.amqp_url)) as connection:
            connection.channel().queue_delete(topology.LOG)
        write_at_once(writing, "meanwhile")
        wait_for(lambda: client.get("/health/ready").json["broker"] == "history missing")
        degraded = client.get("/health/ready").json
        figures = metrics_endpoint.expose(writing).decode()
        feed = client.get("/v1/events")
        sent = told(reading)

        set_up(vhost, [writer.SERVICE, reader.SERVICE])
        wait_for(lambda: told(reading) == ["before", "meanwhile"])

    assert (degraded["status"], degraded["events"]["unsent"], sent) == ("degraded", 1, ["before"])
    assert 'caravan_history_missing{service="writer"} 1.0' in figures
    assert (feed.status_code, feed.json["detail"]) == (
        503,
        "The history of events is gone. The operator has to make it again.",
    )
    assert client.get("/health/ready").json["broker"] == "ready"
