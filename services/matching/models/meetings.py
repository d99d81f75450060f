"""Meetings and the day.

Meetings, and what each organisation was told of its own.

What the two of a meeting say on the day, keep for themselves, and let each other know.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from matching.domain.answers import NoticeKind
from matching.errors import ConsentMissingError, MeetingAheadError, MeetingOverError, NoticeTakenBackError
from matching.models.copies import Base
from servicekit import identifiers
from servicekit.data.tables import Aggregate, Document, UtcDateTime


class MeetingStatus(StrEnum):
    """What became of a meeting."""

    SCHEDULED = "scheduled"
    MOVED = "moved"
    HELD = "held"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


STANDING = (MeetingStatus.SCHEDULED, MeetingStatus.MOVED)
"""The states in which a meeting is still to come, or about to be told of."""
OVER = (MeetingStatus.HELD, MeetingStatus.NO_SHOW)


class Meeting(Aggregate, Base):
    """Two organisations at a table, or online; one a pair in a mission, whatever happens to it."""

    __tablename__ = "meeting"
    __table_args__ = (UniqueConstraint("mission_id", "guest_id", "host_id"),)

    mission_id: Mapped[UUID]
    guest_id: Mapped[UUID] = mapped_column(index=True)
    host_id: Mapped[UUID] = mapped_column(index=True)
    guest_person_id: Mapped[UUID]
    host_person_id: Mapped[UUID]
    slot: Mapped[str] = mapped_column(String(200))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    table: Mapped[str] = mapped_column(String(200))
    is_online: Mapped[bool]
    interpreter: Mapped[str] = mapped_column(String(16), default="")
    """Who interprets, by the code that the mission has for them; empty: nobody."""
    status: Mapped[str] = mapped_column(String(16), default=MeetingStatus.SCHEDULED)
    reason: Mapped[str] = mapped_column(String(2000), default="")
    is_locked: Mapped[bool] = mapped_column(default=False)
    is_called_off: Mapped[bool] = mapped_column(default=False)
    """Whether the organiser cancelled it: then no timetable brings it back."""
    recommended_score: Mapped[float | None] = mapped_column(default=None)
    """The score with which one was recommended to the other when it was held; null: it was not."""

    @property
    def pair(self) -> tuple[UUID, UUID]:
        """The guest and the host."""
        return self.guest_id, self.host_id

    def other(self, organisation_id: UUID) -> UUID:
        """Return the one of the two that an organisation met."""
        return self.host_id if organisation_id == self.guest_id else self.guest_id

    @property
    def stands(self) -> bool:
        """Whether it is still to take place."""
        return self.status in STANDING

    @property
    def is_over(self) -> bool:
        """Whether it took place, or should have."""
        return self.status in OVER

    def take_place(self, place: Mapping[str, Any], status: MeetingStatus) -> None:
        """Stand at a place, that of `PLACE`, from now on; a pin stays at the old one."""
        for name in PLACE:
            setattr(self, name, place[name])
        self.status, self.reason, self.is_locked = status, "", False

    def place(self) -> dict[str, Any]:
        """Return when, where and who."""
        return {name: getattr(self, name) for name in PLACE}

    def cancel(self, reason: str) -> None:
        """Strike the meeting; raise MeetingOverError unless it is still to take place."""
        self._check_standing()
        self.status, self.reason, self.is_locked = MeetingStatus.CANCELLED, reason, False

    def hold(self, at: datetime) -> None:
        """Note that it took place, even if it was noted as missed; raise if it has not begun, or does not stand."""
        self._check_begun(at, corrects=MeetingStatus.NO_SHOW)
        self.status, self.reason = MeetingStatus.HELD, ""

    def miss(self, at: datetime, reason: str) -> None:
        """Note that somebody did not come, even if it was noted as held; raise if it has not begun, or was struck."""
        self._check_begun(at, corrects=MeetingStatus.HELD)
        self.status, self.reason = MeetingStatus.NO_SHOW, reason

    def pin(self, *, locked: bool) -> None:
        """Keep the meeting where it is, or give it free; raise MeetingOverError unless it is still to take place."""
        self._check_standing()
        self.is_locked = locked

    def _check_begun(self, at: datetime, *, corrects: MeetingStatus) -> None:
        if self.status != corrects:
            self._check_standing()
        if at < self.starts_at:
            raise MeetingAheadError(id=self.id, starts_at=self.starts_at.isoformat())

    def _check_standing(self) -> None:
        if not self.stands:
            raise MeetingOverError(id=self.id, status=self.status)


PLACE = ("slot", "starts_at", "ends_at", "table", "is_online", "guest_person_id", "host_person_id", "interpreter")
"""What makes a place: a change of any of them is a move."""


def meeting_id(mission_id: UUID, guest_id: UUID, host_id: UUID) -> UUID:
    """Return the id of a pair's meeting, the same in every version of the timetable."""
    return identifiers.derived(mission_id, "meeting", guest_id, host_id)


class Itinerary(Aggregate, Base):
    """All meetings of one organisation, as it was last told them."""

    __tablename__ = "itinerary"

    mission_id: Mapped[UUID] = mapped_column(index=True)
    organisation_id: Mapped[UUID]
    told: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    timetable_number: Mapped[int] = mapped_column(default=0)
    cause: Mapped[str] = mapped_column(String(16), default="")


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
