"""Reads of the copies of registration's aggregates."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.models import DelegateCopy, OrganisationCopy, ParticipantCopy, ProfileCopy
from matching.models.copies import ADMITTED, PLANNED, plan_of
from servicekit.auth.actors import Actor
from servicekit.texts import languages


def participants(session: Session, mission_id: UUID, only: Collection[UUID] | None = None) -> Sequence[ParticipantCopy]:
    """Return everybody, or some, who was ever admitted to a mission or asked to be, in the order of their ids."""
    query = select(ParticipantCopy).where(ParticipantCopy.mission_id == mission_id)
    if only is not None:
        query = query.where(ParticipantCopy.organisation_id.in_(only))
    return session.scalars(query.order_by(ParticipantCopy.id)).all()


def profiles(session: Session, mission_id: UUID, only: Collection[UUID] | None = None) -> Sequence[ProfileCopy]:
    """Return the cooperation profiles of a mission, or of some of its organisations."""
    query = select(ProfileCopy).where(ProfileCopy.mission_id == mission_id)
    if only is not None:
        query = query.where(ProfileCopy.organisation_id.in_(only))
    return session.scalars(query.order_by(ProfileCopy.id)).all()


def delegates(session: Session, mission_id: UUID) -> Sequence[DelegateCopy]:
    """Return the delegates of a mission, those who do not come any more included."""
    query = select(DelegateCopy).where(DelegateCopy.mission_id == mission_id)
    return session.scalars(query.order_by(DelegateCopy.id)).all()


def missions_of(session: Session, organisation_ids: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """Return the missions in which any of these organisations takes part, and which of them do."""
    columns = select(ParticipantCopy.mission_id, ParticipantCopy.organisation_id)
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for mission_id, id_ in session.execute(columns.where(ParticipantCopy.organisation_id.in_(set(organisation_ids)))):
        found[mission_id].add(id_)
    return found


def organisations(session: Session, ids: Iterable[UUID]) -> dict[UUID, OrganisationCopy]:
    """Return the organisations that were heard of, by their ids."""
    query = select(OrganisationCopy).where(OrganisationCopy.id.in_(set(ids)))
    return {row.id: row for row in session.scalars(query)}


def references(session: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the references of the organisations that were heard of, by their ids."""
    query = select(OrganisationCopy.id, OrganisationCopy.reference).where(OrganisationCopy.id.in_(set(ids)))
    return {row.id: row.reference for row in session.execute(query)}


def admitted(session: Session, mission_id: UUID) -> set[UUID]:
    """Return the organisations that may be matched with others in a mission."""
    query = select(ParticipantCopy.organisation_id).where(ParticipantCopy.mission_id == mission_id)
    return set(session.scalars(query.where(ParticipantCopy.status == ADMITTED)))


def settle_plans(session: Session, mission_id: UUID) -> None:
    """Note of each delegate of a mission what the timetable that is being published takes from them."""
    columns = select(DelegateCopy.id, DelegateCopy.planned, *(getattr(DelegateCopy, name) for name in PLANNED))
    rows = session.execute(columns.where(DelegateCopy.mission_id == mission_id))
    changed = [row.id for row in rows if row.planned != plan_of(row)]
    for delegate in session.scalars(select(DelegateCopy).where(DelegateCopy.id.in_(changed))):
        delegate.planned = delegate.plan


def names_of(session: Session, ids: Iterable[UUID], language: str, actor: Actor) -> dict[UUID, str]:
    """Return the names of organisations in a language; one that was not heard of goes by its id."""
    wanted = set(ids)
    query = select(OrganisationCopy.id, OrganisationCopy.names).where(OrganisationCopy.id.in_(wanted))
    known = {id_: names for id_, names in session.execute(query) if names}
    return {id_: languages.pick(known.get(id_, {}), language) or str(id_) for id_ in wanted}
