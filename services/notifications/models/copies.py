"""Copies of what other services own, as far as letters need it; a stub (version 0) was only spoken of."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Index, String, or_
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from notifications.models.base import Base, JsonObject, Texts
from servicekit.columns import Copy


class Region(Copy, Base):
    """A region, for the names of its clocks."""

    __tablename__ = "region"

    code: Mapped[str] = mapped_column(String(16), default="", index=True)
    names: Mapped[Texts] = mapped_column(default=dict)
    timezone: Mapped[str] = mapped_column(String(64), default="")


class Mission(Copy, Base):
    """A mission: what it is called, when and where it meets, whom to ask."""

    __tablename__ = "mission"

    titles: Mapped[Texts] = mapped_column(default=dict)
    kind: Mapped[str] = mapped_column(String(64), default="")
    guest_region: Mapped[str] = mapped_column(String(16), default="")
    host_region: Mapped[str] = mapped_column(String(16), default="")
    timezone: Mapped[str] = mapped_column(String(64), default="UTC")
    venue: Mapped[Texts] = mapped_column(default=dict)
    organiser: Mapped[Texts] = mapped_column(default=dict)
    organiser_phone: Mapped[str] = mapped_column(String(64), default="")
    organiser_email: Mapped[str] = mapped_column(String(320), default="")
    starts_at: Mapped[datetime | None]
    """When its first agenda item or slot begins."""
    ends_at: Mapped[datetime | None]


class Organisation(Copy, Base):
    """An organisation as the public knows it."""

    __tablename__ = "organisation"

    reference: Mapped[str] = mapped_column(String(200), default="")
    region: Mapped[str] = mapped_column(String(16), default="")
    names: Mapped[Texts] = mapped_column(default=dict)
    city: Mapped[Texts] = mapped_column(default=dict)
    sought: Mapped[str] = mapped_column(default="")
    """The names in lower case, for searching."""


class Delegate(Copy, Base):
    """Who speaks for an organisation on a mission: an id, never a name."""

    __tablename__ = "delegate"
    __table_args__ = (Index("delegate_of", "mission_id", "organisation_id"),)

    mission_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID | None]
    attendance: Mapped[str] = mapped_column(String(16), default="")
    is_removed: Mapped[bool] = mapped_column(default=False)


class Participant(Copy, Base):
    """An organisation in a mission."""

    __tablename__ = "participant"
    __table_args__ = (Index("participant_of", "mission_id", "organisation_id"),)

    mission_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID | None]
    status: Mapped[str] = mapped_column(String(16), default="")
    reason: Mapped[str] = mapped_column(default="")
    """What was said about the state, as why the organisation left."""


class Contact(Copy, Base):
    """How to reach a person, or whoever signs in with an account: its id is then that of the account.

    A removed one is a tombstone: the id stays, what tells of the person is gone.
    """

    __tablename__ = "contact"

    names: Mapped[Texts] = mapped_column(default=dict)
    email: Mapped[str] = mapped_column(String(320), default="", index=True)
    phone: Mapped[str] = mapped_column(String(64), default="")
    language: Mapped[str] = mapped_column(String(16), default="")
    timezone: Mapped[str] = mapped_column(String(64), default="")
    sought: Mapped[str] = mapped_column(default="")
    """The names in lower case, for searching; the address of an account, which has no names."""
    is_removed: Mapped[bool] = mapped_column(default=False)
    may_be_written_to: Mapped[bool] = mapped_column(default=True)
    """Whether the person has not declined messages."""
    is_vouched_for: Mapped[bool] = mapped_column(default=True)
    """Whether more than the word of an unconfirmed stranger stands behind the address; until then letters wait."""

    @property
    def accepts_mail(self) -> bool:
        """Whether the person is there and may be written to."""
        return not self.is_removed and self.may_be_written_to

    @hybrid_property
    def is_on_hold(self) -> bool:
        """Whether letters to the person wait until somebody with standing vouches for the address."""
        return not (self.is_vouched_for or self.is_removed)

    @is_on_hold.inplace.expression
    @classmethod
    def _is_on_hold(cls) -> ColumnElement[bool]:
        return ~or_(cls.is_vouched_for, cls.is_removed)

    def erase(self) -> None:
        """Forget the person and keep the id, so that nothing late brings the person back."""
        self.names, self.is_removed = {}, True
        self.email = self.phone = self.language = self.timezone = self.sought = ""


class Itinerary(Copy, Base):
    """All meetings of one organisation in a mission, as its newest itinerary has them."""

    __tablename__ = "itinerary"

    mission_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    timetable_number: Mapped[int] = mapped_column(default=0)
    cause: Mapped[str] = mapped_column(String(64), default="")
    meetings: Mapped[list[JsonObject]] = mapped_column(default=list)


class Agreement(Copy, Base):
    """What was signed, and when."""

    __tablename__ = "agreement"

    signed_at: Mapped[datetime | None]


class AggregateVersion(Copy, Base):
    """The newest state of an aggregate of which nothing else is kept: it tells news from what is overtaken."""

    __tablename__ = "standing"
