"""How good organisations found their meetings."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.models import Rating
from servicekit.auth import Actor


def ratings_by(session: Session, mission_id: UUID, organisation_id: UUID, actor: Actor) -> dict[UUID, Rating]:
    """Return what an organisation says of its meetings, by their ids; whoever asks speaks for the organisation."""
    mine = select(Rating).where(Rating.mission_id == mission_id, Rating.organisation_id == organisation_id)
    return {rating.meeting_id: rating for rating in session.scalars(mine)}
