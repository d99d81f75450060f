"""What the pages of registration show, ready to be set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from access.actor import Claims
from access.matrix import Deed
from access.roles import Role
from contracts.registration import AgendaItem, Side, Texts
from registration import pack, public_view
from registration.domain.statuses import ApplicationStatus, MissionStage, MissionStatus, ParticipantStatus, stage_of
from registration.models import Application, Delegate, Mission, Organisation, Participant, Profile, Region
from registration.public_view import Outward
from registration.queries import applications
from registration.scope import SCOPE
from servicekit.auth.actors import Actor

T = TypeVar("T", Mission, Organisation)

SHAPES: Mapping[str, str] = {
    ApplicationStatus.DRAFT: "off",
    ApplicationStatus.SUBMITTED: "wait",
    ApplicationStatus.CHANGES_REQUESTED: "part",
    ApplicationStatus.APPROVED: "ok",
    ApplicationStatus.REJECTED: "bad",
    ApplicationStatus.WAITLISTED: "warn",
    ApplicationStatus.WITHDRAWN: "off",
    ParticipantStatus.ADMITTED: "ok",
    ParticipantStatus.REFUSED: "bad",
}
STAGES: Mapping[MissionStage, str] = {
    MissionStage.PREPARED: "wait",
    MissionStage.OPEN: "ok",
    MissionStage.CLOSED: "part",
    MissionStage.UNDER_WAY: "ok",
    MissionStage.OVER: "off",
}
"""The shapes that repeat each status and each stage beside its word."""


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which rows a reader wants to see; empty: all."""

    side: str = ""
    status: str = ""
    words: str = ""

    @classmethod
    def of(cls, args: Mapping[str, str]) -> "Filter":
        """Read a query; what it names and nobody knows is left out."""
        sides, statuses = {side.value for side in Side}, {status.value for status in ApplicationStatus}
        return cls(
            side=args.get("side", "") if args.get("side") in sides else "",
            status=args.get("status", "") if args.get("status") in statuses else "",
            words=args.get("words", "").strip()[:100],
        )

    def wants(self, row: "Row") -> bool:
        """Tell whether a row shall be seen."""
        if self.side not in ("", row.application.side) or self.status not in ("", row.application.status):
            return False
        texts = (row.organisation.reference, *row.organisation.names.values(), *row.organisation.city.values())
        return any(self.words.casefold() in text.casefold() for text in texts)


@dataclass(frozen=True, kw_only=True)
class Stage:
    """How far a mission has come, with the shape that repeats it."""

    word: MissionStage

    @property
    def shape(self) -> str:
        """The shape that repeats the stage."""
        return STAGES[self.word]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One application in the list of a mission."""

    application: Application
    organisation: Outward
    participant: Participant | None
    people: int

    @property
    def status(self) -> ApplicationStatus | ParticipantStatus:
        """What became of it: the mission's word where it has spoken, else the coordinator's."""
        return self.participant.status if self.participant else self.application.status

    @property
    def shape(self) -> str:
        """The shape that repeats the status."""
        return SHAPES[self.status]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One application with all that belongs to it."""

    row: Row
    profile: Profile
    people: Sequence[Delegate]
    activities: Sequence[tuple[str, Texts]]
    """Codes with their titles; none where nobody knows one."""
    partnership_types: Mapping[str, Texts]
    avoided: Sequence[Outward]
    of_same_number: Sequence[Outward]
    """Other organisations with a number of this one."""


def missions(session: Session, now: datetime, actor: Actor) -> list[tuple[Mission, int, Stage]]:
    """List missions with the number of organisations that take part and the stage, the latest first."""
    taking_part = (
        select(func.count())
        .where(Participant.mission_id == Mission.id, Participant.status == ParticipantStatus.ADMITTED)
        .scalar_subquery()
    )
    mine = select(Mission, taking_part).where(SCOPE.rows(actor, Mission))
    found = session.execute(mine.order_by(Mission.starts_on.desc(), Mission.id).limit(200))
    return [(mission, participants, stage(mission, now)) for mission, participants in found]


def stage(mission: Mission, now: datetime) -> Stage:
    """Tell how far a mission has come."""
    is_closed = mission.status is MissionStatus.OPEN and mission.is_past_deadline(now)
    status = MissionStatus.CLOSED if is_closed else mission.status
    return Stage(word=stage_of(status, mission.days, now))


def rows(session: Session, mission: Mission, wanted: Filter, actor: Actor) -> list[Row]:
    """List the applications to a mission that a reader wants to see: guests first, by their references."""
    mine = SCOPE.rows(actor, Application, Deed.APPLICATIONS_READ)
    found = _rows(session, (Application.mission_id == mission.id) & mine, actor)
    return sorted((row for row in found if wanted.wants(row)), key=_place)


