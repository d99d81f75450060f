"""Copies of registration.

The base of all tables of matching.

Copies of registration's aggregates, in the newest state that was heard of.

A neighbour that was not heard of yet is missing or a stub, so copies refer to one another
by id alone.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Date, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from servicekit.data.tables import Copy, Document, UtcDateTime


class Base(DeclarativeBase):
    """One MetaData for the service."""


Texts = dict[str, str]
ADMITTED = "admitted"


class RegionCopy(Copy, Base):
    """A region with its zone."""

    __tablename__ = "region"

    code: Mapped[str] = mapped_column(String(16), index=True)
    names: Mapped[Texts] = mapped_column(Document)
    timezone: Mapped[str] = mapped_column(String(64))


class MissionCopy(Copy, Base):
    """A mission with its hall, slots and agenda, as the event told them.

    `planned` is what the published timetable was made from, in the form of `plan`; null before there is one.
    """

    __tablename__ = "mission"

    reference: Mapped[str] = mapped_column(String(200))
    titles: Mapped[Texts] = mapped_column(Document)
    kind: Mapped[str] = mapped_column(String(64))
    guest_region: Mapped[str] = mapped_column(String(16))
    host_region: Mapped[str] = mapped_column(String(16))
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    timezone: Mapped[str] = mapped_column(String(64))
    venue: Mapped[Texts] = mapped_column(Document)
    organiser: Mapped[Texts] = mapped_column(Document)
    organiser_phone: Mapped[str] = mapped_column(String(32), default="")
    organiser_email: Mapped[str] = mapped_column(String(320), default="")
    status: Mapped[str] = mapped_column(String(16))
    max_meetings_per_person_per_day: Mapped[int]
    min_meetings_per_guest: Mapped[int]
    online_tables: Mapped[list[str]] = mapped_column(Document)
    tables: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    slots: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    agenda: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    walking: Mapped[list[dict[str, Any]]] = mapped_column(Document, default=list)
    interpreters: Mapped[list[dict[str, Any]]] = mapped_column(Document, default=list)
    planned: Mapped[dict[str, Any] | None] = mapped_column(Document, default=None)

    @property
    def plan(self) -> dict[str, Any]:
        """What of the programme and the hall decides whether meetings that have slot and table can stand."""
        names = ("starts_at", "ends_at", "organisations", "location")
        items = (item for item in self.agenda if item["binds"])
        return {
            "agenda": {item["id"]: {name: item[name] for name in names} for item in items},
            "walking": sorted([*sorted((w["from_location"], w["to_location"])), w["minutes"]] for w in self.walking),
            "tables": {table["id"]: table["location"] for table in self.tables},
        }

    def is_over(self, now: datetime) -> bool:
        """Tell whether it was closed, or its last day has passed where it meets."""
        return self.status == "closed" or now.astimezone(ZoneInfo(self.timezone)).date() > self.ends_on


class OrganisationCopy(Copy, Base):
    """An organisation as the public may know it."""

    __tablename__ = "organisation"

    reference: Mapped[str] = mapped_column(String(200), default="")
    region: Mapped[str] = mapped_column(String(16), default="")
    names: Mapped[Texts] = mapped_column(Document, default=dict)
    role: Mapped[str] = mapped_column(String(32), default="")
    is_sme: Mapped[bool] = mapped_column(default=False)
    activity_codes: Mapped[list[str]] = mapped_column(Document, default=list)
    city: Mapped[Texts] = mapped_column(Document, default=dict)
    about: Mapped[Texts] = mapped_column(Document, default=dict)


class ParticipantCopy(Copy, Base):
    """An organisation in a mission, as the mission's home decided."""

    __tablename__ = "participant"

    mission_id: Mapped[UUID] = mapped_column(index=True)
    organisation_id: Mapped[UUID] = mapped_column(index=True)
    side: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(16))
    avoids: Mapped[list[str]] = mapped_column(Document)
    withdrawn_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(2000), default="")
    checked_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    """When somebody of it arrived; null before."""

    @property
    def is_in(self) -> bool:
        """Whether it may be matched with others from now on."""
        return self.status == ADMITTED

    def took_part(self, opening_at: datetime) -> bool:
        """Tell whether it was there when the mission opened, even if it left early."""
        left = self.withdrawn_from if self.status == "withdrawn" else None
        return self.is_in or (left is not None and left > opening_at)


class ProfileCopy(Copy, Base):
    """What an organisation offers and needs in a mission: lists of {id, partnership_type, texts}."""

    __tablename__ = "profile"

    mission_id: Mapped[UUID] = mapped_column(index=True)
    organisation_id: Mapped[UUID]
    offers: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    needs: Mapped[list[dict[str, Any]]] = mapped_column(Document)


class DelegateCopy(Copy, Base):
    """Somebody who speaks for an organisation: an id and times.

    `planned` is what the published timetable was made from, in the form of `plan`; null before there is one.
    """

    __tablename__ = "delegate"

    mission_id: Mapped[UUID] = mapped_column(index=True)
    organisation_id: Mapped[UUID]
    reference: Mapped[str] = mapped_column(String(200), default="")
    attendance: Mapped[str] = mapped_column(String(16))
    can_negotiate: Mapped[bool]
    availability: Mapped[list[dict[str, str]]] = mapped_column(Document)
    is_removed: Mapped[bool] = mapped_column(default=False)
    languages: Mapped[list[str]] = mapped_column(Document, default=list)
    planned: Mapped[dict[str, Any] | None] = mapped_column(Document, default=None)

    @property
    def plan(self) -> dict[str, Any]:
        """What a timetable takes from the delegate."""
        return plan_of(self)


PLANNED = ("attendance", "can_negotiate", "availability", "is_removed", "languages")
"""What a plan is made from."""


def plan_of(row: Any) -> dict[str, Any]:
    """Give what a timetable takes from a delegate; languages that are not known are left out, as they once were."""
    return {
        "attendance": row.attendance,
        "can_negotiate": row.can_negotiate,
        "availability": [] if row.is_removed else row.availability,
        **({"languages": row.languages} if row.languages else {}),
    }
