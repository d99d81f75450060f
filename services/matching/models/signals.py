"""What organisations say of those who were recommended to them, and of the meetings that they had."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from matching.domain.signals import SignalKind
from matching.errors import SignalTakenBackError
from matching.models.base import Base
from servicekit.columns import Aggregate, UtcDateTime


class Signal(Aggregate, Base):
    """What an organisation says of a partner in a mission; one a pair and direction, whatever is said later."""

    __tablename__ = "signal"
    __table_args__ = (UniqueConstraint("mission_id", "organisation_id", "partner_id"),)

    mission_id: Mapped[UUID] = mapped_column(index=True)
    organisation_id: Mapped[UUID]
    partner_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(16))
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
    said_by: Mapped[str] = mapped_column(String(64))
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)

    @property
    def pair(self) -> frozenset[UUID]:
        """The two organisations."""
        return frozenset((self.organisation_id, self.partner_id))

    @property
    def status(self) -> str:
        """Whether it stands."""
        return "given" if self.taken_back_at is None else "taken_back"

    def say(self, kind: SignalKind, at: datetime, by: str) -> bool:
        """Say this from now on; tell whether it is anything new."""
        if self.kind == kind and self.taken_back_at is None and self.version:
            return False
        self.kind, self.said_at, self.said_by, self.taken_back_at = kind, at, by, None
        return True

    def take_back(self, at: datetime) -> None:
        """Say it no more; raise SignalTakenBackError if it does not stand."""
        if self.taken_back_at is not None:
            raise SignalTakenBackError(id=self.id)
        self.taken_back_at = at

    def hides(self) -> tuple[tuple[UUID, UUID], ...]:
        """Return from whose list whom it takes, as (reader, partner)."""
        ends = self.organisation_id, self.partner_id
        return (ends, ends[::-1]) if self.kind == SignalKind.KNOWN else (ends,)


class Rating(Aggregate, Base):
    """How good one of the two found a meeting that was held: 1 to 5, and a word that stays here."""

    __tablename__ = "rating"
    __table_args__ = (UniqueConstraint("meeting_id", "organisation_id"),)

    mission_id: Mapped[UUID] = mapped_column(index=True)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"))
    organisation_id: Mapped[UUID]
    stars: Mapped[int]
    word: Mapped[str] = mapped_column(String(500))
    rated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    rated_by: Mapped[str] = mapped_column(String(64))
