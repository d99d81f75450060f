"""What organisers write to groups of people themselves."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from notifications.models.base import Base, Facts, Texts


class GroupMessage(Base):
    """One message to a group: its words in each language, whom it was meant for, and to how many it went."""

    __tablename__ = "group_message"
    __table_args__ = (Index("group_message_of", "mission_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    mission_id: Mapped[UUID]
    subjects: Mapped[Texts] = mapped_column(default=dict)
    texts: Mapped[Texts] = mapped_column(default=dict)
    asked: Mapped[Facts] = mapped_column(default=dict)
    """The group: what its people have in common."""
    people: Mapped[int]
    written_at: Mapped[datetime]
