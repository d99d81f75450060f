"""The feed as it is read from the broker's stream: on a connection of its own, and not for long."""

import logging
import time
from collections.abc import Collection, Sequence
from uuid import UUID

from servicekit.bus import broker, history
from servicekit.bus.broker import Delivery, Subscriber
from servicekit.feed.pages import LONGEST_SCAN_SECONDS, FeedAwayError, FeedPage, Place, gone
from servicekit.service import Runtime
from servicekit.telemetry import logs
from servicekit.texts.languages import noop as _

log = logging.getLogger(__name__)

KIND = "stream"
BEGIN_SECONDS = 5.0
"""How long a stream that holds something may take to begin."""
QUIET_SECONDS = 0.2
"""A stream that has begun and is silent for so long has no more."""


class StreamFeed:
    """Reads the stream of the instance."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def read(self, after: Place | None, page: FeedPage, types: Collection[str], wait_seconds: float) -> None:
        """Fill the page; see `Feed`."""
        if after and after.kind != KIND:
            raise gone()
        try:
            _Reading(self._runtime, after, page, types).run(wait_seconds)
        except broker.GONE as error:
            log.warning("the history is gone", extra={"cause": logs.told(error)})
            raise FeedAwayError(_("The history of events is gone. The operator has to make it again.")) from error
        except broker.ERRORS as error:
            log.warning("the feed cannot be read", extra={"cause": logs.told(error)})
            raise FeedAwayError(_("The broker does not answer. Try again in a moment.")) from error


class _Reading:
    """One page of the stream being read."""

    def __init__(self, runtime: Runtime, after: Place | None, page: FeedPage, types: Collection[str]) -> None:
        self._runtime, self._after, self._page, self._types = runtime, after, page, types
        self._has_begun = False
        page.place = after

    def run(self, wait_seconds: float) -> None:
        """Read on until the page is full, the stream at its end or the time over.

        A place is read from its own event on, however old that is: the stream still holds it, or the next one, or
        the place is gone.
        """
        offset = self._after.position if self._after else "first"
        subscriber = history.subscribe(self._runtime, offset, batch=min(self._page.limit + 1, history.BATCH))
        try:
            self._read(subscriber, time.monotonic(), wait_seconds)
        finally:
            subscriber.close()
        if self._after and not self._has_begun:
            self._explain(self._after)

    def _read(self, subscriber: Subscriber, started: float, wait_seconds: float) -> None:
        patience = BEGIN_SECONDS if history.holds_something(subscriber) else wait_seconds
        longest = max(wait_seconds, BEGIN_SECONDS + LONGEST_SCAN_SECONDS)
        while not self._page.is_full:
            batch = subscriber.take(patience)
            if batch:
                self._take(batch)
                subscriber.acknowledge(batch)
            elapsed = time.monotonic() - started
            is_at_end = not batch and (self._page.events or elapsed >= wait_seconds)
            if is_at_end or elapsed > longest:
                return
            patience = QUIET_SECONDS if self._page.events else max(QUIET_SECONDS, min(wait_seconds - elapsed, 1.0))

    def _take(self, batch: Sequence[Delivery]) -> None:
        for delivery in batch:
            if self._after and delivery.offset <= self._after.position:
                self._recognise(self._after, delivery)
            elif not self._page.is_full:
                self._add(delivery)

    def _add(self, delivery: Delivery) -> None:
        if self._after and not self._has_begun and delivery.offset > self._after.position + 1:
            raise gone()
        self._has_begun = True
        self._page.place = Place(kind=KIND, position=delivery.offset, event_id=_text_of(delivery.event_id))
        if self._after or history.is_young(delivery.event_id):
            self._page.add(delivery.body, self._types, delivery.routing_key)

    def _recognise(self, after: Place, delivery: Delivery) -> None:
        """Look whether the event at the reader's place is the one that stood there."""
        if delivery.offset == after.position:
            if _text_of(delivery.event_id) != after.event_id:
                raise gone()
            self._has_begun = True

    def _explain(self, after: Place) -> None:
        """Nothing came, not even the event at the reader's place: is it gone, or the broker slow?"""
        last = history.last_offset(self._runtime)
        if last is None or last < after.position:
            raise gone()
        raise FeedAwayError(_("The broker does not answer. Try again in a moment."))


def _text_of(event_id: UUID | None) -> str:
    return event_id.hex if event_id else ""
