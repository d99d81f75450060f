"""What a service holds of people: one declared place to ask for it, and to have it deleted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from servicekit.auth.actors import Actor

Records = Mapping[str, Sequence[Mapping[str, Any]]]
"""All that is held of one person: kind of record -> records of plain values; kinds without a record are left out."""


def nothing_held(session: Session, person_id: UUID) -> Records:
    """Return nothing: the service knows people by their ids alone, if at all."""
    return {}


def nothing_to_erase(session: Session, person_id: UUID, actor: Actor) -> None:
    """Do nothing, for the same reason."""


def for_the_platform(session: Session, person_id: UUID, actor: Actor) -> bool:
    """Let nobody see but whoever may see everything."""
    return actor.may_everywhere()


@dataclass(frozen=True, kw_only=True)
class Personal:
    """How a service tells what it holds of a person, and how it forgets one.

    `erase` runs in the transaction of the request, may run again, and leaves ids alone: it
    must also do what the service does when a person does not come any more. The kit deletes
    bodies of events and kept answers itself, and keeps later events from bringing anybody back.
    """

    export: Callable[[Session, UUID], Records] = nothing_held
    erase: Callable[[Session, UUID, Actor], None] = nothing_to_erase
    is_seen: Callable[[Session, UUID, Actor], bool] = for_the_platform
    """Whether what is held of a person is there for an actor who is about to read it."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Kinds and fields of records -> what they are called on the page, to be translated."""
    others: Callable[[Session], Sequence[str]] | None = None
    """Who else may hold something: the names of the other services, where this one knows them."""
    is_origin: bool = False
    """Whether people register here: this service alone may ask the others to forget one."""


NOTHING = Personal()
"""A service that holds nothing of people."""
