"""A participant: an organisation in one mission, as the mission's home decided."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from contracts.registration import Side
from registration.domain.statuses import ParticipantStatus
from registration.errors import StatusError
from registration.models.base import Base, Ids, worded
from registration.status_texts import in_words
from servicekit import identifiers
from servicekit.data.tables import Aggregate
from servicekit.texts.languages import noop as _


class Participant(Aggregate, Base):
    """One organisation in one mission; its home is the mission's.

    Version 0 is a stub: its application was withdrawn before the mission had decided anything.
    """

    __tablename__ = "participant"
    __table_args__ = (Index("participant_of_mission", "mission_id", "side", "status"),)
    missing: ClassVar[str] = _("There is no participant %(id)s.")

    mission_id: Mapped[UUID] = mapped_column(ForeignKey("mission.id"))
    organisation_id: Mapped[UUID]
    side: Mapped[Side] = mapped_column(worded(Side))
    status: Mapped[ParticipantStatus] = mapped_column(worded(ParticipantStatus))
    avoids: Mapped[tuple[UUID, ...]] = mapped_column(Ids)
    application_version: Mapped[int] = mapped_column(default=0)
    """The newest state of the application that was heeded."""
    withdrawn_from: Mapped[datetime | None]
    checked_in_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(1000), default="")

    @staticmethod
    def id_of(mission_id: UUID, organisation_id: UUID) -> UUID:
        """Return the id under which an organisation stands in a mission, everywhere the same."""
        return identifiers.derived("participant", mission_id, organisation_id)

    def decide(self, status: ParticipantStatus, reason: str = "") -> None:
        """Take the mission's decision down."""
        self.status, self.reason, self.withdrawn_from = status, reason, None

    def admit(self) -> None:
        """Let in one that waits or was refused, or raise StatusError."""
        if self.status not in (ParticipantStatus.WAITLISTED, ParticipantStatus.REFUSED):
            raise self._wrong(ParticipantStatus.ADMITTED)
        self.decide(ParticipantStatus.ADMITTED)

    def withdraw(self, since: datetime, reason: str) -> None:
        """Leave the mission from some moment on, or raise StatusError."""
        if self.status not in (ParticipantStatus.ADMITTED, ParticipantStatus.WAITLISTED):
            raise self._wrong(ParticipantStatus.WITHDRAWN)
        self.status, self.withdrawn_from, self.reason = ParticipantStatus.WITHDRAWN, since, reason

    def check_in(self, at: datetime) -> bool:
        """Note the arrival of one that takes part; tell whether that is news."""
        if self.status is not ParticipantStatus.ADMITTED:
            raise StatusError(_("Participant %(id)s is %(status)s."), id=self.id, status=in_words(self.status))
        if self.checked_in_at is not None:
            return False
        self.checked_in_at = at
        return True

    def avoid(self, organisation_ids: Sequence[UUID]) -> None:
        """Take down whom it does not want to meet."""
        self.avoids = tuple(organisation_ids)

    def _wrong(self, wanted: ParticipantStatus) -> StatusError:
        return StatusError(
            _("Participant %(id)s is %(status)s and cannot become %(wanted)s."),
            id=self.id,
            status=in_words(self.status),
            wanted=in_words(wanted),
        )
