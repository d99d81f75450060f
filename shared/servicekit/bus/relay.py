"""Send recorded events to the broker: in order, confirmed, and only then forgotten."""

import logging
import threading
import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from servicekit.bus import broker, topology
from servicekit.bus.broker import Message, Publisher
from servicekit.data.tables import outbox
from servicekit.service import Runtime
from servicekit.telemetry import logs

log = logging.getLogger(__name__)

WINDOW = 500
POLL_SECONDS = 0.02
CALM_SECONDS = 0.1
"""How often the outbox is looked at while events come, and when none has come for a while: each look costs."""
BUSY_SECONDS = 3.0
"""How long after the last event more are expected."""
STANDBY_SECONDS = 1.0
PRIVATE_PAUSE_SECONDS = 5.0
REFUSED_PAUSE_SECONDS = 60.0
"""How long an event is passed over that the broker does not take from this service."""
_LOCK = 7_214_451
"""Key of the advisory lock that makes one relay of a database the active one."""


class Relay:
    """The relay of one service; others on the same database stand by."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._changed = runtime.database.listen()
        self._publisher: Publisher | None = None
        self._no_private_before = 0.0
        self._busy_until = 0.0
        self._singly = 0
        """How many events still go one by one, to find the one that the broker refuses."""
        self._refused: dict[int, float] = {}
        """Until when events are passed over, by number."""

    def run(self, stop: threading.Event) -> None:
        """Send until told to stop; what cannot be sent stays where it is."""
        pause = 0.1
        while not stop.is_set():
            try:
                sent = self.step()
                pause = 0.1
                if sent:
                    self._busy_until = time.monotonic() + BUSY_SECONDS
                else:
                    self._idle(STANDBY_SECONDS if sent is None else self._pause())
            except broker.ERRORS as error:
                log.warning("events wait for the broker", extra={"cause": logs.told(error)})
                pause = self._back_off(stop, pause)
            except Exception:  # the database is away: the rows wait
                log.warning("events wait", exc_info=True)
                pause = self._back_off(stop, pause)
        self.close()

    def step(self) -> int | None:
        """Send one window; return how many events went, or None where another relay is the active one.

        Raises:
            OSError: the broker is away or refused; nothing is lost.

        """
        if self._publisher is None:
            settings = self._runtime.settings
            self._publisher = Publisher(settings.broker_url, settings.broker_heartbeat_seconds)
            self._runtime.metrics.connected.set(1, ("relay",))
        return self._step_sqlite() if self._runtime.database.is_sqlite else self._step_postgres()

    def _step_postgres(self) -> int | None:
        with self._runtime.database.write() as session:
            if not session.scalar(select(func.pg_try_advisory_xact_lock(_LOCK))):
                self._publish([])
                return None
            return self._forget(session, self._publish(self._waiting(session)))

    def _step_sqlite(self) -> int:
        """Publish outside a transaction: the file has one writer, and the broker may be slow."""
        with self._runtime.database.read() as session:
            waiting = self._waiting(session)
        arrived = self._publish(waiting)
        if not arrived:
            return 0
        with self._runtime.database.write() as session:
            return self._forget(session, arrived)

    def _waiting(self, session: Session) -> list[Message]:
        now, most = time.monotonic(), 1 if self._singly else WINDOW
        query = select(outbox).where(outbox.c.sent_at.is_(None)).order_by(outbox.c.seq).limit(most)
        if now < self._no_private_before:
            query = query.where(outbox.c.exchange != topology.PRIVATE)
        if passed_over := [seq for seq, until in self._refused.items() if now < until]:
            query = query.where(outbox.c.seq.not_in(passed_over))
        return [_message(row) for row in session.execute(query)]

    def _publish(self, window: Sequence[Message]) -> list[Message]:
        assert self._publisher is not None
        if not window:
            self._publisher.keep()
            return []
        started = time.perf_counter()
        try:
            arrived = self._publisher.publish(window)
        except broker.REFUSALS as error:
            self._single_out(window, error)
            raise
        self._singly = max(self._singly - len(window), 0)
        self._runtime.metrics.sent(len(window), len(arrived), time.perf_counter() - started)
        if len(arrived) < len(window):
            self._no_private_before = time.monotonic() + PRIVATE_PAUSE_SECONDS
        return arrived

    def _single_out(self, window: Sequence[Message], error: Exception) -> None:
        """Find the event that this service may not say, and pass it over: it must hold up no other."""
        self._singly = 0 if len(window) == 1 else len(window)
        if len(window) == 1:
            self._refused[window[0].seq] = time.monotonic() + REFUSED_PAUSE_SECONDS
            about = {
                "event_id": window[0].event_id,
                "routing_key": window[0].routing_key,
                "cause": logs.told(error),
            }
            log.error("the broker does not take an event from this service", extra=about)

    def _forget(self, session: Session, arrived: Sequence[Message]) -> int:
        if arrived:
            session.execute(delete(outbox).where(outbox.c.seq.in_([message.seq for message in arrived])))
        return len(arrived)

    def _back_off(self, stop: threading.Event, seconds: float) -> float:
        """Let go of the broker and wait; return how long to wait the next time."""
        self.close()
        stop.wait(seconds)
        return min(2 * seconds, 5.0)

    def _pause(self) -> float:
        return POLL_SECONDS if time.monotonic() < self._busy_until else CALM_SECONDS

    def _idle(self, seconds: float) -> None:
        self._changed.wait(seconds)
        self._changed.clear()

    def close(self) -> None:
        """Give the connection to the broker back."""
        if self._publisher is not None:
            self._publisher.close()
            self._publisher = None
        self._runtime.metrics.connected.set(0, ("relay",))


def _message(row: Any) -> Message:
    return Message(row.seq, str(row.event_id), row.exchange, row.routing_key, row.body)
