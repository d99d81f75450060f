"""How much memory the platform's own processes hold: at rest, and while they answer and handle."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import requests

from bench.bus import handle_real, places
from bench.bus.measures import Case, Figures, TrialError
from bench.bus.memory import Sampler, resident_mib
from deployment import SERVICES, Instance, many_processes, one_process
from matching.service import SERVICE as MATCHING
from notifications.service import SERVICE as NOTIFICATIONS
from servicekit.bus import subscriptions
from servicekit.bus.broker import Message
from servicekit.service import Runtime

EVENTS = 20_000
REGIONS = 1_000
REST_SECONDS = 3.0
PATIENCE_SECONDS = 300.0
LISTENERS = (MATCHING, NOTIFICATIONS)
READ = {"registration": "/v1/regions", "matching": "/v1/agreements", "notifications": "/v1/deliveries"}
"""What is read of each service."""
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def cases(scale: float) -> list[Case]:
    """List what is measured."""
    regions, events = int(REGIONS * scale), int(EVENTS * scale)
    load = f"{regions:,} regions registered over HTTP and every service read"
    apart, embedded = f"at rest; most while {load}, and {events:,} events come", f"at rest; most while {load}"
    return [
        Case(
            "memory", "memory-apart", "web and worker processes, PostgreSQL, RabbitMQ", _apart(regions, events), apart
        ),
        Case("memory", "memory-embedded", "embedded: all in one process, SQLite", _embedded(regions), embedded),
    ]


def _apart(regions: int, events: int) -> Callable[[], Figures]:
    def run() -> Figures:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory()))
            broker_url = stack.enter_context(places.broker_place())
            databases = {name: stack.enter_context(places.database_place(places.POSTGRESQL)) for name in SERVICES}
            settings = {f"{name.upper()}_DATABASE_URL": url for name, url in databases.items()}
            settings["CARAVAN_BROKER_URL"] = broker_url
            instance = stack.enter_context(many_processes(folder, settings))
            messages = list(islice(handle_real.mission(events), events))
            return _measure(instance, databases, regions, messages, lambda: places.fill(broker_url, messages))

    return run


def _embedded(regions: int) -> Callable[[], Figures]:
    def run() -> Figures:
        with TemporaryDirectory() as folder, one_process(Path(folder), {}) as instance:
            databases = {name: f"sqlite:///{folder}/data/{name}.db" for name in SERVICES}
            return _measure(instance, databases, regions, (), lambda: None)

    return run


def _measure(
    instance: Instance,
    databases: dict[str, str],
    regions: int,
    messages: Sequence[Message],
    load: Callable[[], object],
) -> Figures:
    time.sleep(REST_SECONDS)  # what a process does at its start is not its rest
    pids = {name: process.child.pid for name, process in instance.processes.items()}
    figures = {f"{name} at rest MiB": resident_mib(pid) for name, pid in pids.items()}
    listeners = [places.runtime_of(service, databases[service.name]) for service in LISTENERS]
    due = [_heard(runtime, regions, messages) + handle_real.handled(runtime) for runtime in listeners]
    with Sampler(pids).running() as sampler:
        thread = threading.Thread(target=load)
        thread.start()
        _ask(instance, regions)
        thread.join()
        _await(listeners, due)
    for runtime in listeners:
        runtime.database.close()
    return figures | {f"{name} under load MiB": sampler.peak(name) for name in pids}


def _heard(runtime: Runtime, regions: int, messages: Iterable[Message]) -> int:
    """Return how many of the events are for a service."""
    types = subscriptions.event_types(runtime.service)
    return regions + sum(handle_real.type_of(message) in types for message in messages)


def _ask(instance: Instance, regions: int) -> None:
    """Register regions, one after the other, and read something of each service meanwhile."""
    with requests.Session() as client:
        for number in range(regions):
            code = "RU-" + "".join(_LETTERS[number // 26**place % 26] for place in range(3))
            body = {"names": {"en": f"Region {number}"}, "timezone": "Europe/Moscow"}
            path = f"{instance.urls['registration']}/registration/v1/regions/{code}"
            client.put(path, json=body, timeout=30).raise_for_status()
            service = SERVICES[number % len(SERVICES)]
            client.get(f"{instance.urls[service]}/{service}{READ[service]}", timeout=30).raise_for_status()


def _await(listeners: Sequence[Runtime], due: Sequence[int]) -> None:
    """Wait until every event has had its effect in each service that it is for."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    for runtime, wanted in zip(listeners, due, strict=True):
        while (found := handle_real.handled(runtime)) < wanted:
            if time.monotonic() > deadline:
                raise TrialError(f"{runtime.service.name} handled {found} of {wanted} events")
            time.sleep(0.2)
