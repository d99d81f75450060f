"""One request is one trace: over its events to the events and letters that they cause, in every service."""

import logging
import time
from dataclasses import dataclass, replace

import pytest

from builders.registration import Desk, a_delegate
from collectors import InMemory, a_silent_collector, an_otlp_collector
from instances import set_up, wait_for
from matching.service import SERVICE as MATCHING
from notifications.service import SERVICE as NOTIFICATIONS
from registration.service import SERVICE as REGISTRATION
from servers.ports import free_port
from servicekit.bus.history import install
from servicekit.telemetry.tracing import Tracing
from servicekit.worker import Worker

SERVICES = (REGISTRATION, MATCHING, NOTIFICATIONS)
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
CALLER = "00f067aa0ba902b7"
HEADER = {"traceparent": f"00-{TRACE}-{CALLER}-01"}
APPROVED, ADMITTED = "caravan.application.approved.v1", "caravan.participant.admitted.v1"
SETTLED = "caravan.notification.settled.v1"


@pytest.fixture(params=["embedded", "broker"])
def make(request, sqlite_runtime_of, tmp_path):
    """Call it to get the three services at work in one process, without a broker or on RabbitMQ."""
    workers, runtimes = [], []

    def made(collect=lambda runtime: runtime, **settings):
        addresses = set_up(request.getfixturevalue("vhost"), SERVICES) if request.param == "broker" else {}
        for service in SERVICES:
            given = {"broker_url": addresses.get(service.name, ""), **settings}
            given |= {"mailbox_dir": tmp_path / "mailbox"} if service is NOTIFICATIONS else {}
            runtime = collect(sqlite_runtime_of(service, **given))
            install(runtime)
            runtimes.append(runtime)
        workers.append(Worker(runtimes))
        workers[0].start()
        return runtimes

    yield made
    for worker in workers:
        worker.stop()
    for runtime in runtimes:
        runtime.tracing.close()


@dataclass(frozen=True)
class Seen:
    """A span as the collector has it."""

    service: str
    name: str
    trace: str
    id: str
    parent: str


def in_memory(collectors):
    """Make what gives each runtime a collector in memory."""

    def collect(runtime):
        collectors[runtime.service.name] = InMemory()
        return replace(runtime, tracing=Tracing(collectors[runtime.service.name]))

    return collect


def seen_in(collectors):
    return [
        Seen(
            service,
            span.name,
            f"{span.context.trace_id:032x}",
            f"{span.context.span_id:016x}",
            f"{span.parent.span_id:016x}" if span.parent else "",
        )
        for service, collector in collectors.items()
        for span in collector.spans()
    ]


def seen_by(taken):
    return [
        Seen(
            service.removeprefix("caravan-"),
            span.name,
            span.trace_id.hex(),
            span.span_id.hex(),
            span.parent_span_id.hex(),
        )
        for service, span in list(taken)
    ]


def an_application(registration):
    """Hand an application in; return it with the desk."""
    desk = Desk(registration)
    mission = desk.open_mission()
    return desk, desk.applied(mission, delegates=[a_delegate()])


def approve(desk, application, headers):
    answer = desk.client.post(f"/v1/applications/{application['id']}/approval", json={}, headers=headers)
    assert answer.status_code in (200, 201, 204)


def trace_of(spans):
    return [span for span in spans if span.trace == TRACE]


def is_whole(spans):
    """Tell whether both letters were sent and everything that follows was recorded and handled."""
    names = [(span.service, span.name) for span in trace_of(spans)]
    letters = [names.count(("notifications", name)) for name in (f"record {SETTLED}", "send mail")]
    return letters == [2, 2] and ("matching", f"handle {ADMITTED}") in names


def path_to_root(span, spans):
    by_id = {found.id: found for found in spans}
    path = [(span.service, span.name)]
    while span.parent in by_id:
        span = by_id[span.parent]
        path.append((span.service, span.name))
    return path, span.parent


def paths(spans, name):
    return sorted(path_to_root(span, spans) for span in trace_of(spans) if span.name == name)


ROUTE = ("registration", "POST /v1/applications/<uuid:application_id>/approval")
TO_APPROVED = [("registration", f"record {APPROVED}"), ROUTE]
TO_ADMITTED = [("registration", f"record {ADMITTED}"), ("registration", f"handle {APPROVED}"), *TO_APPROVED]


