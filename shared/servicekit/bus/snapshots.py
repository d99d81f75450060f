"""Tell the present state of aggregates once more, for who came too late to hear of it.

What is asked for stands in a table with how far it has come, so that it survives a kill;
each page is one short transaction. Whoever comes to it works on it: the service's worker,
the command, or both. Readers keep what is newer, so that a page may be told twice.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from contracts.event import Envelope
from contracts.instance import ClockMoved, ServiceInstalled
from servicekit.auth.actors import Actor
from servicekit.bus import membership, outbox
from servicekit.bus.membership import Member
from servicekit.bus.topology import PRIVATE
from servicekit.data import clock, context
from servicekit.data.clock import machine_now
from servicekit.data.tables import clock as clock_table
from servicekit.data.tables import outbox as outbox_table
from servicekit.data.tables import snapshot as table
from servicekit.data.tables import upsert
from servicekit.privacy import erasure
from servicekit.service import Rows, Runtime, Service, Snapshot

log = logging.getLogger(__name__)

PAGE = 100
"""Aggregates that one transaction tells."""
MOST_UNSENT = 1000
"""While more events than these wait to be sent no page is told: live events come first."""


def all_of(model: Any, *conditions: ColumnElement[bool]) -> Rows:
    """Return the pager over a mapped aggregate: what was told of before, is at home here, and meets the conditions."""

    def rows(session: Session, after: UUID | None, most: int) -> Sequence[Any]:
        query = select(model).where(model.version > 0, *conditions).order_by(model.id).limit(most)
        homes = context.of(session).settings.homes
        if homes:
            query = query.where(model.home.in_(homes))
        return session.scalars(query if after is None else query.where(model.id > after)).all()

    return rows


def _clock_rows(session: Session, after: UUID | None, most: int) -> Sequence[Member]:
    """Return the clock of the instance as a page, if it was ever moved."""
    surroundings = context.of(session)
    if after is not None or not surroundings.settings.movable_clock:
        return []
    home = surroundings.settings.own_home
    rows = session.execute(select(clock_table.c.id, clock_table.c.version))
    return [Member(row.id, home, row.version, "", joined=True) for row in rows]


def _clock_state(session: Session, _clock: Member) -> ClockMoved:
    shift = session.scalar(select(clock_table.c.shift_seconds)) or 0.0
    return ClockMoved(at=clock.now(session), shift_seconds=shift)


def _membership_rows(session: Session, after: UUID | None, most: int) -> Sequence[Any]:
    """Return the service itself as a page."""
    member = membership.find(session) if after is None else None
    return [] if member is None else [member]


_EVERY_SERVICE = (
    Snapshot(entity="clock", rows=_clock_rows, tell=_clock_state),
    Snapshot(entity="service", rows=_membership_rows, tell=lambda session, _member: membership.word(session)),
    Snapshot(entity="person", rows=erasure.rows, tell=erasure.answer_of),
)
"""Snapshots that every service has: the instance's clock, the service itself, whom it has forgotten."""


@lru_cache(64)
def snapshots_of(service: Service) -> Mapping[str, Snapshot]:
    """Return how to publish the present state of each entity, with those that every service has."""
    return {snapshot.entity: snapshot for snapshot in (*_EVERY_SERVICE, *service.snapshots)}


def request(session: Session, entities: Iterable[str]) -> None:
    """Ask for the present state of some entities, from the beginning even where that is under way."""
    for entity in sorted(entities):
        row = {"entity": entity, "told_up_to": None, "told": 0, "requested_at": machine_now(), "finished_at": None}
        upsert(session, table, row)


def repeat_for(entities: Collection[str]) -> Callable[[Session, Envelope[ServiceInstalled], Actor], None]:
    """Return the reaction to a new service: ask for what no history holds."""

    def repeat(session: Session, envelope: Envelope[ServiceInstalled], actor: Actor) -> None:
        if envelope.data.service != context.of(session).service:
            request(session, entities)

    return repeat


def progress(session: Session) -> Mapping[str, Row[Any]]:
    """Return what was asked for by entity: `told` so far, `finished_at` when all is."""
    return {row.entity: row for row in session.execute(select(table))}


def unsent(session: Session) -> int:
    """Count the public events that wait to be sent, up to a little more than `MOST_UNSENT`.

    Private ones wait by themselves where nobody listens to them, and hold up nothing else.
    """
    unsent = outbox_table.c.sent_at.is_(None), outbox_table.c.exchange != PRIVATE
    waiting = select(outbox_table.c.seq).where(*unsent).limit(MOST_UNSENT + 1)
    return session.scalar(select(func.count()).select_from(waiting.subquery())) or 0


def step(runtime: Runtime) -> bool:
    """Tell one page of what was asked for; tell whether there was one, and room for it."""
    unfinished = select(table.c.entity).where(table.c.finished_at.is_(None)).limit(1)
    with runtime.database.read() as session:
        if session.scalar(unfinished) is None or unsent(session) > MOST_UNSENT:
            return False
    try:
        with runtime.database.write() as session:
            return _tell_page(session, snapshots_of(runtime.service))
    except Exception as error:
        if runtime.database.is_contention(error):
            return True
        raise


def _tell_page(session: Session, declared: Mapping[str, Snapshot]) -> bool:
    """Tell a page as its rows stand at one moment; nobody who changes one of them waits for it."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    mine = select(table).where(table.c.finished_at.is_(None)).order_by(table.c.requested_at, table.c.entity).limit(1)
    asked = session.execute(mine.with_for_update(skip_locked=True)).first()
    if asked is None:
        return False
    snapshot = declared.get(asked.entity)
    rows = snapshot.rows(session, asked.told_up_to, PAGE) if snapshot else ()
    told = sum(_tell(session, snapshot, row) for row in rows) if snapshot else 0
    state: dict[str, Any] = {"told": asked.told + told}
    state |= {"told_up_to": rows[-1].id} if len(rows) == PAGE else {"finished_at": machine_now()}
    session.execute(update(table).where(table.c.entity == asked.entity).values(**state))
    return True


def _tell(session: Session, snapshot: Snapshot, row: Any) -> bool:
    try:
        outbox.record(session, row, snapshot.tell(session, row), snapshot=True)
    except SQLAlchemyError:
        raise
    except Exception:  # one that cannot be told holds up none of the others
        log.exception("state cannot be told", extra={"entity": snapshot.entity, "id": str(row.id)})
        return False
    return True
