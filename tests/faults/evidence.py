"""What is examined: the databases, the queues and the letters of one instance, read without its help."""

import json
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pika
import requests
from sqlalchemy import select

from contracts.instance import ClockMoved
from faults.ledger import Ledger
from servers.vhost import Vhost
from servicekit.bus import topology
from servicekit.bus.event_keys import HISTORY
from servicekit.data import tombstones
from servicekit.data.tables import Aggregate, inbox, membership, outbox
from servicekit.identifiers import fresh, made_at
from servicekit.service import Runtime

logging.getLogger("pika").setLevel(logging.CRITICAL)  # what it says of a queue that is gone, the checks say better
STREAM_SECONDS = 60.0
INSTANCE = "instance"
MARK = {
    "specversion": "1.0",
    "source": "/nowhere/examination",
    "type": "caravan.examination.began.v1",
    "subject": "examination",
    "time": "2024-12-10T07:00:00Z",
    "subjectversion": 0,
    "data": {},
}
"""An event that nobody listens to, so that the end of the stream can be told."""


@dataclass
class Evidence:
    """One instance: its services on their databases, its broker if it has one, its post, and what it promised."""

    runtimes: Sequence[Runtime]
    vhost: Vhost | None = None
    """The virtual host with the rights of an administrator; None where the outboxes are the bus."""
    letters: Callable[[], Sequence[bytes]] = list
    """Every letter that the mail server took, oldest first."""
    ledger: Ledger = field(default_factory=Ledger)
    may_be_dead: int = 0
    """How many dead letters the test itself has brought about."""
    whispered: int | None = None
    """How many private events were told, where the client knows: those in a deleted queue arrive as snapshots alone."""
    forgotten_addresses: Collection[str] = ()
    """Where people had their mail who are forgotten: what went there before that, nobody knows any more."""
    logs: Callable[[], Iterable[Path]] = list
    """The logs of the processes."""
    acts: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    """What was done to events that failed: service, action, id of the event, who did it, why."""
    has_healed: bool = False
    """Whether a service may have read history through its normal door, which takes all events there are."""


@dataclass(frozen=True)
class Event:
    """One event as it stands in the history."""

    source: str
    id: str
    type: str
    subject: str
    version: int
    is_snapshot: bool
    data: Any
    exchange: str = topology.EVENTS

    @property
    def key(self) -> tuple[str, str]:
        """The source and the id, under which its effect counts once."""
        return self.source, self.id

    @property
    def publisher(self) -> str:
        """The service that told it."""
        return self.source.rsplit("/", 1)[-1]

    @property
    def teller(self) -> str:
        """Who tells every state of what it is about: its publisher; of the clock, which all may move, the instance."""
        return INSTANCE if self.type == ClockMoved.type else self.publisher

    @property
    def made_at(self) -> datetime | None:
        """When its id was made, where the id tells that."""
        found = UUID(self.id)
        return made_at(found) if found.version == 7 else None


@dataclass(frozen=True)
class InboxRow:
    """What one service's inbox has of an event."""

    source: str
    id: str
    is_kept: bool
    """Whether it is parked or dead."""
    is_dead: bool

    @property
    def is_of_history(self) -> bool:
        """Whether it failed while history was read; whether the live event came, it does not tell."""
        return self.source.startswith(HISTORY)


def history(evidence: Evidence) -> list[Event]:
    """Return every event of the stream, or of the outboxes where they are the bus; each id once."""
    told = _stream(evidence.vhost) if evidence.vhost else _outboxes(evidence.runtimes)
    found = (_event(body, exchange) for body, exchange in told)
    return list({event.key: event for event in found if event is not None and event.type != MARK["type"]}.values())