def test_request_its_events_and_the_letters_are_one_tree(make):
    collectors = {}
    registration, *_ = make(in_memory(collectors))
    desk, application = an_application(registration)

    approve(desk, application, HEADER)
    wait_for(lambda: is_whole(seen_in(collectors)), 30)

    spans = seen_in(collectors)
    assert paths(spans, f"handle {ADMITTED}") == [
        ([("matching", f"handle {ADMITTED}"), *TO_ADMITTED], CALLER),
        ([("notifications", f"handle {ADMITTED}"), *TO_ADMITTED], CALLER),
    ]
    assert paths(spans, "send mail") == sorted(
        (
            [("notifications", "send mail"), ("notifications", f"handle {caused}"), *before],
            CALLER,
        )
        for caused, before in ((APPROVED, TO_APPROVED), (ADMITTED, TO_ADMITTED))
    )
    assert {span.name for span in trace_of(spans)} <= {
        ROUTE[1],
        "send mail",
        *(f"{step} {event}" for step in ("record", "handle") for event in (APPROVED, ADMITTED, SETTLED)),
    }


def test_collector_over_http_gets_the_same_trace_from_every_service(make):
    with an_otlp_collector() as (address, taken):
        registration, *_ = make(otlp_endpoint=address)
        desk, application = an_application(registration)

        approve(desk, application, HEADER)
        wait_for(lambda: is_whole(seen_by(taken)) and all(is_rooted(path) for path in mails(seen_by(taken))), 40)

    spans = seen_by(taken)
    assert {span.service for span in trace_of(spans)} == {"registration", "matching", "notifications"}
    assert len(mails(spans)) == 2


def mails(spans):
    return paths(spans, "send mail")


def is_rooted(path):
    return path[1] == CALLER


def test_spans_name_no_person(make):
    with an_otlp_collector() as (address, taken):
        registration, *_ = make(otlp_endpoint=address)
        desk, application = an_application(registration)

        approve(desk, application, HEADER)
        wait_for(lambda: is_whole(seen_by(taken)), 40)

    said = "".join(str(span) for _service, span in taken)
    assert "send mail" in said
    assert "p1@example.org" not in said
    assert "Snegirin" not in said


@pytest.mark.parametrize("kind", ["absent", "silent"])
def test_collector_that_does_not_answer_hinders_nothing(make, caplog, kind):
    with a_silent_collector() as silent:
        address = silent if kind == "silent" else f"http://127.0.0.1:{free_port()}"
        runtimes = make(otlp_endpoint=address)
        with caplog.at_level(logging.WARNING):
            desk, application = an_application(runtimes[0])
            approve(desk, application, HEADER)
            wait_for(lambda: {"application_approved", "participant_admitted"} <= letters(runtimes[2]), 30)
            wait_for(lambda: "spans were lost" in caplog.text, 30)
            began = time.monotonic()
            runtimes[0].tracing.close()
            took = time.monotonic() - began

    warned = [
        record for record in caplog.records if record.name.startswith(("servicekit.telemetry.tracing", "opentelemetry"))
    ]
    assert took < 6
    assert {record.getMessage() for record in warned} == {"spans were lost: the collector does not take them"}
    assert len(warned) <= len(SERVICES)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def letters(runtime):
    """Return the kinds of which all letters were accepted."""
    summary = Desk(runtime).made("GET", "/v1/deliveries/summary")
    return {kind for kind, channels in summary.items() if set(channels["mail"]) == {"accepted"}}


def test_dead_collector_holds_up_no_request(sqlite_runtime_of):
    plain = sqlite_runtime_of(REGISTRATION)
    traced = sqlite_runtime_of(REGISTRATION, otlp_endpoint=f"http://127.0.0.1:{free_port()}")

    took = {}
    for name, runtime in (("plain", plain), ("traced", traced)) * 5:
        client = Desk(runtime).client
        began = time.perf_counter()
        for _ in range(20):
            client.get("/v1/regions")
        took[name] = min(took.get(name, 99.0), (time.perf_counter() - began) / 20)
    traced.tracing.close()

    assert took["traced"] - took["plain"] < 0.05


def test_nothing_is_begun_where_no_collector_is_named(sqlite_runtime_of):
    runtime = sqlite_runtime_of(REGISTRATION)

    assert not runtime.tracing.is_on
