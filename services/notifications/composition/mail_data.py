"""Looks up the data that a mail needs besides its delivery, in the copies of other services' data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications import pack
from notifications.mail.times import Zone
from notifications.models import Agreement, Contact, Delegate, Delivery, Mission, Organisation, Participant, Region
from notifications.settings import Settings
from servicekit.data.tables import Copy
from servicekit.texts import languages

C = TypeVar("C", bound=Copy)

MAX_CLOCKS = 2
"""Up to how many regional time zones a mail about an account shows; with more regions it shows UTC."""
UTC_ZONE = Zone("UTC", {"ru": "по UTC", "en": "UTC"})
"""The time zone for a recipient whose own is unknown."""


class MissingDataError(LookupError):
    """Data that the mail needs has not arrived yet; a later event will bring it."""

    def __init__(self, kind: str, key: object) -> None:
        super().__init__(f"waits for {kind} {key}")


@dataclass(frozen=True)
class MailData:
    """The data that one delivery refers to, with texts in the recipient's language.

    `with_secrets` is set for the mail that is sent to the recipient, not for previews. A lookup raises MissingDataError
    if the row does not exist yet, or exists only as a stub.
    """

    session: Session
    settings: Settings
    delivery: Delivery
    with_secrets: bool = False

    @cached_property
    def contact(self) -> Contact:
        """Return the recipient's contact data."""
        return self._require(Contact, self.delivery.person_id)

    @cached_property
    def mission(self) -> Mission:
        """Return the mission that the mail is about."""
        return self._require(Mission, self.delivery.mission_id)

    @cached_property
    def organisation(self) -> Organisation:
        """Return the recipient's organisation."""
        return self._require(Organisation, self.delivery.organisation_id)

    @property
    def language(self) -> str:
        """Return the recipient's language, or the platform's default language if that is not supported."""
        return self.contact.language if self.contact.language in languages.SUPPORTED else languages.SUPPORTED[0]

    @property
    def recipient_name(self) -> str:
        """Return the recipient's name, or the address if there is no name."""
        return self.text(self.contact.names) or self.contact.email

    @property
    def is_online(self) -> bool:
        """Return whether the recipient takes part online."""
        delegate = self.session.get(Delegate, self.delivery.person_id)
        return delegate is not None and delegate.attendance == "online"

    @cached_property
    def zones(self) -> tuple[Zone, ...]:
        """Return the recipient's time zone and the mission's, without duplicates."""
        if self.delivery.mission_id is None:
            return self._account_zones()
        own_region = self.organisation.region
        regions = (own_region, self.mission.host_region, self.mission.guest_region)
        zones = dict.fromkeys((self.contact.timezone or self._region_timezone(own_region), self.mission.timezone))
        return tuple(self._labelled_zone(zone, regions) for zone in zones if zone)

    def organisation_name(self, key: UUID | None) -> str:
        """Return an organisation's name, or its reference if it publishes no name."""
        organisation = self._require(Organisation, key)
        return self.text(organisation.names) or organisation.reference

    def city(self, key: UUID) -> str:
        """Return an organisation's city."""
        return self.text(self._require(Organisation, key).city)

    def reason_for_leaving(self, organisation_id: UUID) -> str:
        """Return the reason that an organisation gave for withdrawing; empty if it did not withdraw or gave none."""
        left = select(Participant.reason).where(
            Participant.mission_id == self.delivery.mission_id,
            Participant.organisation_id == organisation_id,
            Participant.status == "withdrawn",
        )
        return self.session.scalar(left) or ""

    def signed_at(self, agreement_id: UUID) -> datetime:
        """Return when an agreement was signed."""
        signed_at = self._require(Agreement, agreement_id).signed_at
        if signed_at is None:
            raise MissingDataError("agreement", agreement_id)
        return signed_at

    def text(self, texts: dict[str, str]) -> str:
        """Return a text in the recipient's language, or in another one if there is none."""
        return languages.pick(texts, self.language)

    def _require(self, model: type[C], key: UUID | None) -> C:
        row = self.session.get(model, key) if key else None
        if row is None or row.version == 0:
            raise MissingDataError(model.__name__.lower(), key)
        return row

    def _account_zones(self) -> tuple[Zone, ...]:
        """Return the time zone of a person with the account's address; otherwise those of the regions, or UTC."""
        same = select(Contact.timezone).where(Contact.email == self.contact.email, Contact.timezone != "")
        own = self.session.scalar(same.order_by(Contact.id).limit(1))
        if own:
            return (self._labelled_zone(own, ()),)
        zones = self._region_zones()
        return tuple(self._labelled_zone(zone, ()) for zone in zones) if 0 < len(zones) <= MAX_CLOCKS else (UTC_ZONE,)

    def _region_zones(self) -> Sequence[str]:
        query = select(Region.timezone).where(Region.timezone != "").distinct().order_by(Region.timezone)
        homes = self.settings.homes
        return self.session.scalars(query.where(Region.code.in_(homes)) if homes else query).all()

    def _region_timezone(self, code: str) -> str:
        return self.session.scalar(select(Region.timezone).where(Region.code == code)) or ""

    def _labelled_zone(self, timezone: str, regions: tuple[str, ...]) -> Zone:
        """Return a time zone with the label of a region in it, preferably one of `regions`; else without a label."""
        tables = pack.region_tables(self.settings.packs_dir)
        near = [tables[code] for code in regions if code in tables]
        labels = next((table.zone_label for table in (*near, *tables.values()) if table.timezone == timezone), {})
        return Zone(timezone, labels)
