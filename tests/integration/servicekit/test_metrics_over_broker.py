"""Figures of services that work over the broker, and the door at which a worker answers them."""

from contextlib import contextmanager

import requests

import reader
import writer
from figures_read import figures, scraped, value
from instances import wait_for, working
from notes import told, write
from servicekit.operations import monitor


@contextmanager
def monitored(runtime):
    door = monitor.Monitor(runtime)
    door.start()
    try:
        yield f"http://127.0.0.1:{door.port}"
    finally:
        door.stop()


def test_worker_answers_figures_and_health_at_a_door_of_its_own(make):
    writing = make(writer.SERVICE)

    with monitored(writing) as url, working(writing):
        wait_for(lambda: connected(url) == {"relay": 1, "consumer": 1})
        found = asked(url)
        live, ready = (requests.get(f"{url}/health/{kind}", timeout=10) for kind in ("live", "ready"))
        lost = requests.get(f"{url}/elsewhere", timeout=10)

    assert value(found, "caravan_broker_up") == 1
    assert value(found, "caravan_queue_missing") == 0
    assert value(found, "caravan_queue_waiting") >= 0
    assert {dict(labels)["loop"] for labels in found["caravan_loop_turn_age_seconds"]} >= {"writer-relay"}
    assert (live.status_code, live.json()["status"]) == (200, "live")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    assert lost.status_code == 404


def connected(url):
    return {dict(labels)["part"]: held for labels, held in asked(url).get("caravan_broker_connected", {}).items()}


def asked(url):
    return figures(requests.get(f"{url}/metrics", timeout=10).text)


def test_events_over_the_broker_are_timed_to_their_confirm(make):
    writing, reading = make(writer.SERVICE), make(reader.SERVICE)

    with working(writing, reading):
        for number in range(20):
            write(writing, f"note {number}")
        wait_for(lambda: len(told(reading)) == 20)
        wait_for(lambda: value(scraped(writing), "caravan_outbox_pending") == 0)

    sent, taken = scraped(writing), scraped(reading)
    assert value(sent, "caravan_events_published_total") >= 20
    assert value(sent, "caravan_publish_confirm_seconds_count") >= 1
    assert value(sent, "caravan_unroutable_total") == 0
    assert value(taken, "caravan_events_handled_total") >= 20


def test_events_that_wait_for_an_absent_worker_are_told(make):
    writing, reading = make(writer.SERVICE), make(reader.SERVICE)

    with working(writing):
        write(writing, "waits")
        found = wait_for(lambda: waiting(reading))

    assert found >= 1


def waiting(runtime):
    return value(scraped(runtime), "caravan_queue_waiting")
