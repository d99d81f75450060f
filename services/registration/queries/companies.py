"""What the pages of companies show of a mission: who comes, what is one's own, what is to be done next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from access.actor import ids
from access.roles import Role
from contracts.registration import Side
from registration import lookups, public_view
from registration.domain.statuses import ApplicationStatus, MissionStage, MissionStatus, ParticipantStatus
from registration.models import Application, Delegate, Mission, Organisation, Participant, Profile
from registration.public_view import Outward
from registration.queries.missions import SHAPES, stage
from registration.scope import SCOPE
from servicekit.auth.actors import Actor
from servicekit.data import clock

MOST_OF_SIDE = 100
"""Organisations of a side that the public page names; it says how many more there are."""
OFFICES = frozenset({Role.ADMIN, Role.AGENCY, Role.ORGANISER, Role.READER})


class Next(StrEnum):
    """The one thing that a company does next."""

    FINISH = "finish"
    WAIT = "wait"
    CORRECT = "correct"
    PARTNERS = "partners"
    MEETINGS = "meetings"
    OUTCOMES = "outcomes"
    NOTHING = "nothing"


@dataclass(frozen=True, kw_only=True)
class Own:
    """An application of the reader's own organisation, and what the mission made of it."""

    application: Application
    organisation: Organisation
    mission: Mission
    participant: Participant | None

    @property
    def status(self) -> ApplicationStatus | ParticipantStatus:
        """What became of it: the mission's word where it has spoken, else the coordinator's."""
        return self.participant.status if self.participant else self.application.status

    @property
    def shape(self) -> str:
        """The shape that repeats the status."""
        return SHAPES[self.status]


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """The profile with which an organisation applied to an earlier mission."""

    mission: Mission
    profile: Profile


def is_of_office(actor: Actor) -> bool:
    """Tell whether the pages of organisers are the actor's, and not those of companies."""
    return actor.is_system or bool(OFFICES & actor.claims.keys())


def announced(session: Session, mission_id: UUID, actor: Actor) -> Mission:
    """Return a mission that everybody may know of, or that the actor plans.

    Raises:
        NotFoundError: there is none, or it is still being prepared.

    """
    mission = session.get(Mission, mission_id)
    if mission is None or (mission.status is MissionStatus.DRAFT and not SCOPE.sees(session, actor, mission)):
        raise lookups.absent(Mission, mission_id)
    return mission


def open_missions(session: Session) -> Sequence[Mission]:
    """List the missions that take applications and have not begun, the nearest first."""
    days = clock.now(session).date() - timedelta(days=1)
    wanted = select(Mission).where(Mission.status == MissionStatus.OPEN, Mission.starts_on >= days)
    return session.scalars(wanted.order_by(Mission.starts_on, Mission.id).limit(100)).all()


def who_comes(session: Session, mission: Mission, actor: Actor) -> Mapping[Side, tuple[int, list[Outward]]]:
    """Return for each side how many organisations take part, and the first of them by name; never people."""
    found: dict[Side, tuple[int, list[Outward]]] = {}
    for side in Side:
        count = session.scalar(select(func.count()).select_from(_admitted(mission, side).subquery())) or 0
        rows = session.scalars(_admitted(mission, side).order_by(Organisation.reference).limit(MOST_OF_SIDE))
        found[side] = (count, public_view.to(session, actor, rows))
    return found


def own(session: Session, actor: Actor, mission: Mission | None = None) -> list[Own]:
    """List the applications of the organisations for which somebody speaks, those of the latest mission first."""
    same = (Participant.mission_id == Application.mission_id) & (
        Participant.organisation_id == Application.organisation_id
    )
    query = (
        select(Application, Organisation, Mission, Participant)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Mission, Mission.id == Application.mission_id)
        .outerjoin(Participant, same & (Participant.version > 0))
        .where(Application.organisation_id.in_(ids(actor.scopes(Role.DELEGATE))))
        .order_by(Mission.starts_on.desc(), Organisation.reference)
    )
    if mission is not None:
        query = query.where(Application.mission_id == mission.id)
    return [
        Own(application=application, organisation=organisation, mission=of, participant=participant)
        for application, organisation, of, participant in session.execute(query.limit(200))
    ]


def own_organisations(session: Session, actor: Actor) -> Sequence[Organisation]:
    """List the organisations for which somebody speaks."""
    mine = select(Organisation).where(Organisation.id.in_(ids(actor.scopes(Role.DELEGATE))))
    return session.scalars(mine.order_by(Organisation.reference)).all()


def earlier(session: Session, application: Application) -> Earlier | None:
    """Return the latest profile with which the same organisation applied to another mission, unless it says nothing."""
    query = (
        select(Mission, Profile)
        .join(Profile, Profile.mission_id == Mission.id)
        .where(Profile.organisation_id == application.organisation_id, Profile.mission_id != application.mission_id)
        .order_by(Mission.starts_on.desc(), Mission.id)
    )
    said = ((mission, profile) for mission, profile in session.execute(query.limit(20)))
    return next((Earlier(mission=m, profile=p) for m, p in said if p.offers or p.needs), None)


def people(session: Session, application: Application) -> Sequence[Delegate]:
    """List the people of an application."""
    mine = select(Delegate).where(Delegate.application_id == application.id, ~Delegate.is_removed)
    return session.scalars(mine.order_by(Delegate.id)).all()


def next_of(session: Session, mine: Own) -> Next:
    """Tell what a company does next, as its application and the mission's days say together."""
    by_status: Mapping[ApplicationStatus | ParticipantStatus, Next] = {
        ApplicationStatus.DRAFT: Next.FINISH,
        ApplicationStatus.CHANGES_REQUESTED: Next.CORRECT,
        ApplicationStatus.SUBMITTED: Next.WAIT,
        ApplicationStatus.APPROVED: Next.WAIT,
        ApplicationStatus.WAITLISTED: Next.WAIT,
    }
    now = clock.now(session)
    if mine.status is not ParticipantStatus.ADMITTED:
        return by_status.get(mine.status, Next.NOTHING)
    if stage(mine.mission, now).word is MissionStage.OVER:
        return Next.OUTCOMES
    return Next.MEETINGS if now >= mine.mission.days.starts_at - timedelta(days=1) else Next.PARTNERS


def _admitted(mission: Mission, side: Side) -> Select[Organisation]:
    theirs = Participant.mission_id == mission.id, Participant.side == side
    return (
        select(Organisation)
        .join(Participant, Participant.organisation_id == Organisation.id)
        .where(*theirs, Participant.status == ParticipantStatus.ADMITTED)
    )
