"""What came over the bus, read as far as this service can read it."""

from dataclasses import dataclass
from typing import Any

from contracts import event as wire
from contracts.event import Envelope, UnreadableEventError
from servicekit import identifiers
from servicekit.runtime import Runtime

UNREADABLE = "unreadable"
"""Stands for the source of what says none, before the routing key to which its publisher was held."""
FORGED = "forged"
"""Stands for the source of what its publisher may not say: nothing makes it ever take effect."""
LONGEST_SOURCE = 255
HISTORY = "history:"
"""Stands before the source of what failed while history was read: the live event counts apart."""


class ForgedEventError(UnreadableEventError):
    """The broker held nobody to the words of the event: anybody may have said them."""


@dataclass(frozen=True)
class Received:
    """A body that came and what it says: `event` is None where it says nothing to this service."""

    body: str
    key: tuple[str, str]
    """The source and id under which its effect counts once."""
    event: Envelope[Any] | None
    error: UnreadableEventError | None = None
    is_history: bool = False

    @property
    def is_live(self) -> bool:
        """Whether it tells this service news: it is claimed in the inbox, and reactions run."""
        is_news = self.error is not None or (self.event is not None and not self.event.snapshot)
        return is_news and not self.is_history


def open_body(runtime: Runtime, body: str, routing_key: str | None = None, *, is_history: bool = False) -> Received:
    """Read a body as far as this service can.

    The broker holds every login to its own routing keys: what came from one who was
    held to another key than its source and type make, or to none, is not what it says it is.
    """
    try:
        envelope = wire.parse_envelope(body)
    except UnreadableEventError as error:
        unread = unreadable_under(routing_key), str(identifiers.derived(UNREADABLE, body))
        return Received(body, unread, None, error, is_history)
    if routing_key not in (None, own := own_key_of(envelope.source, envelope.type)):
        forged = ForgedEventError(f"its publisher was held to the routing key {routing_key!r}, and it says {own!r}")
        return Received(body, (FORGED, str(identifiers.derived(FORGED, body))), None, forged, is_history)
    key = ((HISTORY if is_history else "") + envelope.source, str(envelope.id))
    try:
        return Received(body, key, _understand(runtime, envelope), None, is_history)
    except UnreadableEventError as error:
        return Received(body, key, None, error, is_history)


def unreadable_under(routing_key: str | None) -> str:
    """Return what stands for the source of a body that cannot be read, and keeps its routing key for when it can."""
    if routing_key is None:
        return UNREADABLE
    legible = "".join(char if char.isprintable() else "?" for char in routing_key)
    return f"{UNREADABLE}:{legible}"[:LONGEST_SOURCE]


def key_kept_in(source: str) -> str | None:
    """Return the routing key under which a body came that could not be read; None where nobody was held to one."""
    kind, held, key = source.partition(":")
    return key if held and kind == UNREADABLE else None


def own_key_of(source: str, type_: str) -> str:
    """Return the routing key that goes with an event's source and type; no key goes with a source of another form."""
    before, _, rest = source.partition("/")
    return wire.routing_key("" if before else rest.split("/")[0], type_)


def _understand(runtime: Runtime, envelope: Envelope[Any]) -> Envelope[Any] | None:
    """Load the data of an event that the service listens to; None where it is not for the service.

    Raises:
        UnreadableEventError: the data breaks the contract, or nobody knows this major version.

    """
    service = runtime.service
    is_heard = envelope.type in service.state_handlers or envelope.type in service.reaction_handlers
    if envelope.type in wire.REGISTRY and not is_heard:
        return None
    try:
        return wire.parse_data(envelope)
    except LookupError:
        return None
