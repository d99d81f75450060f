"""`GET /v1/events`: read the events of the instance, page by page."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from flask import Blueprint
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from access.matrix import Deed
from servicekit.auth.actors import Actor
from servicekit.feed.embedded import EmbeddedFeed
from servicekit.feed.pages import Feed, FeedBusyError, FeedPage, place_of
from servicekit.feed.stream import StreamFeed
from servicekit.service import Runtime
from servicekit.telemetry import audit_log
from servicekit.texts.languages import noop as _
from servicekit.web.endpoints import ApiBlueprint, reads, runtime
from servicekit.web.paging import LARGEST
from servicekit.web.schema_fields import Text, WholeInQuery

READERS = 4
"""How many requests for the feed one process answers at once; each may hold a thread and a connection."""
LONGEST_WAIT_SECONDS = 20
_seats = threading.BoundedSemaphore(READERS)


class FeedArguments(Schema):
    """What the feed may be asked."""

    after = fields.String(
        load_default=None,
        validate=validate.Length(1, 200),
        metadata={"description": "The `next` of the page before; without it the feed begins where it begins."},
    )
    limit = WholeInQuery(load_default=100, validate=validate.Range(1, LARGEST))
    type = fields.List(
        Text(),
        load_default=(),
        validate=validate.Length(max=50),
        metadata={"description": "Only events of this type, as caravan.service.installed.v1; may be repeated."},
    )
    wait = WholeInQuery(
        load_default=0,
        validate=validate.Range(0, LONGEST_WAIT_SECONDS),
        metadata={"description": "How many seconds to wait for an event where there is none yet."},
    )


class FeedSchema(Schema):
    """Events in the order in which they were published, and where to go on."""

    events = fields.List(fields.Dict(), metadata={"description": "CloudEvents 1.0, as they are on the bus."})
    next = fields.String(
        allow_none=True,
        metadata={"description": "Send it as `after`. It stays the same while nothing is new; null: nothing is there."},
    )


def of(runtime: Runtime, beside: Sequence[Runtime]) -> Feed:
    """Return the feed of the instance that a service belongs to."""
    if runtime.has_broker:
        return StreamFeed(runtime)
    return EmbeddedFeed([other for other in beside or (runtime,) if not other.has_broker])


def blueprint(feed: Feed) -> Blueprint:
    """Make the endpoint of the feed."""
    made = ApiBlueprint("feed", __name__, url_prefix="/v1/events", description="The events of the instance.")

    @made.get("")
    @reads(Deed.EVENTS_READ)
    @made.arguments(FeedArguments, location="query")
    @made.alt_response(410, "GONE")
    @made.response(200, FeedSchema)
    def read_feed(query: dict[str, Any], session: Session, actor: Actor) -> dict[str, Any]:
        """Read public events of the whole instance: at least once, in the order of the stream.

        Who is not bound to anything reads all of them, everybody else those that are there for them.
        Ask again with `next` as `after`; a page may be empty and `next` new nevertheless.
        410 tells that the events behind `after` are not kept any more, 503 to try again in a moment.
        """
        after = place_of(query["after"]) if query["after"] else None
        page = FeedPage(limit=query["limit"], bounds=audit_log.of(session, actor, runtime().service))
        with _seat():
            feed.read(after, page, frozenset(query["type"]), query["wait"])
        return {"events": page.events, "next": page.place.cursor() if page.place else None}

    return made


@contextmanager
def _seat() -> Iterator[None]:
    if not _seats.acquire(blocking=False):
        raise FeedBusyError(_("Try again in a moment."))
    try:
        yield
    finally:
        _seats.release()
