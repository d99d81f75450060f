"""Carry events between services that share a process, where there is no broker.

The outboxes are the bus: a row is handed to every service that listens, each commits in
its own database, and only then is it marked as sent. A kill at any point leaves it
unmarked; it comes again, and the inbox knows it. Sent rows are the history. What several
processes in turn did not survive is parked, and its events are tried one by one.
"""

import logging
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from servicekit.bus import embedded_outbox, inbox
from servicekit.bus.history import join_beside
from servicekit.data.clock import machine_now
from servicekit.data.database import DatabaseAwayError
from servicekit.data.tables import outbox
from servicekit.service import Runtime

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.2
"""How often the outboxes are looked at when no commit of this process says that it recorded something."""


class Pump:
    """Goes round the outboxes of all services, in one thread."""

    def __init__(self, runtimes: Sequence[Runtime]) -> None:
        self._runtimes = runtimes
        self._changed = threading.Event()
        for runtime in runtimes:
            runtime.database.listen(self._changed)
        self._joined = False
        self._has_begun: set[str] = set()
        self._marked: datetime | None = None

    def run(self, stop: threading.Event) -> None:
        """Carry until told to stop."""
        pause = 0.1
        while not stop.is_set():
            try:
                self._changed.clear()
                if not self.round():
                    self._changed.wait(LOOK_SECONDS)
                pause = 0.1
            except Exception as error:  # the rows stay unsent and come again
                level = logging.WARNING if isinstance(error, DatabaseAwayError) else logging.ERROR
                log.log(level, "events wait", exc_info=True)
                stop.wait(pause)
                pause = min(2 * pause, 5.0)

    def round(self) -> int:
        """Carry one batch of each outbox; return how many events went.

        Raises:
            DatabaseAwayError: some may have been handled; all come again.

        """
        if not self._joined:
            for runtime in self._runtimes:
                join_beside(runtime, self._runtimes)
            self._joined = True
        return sum(self._carry(runtime) for runtime in self._runtimes)

    def _carry(self, publisher: Runtime) -> int:
        rows = embedded_outbox.rows(publisher, sent=False)
        if not rows:
            return 0
        hand_over = inbox.set_aside if self._has_killed(publisher, rows[0]) else inbox.receive
        for subscriber in self._runtimes:
            bodies = embedded_outbox.bodies_for(subscriber, rows)
            if bodies:
                hand_over(subscriber, bodies)
        with publisher.database.write() as session:
            done = [row.seq for row in rows]
            session.execute(update(outbox).where(outbox.c.seq.in_(done)).values(sent_at=self._mark()))
        publisher.metrics.published.add(len(rows))
        return len(rows)

    def _has_killed(self, publisher: Runtime, first: Any) -> bool:
        """Tell whether process after process began with this row and did not get past it.

        What waits when a process begins is what the one before had in hand, if it was killed:
        only then is there something to count.
        """
        if publisher.service.name in self._has_begun:
            return False
        with publisher.database.write() as session:
            begun = update(outbox).where(outbox.c.seq == first.seq).values(begun=outbox.c.begun + 1)
            session.execute(begun)
        self._has_begun.add(publisher.service.name)
        return bool(first.begun >= inbox.SUSPICIOUS_TRIES)

    def _mark(self) -> datetime:
        """Return the machine's time, yet later than any mark before: readers of the history go by the marks."""
        if self._marked is None:
            self._marked = max(map(embedded_outbox.newest_mark, self._runtimes))
        self._marked = max(machine_now(), self._marked + timedelta(microseconds=1))
        return self._marked
