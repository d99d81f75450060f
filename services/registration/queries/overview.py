"""How missions stand, for whoever organises them: what waits for them, how many have come, and from where."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, String, cast, func, select
from sqlalchemy.orm import Session

from access.matrix import Deed
from access.roles import Role
from registration import lookups
from registration.domain.statuses import ApplicationStatus, MissionStatus, ParticipantStatus
from registration.models import Application, Mission, Organisation, Participant, Profile, Region, RoleGrant
from registration.scope import SCOPE
from servicekit.auth.actors import Actor
from servicekit.texts import languages

WAITING = (
    ApplicationStatus.SUBMITTED,
    ApplicationStatus.CHANGES_REQUESTED,
    ApplicationStatus.WAITLISTED,
    ApplicationStatus.DRAFT,
)
"""The states of applications in which somebody has something to do, what waits for the organiser first."""
PATIENCE = timedelta(days=3)
"""How long an application may wait for a decision before a page warns."""
MOST_DAYS = 31
"""More days than that are told by weeks."""


@dataclass(frozen=True, kw_only=True)
class Waits:
    """Applications to a mission that wait in one state."""

    status: ApplicationStatus
    count: int
    since: datetime | None
    """When the oldest of them was handed in; None where none was."""

    def is_late(self, now: datetime) -> bool:
        """Tell whether the oldest has waited for a decision for long."""
        is_ours = self.status is ApplicationStatus.SUBMITTED
        return is_ours and self.since is not None and now - self.since > PATIENCE


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What waits in a mission for whoever asks."""

    waits: Sequence[Waits] = ()
    lacks: Sequence[str] = ()
    """What the programme has none of yet: tables, slots, agenda; empty for who does not run the mission."""
    is_run: bool = False
    """Whether the reader runs the mission."""
    alone: Sequence[str] = ()
    """Regions of a draft that have no coordinator yet, by name; empty for who does not run the mission."""


@dataclass(frozen=True, kw_only=True)
class Arrivals:
    """How many applications came on each day, or in each week from its Monday on, without a gap."""

    counts: Sequence[tuple[date, int]]
    by_weeks: bool

    @property
    def total(self) -> int:
        """How many came altogether."""
        return sum(count for _day, count in self.counts)

    @property
    def best(self) -> tuple[date, int]:
        """The first day, or week, on which most came."""
        return max(self.counts, key=lambda one: one[1])


def standings(session: Session, missions: Iterable[Mission], actor: Actor) -> dict[UUID, Standing]:
    """Return what waits in each mission: applications that the actor reviews, and the programme that it makes."""
    known = {mission.id: mission for mission in missions}
    mine = Mission.id.in_(list(known)), SCOPE.rows(actor, Mission, Deed.MISSIONS_RUN)
    run = set(session.scalars(select(Mission.id).where(*mine)))
    waits = _waits(session, known, actor)
    alone = _without_coordinator(session, [known[id_] for id_ in run])
    return {
        id_: Standing(
            waits=waits.get(id_, ()),
            lacks=lacking(mission) if id_ in run else (),
            is_run=id_ in run,
            alone=alone.get(id_, ()),
        )
        for id_, mission in known.items()
    }


def to_review(session: Session, mission: Mission, actor: Actor) -> int:
    """Count the applications to a mission that wait for a decision of the actor."""
    waits = _waits(session, [mission.id], actor).get(mission.id, ())
    return sum(one.count for one in waits if one.status is ApplicationStatus.SUBMITTED)


def lacking(mission: Mission) -> list[str]:
    """Name what the programme of a mission has none of yet."""
    return [name for name in ("tables", "slots", "agenda") if not getattr(mission, name)]


def followed(session: Session, actor: Actor, mission_id: UUID) -> object:
    """Return what differs whenever a page about a mission's standing would.

    Raises:
        NotFoundError: there is none, or not for this actor.

    """
    mission = lookups.find(session, Mission, mission_id, actor)
    mine = Application.mission_id == mission_id, SCOPE.rows(actor, Application, Deed.APPLICATIONS_READ)
    counted = select(Application.status, func.count(), func.max(Application.version)).where(*mine)
    admitted = Participant.mission_id == mission_id, Participant.status == ParticipantStatus.ADMITTED
    counts = session.execute(counted.group_by(Application.status).order_by(Application.status)).all()
    return mission.version, mission.status, counts, session.scalar(select(func.count()).where(*admitted))


