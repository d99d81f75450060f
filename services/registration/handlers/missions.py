"""Missions and their changes.

Plan, open and close missions.

Correct facts of a mission that was planned, without harm to those who rely on them.
"""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from access.roles import Relation
from contracts.registration import MissionAnnounced, MissionChanged, MissionClosed
from packs.models import MissionKind
from registration import events, lookups, pack, scope
from registration.commands import ChangeMission, CloseMission, OpenMission, PlanMission, Programme, ReplaceProgramme
from registration.domain import windows
from registration.domain.statuses import MissionStatus, ParticipantStatus, Rules, with_video
from registration.handlers import subscriptions
from registration.models import Delegate, Mission, Participant
from servicekit import identifiers
from servicekit.auth.actors import Actor
from servicekit.data import clock
from servicekit.problems import FieldError, InvalidInputError
from servicekit.texts.languages import noop as _


def plan_mission(session: Session, command: PlanMission, actor: Actor) -> Mission:
    """Make the draft of a mission, at home in the host region.

    Raises:
        InvalidInputError: a region is unknown, a rule is missing that no pack has, or the programme does not fit.
        TakenError: another mission has the reference.
        ForbiddenError: the actor speaks for neither region.

    """
    scope.require_region(actor, (Relation.HOST, command.host_region), (Relation.SENDER, command.guest_region))
    lookups.region_of(session, command.guest_region, "#/guest_region")
    lookups.region_of(session, command.host_region, "#/host_region")
    mission = _drafted(command)
    _set_rules(session, mission, command.rules, with_video(command.programme.tables))
    _arrange(session, mission, command.programme)
    same = select(Mission.id).where(Mission.reference == command.reference)
    lookups.add_unless_taken(session, mission, same, _("Mission %(id)s has this reference."), actor)
    lookups.note(session, actor, mission)
    return mission


def replace_programme(session: Session, command: ReplaceProgramme, actor: Actor) -> Mission:
    """Give a mission a new hall and agenda; people who follow it get its new hours."""
    mission = lookups.find(session, Mission, command.mission_id, actor, locked=True)
    if mission.online_tables == with_video(mission.tables):
        mission.online_tables = with_video(command.programme.tables)
    _arrange(session, mission, command.programme)
    if mission.status is not MissionStatus.DRAFT:
        events.tell(session, mission, events.of_mission(MissionChanged, mission))
    subscriptions.bring(session, mission)
    return mission


def open_mission(session: Session, command: OpenMission, actor: Actor) -> Mission:
    """Begin to take applications, and announce the mission."""
    mission = lookups.find(session, Mission, command.mission_id, actor, locked=True)
    mission.open()
    events.tell(session, mission, events.of_mission(MissionAnnounced, mission))
    return mission


def close_mission(session: Session, command: CloseMission, actor: Actor) -> Mission:
    """Take no more applications."""
    mission = lookups.find(session, Mission, command.mission_id, actor, locked=True)
    mission.close()
    events.tell(session, mission, events.of_mission(MissionClosed, mission))
    return mission


def _drafted(command: PlanMission) -> Mission:
    return Mission(
        id=identifiers.fresh(),
        home=command.host_region,
        reference=command.reference,
        titles=command.titles,
        kind=command.kind,
        guest_region=command.guest_region,
        host_region=command.host_region,
        starts_on=command.starts_on,
        ends_on=command.ends_on,
        timezone=command.timezone,
        venue=command.venue,
        organiser=command.organiser,
        organiser_phone=command.organiser_phone,
        organiser_email=command.organiser_email,
        applications_until=command.applications_until,
        status=MissionStatus.DRAFT,
    )


def _set_rules(session: Session, mission: Mission, given: Rules, with_kit: tuple[str, ...]) -> None:
    """Take each rule as it is given, else from the kind of mission."""
    kind = pack.mission_kind(session, mission.kind)
    for name in ("max_meetings_per_person_per_day", "min_meetings_per_guest"):
        setattr(mission, name, _rule(given, kind, name))
    mission.places = dict(pack.rules_of_kind(kind).places if given.places is None else given.places)
    mission.online_tables = with_kit if given.online_tables is None else tuple(given.online_tables)


def _rule(given: Rules, kind: MissionKind, name: str) -> int:
    value = getattr(given, name)
    if value is None:
        value = kind.rules.get(name)
    if value is None:
        wrong = FieldError(f"#/rules/{name}", _("Say it: no pack has this rule for missions of this kind."))
        raise InvalidInputError(_("Nothing was saved."), errors=[wrong])
    return int(value)


def _arrange(session: Session, mission: Mission, programme: Programme) -> None:
    for place, item in enumerate(programme.agenda):
        lookups.require_organisations(session, item.organisations or (), f"#/agenda/{place}/organisation_ids")
    mission.arrange(programme)
    events.require_tellable(mission)


def change_mission(session: Session, command: ChangeMission, actor: Actor) -> Mission:
    """Correct facts of a mission; others hear of it where they are told of the mission, and of what has changed.

    Raises:
        StatusError: the mission has begun, and its days or its zone shall change.
        InvalidInputError: the days leave out the programme or hours of people, or fewer places are left than are taken.

    """
    mission = lookups.find(session, Mission, command.mission_id, actor, locked=True)
    before, days = events.of_mission(MissionChanged, mission), mission.days
    changes = dict(command.changes)
    rules = changes.pop("rules", Rules())
    mission.correct(changes, clock.now(session))
    wrong = [*_too_few_places(session, mission, rules)]
    if mission.days != days:
        wrong += _left_out(session, mission)
    if wrong:
        raise InvalidInputError(_("Nothing was saved."), errors=wrong)
    _change_rules(mission, rules)
    events.require_tellable(mission)
    now = events.of_mission(MissionChanged, mission)
    if mission.status is not MissionStatus.DRAFT and now != before:
        events.tell(session, mission, now)
    if mission.days != days:
        subscriptions.bring(session, mission)
    return mission


def _change_rules(mission: Mission, given: Rules) -> None:
    """Take the rules that are given; what is None stays."""
    for name in ("max_meetings_per_person_per_day", "min_meetings_per_guest"):
        if getattr(given, name) is not None:
            setattr(mission, name, getattr(given, name))
    if given.places is not None:
        mission.places = dict(given.places)
    if given.online_tables is not None:
        mission.online_tables = tuple(given.online_tables)
        mission.require_tables()


def _too_few_places(session: Session, mission: Mission, given: Rules) -> Iterator[FieldError]:
    """Find sides that would have fewer places than organisations that take part."""
    counted = (
        select(Participant.side, func.count())
        .where(Participant.mission_id == mission.id, Participant.status == ParticipantStatus.ADMITTED)
        .group_by(Participant.side)
    )
    for side, taken in session.execute(counted) if given.places else ():
        if taken > (given.places or {}).get(side, taken):
            said = _("%(taken)s organisations of this side take part already: give it as many places at least.")
            yield FieldError(f"#/rules/places/{side}", said, {"taken": taken})


def _left_out(session: Session, mission: Mission) -> Iterator[FieldError]:
    """Find people with hours of their own that the new days leave out."""
    own = ~Delegate.follows_programme, ~Delegate.is_removed
    hours = session.scalars(select(Delegate.availability).where(Delegate.mission_id == mission.id, *own))
    days = mission.days
    left_out = sum(any(not windows.lies_within(one, days) for one in theirs) for theirs in hours)
    if left_out:
        said = _("%(people)s people have said hours of their own outside of these days: ask them first.")
        yield FieldError("#/starts_on", said, {"people": left_out})
