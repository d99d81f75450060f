"""Let nobody do more often than it may be done what costs others something: sign-in letters, guesses at a code.

A limit is written as in the library `limits`: `5/hour`, or several: `5/hour;20/day`. A window begins
with the first hit and is shared by all processes of a service, in a table of its database. What a
request did counts whatever becomes of it: a hit is committed at once, outside the request's transaction.
What matters only once it is done is spent within it.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, wraps
from hashlib import sha256
from ipaddress import IPv6Network
from typing import Any, TypeVar

from flask import current_app, g, request
from limits import RateLimitItem, parse_many
from sqlalchemy import and_, case, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from servicekit.clock import SKEW, machine_now
from servicekit.database import Database
from servicekit.problems import TooManyRequestsError
from servicekit.tables import rate

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
