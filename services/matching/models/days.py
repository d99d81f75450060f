"""What the two of a meeting say on the day, keep for themselves, and let each other know."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from matching.domain.notices import NoticeKind
from matching.errors import ConsentMissingError, NoticeTakenBackError
from matching.models.base import Base
from servicekit.columns import Aggregate, UtcDateTime


class MeetingNotice(Aggregate, Base):
    """What one of the two says of a meeting on its day; one a meeting and organisation, whatever is said later."""

    __tablename__ = "meeting_notice"
    __table_args__ = (UniqueConstraint("meeting_id", "organisation_id"),)

    mission_id: Mapped[UUID] = mapped_column(index=True)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"))
    organisation_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(16))
    minutes: Mapped[int | None] = mapped_column(default=None)
    """How late it will be; null where it is not late."""
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
    said_by: Mapped[str] = mapped_column(String(64))
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)

    def say(self, kind: NoticeKind, minutes: int | None, at: datetime, by: str) -> bool:
        """Say this from now on; tell whether it is anything new."""
        if (self.kind, self.minutes, self.taken_back_at) == (kind, minutes, None) and self.version:
            return False
        self.kind, self.minutes, self.said_at, self.said_by, self.taken_back_at = kind, minutes, at, by, None
        return True

    def take_back(self, at: datetime) -> None:
        """Say it no more; raise NoticeTakenBackError if it does not stand."""
        if self.taken_back_at is not None:
            raise NoticeTakenBackError(id=self.meeting_id)
        self.taken_back_at = at


class MeetingNote(Base):
    """What an organisation keeps for itself about a meeting; the other side does not see it."""

    __tablename__ = "meeting_note"

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    written_by: Mapped[str] = mapped_column(String(64))


class ContactExchange(Aggregate, Base):
    """Who of the two of a meeting lets the other know whom to reach; both have to, and each may stop."""

    __tablename__ = "contact_exchange"

    mission_id: Mapped[UUID] = mapped_column(index=True)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), unique=True)
    guest_agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    guest_agreed_by: Mapped[str] = mapped_column(String(64), default="")
    host_agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    host_agreed_by: Mapped[str] = mapped_column(String(64), default="")

    @property
    def is_mutual(self) -> bool:
        """Whether both let the other know."""
        return self.guest_agreed_at is not None and self.host_agreed_at is not None

    def agreed_at(self, side: str) -> datetime | None:
        """Return since when a side lets the other know; None: it does not."""
        return self.guest_agreed_at if side == "guest" else self.host_agreed_at

    def agree(self, side: str, at: datetime, by: str) -> bool:
        """Let the other side know; tell whether that is anything new."""
        if self.agreed_at(side) is not None:
            return False
        self._note(side, at, by)
        return True

    def stop(self, side: str, by: str) -> None:
        """Let the other side know no more; raise ConsentMissingError if it was not let."""
        if self.agreed_at(side) is None:
            raise ConsentMissingError(id=self.meeting_id)
        self._note(side, None, by)

    def _note(self, side: str, at: datetime | None, by: str) -> None:
        if side == "guest":
            self.guest_agreed_at, self.guest_agreed_by = at, by
        else:
            self.host_agreed_at, self.host_agreed_by = at, by
