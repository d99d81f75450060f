"""Events of organisations and their profiles: offers and needs in a mission."""

from dataclasses import dataclass, field
from uuid import UUID

from contracts.data_classes import Id, Organisation, Published, Technical
from contracts.event import Event
from contracts.registration.values import Side, Texts


@dataclass(frozen=True, kw_only=True)
class OrganisationState(Event):
    """Public data of an organisation; a sole trader's name only with consent, and never the tax number."""

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
    """Activity codes of the region's classifier, main activity first."""
    city: Organisation[Texts]
    about: Published[Texts]


@dataclass(frozen=True, kw_only=True)
class OrganisationRegistered(OrganisationState, type="caravan.organisation.registered.v1"):
    """An organisation was registered."""


@dataclass(frozen=True, kw_only=True)
class OrganisationChanged(OrganisationState, type="caravan.organisation.changed.v1"):
    """Data of an organisation changed."""


@dataclass(frozen=True, kw_only=True)
class ProfileItem:
    """One offer or one need."""

    id: Technical[str]
    partnership_type: Technical[str]
    texts: Published[Texts]


@dataclass(frozen=True, kw_only=True)
class ProfilePublished(Event, type="caravan.profile.published.v1"):
    """Offers and needs of an organisation in a mission."""

    profile_id: Id[UUID]
    mission_id: Id[UUID]
    organisation_id: Id[UUID]
    side: Technical[Side]
    offers: Published[tuple[ProfileItem, ...]]
    needs: Published[tuple[ProfileItem, ...]]
    region: Organisation[str] = ""
    """Region where the organisation registered, ISO 3166-2."""
    organisation_names: Organisation[Texts] = field(default_factory=dict)
