"""How far the scoring of a large mission is."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from matching.models import MissionCopy, ScoringRound
from matching.scope import SCOPE
from servicekit.auth import Actor

NONE: dict[str, Any] = {"state": "none", "stage": None, "done": 0, "total": 0, "started_at": None}


def scoring_round(session: Session, mission_id: UUID, actor: Actor) -> dict[str, Any]:
    """Return the round that is going on or was stopped; a mission scored at once, or not for this actor, has none."""
    found, mission = session.get(ScoringRound, mission_id), session.get(MissionCopy, mission_id)
    if found is None or mission is None or not SCOPE.sees(session, actor, mission):
        return NONE
    told = {name: getattr(found, name) for name in ("stage", "done", "total", "started_at")}
    return told | {"state": "stopped" if found.is_stopped else "working"}
