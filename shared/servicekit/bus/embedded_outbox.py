"""The rows of an outbox as they are carried within a process: in order, and to whom each is of interest."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select

from servicekit.bus import subscriptions
from servicekit.bus.topology import PRIVATE
from servicekit.data.database import DatabaseAwayError
from servicekit.data.tables import outbox
from servicekit.service import Runtime

BATCH = 200


def rows(publisher: Runtime, *, sent: bool, after: int = 0) -> Sequence[Any]:
    """Return the next rows that were sent, or that wait, behind a number.

    Raises:
        DatabaseAwayError: ask again later.

    """
    state = outbox.c.sent_at.is_not(None) if sent else outbox.c.sent_at.is_(None)
    query = select(outbox).where(state, outbox.c.seq > after).order_by(outbox.c.seq).limit(BATCH)
    try:
        with publisher.database.read() as session:
            return session.execute(query).all()
    except Exception as error:
        if publisher.database.is_away(error):
            raise DatabaseAwayError from error
        raise


def bodies_for(subscriber: Runtime, carried: Sequence[Any]) -> list[str]:
    """Return the bodies that a service listens to."""
    wanted = {(private, _fact(key)) for private, key in subscriptions.bindings(subscriber.service)}
    return [row.body for row in carried if (row.exchange == PRIVATE, _fact(row.routing_key)) in wanted]


def newest_mark(publisher: Runtime) -> datetime:
    """Return when a row was last marked as sent."""
    with publisher.database.read() as session:
        found = session.scalar(select(func.max(outbox.c.sent_at)).where(outbox.c.sent_at.is_not(None)))
    return found or datetime(1970, 1, 1, tzinfo=UTC)


def _fact(key: str) -> str:
    """Return entity and fact of a routing or binding key: without home and version, as the bindings match."""
    return key.split(".", 1)[1].rsplit(".", 1)[0]
