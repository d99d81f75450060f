"""An application: an organisation's wish to take part in a mission, and what it offers and needs there."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from contracts.registration import ProfileItem, Side
from registration.domain.statuses import FOLLOWING, ApplicationStatus
from registration.errors import StatusError
from registration.models.base import Base, Ids, Records, worded
from registration.status_texts import in_words
from servicekit.data.tables import Aggregate
from servicekit.texts.languages import noop as _


class Application(Aggregate, Base):
    """One organisation's application to one mission; its home is the organisation's region."""

    __tablename__ = "application"
    __table_args__ = (UniqueConstraint("mission_id", "organisation_id"),)
    missing: ClassVar[str] = _("There is no application %(id)s.")

    mission_id: Mapped[UUID] = mapped_column(ForeignKey("mission.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    side: Mapped[Side] = mapped_column(worded(Side))
    status: Mapped[ApplicationStatus] = mapped_column(worded(ApplicationStatus))
    reason: Mapped[str] = mapped_column(String(1000), default="")
    avoids: Mapped[tuple[UUID, ...]] = mapped_column(Ids)
    may_come_late: Mapped[bool] = mapped_column(default=False)
    """Whether it was approved for a mission that is closed already."""
    submitted_at: Mapped[datetime | None]
    reviewed_at: Mapped[datetime | None]

    @property
    def is_public(self) -> bool:
        """Whether the other services know of it: a draft is the applicant's own."""
        return self.submitted_at is not None

    @property
    def is_alive(self) -> bool:
        """Whether it can still lead to taking part, or has."""
        return bool(FOLLOWING[self.status])

    @property
    def is_with_applicant(self) -> bool:
        """Whether it waits for the applicant's own hand: not sent yet, or sent back for changes."""
        return self.status in (ApplicationStatus.DRAFT, ApplicationStatus.CHANGES_REQUESTED)

    def require_with_applicant(self) -> None:
        """Raise StatusError while somebody else has it in hand, or nobody any more."""
        if not self.is_with_applicant:
            raise StatusError(_("Application %(id)s is %(status)s."), id=self.id, status=in_words(self.status))

    def submit(self, at: datetime) -> None:
        """Hand the application in, for the first time or corrected."""
        self._move(ApplicationStatus.SUBMITTED, "")
        self.submitted_at = at

    def approve(self, at: datetime, *, late: bool = False) -> None:
        """Accept it; `late` lets it into a mission that is closed."""
        self._move(ApplicationStatus.APPROVED, "")
        self.reviewed_at, self.may_come_late = at, late

    def review(self, verdict: ApplicationStatus, reason: str, at: datetime) -> None:
        """Reject it, ask for changes or let it wait, and say why."""
        self._move(verdict, reason)
        self.reviewed_at = at

    def withdraw(self, reason: str) -> None:
        """Take it back."""
        self._move(ApplicationStatus.WITHDRAWN, reason)

    def require_alive(self) -> None:
        """Raise StatusError where nothing about it may change any more."""
        if not self.is_alive:
            raise StatusError(_("Application %(id)s is %(status)s."), id=self.id, status=in_words(self.status))

    def _move(self, status: ApplicationStatus, reason: str) -> None:
        if status not in FOLLOWING[self.status]:
            raise StatusError(
                _("Application %(id)s is %(status)s and cannot become %(wanted)s."),
                id=self.id,
                status=in_words(self.status),
                wanted=in_words(status),
            )
        self.status, self.reason = status, reason


class Profile(Aggregate, Base):
    """What an organisation offers and needs in a mission; at home where its application is."""

    __tablename__ = "profile"
    missing: ClassVar[str] = _("There is no profile %(id)s.")

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), unique=True)
    mission_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    side: Mapped[Side] = mapped_column(worded(Side))
    offers: Mapped[tuple[ProfileItem, ...]] = mapped_column(Records(ProfileItem))
    needs: Mapped[tuple[ProfileItem, ...]] = mapped_column(Records(ProfileItem))
