"""Organisations, and what they offer and need in a mission."""

from dataclasses import dataclass, field
from uuid import UUID

from contracts.classes import Id, Organisation, Published, Technical
from contracts.event import Event
from contracts.registration.common import Side, Texts


@dataclass(frozen=True, kw_only=True)
class OrganisationState(Event):
    """An organisation as the public may know it; a sole trader's name only with consent, the numbers never."""

    organisation_id: Id[UUID]
    reference: Organisation[str]
    region: Organisation[str]
    names: Organisation[Texts]
    role: Organisation[str]
    """company, incubator, technopark, research, agency."""
    size: Organisation[str]
    """micro, small, medium, large, or empty."""
    is_sme: Organisation[bool]
    tax_id: Organisation[str | None]
    activity_codes: Organisation[tuple[str, ...]]
    """The main one first, as the region's classifier writes them."""
    city: Organisation[Texts]
    about: Published[Texts]


@dataclass(frozen=True, kw_only=True)
class OrganisationRegistered(OrganisationState, type="caravan.organisation.registered.v1"):
    """An organisation is known."""


@dataclass(frozen=True, kw_only=True)
class OrganisationChanged(OrganisationState, type="caravan.organisation.changed.v1"):
    """Facts of an organisation are new."""


@dataclass(frozen=True, kw_only=True)
class ProfileItem:
    """One offer or one need."""

    id: Technical[str]
    partnership_type: Technical[str]
    texts: Published[Texts]


@dataclass(frozen=True, kw_only=True)
class ProfilePublished(Event, type="caravan.profile.published.v1"):
    """What an organisation offers and needs in a mission."""

    profile_id: Id[UUID]
    mission_id: Id[UUID]
    organisation_id: Id[UUID]
    side: Technical[Side]
    offers: Published[tuple[ProfileItem, ...]]
    needs: Published[tuple[ProfileItem, ...]]
    region: Organisation[str] = ""
    """The region where the organisation registered, ISO 3166-2."""
    organisation_names: Organisation[Texts] = field(default_factory=dict)
