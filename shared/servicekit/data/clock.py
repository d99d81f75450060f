"""The instance's clock: the machine's, unless a demonstration has moved it.

Business time (deadlines, checks, reminders) is asked here; retries and retention
follow the machine, leases the database, whose clock all workers share. A move
reaches every process as an event.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, func, or_, select, update
from sqlalchemy.orm import Session

from contracts.event import Envelope
from contracts.instance import ClockMoved
from servicekit.auth.actors import Actor
from servicekit.data import context
from servicekit.data.tables import clock, schedule, upsert

SKEW = timedelta(minutes=10)
"""How far the clocks of machines that work together may differ without being taken for wrong."""


def machine_now() -> datetime:
    """Return the machine's time, in UTC."""
    return datetime.now(UTC)


def has_come(instants: SQLColumnExpression[datetime | None], longest: timedelta) -> ColumnElement[bool]:
    """Select the instants of the machine's clock that have come, of waits that take `longest` at most.

    One further ahead, beyond what clocks differ by, was set by one that has been put back since: it has come, too.
    """
    now = machine_now()
    return or_(instants <= now, instants > now + longest + SKEW)


def shared_now(session: Session) -> datetime:
    """Return the time, in UTC, by the one clock that all processes of a service see: that of their database.

    SQLite has none of its own: who shares its file shares the machine.
    """
    if session.get_bind().dialect.name == "sqlite":
        return machine_now()
    at: datetime = session.scalars(select(func.clock_timestamp())).one()
    return at.astimezone(UTC)


def now(session: Session) -> datetime:
    """Return the instance's time, in UTC: the same all through a transaction."""
    surroundings = context.of(session)
    if surroundings.now is None:
        surroundings.now = machine_now() + _shift(session)
    return surroundings.now


def _shift(session: Session) -> timedelta:
    if not context.of(session).settings.movable_clock:
        return timedelta()
    return timedelta(seconds=session.scalar(select(clock.c.shift_seconds)) or 0)


def follow(session: Session, envelope: Envelope[ClockMoved], actor: Actor) -> None:
    """Set the clock as the event says, and bring the schedules with it; ignored where it may not move."""
    if context.of(session).settings.movable_clock:
        apply(session, UUID(envelope.subject), envelope.subjectversion, envelope.data.shift_seconds)


def apply(session: Session, clock_id: UUID, version: int, shift_seconds: float) -> None:
    """Keep the shift unless a newer one is kept; schedules never wait for a time that went back."""
    upsert(
        session,
        clock,
        {"id": clock_id, "home": "", "version": version, "shift_seconds": shift_seconds},
        newer=clock.c.version < version,
    )
    context.of(session).now = None
    session.execute(update(schedule).where(schedule.c.due_at > now(session)).values(due_at=now(session)))
