"""Rate limits.

Let nobody do more often than it may be done what costs others something: sign-in letters, guesses at a code.

A limit is written as in the library `limits`: `5/hour`, or several: `5/hour;20/day`. A window begins
with the first hit and is shared by all processes of a service, in a table of its database. What a
request did counts whatever becomes of it: a hit is committed at once, outside the request's transaction.
What matters only once it is done is spent within it.

Let one address ask only so much of a service, lest it keeps the others waiting.

A request must not cost a write to the database. So each process counts in memory and adds to the common
count whenever it has gathered a thirtieth of the limit; between two such moments it goes by what the
count was then. Whoever stays below that costs nothing, and all processes together let through what
the limit says and at most a thirtieth of it more for each of them. `rates.hit` is exact.
"""

import math
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, wraps
from hashlib import sha256
from ipaddress import IPv6Network
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request
from limits import RateLimitItem, parse_many
from sqlalchemy import and_, case, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from servicekit.data.clock import SKEW, machine_now
from servicekit.data.database import Database
from servicekit.data.tables import rate
from servicekit.problems import TooManyRequestsError
from servicekit.service import Runtime
from servicekit.web.security import LOOPBACK

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Window:
    """What was counted in a window so far, and when it ends."""

    hits: int
    expires_at: datetime

    @property
    def seconds_left(self) -> int:
        """The seconds until it ends, at least one."""
        return max(1, math.ceil((self.expires_at - machine_now()).total_seconds()))


def hit(name: str, key: str, limit: str) -> None:
    """Count that somebody (`key`) does something (`name`).

    Call it before the request's transaction begins: a view calls it through `limited`. The key may be
    personal: only its hash, together with the name's, is kept, until the window ends.

    Raises:
        TooManyRequestsError: it was done more often than `limit` says; it tells when to come again.
        RuntimeError: the request has a transaction, which would lock the count out, or roll it back.

    """
    if "session" in g:
        raise RuntimeError("a rate is counted before the transaction of the request")
    items = windows(limit)
    database = current_app.extensions["caravan.runtime"].database
    found = count(database, {item: row_key(name, key, item) for item in items})
    waits = [found[item].seconds_left for item in items if found[item].hits > item.amount]
    if waits:
        raise TooManyRequestsError(max(waits))


def spend(session: Session, name: str, spent: Mapping[str, int], limit: str) -> None:
    """Count what a request brings about, so often for each key, in its own transaction: what comes to nothing is free.

    Call it from a handler, where only the handler knows what there is to count; whoever has the same key waits.

    Raises:
        TooManyRequestsError: it is more than `limit` allows; it tells when to come again.

    """
    rows = [(row_key(name, key, item), item, hits) for key, hits in spent.items() for item in windows(limit)]
    found = [(_add(session, key, item, hits), item) for key, item, hits in sorted(rows)]
    waits = [window.seconds_left for window, item in found if window.hits > item.amount]
    if waits:
        raise TooManyRequestsError(max(waits))


def limited(name: str, limit: str, key: Callable[[], str | None]) -> Callable[[F], F]:
    """Count each call of a view for the key that the request has: to stand above `reads` and `writes`.

    A request whose key is None is not counted: what nobody has in common is no key.

    @blueprint.post("/sign-in")
    @rates.limited("sign-in", "5/hour", key=lambda: request.form.get("email", "").lower())
    @writes()
    def ask_for_a_letter(session, actor): ...
    """

    def decorate(view: F) -> F:
        @wraps(view)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            found = key()
            if found is not None:
                hit(name, found, limit)
            return view(*args, **kwargs)

        return wrapper  # type: ignore[return-value]  # wraps() keeps the shape

    return decorate


def peer() -> str:
    """Return the key of whom the request comes from: the address, or of IPv6 the network that one household has."""
    address = request.remote_addr or ""
    return str(IPv6Network((address, 64), strict=False)) if ":" in address else address


@cache
def windows(limit: str) -> tuple[RateLimitItem, ...]:
    """Return the parts of a limit.

    Raises:
        ValueError: it is written in another way.

    """
    return tuple(parse_many(limit))


def row_key(name: str, key: str, item: RateLimitItem) -> str:
    """Return the key of a row: it tells nobody whose it is."""
    return sha256(f"{name}\0{item}\0{key}".encode(errors="surrogatepass")).hexdigest()


def count(database: Database, keys: dict[RateLimitItem, str], hits: int = 1) -> dict[RateLimitItem, Window]:
    """Add hits to the windows of some rows, in a transaction of its own, and return what stands there then."""
    with database.write() as session:
        return {item: _add(session, key, item, hits) for item, key in sorted(keys.items(), key=lambda pair: pair[1])}


def add(session: Session, name: str, key: str, limit: str) -> None:
    """Count once more, within a transaction that goes on to something else; `is_beyond` tells what came of it."""
    for item in windows(limit):
        _add(session, row_key(name, key, item), item, 1)


def is_beyond(session: Session, name: str, key: str, limit: str) -> bool:
    """Tell whether more was counted than a limit says."""
    over = [
        and_(rate.c.key == row_key(name, key, item), rate.c.hits > item.amount, rate.c.expires_at > machine_now())
        for item in windows(limit)
    ]
    return session.scalar(select(rate.c.key).where(or_(*over)).limit(1)) is not None


def prune(session: Session) -> None:
    """Forget the windows that have ended."""
    session.execute(rate.delete().where(rate.c.expires_at < machine_now()))


def _add(session: Session, key: str, item: RateLimitItem, hits: int) -> Window:
    """Add to a row in one statement, whoever else does; one that has ended begins anew.

    So does one that ends later than it can: a clock set it that was put back since.
    """
    now, length = machine_now(), timedelta(seconds=item.get_expiry())
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    fresh = insert(rate).values(key=key, hits=hits, expires_at=now + length)
    has_ended = or_(rate.c.expires_at <= now, rate.c.expires_at > now + length + SKEW)
    merged = {
        "hits": case((has_ended, fresh.excluded.hits), else_=rate.c.hits + fresh.excluded.hits),
        "expires_at": case((has_ended, fresh.excluded.expires_at), else_=rate.c.expires_at),
    }
    kept = fresh.on_conflict_do_update(index_elements=["key"], set_=merged).returning(rate.c.hits, rate.c.expires_at)
    return Window(*session.execute(kept).one())


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
            key = row_key("requests", address, self._limit)
            window = count(self._database, {self._limit: key}, untold)[self._limit]
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
    throttles = [Throttle(runtime.database, item) for item in windows(limit)] if limit else []
    is_private = host in LOOPBACK

    @app.before_request
    def count() -> None:
        if request.blueprint in FREE or (is_private and request.remote_addr in LOOPBACK):
            return
        for throttle in throttles:
            throttle.hit(peer())
