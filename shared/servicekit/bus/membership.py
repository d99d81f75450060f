"""Since when a service listens: installing, announcing, and whether it missed anything."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from contracts.instance import ServiceInstalled
from servicekit import identifiers
from servicekit.bus import outbox, topology
from servicekit.data import context
from servicekit.data.clock import machine_now
from servicekit.data.tables import insert_new, membership


@dataclass
class Member:
    """A service as one that listens; speaks for the service itself."""

    id: UUID
    home: str
    version: int
    queue: str
    joined: bool
    lost_at: datetime | None = None
    """When its queue was found to be gone; None where it has healed."""
    installed_at: datetime | None = None
    joined_offset: int | None = None
    """How far the stream reached when the service had read it."""

    def was_before(self, offset: int, made_at: datetime) -> bool:
        """Tell whether an event of the stream comes from before the service listened.

        Its place alone says that what came later is news, whatever the clocks say; of what the
        service read when it joined only what is older than its installation is none.
        """
        is_read = self.joined_offset is None or offset <= self.joined_offset
        return is_read and self.installed_at is not None and made_at < self.installed_at


def find(session: Session) -> Member | None:
    """Return the service's membership, if it is installed."""
    row = session.execute(select(membership)).first()
    if row is None:
        return None
    return Member(
        row.id, row.home, row.version, row.queue, row.joined, row.lost_at, row.installed_at, row.joined_offset
    )


def install(session: Session) -> bool:
    """Note that the service listens from now on, and announce it; return whether that is new."""
    surroundings = context.of(session)
    queue = topology.queue_of(surroundings.service)
    row = {
        "id": identifiers.derived("service", surroundings.service),
        "home": surroundings.settings.own_home,
        "version": 0,
        "queue": queue,
        "installed_at": machine_now(),
        "joined": False,
    }
    if not insert_new(session, membership, [row]):
        return False
    announce(session)
    return True


def announce(session: Session) -> None:
    """Tell the others that the service listens, so that who keeps what no stream holds can send it again.

    It speaks for the home that the instance has now: its homes may have changed since it was installed.
    """
    surroundings = context.of(session)
    member = find(session)
    assert member is not None
    member.home = surroundings.settings.own_home
    outbox.record(session, member, word(session))
    session.execute(update(membership).values(version=member.version, home=member.home))


def word(session: Session) -> ServiceInstalled:
    """Say that the service is there."""
    return ServiceInstalled(service=context.of(session).service, version="1")


def has_joined(session: Session, offset: int | None = None) -> None:
    """Note that history is read, up to a place of the stream where there is one."""
    session.execute(update(membership).values(joined=True, joined_offset=offset))


def queue_lost(session: Session) -> None:
    """Note that the queue is gone, with what waited in it."""
    session.execute(update(membership).where(membership.c.lost_at.is_(None)).values(lost_at=machine_now()))


def has_healed(session: Session) -> None:
    """Note that the gap is closed, and announce the service again."""
    session.execute(update(membership).values(lost_at=None))
    announce(session)
