"""Published timetables: what stood where, what was left out and why, what changed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from matching.models.base import Base
from servicekit.columns import Aggregate, Document, UtcDateTime


class TimetableVersion(Aggregate, Base):
    """One published version; it never changes again."""

    __tablename__ = "timetable"
    __table_args__ = (UniqueConstraint("mission_id", "number"),)

    mission_id: Mapped[UUID]
    number: Mapped[int]
    run_id: Mapped[UUID | None]
    """The run that found it; null: it was made by hand."""
    cause: Mapped[str] = mapped_column(String(16))
    value: Mapped[int] = mapped_column(BigInteger)
    bound: Mapped[int] = mapped_column(BigInteger)
    proven: Mapped[bool]
    seconds: Mapped[float]
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    meetings: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    """Each meeting that stands, with its place and its state when it was published."""
    unplaced: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    """The waiting list: {guest_id, host_id, reason, facts}; facts as in `domain.reasons`, where they are known."""
    changes: Mapped[dict[str, Any]] = mapped_column(Document)
    """Lists of what it changed.

    {moved: [{meeting_id, from, to}], dropped: [{meeting_id, guest_id, host_id, reason, facts}], added: [meeting_id]}.
    """
    published_by: Mapped[str] = mapped_column(String(64), default="")
    """Who published what was made by hand; who publishes a run stands in the journal."""
    edits: Mapped[list[dict[str, Any]]] = mapped_column(Document, default=list)
    """What was done by hand, as `DraftEdit.document` writes it."""
