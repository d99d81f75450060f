"""What a transaction knows of its surroundings: service, settings, cause, clock."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from contracts.event import Envelope
from servicekit.settings import Settings


@dataclass(kw_only=True)
class Context:
    """The surroundings of one transaction."""

    service: str
    settings: Settings
    cause: Envelope[Any] | None = None
    """The event that is being handled, if one is."""
    now: datetime | None = None
    """The instance's time, read once a transaction."""
    recorded: list[UUID] = field(default_factory=list)
    """The ids of the events recorded so far."""


def of(session: Session) -> Context:
    """Return the surroundings of a session."""
    context: Context = session.info["context"]
    return context
