"""What registration can be asked: plain selects that return what an answer or a page needs."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from contracts.registration import Side
from registration.domain.statuses import ParticipantStatus
from registration.models import Application, Consent, Delegate, Mission, Organisation, Participant, Profile, Region
from registration.models.organisation import COMPANY
from servicekit import paging
from servicekit.auth import Actor

Args = Mapping[str, Any]


def regions(session: Session, args: dict[str, Any], actor: Actor) -> paging.Page:
    """List the regions that take part."""
    return paging.page(session, select(Region), Region.id, args)


def missions(session: Session, args: dict[str, Any], actor: Actor) -> paging.Page:
    """List missions, or the one with a reference."""
    return paging.page(session, select(Mission).where(*_same(args, Mission.reference)), Mission.id, args)


def organisations(session: Session, args: dict[str, Any], actor: Actor) -> paging.Page:
    """List organisations: all, the one with a reference, or those that have applied to a mission."""
    query = select(Organisation).where(*_same(args, Organisation.reference))
    if "mission_id" in args:
        applied = select(Application.organisation_id).where(Application.mission_id == args["mission_id"])
        query = query.where(Organisation.id.in_(applied))
    return paging.page(session, query, Organisation.id, args)


def consents_of(session: Session, organisation_id: UUID, actor: Actor) -> Sequence[Consent]:
    """List the consents of an organisation and of its delegates, the oldest first."""
    people = select(Delegate.id).where(Delegate.organisation_id == organisation_id)
    mine = select(Consent).where((Consent.subject_id == organisation_id) | Consent.subject_id.in_(people))
    return session.scalars(mine.order_by(Consent.id)).all()


def applications(session: Session, args: dict[str, Any], actor: Actor) -> paging.Page:
    """List applications by mission, organisation, side and status."""
    columns = (Application.mission_id, Application.organisation_id, Application.side, Application.status)
    return paging.page(session, select(Application).where(*_same(args, *columns)), Application.id, args)


def profile_of(session: Session, application_id: UUID, actor: Actor) -> Profile:
    """Return what an application offers and needs."""
    return session.scalars(select(Profile).where(Profile.application_id == application_id)).one()


def delegates_of(session: Session, application_id: UUID, actor: Actor) -> Sequence[Delegate]:
    """List the people of an application."""
    mine = select(Delegate).where(Delegate.application_id == application_id, ~Delegate.is_removed)
    return session.scalars(mine.order_by(Delegate.id)).all()


def delegates(session: Session, args: dict[str, Any], actor: Actor) -> paging.Page:
    """List delegates, by name: within registration only."""
    columns = (Delegate.mission_id, Delegate.organisation_id, Delegate.application_id, Delegate.reference)
    query = select(Delegate).where(~Delegate.is_removed, *_same(args, *columns))
    return paging.page(session, query, Delegate.id, args)


def participants(session: Session, args: dict[str, Any], actor: Actor) -> paging.Page:
    """List participants by mission, organisation, side and status."""
    columns = (Participant.mission_id, Participant.organisation_id, Participant.side, Participant.status)
    query = select(Participant).where(Participant.version > 0, *_same(args, *columns))
    return paging.page(session, query, Participant.id, args)


def summary(session: Session, mission: Mission, actor: Actor) -> dict[str, Any]:
    """Count a mission's applications, participants, small companies and bodies that support them, by side."""
    admitted = (
        select(Participant.side, func.count())
        .join(Organisation, Organisation.id == Participant.organisation_id)
        .where(Participant.mission_id == mission.id, Participant.status == ParticipantStatus.ADMITTED)
        .group_by(Participant.side)
    )
    return {
        "mission_id": mission.id,
        "applications": _by_side_and_status(session, mission.id),
        "participants": _by_side(session, admitted),
        "sme_companies": _by_side(session, admitted.where(Organisation.is_sme, Organisation.role == COMPANY)),
        "infrastructure_organisations": _by_side(session, admitted.where(Organisation.role != COMPANY)),
    }


def _by_side(session: Session, counts: Any) -> dict[str, int]:
    return {side.value: 0 for side in Side} | {side.value: count for side, count in session.execute(counts)}


def _by_side_and_status(session: Session, mission_id: UUID) -> dict[str, dict[str, int]]:
    counts = (
        select(Application.side, Application.status, func.count())
        .where(Application.mission_id == mission_id)
        .group_by(Application.side, Application.status)
    )
    found: dict[str, dict[str, int]] = {side.value: {} for side in Side}
    for side, status, count in session.execute(counts):
        found[side.value][status.value] = count
    return found


def _same(args: Args, *columns: InstrumentedAttribute[Any]) -> list[ColumnElement[bool]]:
    """Ask that each column which the arguments name has the value that they give."""
    return [column == args[column.key] for column in columns if column.key in args]
