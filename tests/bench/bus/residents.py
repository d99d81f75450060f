"""How much memory the platform's own processes hold: at rest, and while they answer and handle."""

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.bus import handle_real, places
from bench.bus.measures import Case, Figures
from bench.bus.memory import Sampler, resident_mib
from deployment import SERVICES, Instance, many_processes, one_process

EVENTS = 20_000
LOAD_SECONDS = 15.0
REST_SECONDS = 3.0


def cases(scale: float) -> list[Case]:
    """List what is measured."""
    note = "at rest; most under load: requests, and on RabbitMQ events of registration"
    seconds = LOAD_SECONDS * scale
    return [
        Case("memory", "memory-apart", "web and worker processes, PostgreSQL, RabbitMQ", _apart(scale, seconds), note),
        Case("memory", "memory-embedded", "embedded: all in one process, SQLite", _embedded(seconds), note),
    ]


def _apart(scale: float, seconds: float) -> Callable[[], Figures]:
    def run() -> Figures:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory()))
            broker_url = stack.enter_context(places.broker_place())
            databases = {name: stack.enter_context(places.database_place(places.POSTGRESQL)) for name in SERVICES}
            settings = {f"{name.upper()}_DATABASE_URL": url for name, url in databases.items()}
            settings["CARAVAN_BROKER_URL"] = broker_url
            instance = stack.enter_context(many_processes(folder, settings))
            messages = islice(handle_real.mission(int(EVENTS * scale)), int(EVENTS * scale))
            return _measure(instance, seconds, lambda: places.fill(broker_url, messages))

    return run


def _embedded(seconds: float) -> Callable[[], Figures]:
    def run() -> Figures:
        with TemporaryDirectory() as folder, one_process(Path(folder), {}) as instance:
            return _measure(instance, seconds, lambda: None)

    return run


def _measure(instance: Instance, seconds: float, load: Callable[[], object]) -> Figures:
    time.sleep(REST_SECONDS)  # what a process does at its start is not its rest
    pids = {name: process.child.pid for name, process in instance.processes.items()}
    figures = {f"{name} at rest MiB": resident_mib(pid) for name, pid in pids.items()}
    with Sampler(pids).running() as sampler:
        thread = threading.Thread(target=load)
        thread.start()
        ends = time.monotonic() + seconds
        while time.monotonic() < ends or thread.is_alive():
            for service in SERVICES:
                instance.get(service, f"/{service}/health/ready")
        thread.join()
    return figures | {f"{name} under load MiB": sampler.peak(name) for name in pids}
