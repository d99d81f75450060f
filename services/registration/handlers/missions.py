"""Plan, open and close missions."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from access.roles import Relation
from contracts.registration import MissionAnnounced, MissionChanged, MissionClosed
from packs.models import MissionKind
from registration import events, finding, pack, scope
from registration.commands import CloseMission, OpenMission, PlanMission, Programme, ReplaceProgramme
from registration.domain.rules import Rules, with_video
from registration.domain.statuses import MissionStatus
from registration.handlers import following
from registration.models import Mission
from servicekit import identifiers
from servicekit.auth import Actor
from servicekit.languages import noop as _
from servicekit.problems import FieldError, InvalidInputError


def plan_mission(session: Session, command: PlanMission, actor: Actor) -> Mission:
    """Make the draft of a mission, at home in the host region.

    Raises:
        InvalidInputError: a region is unknown, a rule is missing that no pack has, or the programme does not fit.
        TakenError: another mission has the reference.
        ForbiddenError: the actor speaks for neither region.

    """
    scope.require_region(actor, (Relation.HOST, command.host_region), (Relation.SENDER, command.guest_region))
    finding.region_of(session, command.guest_region, "#/guest_region")
    finding.region_of(session, command.host_region, "#/host_region")
    mission = _drafted(command)
    _set_rules(session, mission, command.rules, with_video(command.programme.tables))
    _arrange(session, mission, command.programme)
    same = select(Mission.id).where(Mission.reference == command.reference)
    finding.add_unless_taken(session, mission, same, _("Mission %(id)s has this reference."), actor)
    finding.note(session, actor, mission)
    return mission


def replace_programme(session: Session, command: ReplaceProgramme, actor: Actor) -> Mission:
    """Give a mission a new hall and agenda; people who follow it get its new hours."""
    mission = finding.find(session, Mission, command.mission_id, actor, locked=True)
    if mission.online_tables == with_video(mission.tables):
        mission.online_tables = with_video(command.programme.tables)
    _arrange(session, mission, command.programme)
    if mission.status is not MissionStatus.DRAFT:
        events.tell(session, mission, events.of_mission(MissionChanged, mission))
    following.bring(session, mission)
    return mission


def open_mission(session: Session, command: OpenMission, actor: Actor) -> Mission:
    """Begin to take applications, and announce the mission."""
    mission = finding.find(session, Mission, command.mission_id, actor, locked=True)
    mission.open()
    events.tell(session, mission, events.of_mission(MissionAnnounced, mission))
    return mission


def close_mission(session: Session, command: CloseMission, actor: Actor) -> Mission:
    """Take no more applications."""
    mission = finding.find(session, Mission, command.mission_id, actor, locked=True)
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
        finding.require_organisations(session, item.organisations or (), f"#/agenda/{place}/organisation_ids")
    mission.arrange(programme)
    events.require_tellable(mission)