def application(session: Session, application: Application, actor: Actor) -> Shown:
    """Gather what belongs to an application."""
    mission = session.get_one(Mission, application.mission_id)
    avoided = select(Organisation).where(Organisation.id.in_(application.avoids)).order_by(Organisation.reference)
    row = _rows(session, Application.id == application.id, actor)[0]
    organisation = row.organisation.organisation
    return Shown(
        row=row,
        activities=pack.activities(session, organisation),
        profile=applications.profile_of(session, application.id, actor),
        people=applications.delegates_of(session, application.id, actor),
        partnership_types=pack.kind_rules(session, mission.kind).partnership_types,
        avoided=public_view.to(session, actor, session.scalars(avoided)),
        of_same_number=applications.of_same_number(session, organisation, actor),
    )


def agenda(session: Session, mission: Mission, actor: Actor) -> list[tuple[date, list[dict[str, Any]]]]:
    """Return the agenda by local days, each item with the organisations that it binds and the one that it visits."""
    zone = ZoneInfo(mission.timezone)
    bound = {id_ for item in mission.agenda for id_ in item.organisations or ()}
    mine = select(Organisation).where(Organisation.id.in_(bound), _applied_to(mission))
    names = {one.id: one.names for one in public_view.to(session, actor, session.scalars(mine))}
    hosts = _hosts_of_visits(session, mission, actor)
    ordered = sorted(mission.agenda, key=lambda item: (item.starts_at, item.ends_at, item.id))
    days = groupby(ordered, key=lambda item: item.starts_at.astimezone(zone).date())
    return [
        (
            day,
            [{"item": item, "bound": _bound(item, names), "place": hosts.get(item.location, {})} for item in items],
        )
        for day, items in days
    ]


def roles(session: Session, claims: Claims) -> list[tuple[Role, Texts]]:
    """Return roles, each with the names of what it holds for; no names for what holds everywhere, or is not here."""
    held = [(role, scope) for role, scopes in sorted(claims.items()) for scope in sorted(scopes)]
    wanted = [UUID(scope) for _role, scope in held if len(scope) == 36]
    names: dict[str, Texts] = {str(row.id): row.titles for row in session.scalars(_by_id(Mission, wanted))}
    names |= {str(row.id): row.names for row in session.scalars(_by_id(Organisation, wanted))}
    names |= {row.code: row.names for row in session.scalars(select(Region))}
    return [(role, names.get(scope, {})) for role, scope in held]


def people(session: Session, ids: Sequence[UUID], actor: Actor) -> list[tuple[Delegate, Organisation]]:
    """Return some delegates with their organisations, in the order of the ids."""
    query = (
        select(Delegate, Organisation)
        .join(Organisation, Organisation.id == Delegate.organisation_id)
        .where(SCOPE.rows(actor, Delegate), Delegate.id.in_(ids), ~Delegate.is_removed)
    )
    found = {delegate.id: (delegate, organisation) for delegate, organisation in session.execute(query)}
    return [found[id_] for id_ in dict.fromkeys(ids) if id_ in found]


def _by_id(model: type[T], wanted: Sequence[UUID]) -> Select[T]:
    return select(model).where(model.id.in_(wanted))


def _rows(session: Session, which: Any, actor: Actor) -> list[Row]:
    counted = (
        select(func.count())
        .where(Delegate.application_id == Application.id, ~Delegate.is_removed)
        .correlate(Application)
        .scalar_subquery()
    )
    same = (Participant.mission_id == Application.mission_id) & (
        Participant.organisation_id == Application.organisation_id
    )
    query = (
        select(Application, Organisation, public_view.known_to(actor), Participant, counted)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(Participant, same & (Participant.version > 0))
        .where(which)
    )
    return [
        Row(application=application, organisation=Outward(one, bool(is_known)), participant=participant, people=people)
        for application, one, is_known, participant, people in session.execute(query)
    ]


def _hosts_of_visits(session: Session, mission: Mission, actor: Actor) -> dict[str, Texts]:
    """Name the organisations at which the agenda meets: their references stand there as places."""
    places = {item.location for item in mission.agenda if item.location}
    query = select(Organisation).where(Organisation.reference.in_(places), _applied_to(mission))
    return {one.reference: one.names for one in public_view.to(session, actor, session.scalars(query))}


def _applied_to(mission: Mission) -> ColumnElement[bool]:
    """Select who has to do with a mission: a programme may name anybody, and tells no more of strangers for that."""
    return Organisation.id.in_(select(Application.organisation_id).where(Application.mission_id == mission.id))


def _place(row: Row) -> tuple[bool, str]:
    return row.application.side is not Side.GUEST, row.organisation.reference


def _bound(item: AgendaItem, names: Mapping[UUID, Texts]) -> list[Texts] | None:
    """Name whom an item binds: nobody (empty), some, or everyone (None)."""
    if not item.binds:
        return []
    return None if item.organisations is None else [names[id_] for id_ in item.organisations if id_ in names]
