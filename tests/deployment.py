"""Whole instances of the platform in processes of their own: three ways to run the same thing."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests

from commanding import CARAVAN, Child, caravan
from servers.ports import free_port

SERVICES = ("registration", "matching", "notifications")
READY_SECONDS = 60.0
GONE_SECONDS = 5.0


@dataclass
class Process:
    """One process of an instance; it can be killed and started again."""

    name: str
    command: tuple[str, ...]
    environ: Mapping[str, str]
    log: Path
    child: subprocess.Popen[bytes] | Child = field(init=False)

    def start(self) -> None:
        """Start it, logging at the end of its log."""
        if self.command[:2] == CARAVAN[:2]:
            self.child = Child(self.command, self.environ, self.log, self.log)
            return
        with self.log.open("ab") as log:
            self.child = subprocess.Popen(
                self.command, env=dict(self.environ), stdout=log, stderr=log, start_new_session=True
            )

    def kill(self) -> None:
        """Kill it and all its children with SIGKILL; they are gone when it returns, and their port is free."""
        os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait()
        deadline = time.monotonic() + GONE_SECONDS
        while _has_members(self.child.pid) and time.monotonic() < deadline:
            time.sleep(0.01)

    def stop(self) -> int:
        """Ask it to end and wait for that; return its exit status."""
        if self.child.poll() is None:
            self.child.terminate()
        try:
            return self.child.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
            return self.child.wait()


@dataclass
class Instance:
    """A running instance: its processes by name, and the addresses of its services."""

    folder: Path
    urls: dict[str, str]
    processes: dict[str, Process]

    def addresses(self) -> dict[str, str]:
        """Return the environment that tells the command where the services are."""
        return {f"{service.upper()}_URL": url for service, url in self.urls.items()}

    def get(self, service: str, path: str, **params: str) -> requests.Response:
        """Ask a service."""
        return requests.get(f"{self.urls[service]}{path}", params=params, timeout=30)

    def wait_until_ready(self) -> None:
        """Wait until every service is ready for requests."""
        deadline = time.monotonic() + READY_SECONDS
        for service, url in self.urls.items():
            while not _is_ready(f"{url}/{service}/health/ready"):
                assert time.monotonic() < deadline, f"{service} is not ready: {self.logs()}"
                time.sleep(0.1)

    def logs(self) -> str:
        """Return the ends of all logs."""
        return "\n".join(f"== {log.name}\n{log.read_text()[-3000:]}" for log in sorted(self.folder.glob("*.log")))


@contextmanager
def one_process(folder: Path, settings: Mapping[str, str], port: int = 0) -> Iterator[Instance]:
    """Run `caravan up`: all services in one process, without a broker; on a free port if none is given."""
    port = port or free_port()
    environ = os.environ | {"CARAVAN_MOVABLE_CLOCK": "true"} | settings
    command = (*CARAVAN, "up", "--port", str(port), "--data", str(folder / "data"))
    process = Process("up", command, environ, folder / "up.log")
    url = f"http://127.0.0.1:{port}"
    with _running(Instance(folder, dict.fromkeys(SERVICES, url), {"up": process})) as instance:
        yield instance


@contextmanager
def many_processes(folder: Path, settings: Mapping[str, str]) -> Iterator[Instance]:
    """Run a web and a worker process for each service, on the broker and the databases of the settings."""
    environ = os.environ | {"CARAVAN_MOVABLE_CLOCK": "true", "CARAVAN_BROKER_HEARTBEAT_SECONDS": "5"} | settings
    caravan("migrate", environ=environ).check_returncode()
    processes, urls = {}, {}
    for service in SERVICES:
        port = free_port()
        urls[service] = f"http://127.0.0.1:{port}"
        commands = {"serve": (service, "--port", str(port), "--workers", "1"), "work": (service,)}
        for verb, arguments in commands.items():
            name = f"{verb}-{service}"
            processes[name] = Process(name, (*CARAVAN, verb, *arguments), environ, folder / f"{name}.log")
    with _running(Instance(folder, urls, processes)) as instance:
        yield instance


@contextmanager
def _running(instance: Instance) -> Iterator[Instance]:
    with ExitStack() as stack:
        for process in instance.processes.values():
            process.start()
            stack.callback(process.stop)
        instance.wait_until_ready()
        yield instance


def _has_members(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def _is_ready(url: str) -> bool:
    try:
        return requests.get(url, timeout=5).status_code == 200
    except requests.RequestException:
        return False
