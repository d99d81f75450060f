"""Queries for deliveries, used by the API and the pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from notifications.errors import DeliveryNotFoundError
from notifications.models import Attempt, Contact, Delivery, Mission, Organisation
from notifications.scope import SCOPE
from servicekit.auth.actors import Actor
from servicekit.web.paging import Page, page

Counts = dict[str, dict[str, dict[str, int]]]
"""Kind -> channel -> state -> number of deliveries."""

FILTERS = ("mission_id", "person_id", "kind", "state")


@dataclass(frozen=True, kw_only=True)
class DeliveryDetails:
    """A delivery with its recipient, organisation and mission; None where no event has named them yet."""

    delivery: Delivery
    contact: Contact | None
    organisation: Organisation | None
    mission: Mission | None


@dataclass(frozen=True, kw_only=True)
class DeliverySearch:
    """Search criteria: words in the names of person or organisation, kind, state, mission; empty matches everything."""

    words: str = ""
    kind: str = ""
    state: str = ""
    mission_id: UUID | None = None

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the mission restricts the search."""
        return bool(self.words or self.kind or self.state)

    def query_args(self) -> dict[str, Any]:
        """Return the criteria as query parameters of a URL."""
        named = {"mission_id": str(self.mission_id or ""), "q": self.words, "kind": self.kind, "state": self.state}
        return {name: value for name, value in named.items() if value}


def list_deliveries(session: Session, args: dict[str, Any], actor: Actor) -> Page:
    """Return one page of deliveries in the order of creation."""
    filters = [getattr(Delivery, name) == args[name] for name in FILTERS if name in args]
    return page(session, select(Delivery).where(SCOPE.rows(actor, Delivery), *filters), Delivery.position, args)


def get_delivery(session: Session, delivery_id: UUID, actor: Actor) -> Delivery:
    """Return one delivery.

    Raises:
        DeliveryNotFoundError: no delivery has that id, or the actor may not see it.

    """
    delivery = session.get(Delivery, delivery_id)
    if delivery is None or not SCOPE.sees(session, actor, delivery):
        raise DeliveryNotFoundError
    SCOPE.require(session, actor, delivery)
    return delivery


def get_mission(session: Session, mission_id: UUID | None, actor: Actor) -> Mission | None:
    """Return the mission if it exists and the actor may read its messages; otherwise None."""
    query = select(Mission).where(Mission.id == mission_id, SCOPE.rows(actor, Mission))
    return session.scalars(query).one_or_none() if mission_id else None


def count_deliveries(session: Session, mission_id: UUID | None, actor: Actor) -> Counts:
    """Count the deliveries of a mission, or of all missions if `mission_id` is None."""
    keys = (Delivery.kind, Delivery.channel, Delivery.state)
    query = select(*keys, func.count()).where(SCOPE.rows(actor, Delivery)).group_by(*keys).order_by(*keys)
    if mission_id is not None:
        query = query.where(Delivery.mission_id == mission_id)
    counts: Counts = {}
    for kind, channel, state, number in session.execute(query):
        counts.setdefault(kind, {}).setdefault(channel, {})[state] = number
    return counts


def search_deliveries(
    session: Session, search: DeliverySearch, before: UUID | None, limit: int, actor: Actor
) -> Sequence[DeliveryDetails]:
    """List matching deliveries, newest first, starting after the position `before`."""
    query = (
        _select_details()
        .where(SCOPE.rows(actor, Delivery), *_search_conditions(search))
        .order_by(Delivery.position.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(Delivery.position < before)
    return [
        DeliveryDetails(delivery=delivery, contact=contact, organisation=organisation, mission=mission)
        for delivery, contact, organisation, mission in session.execute(query)
    ]


def get_delivery_details(session: Session, delivery_id: UUID, actor: Actor) -> DeliveryDetails:
    """Return one delivery with its recipient, organisation and mission.

    Raises:
        DeliveryNotFoundError: no delivery has that id, or the actor may not see it.

    """
    row = session.execute(
        _select_details().where(Delivery.id == delivery_id, SCOPE.rows(actor, Delivery))
    ).one_or_none()
    if row is None:
        raise DeliveryNotFoundError
    return DeliveryDetails(delivery=row[0], contact=row[1], organisation=row[2], mission=row[3])


def list_attempts(session: Session, delivery_id: UUID) -> Sequence[Attempt]:
    """List the attempts to send a delivery, oldest first."""
    return session.scalars(select(Attempt).where(Attempt.delivery_id == delivery_id).order_by(Attempt.began_at)).all()


def _select_details() -> Select[Delivery, Contact, Organisation, Mission]:
    return (
        select(Delivery, Contact, Organisation, Mission)
        .outerjoin(Contact, Contact.id == Delivery.person_id)
        .outerjoin(Organisation, Organisation.id == Delivery.organisation_id)
        .outerjoin(Mission, Mission.id == Delivery.mission_id)
    )


def _search_conditions(search: DeliverySearch) -> list[ColumnElement[bool]]:
    names = [
        or_(Contact.sought.contains(word, autoescape=True), Organisation.sought.contains(word, autoescape=True))
        for word in search.words.casefold().split()
    ]
    conditions = [and_(*names)] if names else []
    conditions += [Delivery.kind == search.kind] if search.kind else []
    conditions += [Delivery.state == search.state] if search.state else []
    conditions += [Delivery.mission_id == search.mission_id] if search.mission_id else []
    return conditions
