"""Stored recommendations, and what each organisation was last told of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from matching.models.base import Base
from servicekit.columns import Aggregate, Document, UtcDateTime


class Pair(Base):
    """A pair above the cut-off; `place` orders the pairs of a mission, best first.

    All pairs may be given a meeting by the timetable; the lists of the two show it as far as they are fair.
    """

    __tablename__ = "pair"

    mission_id: Mapped[UUID] = mapped_column(primary_key=True)
    guest_id: Mapped[UUID] = mapped_column(primary_key=True)
    host_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    place: Mapped[int]
    score: Mapped[float]
    """0 to 1, dimensionless."""
    is_in_list_of_guest: Mapped[bool] = mapped_column(default=False)
    is_in_list_of_host: Mapped[bool] = mapped_column(default=False)
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    """The strongest first; `direction` as the domain says it, marks as [start, end] in characters."""


class ChangedList(Base):
    """An organisation whose list is not what it was last told."""

    __tablename__ = "changed_list"

    mission_id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)


class RecommendationList(Aggregate, Base):
    """What an organisation was last told about whom to meet."""

    __tablename__ = "recommendation_list"

    mission_id: Mapped[UUID] = mapped_column(index=True)
    organisation_id: Mapped[UUID]
    partners: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
