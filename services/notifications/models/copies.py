"""Copies of other services' data, as far as mails need it; a row with version 0 is a stub that was only referred to."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Index, String, or_
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from notifications.models.base import Base, JsonObject, Texts
from servicekit.data.tables import Copy


class Region(Copy, Base):
    """A region with its time zone."""

    __tablename__ = "region"

    code: Mapped[str] = mapped_column(String(16), default="", index=True)
    names: Mapped[Texts] = mapped_column(default=dict)
    timezone: Mapped[str] = mapped_column(String(64), default="")


class Mission(Copy, Base):
    """A mission: titles, time, place and organiser."""

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
    """Start of the first agenda item or slot."""
    ends_at: Mapped[datetime | None]


class Organisation(Copy, Base):
    """An organisation's public data."""

    __tablename__ = "organisation"

    reference: Mapped[str] = mapped_column(String(200), default="")
    region: Mapped[str] = mapped_column(String(16), default="")
    names: Mapped[Texts] = mapped_column(default=dict)
    city: Mapped[Texts] = mapped_column(default=dict)
    sought: Mapped[str] = mapped_column(default="")
    """Search text: the names in lower case."""


class Delegate(Copy, Base):
    """A person who represents an organisation on a mission; names are in `Contact` only."""

    __tablename__ = "delegate"
    __table_args__ = (Index("delegate_of", "mission_id", "organisation_id"),)

    mission_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID | None]
    attendance: Mapped[str] = mapped_column(String(16), default="")
    is_removed: Mapped[bool] = mapped_column(default=False)


class Participant(Copy, Base):
    """An organisation's participation in a mission."""

    __tablename__ = "participant"
    __table_args__ = (Index("participant_of", "mission_id", "organisation_id"),)

    mission_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID | None]
    status: Mapped[str] = mapped_column(String(16), default="")
    reason: Mapped[str] = mapped_column(default="")
    """The reason given for the status, such as why the organisation withdrew."""


class Contact(Copy, Base):
    """Contact data of a person or an account; the id is that of the person or account.

    An erased contact stays as a tombstone: only the id is left, and late events do not restore it.
    """

    __tablename__ = "contact"

    names: Mapped[Texts] = mapped_column(default=dict)
    email: Mapped[str] = mapped_column(String(320), default="", index=True)
    phone: Mapped[str] = mapped_column(String(64), default="")
    language: Mapped[str] = mapped_column(String(16), default="")
    timezone: Mapped[str] = mapped_column(String(64), default="")
    sought: Mapped[str] = mapped_column(default="")
    """Search text: the names in lower case, or the address of an account, which has no names."""
    is_removed: Mapped[bool] = mapped_column(default=False)
    may_be_written_to: Mapped[bool] = mapped_column(default=True)
    """False if the person has opted out of mails."""
    is_vouched_for: Mapped[bool] = mapped_column(default=True)
    """False while only an unconfirmed applicant has entered the address; until it is confirmed, mails wait."""

    @property
    def accepts_mail(self) -> bool:
        """Whether the contact is not erased and has not opted out."""
        return not self.is_removed and self.may_be_written_to

    @hybrid_property
    def is_on_hold(self) -> bool:
        """Whether mails to the person wait for a confirmation of the address."""
        return not (self.is_vouched_for or self.is_removed)

    @is_on_hold.inplace.expression
    @classmethod
    def _is_on_hold(cls) -> ColumnElement[bool]:
        return ~or_(cls.is_vouched_for, cls.is_removed)

    def erase(self) -> None:
        """Delete all contact data and turn the row into a tombstone."""
        self.names, self.is_removed = {}, True
        self.email = self.phone = self.language = self.timezone = self.sought = ""


class Itinerary(Copy, Base):
    """The newest itinerary of an organisation in a mission, with all its meetings."""

    __tablename__ = "itinerary"

    mission_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    timetable_number: Mapped[int] = mapped_column(default=0)
    cause: Mapped[str] = mapped_column(String(64), default="")
    meetings: Mapped[list[JsonObject]] = mapped_column(default=list)


class Agreement(Copy, Base):
    """A signed agreement."""

    __tablename__ = "agreement"

    signed_at: Mapped[datetime | None]


class AggregateVersion(Copy, Base):
    """The newest known version of an aggregate of which nothing else is kept; older events are recognised by it."""

    __tablename__ = "standing"
