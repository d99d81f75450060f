"""Each alarm is silent at the edge and sounds one step beyond it."""

import re

import pytest

from alarm_rules import alarms, entry, firing

EDGES = [
    ("CaravanOutboxOld", "caravan_outbox_oldest_unsent_seconds", (60, 60), (0, 60.1)),
    ("CaravanEventsDead", "caravan_events_dead", (0, 0), (0, 1)),
    ("CaravanEventsParked", "caravan_events_parked", (0, 0), (0, 1)),
    ("CaravanQueueHealing", "caravan_queue_missing", (0, 0), (0, 1)),
    ("CaravanQueueHealing", "caravan_replay_gap_seconds", (0, 0), (0, 0.1)),
    ("CaravanHistoryMissing", "caravan_history_missing", (0, 0), (0, 1)),
    ("CaravanUnroutable", "caravan_unroutable_total", (0, 0), (0, 1)),
    ("CaravanRedelivered", "caravan_redelivered_total", (500, 500), (500, 501)),
    ("CaravanNotReady", "caravan_ready", (1, 1), (1, 0)),
    ("CaravanAway", "up", (1, 1), (1, 0)),
    ("CaravanBrokerAway", "caravan_broker_up", (1, 1), (1, 0)),
    ("CaravanLoopStuck", "caravan_loop_turn_age_seconds", (600, 600), (0, 600.1)),
    ("CaravanNotJoined", "caravan_joined", (1, 0), (0, 0)),
    ("CaravanDeliveryUnknown", "caravan_delivery_unknown_total", (0, 0), (0, 1)),
    ("CaravanDeliveryOld", "caravan_delivery_age_seconds", (3600, 3600), (0, 3600.1)),
    ("CaravanErasureOverdue", "caravan_erasure_overdue", (0, 0), (0, 1)),
]
"""Alarm, figure, and what two processes of a service say of it: still well, and not any more."""
BOUNDS = {
    "CaravanNoProgress": ["> 0", "<= 120"],
    "CaravanLag": ["[5m]", "> 30"],
    "CaravanRequestsFail": ["[5m]", "[5m]", "> 0.05"],
    "CaravanUnroutable": ["[10m]", "> 0"],
    "CaravanRedelivered": ["[10m]", "> 1000"],
    "CaravanDeliveryUnknown": ["[1h]", "> 0"],
}
"""Those that look at a stretch of time, or at more than one figure."""
URGENCY = {
    "CaravanOutboxOld": ("page", "1m"),
    "CaravanNoProgress": ("page", "1m"),
    "CaravanLag": ("ticket", "10m"),
    "CaravanEventsDead": ("page", "10m"),
    "CaravanEventsParked": ("ticket", "15m"),
    "CaravanQueueHealing": ("page", "5m"),
    "CaravanHistoryMissing": ("page", "1m"),
    "CaravanUnroutable": ("ticket", "10m"),
    "CaravanRedelivered": ("ticket", "10m"),
    "CaravanNotReady": ("page", "1m"),
    "CaravanAway": ("page", "2m"),
    "CaravanBrokerAway": ("page", "2m"),
    "CaravanLoopStuck": ("page", "1m"),
    "CaravanRequestsFail": ("page", "5m"),
    "CaravanNotJoined": ("ticket", "15m"),
    "CaravanDeliveryUnknown": ("ticket", ""),
    "CaravanDeliveryOld": ("ticket", "10m"),
    "CaravanErasureOverdue": ("page", "10m"),
}
EXPRESSIONS = {name: entry(lines, "expr") for name, lines in alarms().items()}


def exposition(troubled=None):
    """Return what two services say in two processes each: all is well, but for one figure of the writer."""
    labels = 'service="{}",instance="{}",loop="relay",job="caravan"'
    return "".join(
        f"{figure}{{{labels.format(service, instance)}}} {value}\n"
        for _, figure, well, ill in EDGES
        for service in ("reader", "writer")
        for instance, value in enumerate(ill if (service, figure) == ("writer", troubled) else well)
    )


def sounding(text):
    found = {name: firing(EXPRESSIONS[name], text) for name in {edge[0] for edge in EDGES}}
    return {name: [labels["service"] for labels in wrong] for name, wrong in found.items() if wrong}


def test_no_alarm_sounds_where_everything_is_at_its_edge():
    assert sounding(exposition()) == {}


@pytest.mark.parametrize(("name", "figure"), [edge[:2] for edge in EDGES])
def test_one_step_further_that_alarm_sounds_alone_and_names_the_service(name, figure):
    assert sounding(exposition(figure)) == {name: ["writer"]}


def test_figures_that_nobody_tells_set_nothing_off():
    assert sounding("") == {}


@pytest.mark.parametrize("name", BOUNDS)
def test_alarm_over_time_keeps_its_bounds(name):
    assert re.findall(r"[<>=!]+ [\d.]+|\[\w+\]", EXPRESSIONS[name]) == BOUNDS[name]


def test_every_alarm_has_an_edge_or_bounds():
    assert {edge[0] for edge in EDGES} | set(BOUNDS) == set(EXPRESSIONS)


def test_alarm_waits_as_long_and_is_as_urgent_as_it_was_weighed():
    said = {name: (entry(lines, "labels"), entry(lines, "for")) for name, lines in alarms().items()}

    assert said == {name: (f"{{severity: {urgency}}}", wait) for name, (urgency, wait) in URGENCY.items()}
