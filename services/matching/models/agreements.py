"""Agreements, the checks planned for them, and the answers, which are only ever added to."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Date, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from matching.models.copies import Base
from servicekit.data.tables import Aggregate, UtcDateTime


class Agreement(Aggregate, Base):
    """What a guest and a host signed."""

    __tablename__ = "agreement"

    mission_id: Mapped[UUID] = mapped_column(index=True)
    guest_id: Mapped[UUID]
    host_id: Mapped[UUID]
    type: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(2000))
    expected_amount: Mapped[int | None] = mapped_column(BigInteger)
    """In whole units of the currency; null where no amount was agreed."""
    currency: Mapped[str] = mapped_column(String(3))
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FollowUpCheck(Aggregate, Base):
    """A day on which to ask what became of an agreement."""

    __tablename__ = "follow_up_check"
    __table_args__ = (UniqueConstraint("agreement_id", "months"),)

    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"))
    months: Mapped[int]
    due_on: Mapped[date] = mapped_column(Date)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    """The start of that day in the mission's zone."""
    announced_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class FollowUpAnswer(Base):
    """What was found at a check; a correction is a further row, and the newest counts."""

    __tablename__ = "follow_up_answer"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    check_id: Mapped[UUID] = mapped_column(ForeignKey("follow_up_check.id"), index=True)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(64))
    checked_on: Mapped[date] = mapped_column(Date)
    status: Mapped[str] = mapped_column(String(32))
    realised_amount: Mapped[int | None] = mapped_column(BigInteger)
    """All that the agreement has brought up to that day, in whole units of its currency."""
    note: Mapped[str] = mapped_column(String(2000))
