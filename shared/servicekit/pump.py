"""Carry events between services that share a process, where there is no broker.

The outboxes are the bus: a row is handed to every service that listens, each commits in
its own database, and only then is it marked as sent. A kill at any point leaves it
unmarked; it comes again, and the inbox knows it. Sent rows are the history.
"""

import logging
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from servicekit import inbox, membership
from servicekit.clock import machine_now
from servicekit.database import DatabaseAwayError
from servicekit.runtime import Runtime
from servicekit.tables import outbox
from servicekit.topology import PRIVATE

log = logging.getLogger(__name__)

BATCH = 200
POLL_SECONDS = 0.02


class Pump:
    """Goes round the outboxes of all services, in one thread."""

    def __init__(self, runtimes: Sequence[Runtime]) -> None:
        self._runtimes = runtimes
        self._changed = [runtime.database.listen() for runtime in runtimes]
        self._wants = {runtime.service.name: _wanted(runtime) for runtime in runtimes}
        self._joined = False
        self._marked: datetime | None = None

    def run(self, stop: threading.Event) -> None:
        """Carry until told to stop."""
        pause = 0.1
        while not stop.is_set():
            try:
                if not self.round():
                    self._idle(stop)
                pause = 0.1
            except DatabaseAwayError:
                log.warning("a database is away: events wait", exc_info=True)
                stop.wait(pause)
                pause = min(2 * pause, 5.0)
            except Exception:  # the rows stay unsent and come again
                log.exception("events wait")
                stop.wait(pause)
                pause = min(2 * pause, 5.0)

    def round(self) -> int:
        """Carry one batch of each outbox; return how many events went.

        Raises:
            DatabaseAwayError: some may have been handled; all come again.

        """
        if not self._joined:
            self._join()
        return sum(self._carry(runtime) for runtime in self._runtimes)

    def _carry(self, publisher: Runtime) -> int:
        rows = _rows(publisher, sent=False, after=0)
        if not rows:
            return 0
        for subscriber in self._runtimes:
            bodies = self._for(subscriber, rows)
            if bodies:
                inbox.receive(subscriber, bodies)
        with publisher.database.write() as session:
            done = [row.seq for row in rows]
            session.execute(update(outbox).where(outbox.c.seq.in_(done)).values(sent_at=self._mark()))
        publisher.metrics.published.add(len(rows))
        return len(rows)

    def _mark(self) -> datetime:
        """Return the machine's time, yet later than any mark before: readers of the history go by the marks."""
        if self._marked is None:
            self._marked = max(map(_newest_mark, self._runtimes))
        self._marked = max(machine_now(), self._marked + timedelta(microseconds=1))
        return self._marked

    def _join(self) -> None:
        """Let services that are new read the history of the others through their state handlers."""
        for subscriber in self._runtimes:
            with subscriber.database.read() as session:
                member = membership.find(session)
            if member is None or member.joined:
                continue
            for publisher in self._runtimes:
                self._replay(publisher, subscriber)
            with subscriber.database.write() as session:
                membership.has_joined(session)
        self._joined = True

    def _replay(self, publisher: Runtime, subscriber: Runtime) -> None:
        after = 0
        while rows := _rows(publisher, sent=True, after=after):
            bodies = self._for(subscriber, rows)
            if bodies:
                inbox.replay(subscriber, bodies)
            after = rows[-1].seq
            for runtime in self._runtimes:
                runtime.pulse.beat()

    def _for(self, subscriber: Runtime, rows: Sequence[Any]) -> list[str]:
        wants = self._wants[subscriber.service.name]
        return [row.body for row in rows if (row.exchange == PRIVATE, _fact(row.routing_key)) in wants]

    def _idle(self, stop: threading.Event) -> None:
        if not any(changed.is_set() for changed in self._changed):
            stop.wait(POLL_SECONDS)
        for changed in self._changed:
            changed.clear()


def _wanted(runtime: Runtime) -> set[tuple[bool, str]]:
    return {(private, _fact(key)) for private, key in runtime.service.bindings()}


def _fact(key: str) -> str:
    """Return entity and fact of a routing or binding key: without home and version, as the bindings match."""
    return key.split(".", 1)[1].rsplit(".", 1)[0]


def _newest_mark(runtime: Runtime) -> datetime:
    with runtime.database.read() as session:
        found = session.scalar(select(func.max(outbox.c.sent_at)).where(outbox.c.sent_at.is_not(None)))
    return found or datetime(1970, 1, 1, tzinfo=UTC)


def _rows(publisher: Runtime, *, sent: bool, after: int) -> Sequence[Any]:
    state = outbox.c.sent_at.is_not(None) if sent else outbox.c.sent_at.is_(None)
    query = select(outbox).where(state, outbox.c.seq > after).order_by(outbox.c.seq).limit(BATCH)
    try:
        with publisher.database.read() as session:
            return session.execute(query).all()
    except Exception as error:
        if publisher.database.is_away(error):
            raise DatabaseAwayError from error
        raise
