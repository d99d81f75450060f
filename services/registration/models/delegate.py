"""A delegate: a person who speaks for an organisation on a mission."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from contracts.registration import Attendance, Window
from registration.domain import windows
from registration.errors import StatusError
from registration.models.base import Base, Records, Strings, TextsColumn, worded
from registration.models.mission import Mission, outside, windows_out_of_time
from servicekit.data.tables import Aggregate
from servicekit.problems import FieldError, InvalidInputError
from servicekit.texts.languages import noop as _


@dataclass(frozen=True, kw_only=True)
class Absence(Window):
    """Hours in which somebody is not there, and why: never told outside."""

    reason: str = ""


class Delegate(Aggregate, Base):
    """A person of one application; at home where the organisation is.

    Names, addresses and numbers never leave by the public exchange. One who was removed
    keeps the ids, so that late events find out, and nothing personal.
    """

    __tablename__ = "delegate"
    __table_args__ = (
        Index(
            "delegate_reference",
            "mission_id",
            "reference",
            unique=True,
            sqlite_where=text("NOT is_removed"),
            postgresql_where=text("NOT is_removed"),
        ),
    )
    missing: ClassVar[str] = _("There is no delegate %(id)s.")

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    mission_id: Mapped[UUID]
    organisation_id: Mapped[UUID] = mapped_column(index=True)
    reference: Mapped[str] = mapped_column(String(64))
    names: Mapped[TextsColumn]
    positions: Mapped[TextsColumn]
    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str] = mapped_column(String(320), default="", index=True)
    """The address as an account is looked up by it."""
    phone: Mapped[str] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(8))
    timezone: Mapped[str] = mapped_column(String(64))
    attendance: Mapped[Attendance] = mapped_column(worded(Attendance))
    can_negotiate: Mapped[bool]
    languages: Mapped[tuple[str, ...]] = mapped_column(Strings, default=())
    """What the person speaks, by codes; empty: not known."""
    availability: Mapped[tuple[Window, ...]] = mapped_column(Records(Window))
    follows_programme: Mapped[bool]
    """Whether nobody has told other hours, so that they are the mission's."""
    absences: Mapped[tuple[Absence, ...]] = mapped_column(Records(Absence))
    is_removed: Mapped[bool] = mapped_column(default=False)
    may_be_written_to: Mapped[bool] = mapped_column(default=True)
    """Whether the person has not declined messages."""
    is_vouched_for: Mapped[bool] = mapped_column(default=True)
    """Whether more than the word of an unconfirmed stranger stands behind the address; until then letters wait."""
    speaks_since: Mapped[datetime | None]
    """When somebody who may write for the organisation named the address; None: whoever has it may not speak for it."""

    def be_available(self, given: Sequence[Window] | None, mission: Mission, pointer: str) -> None:
        """Take the hours in which the person can meet; none given: the mission's own.

        Raises:
            InvalidInputError: a window ends before it begins, overlaps another or leaves the mission.

        """
        self.follows_programme = given is None
        if given is None:
            self.availability = mission.meeting_hours
            return
        wrong = windows_out_of_time(given, mission, pointer)
        if wrong:
            raise InvalidInputError(_("Nothing was saved."), errors=wrong)
        self.availability = windows.in_order(given)

    def be_absent(self, absence: Window, reason: str, mission: Mission) -> None:
        """Leave out some hours: a late arrival, an early leave.

        Raises:
            InvalidInputError: the absence ends before it begins, or misses the mission altogether.

        """
        if absence.ends_at <= absence.starts_at:
            wrong = FieldError("#/ends_at", _("The end must be later than the beginning."))
            raise InvalidInputError(_("Nothing was saved."), errors=[wrong])
        if not windows.overlap([absence, mission.days]):
            raise InvalidInputError(_("Nothing was saved."), errors=[outside("#/starts_at", mission)])
        self.availability = windows.cut(self.availability, absence)
        self.absences = (*self.absences, Absence(starts_at=absence.starts_at, ends_at=absence.ends_at, reason=reason))
        self.follows_programme = False

    def let_speak(self, at: datetime) -> None:
        """Let whoever has the address speak for the organisation, unless that holds already."""
        self.speaks_since = self.speaks_since or at

    def forget(self) -> None:
        """Delete whatever tells of the person and keep the ids; the caller's own name may be the person's, too."""
        self.is_removed, self.reference, self.speaks_since = True, "", None
        self.names, self.positions, self.email, self.email_key, self.phone = {}, {}, "", "", ""
        self.language = self.timezone = ""
        self.availability = self.absences = self.languages = ()

    def require_present(self) -> None:
        """Raise StatusError for one who was removed."""
        if self.is_removed:
            raise StatusError(_("Delegate %(id)s was removed."), id=self.id)
