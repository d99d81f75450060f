"""What registration can be asked: plain selects that return what an answer or a page needs."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from access.matrix import Deed
from contracts.registration import Side
from registration import public_view
from registration.company_ids import Numbers
from registration.domain.statuses import ParticipantStatus
from registration.models import Application, Consent, Delegate, Mission, Organisation, Participant, Profile, Region
from registration.models.organisation import COMPANY
from registration.public_view import Outward
from registration.scope import SCOPE
from servicekit.auth.actors import Actor
from servicekit.web import paging

Args = Mapping[str, Any]
MOST_OF_SAME_NUMBER = 100


def regions(session: Session, args: dict[str, Any], actor: Actor) -> paging.Page:
    """List the regions that take part."""
    return paging.page(session, select(Region), Region.id, args)


def missions(session: Session, args: dict[str, Any], actor: Actor) -> paging.Page:
    """List missions, or the one with a reference."""
    query = select(Mission).where(SCOPE.rows(actor, Mission), *_same(args, Mission.reference))
    return paging.page(session, query, Mission.id, args)


def organisations(session: Session, args: dict[str, Any], actor: Actor) -> paging.Page:
    """List organisations: all, the one with a reference, or those that have applied to a mission."""
    query = select(Organisation).where(SCOPE.rows(actor, Organisation), *_same(args, Organisation.reference))
    if "mission_id" in args:
        applied = select(Application.organisation_id).where(Application.mission_id == args["mission_id"])
        query = query.where(Organisation.id.in_(applied))
    found = paging.page(session, query, Organisation.id, args)
    return {**found, "items": public_view.to(session, actor, found["items"])}


def of_same_number(session: Session, organisation: Organisation, actor: Actor) -> Sequence[Outward]:
    """List the other organisations that the actor sees and that have a number of this one: it may be known twice.

    Who may not know the number of a sole trader is not told who has it, either.
    """
    return _with_number(session, organisation.numbers, actor, Organisation.id != organisation.id)


def with_number(session: Session, numbers: Numbers, actor: Actor) -> Sequence[Outward]:
    """List the organisations that the actor sees and that have one of some numbers, by the same rule."""
    return _with_number(session, numbers, actor)


def _with_number(session: Session, numbers: Numbers, actor: Actor, *which: ColumnElement[bool]) -> Sequence[Outward]:
    names = ("inn", "ogrn", "ogrnip", "tax_id")
    known = [(getattr(Organisation, name), number) for name in names if (number := getattr(numbers, name))]
    if not known:
        return []
    same = or_(*(column == number for column, number in known))
    seen = SCOPE.rows(actor, Organisation, Deed.ORGANISATIONS_READ) & (
        ~Organisation.is_sole_trader | public_view.known_to(actor)
    )
    others = select(Organisation).where(*which, same, seen)
    found = session.scalars(others.order_by(Organisation.reference).limit(MOST_OF_SAME_NUMBER))
    return public_view.to(session, actor, found)


def consents_of(session: Session, organisation_id: UUID, actor: Actor) -> Sequence[Consent]:
    """List the consents of an organisation and of those of its delegates whom the actor may know, the oldest first."""
    people = select(Delegate.id).where(Delegate.organisation_id == organisation_id, SCOPE.rows(actor, Delegate))
    mine = select(Consent).where((Consent.subject_id == organisation_id) | Consent.subject_id.in_(people))
    return session.scalars(mine.order_by(Consent.id)).all()


def consents_of_person(session: Session, person_id: UUID, actor: Actor) -> Sequence[Consent]:
    """List the consents of one person, the oldest first."""
    return session.scalars(select(Consent).where(Consent.subject_id == person_id).order_by(Consent.id)).all()


def applications(session: Session, args: dict[str, Any], actor: Actor) -> paging.Page:
    """List applications by mission, organisation, side and status."""
    columns = (Application.mission_id, Application.organisation_id, Application.side, Application.status)
    query = select(Application).where(SCOPE.rows(actor, Application), *_same(args, *columns))
    return paging.page(session, query, Application.id, args)


def profile_of(session: Session, application_id: UUID, actor: Actor) -> Profile:
    """Return what an application offers and needs."""
    return session.scalars(select(Profile).where(Profile.application_id == application_id)).one()


def delegates_of(session: Session, application_id: UUID, actor: Actor) -> Sequence[Delegate]:
    """List the people of an application, as far as the actor may know them."""
    mine = select(Delegate).where(Delegate.application_id == application_id, ~Delegate.is_removed)
    mine = mine.where(SCOPE.rows(actor, Delegate, Deed.PEOPLE_READ))
    return session.scalars(mine.order_by(Delegate.id)).all()


def delegates(session: Session, args: dict[str, Any], actor: Actor) -> paging.Page:
    """List delegates, by name: within registration only."""
    columns = (Delegate.mission_id, Delegate.organisation_id, Delegate.application_id, Delegate.reference)
    query = select(Delegate).where(SCOPE.rows(actor, Delegate), ~Delegate.is_removed, *_same(args, *columns))
    return paging.page(session, query, Delegate.id, args)


def participants(session: Session, args: dict[str, Any], actor: Actor) -> paging.Page:
    """List participants by mission, organisation, side and status."""
    columns = (Participant.mission_id, Participant.organisation_id, Participant.side, Participant.status)
    query = select(Participant).where(SCOPE.rows(actor, Participant), Participant.version > 0, *_same(args, *columns))
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
