"""Meetings, and what each organisation was told of its own."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from matching.errors import MeetingAheadError, MeetingOverError
from matching.models.base import Base
from servicekit import identifiers
from servicekit.columns import Aggregate, Document, UtcDateTime


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
