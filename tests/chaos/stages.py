"""The platform under test, in its two shapes: seven processes on servers of their own, or one process on SQLite."""

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import abacus
from caravan import discovery
from deployment import SERVICES, Process
from faults.evidence import Evidence
from faults.ledger import Ledger
from instances import set_up
from letters_read import letters_in
from mail_servers import Desk, a_mail_server
from servers.ports import LOOPBACK, free_port
from servers.postgres import Cluster, Database
from servers.proxy import Proxy
from servers.rabbitmq import Node
from servers.vhost import Vhost
from servicekit.bus.history import install
from servicekit.service import Runtime, Service, assemble

TESTS = Path(__file__).parents[1]
QUICK = {
    "NOTIFICATIONS_LEASE_SECONDS": "3",
    "NOTIFICATIONS_SMTP_TIMEOUT_SECONDS": "20",
    "NOTIFICATIONS_SMTP_DEADLINE_SECONDS": "20",
    "NOTIFICATIONS_SMTP_ANSWER_SECONDS": "20",
    "MATCHING_SOLVER_LEASE_SECONDS": "5",
    "MATCHING_SOLVER_ATTEMPTS": "200",
    "CARAVAN_BROKER_HEARTBEAT_SECONDS": "5",
    "CARAVAN_MOVABLE_CLOCK": "true",
}
"""How soon another worker takes up what a killed one had in hand."""
_PLUG = """[caravan.services]
abacus = abacus:SERVICE
"""


@dataclass
class Stage:
    """A running platform, and everything about it that can be broken."""

    folder: Path
    urls: dict[str, str]
    processes: dict[str, Process]
    evidence: Evidence
    node: Node | None = None
    cluster: Cluster | None = None
    databases: dict[str, Database] = field(default_factory=dict)
    broker_links: dict[str, Proxy] = field(default_factory=dict)
    database_links: dict[str, Proxy] = field(default_factory=dict)

    def runtime(self, name: str) -> Runtime:
        """Return a service on its database, without a proxy between."""
        return next(runtime for runtime in self.evidence.runtimes if runtime.service.name == name)


def services() -> list[Service]:
    """Return the real services, and the one that counts."""
    return [*discovery.services().values(), abacus.SERVICE]


@contextmanager
def in_many_processes(folder: Path, sabotage: str = "") -> Iterator[Stage]:
    """Run a web and a worker process of each service on RabbitMQ and PostgreSQL, with proxies between all."""
    with ExitStack() as stack:
        node, cluster = stack.enter_context(Node()), stack.enter_context(Cluster())
        for server, log in (("rabbitmq", node._folder), ("postgresql", cluster._folder)):
            stack.callback(shutil.copy, log / "server.log", folder / f"{server}.log")
        vhost = stack.enter_context(Vhost(node))
        desk = Desk()
        mail = {"NOTIFICATIONS_SMTP_URL": f"smtp://{LOOPBACK}:{stack.enter_context(a_mail_server(desk))}"}
        names = [service.name for service in services()]
        databases = {name: stack.enter_context(Database(cluster.url)) for name in names}
        brokers = set_up(vhost, services())
        node.settle()
        direct = QUICK | mail | _settings(databases, brokers)
        evidence = Evidence(
            _assembled(stack, direct),
            vhost,
            letters=lambda: [envelope.content for envelope in desk.taken],
            ledger=Ledger(),
            logs=partial(folder.glob, "*.log"),
        )
        for runtime in evidence.runtimes:
            install(runtime)
        node.settle()
        broker_links = {name: stack.enter_context(Proxy(brokers[name])) for name in names}
        database_links = {name: stack.enter_context(Proxy(databases[name].url)) for name in names}
        environ = direct | {
            variable: links[name].through(urls[name])
            for name in names
            for variable, links, urls in (
                (f"{name.upper()}_BROKER_URL", broker_links, brokers),
                (f"{name.upper()}_DATABASE_URL", database_links, {n: d.url for n, d in databases.items()}),
            )
        }
        urls, processes = _processes(folder, environ, sabotage)
        made = Stage(folder, urls, processes, evidence, node, cluster, databases, broker_links, database_links)
        with _running(made):
            yield made