def complete_profiles(session: Session, mission: Mission) -> tuple[int, int]:
    """Count the participants that have said what they offer and what they need, and all participants."""
    same = (Profile.mission_id == Participant.mission_id) & (Profile.organisation_id == Participant.organisation_id)
    is_complete = (cast(Profile.offers, String) != "[]") & (cast(Profile.needs, String) != "[]")
    found = (
        select(func.count().filter(is_complete), func.count())
        .select_from(Participant)
        .outerjoin(Profile, same)
        .where(Participant.mission_id == mission.id, Participant.status == ParticipantStatus.ADMITTED)
    )
    complete, everybody = session.execute(found).one()
    return complete, everybody


def by_region(session: Session, mission: Mission, actor: Actor) -> list[tuple[str, int]]:
    """Count the applications that were handed in by regions, the most first, as far as the actor may know them."""
    counts = (
        select(Organisation.region, func.count())
        .join(Application, Application.organisation_id == Organisation.id)
        .where(*_handed_in(mission, actor))
        .group_by(Organisation.region)
    )
    names = {one.code: one.names for one in session.scalars(select(Region))}
    language = languages.of_request()
    found = [(languages.pick(names.get(code, {}), language) or code, count) for code, count in session.execute(counts)]
    return sorted(found, key=lambda one: (-one[1], one[0]))


def by_day(session: Session, mission: Mission, actor: Actor) -> Arrivals | None:
    """Count the applications that were handed in by the mission's days, or weeks; None where there is none."""
    zone = ZoneInfo(mission.timezone)
    instants = session.scalars(select(Application.submitted_at).where(*_handed_in(mission, actor)))
    days = Counter(at.astimezone(zone).date() for at in instants if at is not None)
    if not days:
        return None
    by_weeks = (max(days) - min(days)).days >= MOST_DAYS
    step = timedelta(days=7 if by_weeks else 1)
    counted: Counter[date] = Counter()
    for day, count in days.items():
        counted[day - timedelta(days=day.weekday()) if by_weeks else day] += count
    first, last = min(counted), max(counted)
    places = range((last - first) // step + 1)
    return Arrivals(
        counts=[(first + step * place, counted[first + step * place]) for place in places], by_weeks=by_weeks
    )


def _waits(session: Session, missions: Iterable[UUID], actor: Actor) -> dict[UUID, list[Waits]]:
    mine = SCOPE.rows(actor, Application, Deed.APPLICATIONS_REVIEW)
    counts = (
        select(Application.mission_id, Application.status, func.count(), func.min(Application.submitted_at))
        .where(Application.mission_id.in_(list(missions)), Application.status.in_(WAITING), mine)
        .group_by(Application.mission_id, Application.status)
    )
    found: dict[UUID, list[Waits]] = {}
    for mission_id, status, count, since in session.execute(counts):
        found.setdefault(mission_id, []).append(Waits(status=status, count=count, since=since))
    return {id_: sorted(waits, key=lambda one: WAITING.index(one.status)) for id_, waits in found.items()}


def _without_coordinator(session: Session, missions: Iterable[Mission]) -> dict[UUID, list[str]]:
    drafts = {one.id: (one.guest_region, one.host_region) for one in missions if one.status is MissionStatus.DRAFT}
    codes = {code for ends in drafts.values() for code in ends}
    if not codes:
        return {}
    held = RoleGrant.role == Role.AGENCY, RoleGrant.revoked_at.is_(None), RoleGrant.scope.in_(codes)
    coordinated = set(session.scalars(select(RoleGrant.scope).where(*held)))
    names = {one.code: one.names for one in session.scalars(select(Region).where(Region.code.in_(codes)))}
    language = languages.of_request()
    return {
        id_: [languages.pick(names.get(code, {}), language) or code for code in ends if code not in coordinated]
        for id_, ends in drafts.items()
    }


def _handed_in(mission: Mission, actor: Actor) -> tuple[ColumnElement[bool], ...]:
    mine = SCOPE.rows(actor, Application, Deed.APPLICATIONS_READ)
    return Application.mission_id == mission.id, Application.submitted_at.is_not(None), mine
