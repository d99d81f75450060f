"""Ask for the scoring of everybody, stop it and resume it."""

from uuid import UUID

from sqlalchemy.orm import Session

from matching import loading
from matching.errors import NoRoundError
from matching.handlers import inputs
from matching.models import ScoringRound
from servicekit.auth import Actor


def ask_for_round(session: Session, mission_id: UUID, actor: Actor) -> None:
    """Let everybody of a mission be scored anew; raises MissionNotFoundError or MissionElsewhereError."""
    mission = loading.own_mission(session, mission_id, actor)
    inputs.touch(session, mission.id, pairs=True)


def stop_round(session: Session, mission_id: UUID, actor: Actor) -> ScoringRound:
    """Stop the scoring that is going on: the lists stay as they are, what is done is kept. Said twice it counts once.

    Raises:
        MissionNotFoundError, MissionElsewhereError: the mission is not ours to decide about.
        NoRoundError: nothing is being scored.

    """
    found = _round(session, mission_id, actor)
    found.stop()
    return found


def resume_round(session: Session, mission_id: UUID, actor: Actor) -> ScoringRound:
    """Let a stopped round go on, where nobody has stopped it it does so anyway; raises what `stop_round` does."""
    found = _round(session, mission_id, actor)
    found.resume()
    return found


def _round(session: Session, mission_id: UUID, actor: Actor) -> ScoringRound:
    loading.own_mission(session, mission_id, actor)
    found = session.get(ScoringRound, mission_id, with_for_update=True)
    if found is None:
        raise NoRoundError
    return found
