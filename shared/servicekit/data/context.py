"""What a transaction knows of its surroundings: service, settings, cause, clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from contracts.event import Envelope
from servicekit.settings import Settings


@dataclass(frozen=True)
class Change:
    """A state of an aggregate that a transaction told of."""

    type: str
    """The type of the event."""
    subject: str
    version: int
    home: str
    context: str
    """What keeps events together, as the envelope has it; empty for none."""


@dataclass(frozen=True, kw_only=True)
class About:
    """What a transaction is about, as its entry in the journal tells it; empty for what is not known."""

    context: str = ""
    """What keeps it together with others, as `Change` has it."""
    home: str = ""
    on_behalf_of: str = ""
    """In whose name it is done, where that is not the actor's own."""
    named: Mapping[str, str] = field(default_factory=dict)
    """What else is named beside the ids of the request: ids and words, nothing personal."""


@dataclass(frozen=True)
class Watched:
    """A row that a transaction does something to, and the state that it had before; none where it is new."""

    row: Any
    before: str


@dataclass(kw_only=True)
class Context:
    """The surroundings of one transaction."""

    service: str
    settings: Settings
    cause: Envelope[Any] | None = None
    """The event that is being handled, if one is."""
    now: datetime | None = None
    """The instance's time, read once a transaction."""
    recorded: list[Change] = field(default_factory=list)
    """What was told so far."""
    afterwards: list[Callable[[], None]] = field(default_factory=list)
    """What is to be done outside the database once the transaction is committed."""
    about: About = About()
    watched: list[Watched] = field(default_factory=list)


def of(session: Session) -> Context:
    """Return the surroundings of a session."""
    context: Context = session.info["context"]
    return context
