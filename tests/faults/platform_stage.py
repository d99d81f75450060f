"""The three services as real processes, each with what it needs to be broken and examined."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import select

from caravan import discovery
from deployment import Process
from faults.evidence import Evidence
from faults.invariants import check_invariants
from faults.notes_stage import PATH
from faults.rest import come_to_rest
from instances import set_up, wait_for
from mail_servers import Desk, a_mail_server
from registration.models import Delegate
from servers.ports import LOOPBACK, free_port
from servers.postgres import Database
from servers.vhost import Vhost
from servicekit.bus.history import install
from servicekit.service import Runtime, assemble

WORKERS = (("work", "registration"), ("work", "matching"), ("work", "notifications"))
QUICK = {
    "NOTIFICATIONS_LEASE_SECONDS": "3",
    "NOTIFICATIONS_SMTP_TIMEOUT_SECONDS": "5",
    "NOTIFICATIONS_SMTP_DEADLINE_SECONDS": "3",
    "NOTIFICATIONS_SMTP_ANSWER_SECONDS": "3",
    "MATCHING_SOLVER_LEASE_SECONDS": "5",
    "CARAVAN_BROKER_HEARTBEAT_SECONDS": "2",
    "CARAVAN_MOVABLE_CLOCK": "true",
}
"""How soon another worker takes up what a killed one had in hand."""


@dataclass
class Platform:
    """The services on their databases and on a virtual host, with the processes that were started so far."""

    folder: Path
    evidence: Evidence
    environ: Mapping[str, str]
    desk: Desk
    databases: Mapping[str, Database]
    stack: ExitStack = field(repr=False)
    urls: dict[str, str] = field(default_factory=dict)
    processes: dict[str, Process] = field(default_factory=dict)
    """The newest process of each command."""
    started: list[Process] = field(default_factory=list)

    def runtime(self, service: str) -> Runtime:
        """Return a service on its database, without a proxy between."""
        return next(runtime for runtime in self.evidence.runtimes if runtime.service.name == service)

    def start(self, *command: str, log: Path | None = None, **plan: Any) -> Process:
        """Start a process of the platform, with a fault in it if a plan is given; it ends with the test."""
        arguments = json.dumps(({"marker": str(self.marker)} if "point" in plan else {}) | plan)
        process = Process(
            command[0],
            (sys.executable, "-m", "faults.launch", arguments, *command),
            self.environ,
            log or self.folder / f"{len(self.started)}-{'-'.join(command[:2])}.log",
        )
        process.start()
        self.stack.callback(process.stop)
        self.processes["-".join(command[:2])] = process
        self.started.append(process)
        return process

    def serve(self, service: str, **plan: Any) -> Process:
        """Start `caravan serve SERVICE` and wait until it is ready."""
        port = self.urls.get(service, "").rpartition(":")[2] or str(free_port())
        self.urls[service] = f"http://{LOOPBACK}:{port}"
        process = self.start("serve", service, "--port", port, "--workers", "1", **plan)
        wait_for(lambda: self.is_ready(service), 60)
        return process

    def is_ready(self, service: str) -> bool:
        """Tell whether a service would take requests."""
        try:
            return requests.get(f"{self.urls[service]}/{service}/health/ready", timeout=5).ok
        except requests.RequestException:
            return False

    def work(self) -> None:
        """Start the workers of all services."""
        for command in WORKERS:
            self.start(*command)

    def made(self, service: str, method: str, path: str, body: Any = None) -> Any:
        """Send what must succeed and return the answer."""
        answer = requests.request(method, f"{self.urls[service]}/{service}{path}", json=body, timeout=30)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    @property
    def marker(self) -> Path:
        """The file that tells that a process died where it should."""
        return self.folder / "died"

    def wait_for_death(self, process: Process, seconds: float = 60.0) -> None:
        """Wait until the process was killed at its point; a point that is not reached is a failure."""
        wait_for(lambda: self.marker.exists() or process.child.poll() is not None, seconds)
        assert self.marker.exists(), f"the point was never reached: {process.log.read_text()[-3000:]}"

    def settle(self, seconds: float = 90.0) -> None:
        """Wait until nothing is left to do, stop everything and examine it.

        Each person's contact was told once, in private: no test of the platform changes one.
        """
        come_to_rest(self.evidence, seconds)
        with self.runtime("registration").database.read() as session:
            self.evidence.whispered = len(session.scalars(select(Delegate.id).where(Delegate.version > 0)).all())
        for process in self.started:
            process.stop()
        check_invariants(self.evidence)


@contextmanager
def platform(
    vhost: Vhost, server_url: str, folder: Path, through: Callable[[str, str], str] = lambda _, url: url
) -> Iterator[Platform]:
    """Install the three services; `through(setting, url)` may lead their processes through a proxy."""
    services = list(discovery.services().values())
    brokers = set_up(vhost, services)
    with ExitStack() as stack:
        desk = Desk()
        mail = {"NOTIFICATIONS_SMTP_URL": f"smtp://{LOOPBACK}:{stack.enter_context(a_mail_server(desk))}"}
        databases = {service.name: stack.enter_context(Database(server_url)) for service in services}
        direct = {f"{name.upper()}_DATABASE_URL": database.url for name, database in databases.items()}
        direct |= {f"{name.upper()}_BROKER_URL": url for name, url in brokers.items()}
        runtimes = [assemble(service, QUICK | mail | direct) for service in services]
        for runtime in runtimes:
            stack.callback(runtime.database.close)
            install(runtime)
        led = {setting: through(setting, url) for setting, url in direct.items()}
        evidence = Evidence(
            runtimes,
            vhost,
            letters=lambda: [envelope.content for envelope in desk.taken],
            logs=partial(folder.glob, "*.log"),
        )
        environ = dict(os.environ) | {"PYTHONPATH": PATH} | QUICK | mail | led
        yield Platform(folder, evidence, environ, desk, databases, stack)
