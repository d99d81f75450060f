"""The two services of notes as real processes, on RabbitMQ and PostgreSQL or in one process on SQLite."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import reader
import writer
from deployment import Process
from faults.evidence import Evidence
from faults.invariants import check_invariants
from faults.rest import come_to_rest
from instances import set_up, wait_for, working
from notes import write
from servers.ports import free_port
from servers.postgres import Database
from servers.vhost import Vhost
from servicekit.bus.history import install
from servicekit.service import Runtime, assemble

PATH = os.pathsep.join(filter(None, (str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH"))))
"""Where processes find the tests' own modules."""
SERVICES = (writer.SERVICE, reader.SERVICE)
HEARTBEAT_SECONDS = 2


@dataclass
class Stage:
    """Writer and reader with their databases, ready to be run, broken and examined."""

    folder: Path
    writing: Runtime
    reading: Runtime
    evidence: Evidence
    environ: Mapping[str, str]
    stack: ExitStack = field(repr=False)
    started: list[Process] = field(default_factory=list)

    def write(self, *words: str, private: bool = False) -> None:
        """Write notes, and note that they were written."""
        for one in words:
            write(self.writing, one, private=private)
            self.evidence.whispered = (self.evidence.whispered or 0) + private
            self.evidence.ledger.promised("writer", "note", words=one)

    def start(
        self, *command: str, environ: Mapping[str, str] | None = None, log: Path | None = None, **plan: Any
    ) -> Process:
        """Start a process of the platform with a fault in it; it ends with the test."""
        marker = {"marker": str(self.marker)} if "point" in plan else {}
        arguments = json.dumps({"notes": True, **marker, **plan})
        process = Process(
            command[0],
            (sys.executable, "-m", "faults.launch", arguments, *command),
            self.environ | (environ or {}),
            log or self.folder / f"{len(self.started)}-{'-'.join(command[:2])}.log",
        )
        process.start()
        self.stack.callback(process.stop)
        self.started.append(process)
        return process

    def work(self, service: str, **plan: Any) -> Process:
        """Start `caravan work SERVICE`."""
        return self.start("work", service, **plan)

    @property
    def marker(self) -> Path:
        """The file that tells that a process died where it should."""
        return self.folder / "died"

    def wait_for_death(self, process: Process, seconds: float = 30.0) -> None:
        """Wait until the process was killed at its point; a point that is not reached is a failure."""
        wait_for(lambda: self.marker.exists() or process.child.poll() is not None, seconds)
        assert self.marker.exists(), f"the point was never reached: {process.log.read_text()[-3000:]}"

    def settle(self, seconds: float = 60.0) -> None:
        """Let both services work until nothing is left to do, then stop them and examine everything."""
        with working(self.writing, self.reading):
            come_to_rest(self.evidence, seconds)
        check_invariants(self.evidence)


@contextmanager
def on_broker(
    vhost: Vhost, server_url: str | None, folder: Path, through: Callable[[str, str], str] = lambda _, url: url
) -> Iterator[Stage]:
    """Set both services up on RabbitMQ and PostgreSQL; `through(what, url)` may lead processes through a proxy.

    Without a server each has a file of SQLite.
    """
    addresses = set_up(vhost, SERVICES)
    with ExitStack() as stack:
        made, environ = {}, dict(os.environ) | {"PYTHONPATH": PATH}
        for service in SERVICES:
            file = f"sqlite:///{folder}/{service.name}.db"
            database = stack.enter_context(Database(server_url)).url if server_url else file
            settings = {"BROKER_URL": addresses[service.name], "DATABASE_URL": database}
            prefix = service.name.upper()
            own = {f"{prefix}_{name}": url for name, url in settings.items()}
            environ |= {f"{prefix}_{name}": through(f"{prefix}_{name}", url) for name, url in settings.items()}
            heartbeat = {"CARAVAN_BROKER_HEARTBEAT_SECONDS": str(HEARTBEAT_SECONDS)}
            environ |= heartbeat
            made[service.name] = assemble(service, own | heartbeat)
            stack.callback(made[service.name].database.close)
            install(made[service.name])
        writing, reading = made["writer"], made["reader"]
        evidence = Evidence((writing, reading), vhost, whispered=0, logs=partial(folder.glob, "*.log"))
        yield Stage(folder, writing, reading, evidence, environ, stack)


@contextmanager
def embedded(folder: Path) -> Iterator[Stage]:
    """Set both services up to share a process, on SQLite and without a broker."""
    with ExitStack() as stack:
        urls = {f"{service.name.upper()}_DATABASE_URL": f"sqlite:///{folder}/{service.name}.db" for service in SERVICES}
        writing, reading = (assemble(service, urls) for service in SERVICES)
        for runtime in (writing, reading):
            stack.callback(runtime.database.close)
            install(runtime)
        environ = dict(os.environ) | {"PYTHONPATH": PATH} | urls
        evidence = Evidence((writing, reading), logs=partial(folder.glob, "*.log"))
        yield Stage(folder, writing, reading, evidence, environ, stack)


def up(stage: Stage, **plan: Any) -> Process:
    """Start `caravan up` with the two services in it."""
    return stage.start("up", "--port", str(free_port()), "--data", str(stage.folder), **plan)
