"""Places in the feed, pages of it, and what a reader of it can be refused."""

import base64
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Protocol

from contracts.event import CONTEXT
from servicekit import envelopes
from servicekit.bus.event_keys import own_key_of
from servicekit.bus.history import MAX_AGE
from servicekit.problems import FieldError, InvalidInputError, Problem, UnavailableError
from servicekit.telemetry.audit_log import Bounds
from servicekit.texts.languages import noop as _

MOST_BYTES = 4 * 1024 * 1024
"""A page is full when its events weigh so much, however few they are."""
LONGEST_SCAN_SECONDS = 5.0
"""How long one request may look through events that its page does not take."""
LARGEST_NUMBER = 2**63 - 1
"""Neither the broker nor a database counts further."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place in the feed: behind one event.

    `kind` names where the events are kept, `position` and `number` the place there; `event_id`,
    where it is known, lets the keeper see whether it still keeps the same events.
    """

    kind: str
    position: int
    number: int = 0
    event_id: str = ""

    def cursor(self) -> str:
        """Write the place as a reader sends it back."""
        text = f"{self.kind}.{self.position}.{self.number}.{self.event_id}"
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def place_of(cursor: str) -> Place:
    """Read a cursor.

    Raises:
        InvalidInputError: it is none of ours.

    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        kind, position, number, event_id = base64.b64decode(padded, b"-_", validate=True).decode().split(".")
        place = Place(kind=kind, position=int(position), number=int(number), event_id=event_id)
    except ValueError:
        place = None
    if place is None or place.cursor() != cursor or not _can_be_counted(place.position, place.number):
        wrong = FieldError("#/after", _("This is no `next` of the feed: send it back as it came, or leave it out."))
        raise InvalidInputError(_("Begin anew without `after`."), errors=[wrong])
    return place


def _can_be_counted(*numbers: int) -> bool:
    return all(0 <= number <= LARGEST_NUMBER for number in numbers)


@dataclass(kw_only=True)
class FeedPage:
    """Some events, in their order, and the place behind all that was looked at."""

    limit: int
    bounds: Bounds | None = None
    """Which events the reader may have; None: all."""
    events: list[Mapping[str, Any]] = field(default_factory=list)
    place: Place | None = None
    weight: int = 0

    @property
    def is_full(self) -> bool:
        """Whether no more may be added."""
        return len(self.events) >= self.limit or self.weight >= MOST_BYTES

    def add(self, body: str, types: Collection[str], key: str | None = None) -> None:
        """Add an event of these types, or of any where none is named.

        What is no event, cannot be told as JSON as it came, or says another routing key than its
        publisher was held to, is passed over, and so is what is not there for the reader.
        """
        event = envelopes.as_it_came(body)
        if event is None or (key is not None and key != _key_of(event)):
            return
        if self.bounds is not None and not self.bounds.hold(event.get(CONTEXT), _home_of(event)):
            return
        if not types or event.get("type") in types:
            self.events.append(event)
            self.weight += len(body)


def _home_of(event: Mapping[str, Any]) -> str:
    """Return the home that an event's source names, as events spell homes."""
    source = event.get("source")
    return source.split("/")[1] if isinstance(source, str) and source.startswith("/") else ""


def _key_of(event: Mapping[str, Any]) -> str | None:
    source, type_ = event.get("source"), event.get("type")
    return own_key_of(source, type_) if isinstance(source, str) and isinstance(type_, str) else None


class Feed(Protocol):
    """Where the events are read from."""

    def read(self, after: Place | None, page: FeedPage, types: Collection[str], wait_seconds: float) -> None:
        """Fill the page with what comes after a place; while there is nothing wait so long for it.

        Raises:
            GoneError: not everything behind the place is kept.
            FeedAwayError: the events cannot be read now.

        """


class GoneError(Problem):
    """The feed does not reach back to where the reader stopped."""

    status = HTTPStatus.GONE
    slug = "feed-gone"
    title = _("The feed does not go back that far")


class FeedAwayError(UnavailableError):
    """The events cannot be read now."""

    slug = "feed-away"
    title = _("The feed is away for a moment")
    retry_after = 5


class FeedBusyError(UnavailableError):
    """As many read the feed as the service serves at once."""

    slug = "feed-busy"
    title = _("Too many read the feed at this moment")
    retry_after = 1


def gone() -> GoneError:
    """Say that a reader has to begin anew, and how it gets what it has missed."""
    return GoneError(
        _(
            "Events are kept for %(days)s days. Begin anew without `after`; what is older comes as snapshots when the "
            "operator runs `caravan events republish`."
        ),
        days=MAX_AGE.days,
    )
