"""A broker that freezes or refuses makes nobody who looks wait: readiness, figures and `caravan top` answer in time."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

import reader
import writer
from caravan.top.sources import TIMEOUT_SECONDS, DatabaseSource, HttpSource, StatusPoller
from instances import set_up, wait_for
from servers.ports import free_port
from servers.proxy import Mode
from servicekit.app import create_app
from servicekit.bus import broker, broker_watch
from servicekit.bus.history import install
from servicekit.operations.monitor import Monitor

LOOK_SECONDS = 2.9
"""The longest that a look may take: `caravan top` allows three seconds, Prometheus ten."""
FEED_SECONDS = 7.0
ABSENCES = [Mode.REFUSE, Mode.BLACKHOLE]


@pytest.fixture
def addresses(vhost):
    """The broker's address for each of the two services of notes."""
    return set_up(vhost, [writer.SERVICE, reader.SERVICE])


@pytest.fixture
def behind(sqlite_runtime_of, addresses, proxy, monkeypatch):
    """The writer, installed, with the door through which it reaches the broker; every look asks the broker anew."""
    monkeypatch.setattr(broker_watch, "KEEP_SECONDS", 0)
    door = proxy(addresses["writer"])
    runtime = sqlite_runtime_of(writer.SERVICE, broker_url=door.through(addresses["writer"]))
    install(runtime)
    return runtime, door


@contextmanager
def at_most(seconds):
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds


@contextmanager
def monitored(runtime):
    door = Monitor(runtime)
    door.start()
    try:
        yield f"http://127.0.0.1:{door.port}"
    finally:
        door.stop()


def went(runtime, door, mode):
    """Let the broker go when it has answered before."""
    assert runtime.broker_watch.found is not None
    door.mode = mode


@pytest.mark.parametrize("mode", ABSENCES)
def test_readiness_tells_in_time_that_the_broker_is_away_and_that_it_is_back(behind, mode):
    runtime, door = behind
    client = create_app(runtime).test_client()
    went(runtime, door, mode)

    with at_most(LOOK_SECONDS):
        ready = client.get("/health/ready")

    assert (ready.status_code, ready.json["status"], ready.json["broker"]) == (200, "degraded", "away")
    door.mode = Mode.OK
    wait_for(lambda: client.get("/health/ready").json["broker"] == "ready", 5)


@pytest.mark.parametrize("mode", ABSENCES)
def test_figures_are_told_in_time_and_all_that_the_broker_does_not_know_is_there(behind, mode):
    runtime, door = behind
    client = create_app(runtime).test_client()
    went(runtime, door, mode)

    with at_most(LOOK_SECONDS):
        told = client.get("/metrics").text

    assert 'caravan_broker_up{service="writer"} 0.0' in told
    assert "caravan_outbox_pending{" in told
    assert "caravan_queue_waiting{" not in told


@pytest.mark.parametrize("mode", ABSENCES)
def test_top_shows_a_service_without_a_broker_as_such_and_not_as_away(behind, mode):
    runtime, door = behind
    went(runtime, door, mode)

    with monitored(runtime) as url:
        for source in (HttpSource("writer", url, url), DatabaseSource(runtime, url)):
            poller = StatusPoller([source], None)
            assert ("no bus", True) in (shown(poller) for _ in range(3))  # a busy machine may be late once
            poller.close()


def shown(poller):
    with at_most(TIMEOUT_SECONDS + 1):
        (status,) = poller.poll()
    return status.state, status.outbox is not None


def test_many_who_look_at_once_wait_no_longer_than_one(behind):
    runtime, door = behind
    went(runtime, door, Mode.BLACKHOLE)

    with ThreadPoolExecutor(20) as pool, at_most(LOOK_SECONDS):
        found = list(pool.map(lambda _: runtime.broker_watch.found, range(20)))

    assert found == [None] * 20


def test_broker_that_is_slow_is_told_as_it_stood_and_not_as_away(behind):
    runtime, door = behind
    stood = runtime.broker_watch.found
    door.latency_seconds = 0.3

    with at_most(LOOK_SECONDS):
        assert runtime.broker_watch.found == stood


@pytest.mark.parametrize("mode", ABSENCES)
def test_feed_refuses_within_seconds(behind, mode):
    runtime, door = behind
    client = create_app(runtime).test_client()
    door.mode = mode

    with at_most(FEED_SECONDS):
        answer = client.get("/v1/events")

    assert answer.status_code == 503


def test_link_asks_each_host_of_an_address_once(addresses):
    parts = urlsplit(addresses["writer"])
    nobody = parts._replace(netloc=f"{parts.netloc.rpartition('@')[0]}@127.0.0.1:{free_port()}").geturl()

    with at_most(3):
        broker.Link(f"{nobody};{addresses['writer']}", 0).close()
        with pytest.raises(broker.ERRORS):
            broker.Link(f"{nobody};{nobody}", 0)
