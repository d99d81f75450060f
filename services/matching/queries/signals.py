"""What organisations have said of recommended partners."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.models import Signal
from matching.scope import SCOPE
from servicekit.auth import Actor


def standing(session: Session, mission_id: UUID) -> Iterator[Signal]:
    """Return the signals of a mission that were not taken back."""
    return iter(session.scalars(select(Signal).where(Signal.mission_id == mission_id, Signal.taken_back_at.is_(None))))


def set_aside(session: Session, mission_id: UUID, organisation_id: UUID, actor: Actor) -> list[Signal]:
    """Return what an organisation says of partners, the latest first, as far as the actor may see it."""
    mine = select(Signal).where(
        Signal.mission_id == mission_id, Signal.organisation_id == organisation_id, Signal.taken_back_at.is_(None)
    )
    return list(session.scalars(mine.where(SCOPE.rows(actor, Signal)).order_by(Signal.said_at.desc(), Signal.id)))
