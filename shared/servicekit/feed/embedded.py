"""The feed as it is read from the outboxes of services that share a process: what was carried, in that order.

The pump marks what it has carried, one outbox after the other, with times that only grow.
What is marked no later than the newest mark that was seen first is therefore all there.
"""

import heapq
import threading
import time
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Select, func, or_, select

from servicekit.bus.history import MAX_AGE
from servicekit.bus.topology import EVENTS
from servicekit.data.clock import machine_now
from servicekit.data.tables import outbox
from servicekit.feed.pages import LONGEST_SCAN_SECONDS, FeedPage, Place, gone
from servicekit.service import Runtime

KIND = "outbox"
LOOK_SECONDS = 0.2
FEWEST_AT_ONCE = 100
BEHIND_ALL = 2**62
"""A number behind those of all events that were marked at one time."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class EmbeddedFeed:
    """Reads the outboxes of the services of this process."""

    def __init__(self, runtimes: Sequence[Runtime]) -> None:
        self._runtimes = runtimes

    def read(self, after: Place | None, page: FeedPage, types: Collection[str], wait_seconds: float) -> None:
        """Fill the page; see `Feed`."""
        page.place = after
        _poll(lambda: self._fill(page, types), wait_seconds)

    def _fill(self, page: FeedPage, types: Collection[str]) -> bool:
        """Look once; tell whether the page holds anything."""
        horizon = self._horizon()
        after = page.place
        if after and (after.kind != KIND or horizon is None or not _is_kept(after, horizon)):
            raise gone()
        until = time.monotonic() + LONGEST_SCAN_SECONDS
        while horizon is not None and time.monotonic() < until:
            rows = self._next(page, horizon, types)
            for row in rows:
                page.place = _place(row.sent_at, row.seq)
                page.add(row.body, ())
                if page.is_full:
                    return True
            if len(rows) < _at_once(page):
                page.place = _place(horizon, BEHIND_ALL)
                break
        return bool(page.events)

    def _next(self, page: FeedPage, horizon: datetime, types: Collection[str]) -> Sequence[Any]:
        """Return the rows that follow upon the page's place, of all outboxes in one order."""
        found = [self._rows(runtime, page.place, horizon, types, _at_once(page)) for runtime in self._runtimes]
        return list(islice(heapq.merge(*found, key=lambda row: (row.sent_at, row.seq)), _at_once(page)))

    def _horizon(self) -> datetime | None:
        newest = []
        for runtime in self._runtimes:
            with runtime.database.read() as session:
                newest.append(session.scalar(select(func.max(outbox.c.sent_at)).where(outbox.c.sent_at.is_not(None))))
        return max((mark for mark in newest if mark), default=None)

    def _rows(
        self, runtime: Runtime, after: Place | None, horizon: datetime, types: Collection[str], limit: int
    ) -> Sequence[Any]:
        query = select(outbox).where(outbox.c.sent_at.is_not(None), outbox.c.sent_at <= horizon)
        query = _of_types(query.where(outbox.c.exchange == EVENTS), types)
        if after is None:
            query = query.where(outbox.c.sent_at > _oldest())
        else:
            mark = _EPOCH + after.position * _MICROSECOND
            later = (outbox.c.sent_at == mark) & (outbox.c.seq > after.number)
            query = query.where(outbox.c.sent_at >= mark, or_(outbox.c.sent_at > mark, later))
        with runtime.database.read() as session:
            return session.execute(query.order_by(outbox.c.sent_at, outbox.c.seq).limit(limit)).all()


def _at_once(page: FeedPage) -> int:
    """Return how many rows to look at: a page that passes many over shall not ask for each alone."""
    return max(page.limit, FEWEST_AT_ONCE)


def _of_types(query: Select[Any], types: Collection[str]) -> Select[Any]:
    keys = [outbox.c.routing_key.endswith("." + name.removeprefix("caravan."), autoescape=True) for name in types]
    return query.where(or_(*keys)) if keys else query


def _is_kept(after: Place, horizon: datetime) -> bool:
    """Tell whether nothing behind a place was tidied away: behind the newest mark there is nothing yet."""
    newest, oldest = _micros(horizon), _micros(_oldest())
    return oldest < after.position < newest or after.position == newest


def _oldest() -> datetime:
    return machine_now() - MAX_AGE


def _place(mark: datetime, number: int) -> Place:
    return Place(kind=KIND, position=_micros(mark), number=number)


def _micros(instant: datetime) -> int:
    return (instant - _EPOCH) // _MICROSECOND


def _poll(look: Callable[[], bool], seconds: float) -> None:
    """Look until something is there or the time is over."""
    deadline, pause = machine_now() + timedelta(seconds=seconds), threading.Event()
    while not look() and machine_now() < deadline:
        pause.wait(LOOK_SECONDS)
