"""Runtimes of services that share one virtual host of RabbitMQ, set up as an operator would."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlsplit

from caravan import broker
from servers.vhost import Vhost
from servicekit.bus import broker as bus_broker
from servicekit.bus.history import install
from servicekit.service import Runtime, Service, assemble
from servicekit.worker import Worker


def set_up(vhost: Vhost, services: Sequence[Service], homes: tuple[str, ...] = ()) -> dict[str, str]:
    """Run `caravan broker setup` for some services; return the address of each."""
    parts = urlsplit(vhost.amqp_url)
    management = broker.Management(vhost.api_url, parts.path.removeprefix("/") or "/")
    broker.declare_topology(management)
    addresses = {}
    for service in services:
        user = broker.create_service_user(management, service, "secret", homes)
        netloc = f"{quote(user, safe='')}:secret@{parts.netloc.rpartition('@')[2]}"
        addresses[service.name] = parts._replace(netloc=netloc, path=f"/{management.vhost_path}").geturl()
    return addresses


def installed_apart(
    services: Sequence[Service], addresses: Mapping[str, str], urls: Mapping[str, str], **environ: str
) -> list[Runtime]:
    """Install services, each with an address of the broker and a database of its own; return their runtimes."""
    made = []
    for service in services:
        own = {"CARAVAN_BROKER_URL": addresses[service.name], "CARAVAN_DATABASE_URL": urls[service.name]}
        made.append(assemble(service, own | environ))
    for runtime in made:
        install(runtime)
    return made


@contextmanager
def working(*runtimes: Runtime) -> Iterator[Worker]:
    """Let services work, each with threads of its own."""
    workers = [Worker([runtime]) for runtime in runtimes]
    for worker in workers:
        worker.start()
    try:
        yield workers[0]
    finally:
        for worker in workers:
            worker.stop()


@contextmanager
def broker_link(url: str) -> Iterator[bus_broker.Link]:
    """Connect to the broker as one of the services."""
    link = bus_broker.Link(url, 0)
    try:
        yield link
    finally:
        link.close()


def wait_for(condition: Callable[[], Any], seconds: float = 20.0) -> Any:
    """Wait until a condition holds and return what it gave; fail with its last value."""
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < deadline, f"still {found!r} after {seconds} s"
        time.sleep(0.05)
