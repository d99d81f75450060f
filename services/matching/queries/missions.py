"""What matching knows of a mission, in figures."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matching import queries
from matching.models import Inputs, MissionCopy, Pair, ParticipantCopy, ProfileCopy
from matching.scope import SCOPE
from servicekit.auth.actors import Actor


def missions(session: Session, actor: Actor) -> list[MissionCopy]:
    """Return all missions that were heard of, the latest first."""
    mine = select(MissionCopy).where(SCOPE.rows(actor, MissionCopy))
    return list(session.scalars(mine.order_by(MissionCopy.starts_on.desc(), MissionCopy.id)))


def sides(session: Session, mission_id: UUID, actor: Actor) -> dict[UUID, str]:
    """Return the admitted organisations of a mission with their sides, as far as the actor may look for them."""
    query = select(ParticipantCopy).where(ParticipantCopy.mission_id == mission_id, SCOPE.rows(actor, ParticipantCopy))
    found = session.scalars(query.order_by(ParticipantCopy.id))
    return {row.organisation_id: row.side for row in found if row.is_in}


def summary(session: Session, mission: MissionCopy, actor: Actor) -> dict[str, Any]:
    """Return what is known of a mission, and how far its recommendations and its timetable are."""
    counters = session.get(Inputs, mission.id)
    pairs = session.scalar(select(func.count()).select_from(Pair).where(Pair.mission_id == mission.id))
    profiles = select(func.count()).select_from(ProfileCopy).where(ProfileCopy.mission_id == mission.id)
    told = ("id", "version", "reference", "titles", "kind", "status")
    return {name: getattr(mission, name) for name in told} | {
        "participants": sum(row.is_in for row in queries.participants(session, mission.id)),
        "profiles": session.scalar(profiles),
        "delegates": sum(not row.is_removed for row in queries.delegates(session, mission.id)),
        "recommendations": {"fresh": counters is not None and counters.is_fresh, "pairs": pairs},
        "timetable": counters.timetable_number if counters else 0,
    }
