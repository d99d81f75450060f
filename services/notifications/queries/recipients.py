"""Finds the people of a group on a mission to whom an actor may write."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from access.matrix import Deed
from notifications.models import Contact, Delegate, Mission, Organisation, Participant
from notifications.scope import SCOPE
from servicekit.auth.actors import Actor
from servicekit.data import context

ADMITTED = "admitted"


@dataclass(frozen=True, kw_only=True)
class RecipientGroup:
    """Filter criteria for recipients; an empty criterion matches everybody.

    `standing`: `admitted` for participants, `others` for applicants that do not take part. `region` is the
    organisation's region, `attendance` is `in_person` or `online`, `words` are searched in the organisation's name and
    reference.
    """

    standing: str = ""
    region: str = ""
    attendance: str = ""
    language: str = ""
    words: str = ""

    def criteria(self) -> dict[str, Any]:
        """Return the criteria that are not empty, as they are stored."""
        return {name: value for name, value in asdict(self).items() if value}


@dataclass(frozen=True, kw_only=True)
class Recipients:
    """The recipients of a group message; `left_out` counts people who opted out or have no address."""

    people: Sequence[tuple[Delegate, Contact]]
    left_out: int

    @property
    def organisations(self) -> int:
        """Count the recipients' organisations."""
        return len({delegate.organisation_id for delegate, _contact in self.people})


def find_recipients(session: Session, mission_id: UUID, group: RecipientGroup, actor: Actor) -> Recipients:
    """Find the people of a group to whom the actor may write and whom this instance serves."""
    matching = session.execute(_select_delegates(session, mission_id, actor).where(*_group_conditions(group))).all()
    reachable = [(delegate, contact) for delegate, contact in matching if contact.accepts_mail and contact.email]
    return Recipients(people=reachable, left_out=len(matching) - len(reachable))


def may_send(session: Session, mission_id: UUID, actor: Actor) -> bool:
    """Return whether the actor runs the mission, or may write to at least one person on it."""
    runs = select(Mission.id).where(Mission.id == mission_id, SCOPE.rows(actor, Mission, Deed.MESSAGES_SEND))
    return bool(session.scalar(runs)) or bool(
        session.scalar(select(_select_delegates(session, mission_id, actor).exists()))
    )


def _select_delegates(session: Session, mission_id: UUID, actor: Actor) -> Select[Delegate, Contact]:
    homes = context.of(session).settings.homes
    ours = [Delegate.home.in_(homes)] if homes else []
    return (
        select(Delegate, Contact)
        .join(Contact, Contact.id == Delegate.id)
        .join(Organisation, Organisation.id == Delegate.organisation_id)
        .where(
            Delegate.mission_id == mission_id,
            Delegate.is_removed.is_(False),
            Contact.is_removed.is_(False),
            SCOPE.rows(actor, Delegate, Deed.MESSAGES_SEND),
            *ours,
        )
        .order_by(Organisation.reference, Delegate.id)
    )


def _group_conditions(group: RecipientGroup) -> list[ColumnElement[bool]]:
    takes_part = exists().where(
        Participant.mission_id == Delegate.mission_id,
        Participant.organisation_id == Delegate.organisation_id,
        Participant.status == ADMITTED,
    )
    words = group.words.casefold().split()
    named = [
        or_(
            Organisation.sought.contains(word, autoescape=True),
            func.lower(Organisation.reference).contains(word, autoescape=True),
        )
        for word in words
    ]
    asked: list[tuple[str | bool, ColumnElement[bool]]] = [
        (group.region, Organisation.region == group.region),
        (group.attendance, Delegate.attendance == group.attendance),
        (group.language, Contact.language == group.language),
    ]
    asked += [(group.standing == ADMITTED, takes_part), (group.standing == "others", ~takes_part)]
    return [condition for value, condition in asked if value] + named