@contextmanager
def in_one_process(folder: Path, sabotage: str = "") -> Iterator[Stage]:
    """Run `caravan up`: everything in one process, on SQLite, without a broker."""
    with ExitStack() as stack:
        port, data = free_port(), folder / "data"
        urls = {f"{s.name.upper()}_DATABASE_URL": f"sqlite:///{data / s.name}.db" for s in services()}
        mailbox = data / "mailbox"
        settings = QUICK | urls | {"CARAVAN_MAILBOX_DIR": str(mailbox)}
        command = (*_caravan(sabotage), "up", "--port", str(port), "--data", str(data))
        up = Process("up", command, _environ(folder, settings), folder / "up.log")
        logs = partial(folder.glob, "*.log")
        evidence = Evidence(_assembled(stack, settings), letters=_maildir(mailbox), ledger=Ledger(), logs=logs)
        for runtime in evidence.runtimes:
            install(runtime)
        with _running(
            Stage(folder, dict.fromkeys(SERVICES, f"http://{LOOPBACK}:{port}"), {"up": up}, evidence)
        ) as made:
            yield made


@contextmanager
def _running(stage: Stage) -> Iterator[Stage]:
    with ExitStack() as stack:
        for process in stage.processes.values():
            process.start()
        for name in stage.processes:
            stack.callback(lambda name=name: stage.processes[name].kill())
        yield stage


def _processes(folder: Path, environ: Mapping[str, str], sabotage: str) -> tuple[dict[str, str], dict[str, Process]]:
    urls: dict[str, str] = {}
    processes: dict[str, Process] = {}
    whole = _environ(folder, environ)
    for service in services():
        commands: dict[str, tuple[str, ...]] = {"work": (service.name,)}
        if service.name in SERVICES:
            port = free_port()
            urls[service.name] = f"http://{LOOPBACK}:{port}"
            commands["serve"] = (service.name, "--port", str(port), "--workers", "1")
        for verb, arguments in commands.items():
            name = f"{verb}-{service.name}"
            command = (*_caravan(sabotage), verb, *arguments)
            processes[name] = Process(name, command, whole, folder / f"{name}.log")
    return urls, processes


def _caravan(sabotage: str) -> tuple[str, ...]:
    """Return the command line of `caravan`, with one of its guards taken out where that is asked for."""
    # Whoever starts a run and is killed takes the processes along.
    guard = ("setpriv", "--pdeathsig=KILL") if shutil.which("setpriv") else ()
    module = ("faults.launch", json.dumps({"sabotage": sabotage})) if sabotage else ("caravan",)
    return (*guard, sys.executable, "-m", *module)


def _environ(folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a process, in which the counting service is plugged in."""
    plug = folder / "plug" / "abacus-1.dist-info"
    plug.mkdir(parents=True, exist_ok=True)
    (plug / "METADATA").write_text("Metadata-Version: 2.1\nName: abacus\nVersion: 1\n")
    (plug / "entry_points.txt").write_text(_PLUG)
    paths = (str(plug.parent), str(TESTS), *filter(None, [os.environ.get("PYTHONPATH")]))
    return {**os.environ, **settings, "PYTHONPATH": os.pathsep.join(paths)}


def _settings(databases: Mapping[str, Database], brokers: Mapping[str, str]) -> dict[str, str]:
    found = {f"{name.upper()}_DATABASE_URL": database.url for name, database in databases.items()}
    return found | {f"{name.upper()}_BROKER_URL": url for name, url in brokers.items()}


def _assembled(stack: ExitStack, settings: Mapping[str, str]) -> Sequence[Runtime]:
    found = [assemble(service, settings) for service in services()]
    for runtime in found:
        stack.callback(runtime.database.close)
    return found


def _maildir(folder: Path) -> Callable[[], Sequence[bytes]]:
    return lambda: [letter.as_bytes() for letter in letters_in(folder)] if folder.exists() else []
