"""Meeting requests: one organisation's wish to meet another, and the answer."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from matching.errors import RequestAnsweredError
from matching.models.copies import Base
from servicekit.data.tables import Aggregate, UtcDateTime


class RequestStatus(StrEnum):
    """Where a wish stands."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class MeetingRequest(Aggregate, Base):
    """A wish; while it is pending or accepted it is the only one of its pair."""

    __tablename__ = "meeting_request"

    mission_id: Mapped[UUID] = mapped_column(index=True)
    from_organisation_id: Mapped[UUID]
    to_organisation_id: Mapped[UUID]
    message: Mapped[str] = mapped_column(String(2000))
    status: Mapped[str] = mapped_column(String(16), default=RequestStatus.PENDING)
    open_key: Mapped[str | None] = mapped_column(String(128), unique=True)
    """Names the pair while the wish stands; null when it does not."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    reason: Mapped[str] = mapped_column(String(1000), default="")
    """Why it was declined, in words that the asker reads; empty: none was given."""
    proposed_slot: Mapped[str | None] = mapped_column(String(200), default=None)
    """The slot that whoever was asked proposes; then the asker is to answer. Null: none is."""

    @property
    def pair(self) -> frozenset[UUID]:
        """The two organisations."""
        return frozenset((self.from_organisation_id, self.to_organisation_id))

    def accept(self, at: datetime) -> None:
        """Let the other side agree, whatever it proposed before; raise RequestAnsweredError unless it is pending."""
        self._settle(RequestStatus.ACCEPTED, at)
        self.proposed_slot = None

    def accept_time(self, at: datetime) -> None:
        """Let the asker agree to the proposed time; raise RequestAnsweredError if the wish is not pending."""
        self._settle(RequestStatus.ACCEPTED, at)

    def decline(self, at: datetime, reason: str) -> None:
        """Let the other side refuse; raise RequestAnsweredError if the wish is not pending."""
        self._settle(RequestStatus.DECLINED, at)
        self.open_key, self.reason = None, reason

    def propose(self, slot: str) -> None:
        """Let the other side name a time instead of an answer; raise RequestAnsweredError unless it is pending."""
        self._check_pending()
        self.proposed_slot = slot

    def expire(self, at: datetime) -> None:
        """Give the wish up because nobody answered; raise RequestAnsweredError if it is not pending."""
        self._settle(RequestStatus.EXPIRED, at)
        self.open_key = None

    def withdraw(self, at: datetime) -> None:
        """Take a wish back, answered or not; raise RequestAnsweredError if it does not stand any more."""
        if self.status == RequestStatus.ACCEPTED:
            self.status = RequestStatus.PENDING
        self._settle(RequestStatus.WITHDRAWN, at)
        self.open_key = None

    def _settle(self, status: RequestStatus, at: datetime) -> None:
        self._check_pending()
        self.status, self.settled_at = status, at

    def _check_pending(self) -> None:
        if self.status != RequestStatus.PENDING:
            raise RequestAnsweredError(id=self.id, status=self.status)


def open_key(mission_id: UUID, one: UUID, other: UUID) -> str:
    """Name a pair in a mission, whoever asks whom."""
    first, second = sorted((one, other), key=str)
    return f"{mission_id}/{first}/{second}"
