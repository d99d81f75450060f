"""Stored recommendations, and what each organisation was last told of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from matching.models.base import Base
from servicekit.columns import Aggregate, Document, UtcDateTime


class Pair(Base):
    """A pair above the cut-off; `place` orders the pairs of a mission, best first."""

    __tablename__ = "pair"

    mission_id: Mapped[UUID] = mapped_column(primary_key=True)
    guest_id: Mapped[UUID] = mapped_column(primary_key=True)
    host_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    place: Mapped[int]
    score: Mapped[float]
    """0 to 1, dimensionless."""
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    """The strongest first; `direction` as the domain says it, marks as [start, end] in characters."""


class RecommendationList(Aggregate, Base):
    """What an organisation was last told about whom to meet."""

    __tablename__ = "recommendation_list"

    mission_id: Mapped[UUID] = mapped_column(index=True)
    organisation_id: Mapped[UUID]
    partners: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