def inbox_of(runtime: Runtime) -> dict[tuple[str, str], InboxRow]:
    """Return a service's inbox by (source, id)."""
    with runtime.database.read() as session:
        rows = session.execute(select(inbox.c.source, inbox.c.event_id, inbox.c.body, inbox.c.retry_at)).all()
    return {
        (row.source, row.event_id): InboxRow(
            row.source, row.event_id, row.body is not None, row.body is not None and row.retry_at is None
        )
        for row in rows
    }


def unsent(runtime: Runtime) -> list[UUID]:
    """Return the ids of the events that wait to be sent."""
    with runtime.database.read() as session:
        return list(session.scalars(select(outbox.c.event_id).where(outbox.c.sent_at.is_(None))))


def forgotten(runtime: Runtime) -> set[str]:
    """Return the ids of the people whom a service was asked to forget: what comes late of them has no effect."""
    with runtime.database.read() as session:
        return set(map(str, tombstones.held(session)))


def installed_at(runtime: Runtime) -> datetime | None:
    """Return since when a service listens."""
    with runtime.database.read() as session:
        return session.scalar(select(membership.c.installed_at))


def versions(runtime: Runtime) -> dict[str, int]:
    """Return how many events each aggregate of a service has told, by the aggregate's id."""
    found: dict[str, int] = {}
    with runtime.database.read() as session:
        for model in aggregates_of(runtime):
            found |= {str(id_): version for id_, version in session.execute(select(model.id, model.version))}
        found |= {str(row.id): row.version for row in session.execute(select(membership))}
    return {subject: version for subject, version in found.items() if version}


def aggregates_of(runtime: Runtime) -> list[Any]:
    """Return the mapped classes of what a service owns."""
    return [model for model in Aggregate.__subclasses__() if model.metadata is runtime.service.metadata]


@contextmanager
def channel_of(vhost: Vhost) -> Iterator[Any]:
    """Open a channel with a client that is not ours."""
    connection = pika.BlockingConnection(pika.URLParameters(vhost.amqp_url))
    try:
        yield connection.channel()
    finally:
        connection.close()


def ask(vhost: Vhost, path: str) -> Any:
    """Ask the management API about the virtual host."""
    kind, _, rest = path.partition("/")
    answer = requests.get(
        f"{vhost.api_url}/api/{kind}/{quote(vhost.name, safe='')}{'/' * bool(rest)}{rest}", timeout=30
    )
    answer.raise_for_status()
    return answer.json()


def _stream(vhost: Vhost) -> Iterator[tuple[str, str]]:
    """Read the stream up to a mark that is put at its end: how much it holds, the broker knows only roughly."""
    mark = str(fresh())
    with channel_of(vhost) as channel:
        channel.confirm_delivery()
        channel.basic_publish("", topology.LOG, json.dumps(MARK | {"id": mark}).encode())
        channel.basic_qos(prefetch_count=1000)
        first = {"x-stream-offset": "first"}
        for method, _, body in channel.consume(topology.LOG, arguments=first, inactivity_timeout=STREAM_SECONDS):
            assert method is not None, f"the stream fell silent before its end for {STREAM_SECONDS} s"
            channel.basic_ack(method.delivery_tag)
            text = body.decode("utf-8", "replace")
            if mark in text:
                return
            yield text, method.exchange


def _outboxes(runtimes: Sequence[Runtime]) -> Iterator[tuple[str, str]]:
    for runtime in runtimes:
        with runtime.database.read() as session:
            rows = session.execute(select(outbox.c.body, outbox.c.exchange).order_by(outbox.c.seq)).all()
        yield from ((row.body, row.exchange) for row in rows)


def _event(body: str, exchange: str) -> Event | None:
    """Read an event as a stranger would; None for what is none."""
    try:
        raw = json.loads(body)
        UUID(raw["id"])
        return Event(
            source=raw["source"],
            id=raw["id"],
            type=raw["type"],
            subject=raw["subject"],
            version=int(raw["subjectversion"]),
            is_snapshot=raw.get("snapshot", False) is True,
            data=raw["data"],
            exchange=exchange,
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
