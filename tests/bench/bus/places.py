"""Fresh places for a trial: a virtual host with what stands in it, a database, a service that listens."""

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from uuid import UUID

from caravan.broker import Management, declare_topology
from servers import addresses
from servers.postgres import Database
from servers.vhost import Vhost
from servicekit.bus import broker, history, membership, topology
from servicekit.bus.broker import Message
from servicekit.data.tables import outbox
from servicekit.service import Runtime, Service, assemble

WINDOW = 500
C_CLIENT = Path("build/bench/confirms")
POSTGRESQL, SQLITE = "PostgreSQL", "SQLite"


@contextmanager
def broker_place(*, history: bool = True) -> Iterator[str]:
    """Give the address of a virtual host that an operator set up; the stream of history may be left unbound."""
    with Vhost(addresses.broker()) as vhost:
        management = Management(vhost.api_url, vhost.name)
        if history:
            declare_topology(management)
        else:
            for name, kind in ((topology.EVENTS, "topic"), (topology.PRIVATE, "topic"), (topology.DEAD, "fanout")):
                management.put(f"exchanges/{vhost.name}/{name}", {"type": kind, "durable": True})
            stream = {"durable": True, "arguments": topology.LOG_ARGUMENTS}
            management.put(f"queues/{vhost.name}/{topology.LOG}", stream)
        yield vhost.amqp_url


@contextmanager
def database_place(kind: str) -> Iterator[str]:
    """Give the address of an empty database, on the shared server or in a file on the same disk as the project."""
    if kind == POSTGRESQL:
        with Database(addresses.postgres_url()) as database:
            yield database.url
        return
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=scratch()))
    try:
        yield f"sqlite:///{folder}/bench.db"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def runtime_of(service: Service, database_url: str, broker_url: str = "") -> Runtime:
    """Put a service on its database and its broker."""
    given = {"database_url": database_url, "broker_url": broker_url, "log_level": "WARNING"}
    return assemble(service, {f"{service.name}_{name}".upper(): value for name, value in given.items()})


def install(runtime: Runtime, *, joined: bool = True) -> Runtime:
    """Install a service; say, unless told otherwise, that it has read the history."""
    history.install(runtime)
    if joined:
        with runtime.database.write() as session:
            membership.has_joined(session)
    return runtime


def forget_queue(runtime: Runtime) -> None:
    """Delete a service's queue, so that the next one of its name is new."""
    link = broker.Link(runtime.settings.broker_url, 0)
    try:
        link.channel.queue_delete(topology.queue_of(runtime.service.name))
    finally:
        link.close()


def fill(broker_url: str, messages: Iterable[Message]) -> int:
    """Publish, confirmed, in large windows; return how many messages that were."""
    publisher = broker.Publisher(broker_url, 60)
    rest, count = iter(messages), 0
    try:
        while window := list(islice(rest, WINDOW)):
            publisher.publish(window)
            count += len(window)
    finally:
        publisher.close()
    return count


def record(runtime: Runtime, messages: Iterable[Message]) -> int:
    """Put events into the outbox in large transactions; return how many that were."""
    rest, count = iter(messages), 0
    while window := list(islice(rest, 10 * WINDOW)):
        names = ("event_id", "exchange", "routing_key", "body")
        rows = [{name: getattr(message, name) for name in names} for message in window]
        with runtime.database.write() as session:
            session.execute(outbox.insert(), [row | {"event_id": UUID(row["event_id"])} for row in rows])
        count += len(rows)
    return count


def waiting_in(broker_url: str, queue: str) -> int:
    """Return how many messages a queue holds."""
    link = broker.Link(broker_url, 0)
    try:
        return int(link.channel.queue_declare(queue, passive=True).message_count)
    finally:
        link.close()


def scratch() -> Path:
    """Return the folder in which trials leave what is no result."""
    folder = Path("build/bench")
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()
