"""Since when a service listens: installing, announcing, and what to replay."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from contracts.instance import ServiceInstalled
from servicekit import context, identifiers, outbox, topology
from servicekit.clock import machine_now
from servicekit.inserts import insert_new
from servicekit.tables import membership

HEALING_MARGIN = timedelta(hours=1)
"""How far before its queue was last seen a service replays."""


@dataclass
class Member:
    """A service as one that listens; speaks for the service itself."""

    id: UUID
    home: str
    version: int
    queue: str
    joined: bool
    replay_from: datetime | None


def find(session: Session) -> Member | None:
    """Return the service's membership, if it is installed."""
    row = session.execute(select(membership)).first()
    if row is None:
        return None
    return Member(row.id, row.home, row.version, row.queue, row.joined, row.replay_from)


def install(session: Session) -> bool:
    """Note that the service listens from now on, and announce it; return whether that is new."""
    surroundings = context.of(session)
    queue = topology.queue_of(surroundings.service)
    homes = surroundings.settings.homes
    row = {
        "id": identifiers.derived("service", surroundings.service),
        "home": homes[0] if homes else "instance",
        "version": 0,
        "queue": queue,
        "installed_at": machine_now(),
        "seen_at": machine_now(),
        "joined": False,
    }
    if not insert_new(session, membership, [row]):
        return False
    announce(session)
    return True


def announce(session: Session) -> None:
    """Tell the others that the service listens, so that who keeps what no stream holds can send it again."""
    member = find(session)
    assert member is not None
    name = context.of(session).service
    outbox.record(session, member, ServiceInstalled(service=name, version="1"))
    session.execute(update(membership).values(version=member.version))


def has_joined(session: Session) -> None:
    """Note that history is read."""
    session.execute(update(membership).values(joined=True))


def queue_seen(session: Session, up_to: datetime) -> None:
    """Note that the queue is there, and that what was published before an instant has been taken from it."""
    session.execute(update(membership).values(seen_at=up_to))


def queue_lost(session: Session) -> datetime:
    """Note from when on to replay, since the queue is gone; return that instant."""
    row = session.execute(select(membership)).one()
    since = row.replay_from or max(row.seen_at - HEALING_MARGIN, row.installed_at)
    session.execute(update(membership).values(replay_from=since))
    return since  # type: ignore[no-any-return]  # a column's value


def has_healed(session: Session) -> None:
    """Note that the gap is closed, and announce the service again."""
    session.execute(update(membership).values(replay_from=None, seen_at=machine_now()))
    announce(session)
