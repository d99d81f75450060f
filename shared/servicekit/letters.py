"""One event that failed, as those see it who look after it."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from servicekit import envelopes
from servicekit.audits import Action
from servicekit.envelopes import Names, Shown
from servicekit.languages import noop as _
from servicekit.problems import NotFoundError

HISTORY, UNREADABLE, FORGED = "history:", "unreadable", "forged"
LONGEST_ID = 1200
_SAFE = re.compile(r"[\w-]+(: no event: \w+)?")


class State(StrEnum):
    """What became of an event that failed."""

    PARKED = "parked"
    DEAD = "dead"
    HANDLED = "handled"
    DISCARDED = "discarded"


class LetterNotFoundError(NotFoundError):
    """Nothing failed under that id, or nobody ever did anything about it."""

    slug = "dead-letter-not-found"
    title = _("There is no such event among those that failed")


@dataclass(frozen=True, kw_only=True)
class Letter:
    """An event that the service could not handle; `body` is None once it was handled or discarded."""

    source: str
    event_id: str
    state: State
    type: str | None
    body: str | None
    error: str | None
    attempts: int
    first_at: datetime
    last_tried_at: datetime | None
    retry_at: datetime | None
    actions: tuple[Action, ...] = ()

    @property
    def id(self) -> str:
        """Source and event id in one word that is safe in an address."""
        return identifier(self.source, self.event_id)

    @property
    def is_history(self) -> bool:
        """Whether it failed while history was read: then it changes copies alone."""
        return self.source.startswith(HISTORY)

    @property
    def is_unreadable(self) -> bool:
        """Whether nobody knows who sent it."""
        return self.source.startswith((UNREADABLE, FORGED))

    @cached_property
    def shown(self) -> Shown:
        """What of the body may be looked at."""
        return envelopes.shown(self.body) if self.body is not None else Shown(content=None)

    @cached_property
    def names(self) -> Names:
        """Who the event says that it is."""
        return envelopes.names_of(self.body) if self.body is not None else Names()

    @property
    def subject(self) -> str | None:
        """The id of what it is about, where the event can be read."""
        return None if self.is_unreadable else self.names.subject

    @property
    def cause(self) -> str:
        """The kind of the error."""
        return (self.error or "").partition(":")[0]

    @property
    def told_error(self) -> str | None:
        """The error, without what it may quote where the event may hold personal data."""
        if self.error is None or envelopes.is_public(self.type):
            return self.error
        safe = _SAFE.match(self.error)
        return safe[0] if safe else None

    @property
    def content(self) -> Mapping[str, Any] | None:
        """What may be looked at of the event, as it came."""
        return self.shown.content

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of what is hidden."""
        return self.shown.fields


def identifier(source: str, event_id: str) -> str:
    """Join source and id in one word of letters, digits, `-`, `_` and one dot."""
    return f"{event_id}.{base64.urlsafe_b64encode(source.encode()).decode().rstrip('=')}"


def key_of(letter_id: str) -> tuple[str, str]:
    """Return source and event id of an identifier.

    Raises:
        LetterNotFoundError: it is none.

    """
    event_id, dot, coded = letter_id.partition(".")
    try:
        source = base64.b64decode(coded + "=" * (-len(coded) % 4), altchars=b"-_", validate=True).decode()
    except ValueError as error:
        raise LetterNotFoundError from error
    is_well_formed = bool(dot) and len(letter_id) <= LONGEST_ID and identifier(source, event_id) == letter_id
    if not (is_well_formed and event_id.isprintable() and "\x00" not in source):
        raise LetterNotFoundError
    return source, event_id
