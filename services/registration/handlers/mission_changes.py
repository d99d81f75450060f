"""Correct facts of a mission that was planned, without harm to those who rely on them."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contracts.registration import MissionChanged
from registration import events, finding
from registration.commands import ChangeMission
from registration.domain import windows
from registration.domain.rules import Rules
from registration.domain.statuses import MissionStatus, ParticipantStatus
from registration.handlers import following
from registration.models import Delegate, Mission, Participant
from servicekit import clock
from servicekit.auth import Actor
from servicekit.languages import noop as _
from servicekit.problems import FieldError, InvalidInputError


def change_mission(session: Session, command: ChangeMission, actor: Actor) -> Mission:
    """Correct facts of a mission; others hear of it where they are told of the mission, and of what has changed.

    Raises:
        StatusError: the mission has begun, and its days or its zone shall change.
        InvalidInputError: the days leave out the programme or hours of people, or fewer places are left than are taken.

    """
    mission = finding.find(session, Mission, command.mission_id, actor, locked=True)
    before, days = events.of_mission(MissionChanged, mission), mission.days
    changes = dict(command.changes)
    rules = changes.pop("rules", Rules())
    mission.correct(changes, clock.now(session))
    wrong = [*_too_few_places(session, mission, rules)]
    if mission.days != days:
        wrong += _left_out(session, mission)
    if wrong:
        raise InvalidInputError(_("Nothing was saved."), errors=wrong)
    _set_rules(mission, rules)
    events.require_tellable(mission)
    now = events.of_mission(MissionChanged, mission)
    if mission.status is not MissionStatus.DRAFT and now != before:
        events.tell(session, mission, now)
    if mission.days != days:
        following.bring(session, mission)
    return mission


def _set_rules(mission: Mission, given: Rules) -> None:
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
