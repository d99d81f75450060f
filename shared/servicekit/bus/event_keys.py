"""The key of an event in the inbox: its source, and what stands for the source of unreadable and forged events."""

from contracts import event as wire
from contracts.event import UnreadableEventError

UNREADABLE = "unreadable"
"""Stands for the source of what says none, before the routing key to which its publisher was held."""
FORGED = "forged"
"""Stands for the source of what its publisher may not say: nothing makes it ever take effect."""
LONGEST_SOURCE = 255
HISTORY = "history:"
"""Stands before the source of what failed while history was read: the live event counts apart."""


class ForgedEventError(UnreadableEventError):
    """The broker held nobody to the words of the event: anybody may have said them."""


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
