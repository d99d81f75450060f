"""Let one address ask only so much of a service, lest it keeps the others waiting.

A request must not cost a write to the database. So each process counts in memory and adds to the common
count whenever it has gathered a thirtieth of the limit; between two such moments it goes by what the
count was then. Whoever stays below that costs nothing, and all processes together let through what
the limit says and at most a thirtieth of it more for each of them. `rates.hit` is exact.
"""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import Flask, request
from limits import RateLimitItem

from servicekit import rates
from servicekit.clock import SKEW, machine_now
from servicekit.database import Database
from servicekit.guard import LOOPBACK
from servicekit.problems import TooManyRequestsError
from servicekit.rates import Window
from servicekit.runtime import Runtime

FREE = {"look", "health", "metrics"}
"""Blueprints that answer everybody as often as they ask: a page needs its sheet, and a watcher its answer."""
_SHARE = 30
_MOST_ADDRESSES = 10_000


@dataclass
class _Tally:
    """What one address did in the window that it is in: known of all processes, and not told to the others yet."""

    known: Window
    untold: int = 0


class Throttle:
    """Counts what addresses ask of one service, for one limit."""

    def __init__(self, database: Database, limit: RateLimitItem) -> None:
        self._database, self._limit = database, limit
        self._batch = max(1, limit.amount // _SHARE)
        self._tallies: dict[str, _Tally] = {}
        self._lock = threading.Lock()

    def hit(self, address: str) -> None:
        """Count a request of an address.

        Raises:
            TooManyRequestsError: it has asked for too much.

        """
        untold = self._note(address, machine_now())
        if untold:
            key = rates.row_key("requests", address, self._limit)
            window = rates.count(self._database, {self._limit: key}, untold)[self._limit]
            with self._lock:
                if address in self._tallies:
                    self._tallies[address].known = window

    def _note(self, address: str, now: datetime) -> int:
        """Count in memory; return how many hits are to be told now."""
        with self._lock:
            tally = self._tallies.get(address)
            if tally is None or not now < tally.known.expires_at <= now + self._length + SKEW:
                tally = self._begin(address, now)
            tally.untold += 1
            if tally.known.hits + tally.untold > self._limit.amount:
                raise TooManyRequestsError(tally.known.seconds_left)
            if tally.untold < self._batch:
                return 0
            hits, tally.untold = tally.untold, 0
            tally.known = Window(tally.known.hits + hits, tally.known.expires_at)
            return hits

    def _begin(self, address: str, now: datetime) -> _Tally:
        """Begin a window; who comes under many addresses fills no memory."""
        if len(self._tallies) >= _MOST_ADDRESSES:
            self._tallies = {key: kept for key, kept in self._tallies.items() if kept.known.expires_at > now}
        if len(self._tallies) >= _MOST_ADDRESSES:
            self._tallies.clear()
        made = self._tallies[address] = _Tally(Window(0, now + self._length))
        return made

    @property
    def _length(self) -> timedelta:
        return timedelta(seconds=self._limit.get_expiry())


def install(app: Flask, runtime: Runtime) -> None:
    """Let the app refuse addresses that ask for more than the settings allow."""
    limit, host = runtime.settings.rate_limit, urlsplit(runtime.settings.public_url).hostname
    throttles = [Throttle(runtime.database, item) for item in rates.windows(limit)] if limit else []
    is_private = host in LOOPBACK

    @app.before_request
    def count() -> None:
        if request.blueprint in FREE or (is_private and request.remote_addr in LOOPBACK):
            return
        for throttle in throttles:
            throttle.hit(rates.peer())
