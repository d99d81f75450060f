"""Trace contexts where nobody collects spans: they travel, and cost next to nothing."""

import json
import logging
from datetime import UTC, datetime

import pytest
from opentelemetry.trace import SpanKind

from called import modules_called_by
from contracts.event import Envelope
from servicekit import identifiers
from servicekit.telemetry import tracing
from servicekit.telemetry.logs import JsonLines
from servicekit.telemetry.tracing import Tracing

GIVEN = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def an_event(traceparent):
    return Envelope(
        id=identifiers.fresh(),
        source="/ru-klu/writer",
        type="caravan.note.written.v1",
        subject="s",
        time=datetime.now(UTC),
        subjectversion=1,
        data={},
        traceparent=traceparent,
    )


def logged():
    return json.loads(JsonLines().format(logging.makeLogRecord({"msg": "said"})))


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "nonsense",
        GIVEN.upper(),
        GIVEN + "\n",
        "ff" + GIVEN[2:],
        "00-" + "0" * 32 + GIVEN[35:],
        GIVEN[:36] + "0" * 16 + GIVEN[52:],
    ],
)
def test_what_is_no_traceparent_is_not_taken(text):
    assert tracing.valid(text) is None


def test_traceparent_of_the_caller_is_that_of_the_event():
    with Tracing().answering(GIVEN):
        recorded = tracing.recording("caravan.note.written.v1", identifiers.fresh(), None)

    assert recorded == GIVEN


def test_events_of_a_request_without_a_trace_share_a_fresh_one():
    with Tracing().answering(None):
        first, second = (tracing.recording("t", identifiers.fresh(), None) for _ in range(2))

    assert tracing.valid(first)
    assert first == second
    assert first.endswith("-00")


def test_two_requests_have_two_traces():
    ids = set()
    for _ in range(2):
        with Tracing().answering("nonsense") as step:
            ids.add(step.traceparent)

    assert len(ids) == 2


def test_event_recorded_while_another_is_handled_stays_in_its_trace():
    with Tracing().handling(an_event(GIVEN)):
        recorded = tracing.recording("t", identifiers.fresh(), None)

    assert recorded == GIVEN
    assert tracing.here() is None


def test_event_recorded_outside_of_any_step_takes_its_causes_trace():
    assert tracing.recording("t", identifiers.fresh(), GIVEN) == GIVEN


def test_lines_logged_while_an_event_is_handled_name_event_and_trace():
    event = an_event(GIVEN)

    with Tracing().handling(event):
        within = logged()

    assert within["event_id"] == str(event.id)
    assert within["trace_id"] == GIVEN[3:35]
    assert "event_id" not in logged()


def test_forged_trace_of_an_event_is_neither_kept_nor_logged():
    with Tracing().handling(an_event("x" * 300)):
        assert tracing.here() is None
        assert "trace_id" not in logged()


def test_step_asks_nothing_of_opentelemetry_where_nobody_collects_spans():
    off, event = Tracing(), an_event(GIVEN)

    def handle():
        with off.handling(event), off.step("task", SpanKind.INTERNAL):
            pass

    called = modules_called_by(handle)

    assert called["servicekit.telemetry.tracing"] > 0
    assert not [module for module in called if module.startswith("opentelemetry")]
    assert called.total() < 30, called
