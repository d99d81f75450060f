"""How `caravan top` computes a status from metrics, and formats it."""

import re

import pytest
from rich.console import Console

from caravan.top.status import AWAY, Metrics, ServiceStatus, status_from_metrics, with_broker_queue
from caravan.top.table import format_age, format_number, format_rate, screen, warnings_for

WEB = """\
caravan_events_published_total{service="writer"} 0.0
caravan_ready{service="writer"} 1.0
caravan_joined{service="writer"} 1.0
caravan_outbox_pending{service="writer"} 4.0
caravan_replay_gap_seconds{service="writer"} 0.0
"""
WORKER = """\
caravan_events_published_total{service="writer"} 70.0
caravan_events_handled_total{service="writer"} 30.0
caravan_loop_turn_age_seconds{loop="writer-relay",service="writer"} 0.1
caravan_ready{service="writer"} 1.0
caravan_joined{service="writer"} 1.0
caravan_outbox_pending{service="writer"} 5.0
caravan_queue_waiting{service="writer"} 12.0
"""


@pytest.mark.parametrize(
    ("value", "written"),
    [(None, "–"), (0, "0"), (9999, "9999"), (12_345, "12.3k"), (123_456, "123k"), (1_234_567, "1.2M"), (5e9, "5.0G")],
)
def test_number_takes_five_characters_at_most(value, written):
    assert format_number(value) == written
    assert len(written) <= 5


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(None, "–"), (0.04, "0.0s"), (12.2, "12s"), (300, "5m"), (10_800, "3h"), (1_000_000, "12d")],
)
def test_age_takes_four_characters_at_most(seconds, written):
    assert format_age(seconds) == written


@pytest.mark.parametrize(
    ("value", "written"), [(None, "–"), (0.0, "0"), (0.25, "0.2"), (37.06, "37.1"), (4567.8, "4568")]
)
def test_rate_shows_a_tenth_where_it_is_small(value, written):
    assert format_rate(value) == written


def test_processes_of_a_service_count_together_and_stand_once():
    status = status_from_metrics("writer", Metrics(WEB, WORKER, WORKER))

    assert (status.sent, status.done) == (140, 60)
    assert (status.outbox, status.queue, status.state) == (5, 12, "ready")


def test_process_without_loops_does_not_say_that_nothing_was_sent():
    status = status_from_metrics("writer", Metrics(WEB))

    assert (status.sent, status.done) == (None, None)
    assert status.with_rates_since(status).sent_rate is None


@pytest.mark.parametrize(
    ("figures", "state"),
    [
        ("caravan_ready 0\n", "unready"),
        ("caravan_ready 1\ncaravan_broker_up 0\ncaravan_joined 1\n", "no bus"),
        ("caravan_ready 1\ncaravan_broker_up 1\ncaravan_queue_missing 1\ncaravan_joined 1\n", "healing"),
        ("caravan_ready 1\ncaravan_broker_up 1\ncaravan_history_missing 1\ncaravan_joined 1\n", "no history"),
        ("caravan_ready 1\ncaravan_joined 1\ncaravan_replay_gap_seconds 5\n", "healing"),
        ("caravan_ready 1\ncaravan_joined 0\n", "joining"),
        ("caravan_ready 1\ncaravan_joined 1\ncaravan_events_dead 1\n", "degraded"),
        ("caravan_ready 1\ncaravan_joined 0\ncaravan_events_dead 1\n", "joining"),
        ("caravan_ready 1\ncaravan_joined 1\ncaravan_events_dead 0\n", "ready"),
        ("caravan_ready 1\ncaravan_joined 1\n", "ready"),
    ],
)
def test_state_is_the_most_urgent_thing(figures, state):
    assert status_from_metrics("writer", Metrics(figures)).state == state


def a_status(**facts):
    return ServiceStatus(**{"service": "writer", "state": "ready", **facts})


def test_rate_is_what_came_between_two_looks():
    earlier, later = a_status(at=10.0, sent=100.0, done=5.0), a_status(at=12.0, sent=150.0, done=5.0)

    assert (later.with_rates_since(earlier).sent_rate, later.with_rates_since(earlier).done_rate) == (25.0, 0.0)


def test_process_that_began_anew_counts_from_nothing():
    assert a_status(at=2.0, sent=10.0).with_rates_since(a_status(at=1.0, sent=500.0)).sent_rate == 10.0


def test_broker_knows_the_rate_where_no_worker_does():
    queue = {"ready": 7.0, "unacked": 3.0, "acked_rate": 11.0}

    found = with_broker_queue(a_status(), queue)

    assert (found.queue, found.unacked, found.done_rate) == (7, 3, 11)
    assert with_broker_queue(a_status(done=5.0, done_rate=2.0), queue).done_rate == 2


def shown(statuses, width=80):
    console = Console(width=width, record=True, file=None, color_system=None, quiet=False)
    with console.capture() as capture:
        console.print(screen(statuses, "caravan top"))
    return capture.get()


def test_table_fits_eighty_columns_whatever_stands_in_it():
    full = dict.fromkeys(("outbox", "queue", "unacked", "sent_rate", "done_rate", "parked", "dead"), 123_456.0)
    statuses = [ServiceStatus(service="notifications", state="degraded", oldest=1e6, quiet=1e6, **full)]

    lines = shown(statuses).splitlines()

    assert max(map(len, lines)) <= 80
    assert "…" not in "".join(lines)
    (row,) = [line for line in lines if line.startswith("notifications degraded")]
    assert re.split(r"\s+", row.strip())[2:] == ["123k", "12d", *["123k"] * 6, "12d"]


def test_service_that_is_away_is_a_row_and_a_line():
    text = shown([ServiceStatus(service="writer", state=AWAY), a_status(service="reader")])

    assert re.search(r"^writer +away( +–){9}", text, re.MULTILINE)
    assert "writer does not answer." in text
    assert "reader does not answer" not in text


def test_dead_events_and_old_ones_are_told_with_what_to_do():
    lines = warnings_for(a_status(dead=2.0, oldest=90.0, outbox=1.0))

    assert any("caravan events dead list" in line for line in lines)
    assert any("90s" in line for line in lines)
    assert warnings_for(a_status(dead=0.0, oldest=1.0)) == []
