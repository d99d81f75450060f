"""Load what commands need, or refuse."""

from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy.orm import Session

from matching import queries
from matching.errors import (
    MissionElsewhereError,
    MissionNotFoundError,
    NotParticipantError,
    SameSideError,
    StrangerError,
)
from matching.models import MissionCopy
from matching.models.copies import Base
from matching.pack import MatchingRules, rules_of
from matching.scope import SCOPE, speaks_for
from servicekit.auth.actors import Actor, refusal
from servicekit.data import context
from servicekit.problems import Problem
from servicekit.telemetry import audit_log
from servicekit.texts.languages import noop as _

T = TypeVar("T", bound=Base)


def find(session: Session, model: type[T], id_: UUID, actor: Actor, absent: Problem, *, locked: bool = False) -> T:
    """Return the row of an id to which the actor may do what it is about to do, locked where it is to be changed.

    Raises:
        NotFoundError: `absent`: there is none, or not for this actor.
        ForbiddenError: the actor may see it, and no more.

    """
    row: Any = session.get(model, id_, with_for_update=locked or None)
    if row is None or not SCOPE.sees(session, actor, row):
        raise absent
    SCOPE.require(session, actor, row)
    audit_log.note(session, row)
    mission = row if model is MissionCopy else session.get_one(MissionCopy, row.mission_id)
    audit_log.about(session, context=str(mission.id), home=mission.home)
    return cast("T", row)


def act_for(session: Session, actor: Actor, mission_id: UUID, *organisation_ids: UUID) -> None:
    """Let the actor do what it is about to do in the name of one of some participants of a mission.

    Raises:
        ForbiddenError: the actor speaks for none of them.

    """
    spoken_for = [id_ for id_ in organisation_ids if speaks_for(session, actor, mission_id, id_)]
    if not spoken_for:
        raise refusal()
    own = [id_ for id_ in spoken_for if not actor.acts_for(id_)]
    mission = session.get_one(MissionCopy, mission_id)
    name = actor.acts_for((own or spoken_for)[0])
    audit_log.about(session, context=str(mission_id), home=mission.home, on_behalf_of=name)


def check_ends(session: Session, mission_id: UUID, one: UUID, other: UUID) -> None:
    """Let two organisations have to do with each other in a mission.

    Raises:
        StrangerError: one of the two has nothing to do with the mission.
        NotParticipantError: one of the two is not admitted.
        SameSideError: both are guests, or both hosts.

    """
    known = {row.organisation_id: row for row in queries.participants(session, mission_id)}
    for id_ in (one, other):
        if id_ not in known:
            raise StrangerError(_("Nobody of the mission is organisation %(id)s."), id=id_)
        if not known[id_].is_in:
            raise NotParticipantError(id=id_)
    if known[one].side == known[other].side:
        raise SameSideError


def check_guest_and_host(session: Session, mission_id: UUID, guest_id: UUID, host_id: UUID) -> None:
    """Let a guest and a host have to do with each other in a mission; raises what `check_ends` does."""
    check_ends(session, mission_id, guest_id, host_id)
    if participants(session, mission_id)[guest_id] != "guest":
        raise SameSideError


def known_mission(session: Session, mission_id: UUID, actor: Actor) -> MissionCopy:
    """Return a mission that was heard of.

    Raises:
        MissionNotFoundError: none of that id was, or not for this actor.
        ForbiddenError: the actor may see it, and no more.

    """
    absent = MissionNotFoundError(_("Nothing is known of mission %(id)s."), id=mission_id)
    return find(session, MissionCopy, mission_id, actor, absent)


def own_mission(session: Session, mission_id: UUID, actor: Actor) -> MissionCopy:
    """Return a mission that this instance decides about.

    Raises:
        MissionNotFoundError: none of that id was heard of, or not for this actor.
        ForbiddenError: the actor may see it, and no more.
        MissionElsewhereError: its home is another instance.

    """
    mission = known_mission(session, mission_id, actor)
    homes = context.of(session).settings.homes
    if homes and mission.home not in homes:
        raise MissionElsewhereError(_("Mission %(id)s is at home in %(home)s."), id=mission_id, home=mission.home)
    return mission


def rules_for(session: Session, mission: MissionCopy) -> MatchingRules:
    """Return the rules of a mission's kind."""
    return rules_of(context.of(session).settings.packs_dir, mission.kind)


def participants(session: Session, mission_id: UUID) -> dict[UUID, str]:
    """Return the admitted organisations of a mission with their sides."""
    rows = queries.participants(session, mission_id)
    return {row.organisation_id: row.side for row in rows if row.is_in}
