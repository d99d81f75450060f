"""Events of recommendations: the lists, what is said of partners in them, and how good the meetings were."""

from dataclasses import dataclass, field
from uuid import UUID

from contracts.classes import Id, Organisation, Published, Technical
from contracts.event import Event
from contracts.registration.common import Texts


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why two should meet: a need of one that an offer of the other meets."""

    direction: Technical[str]
    """you_seek: the reader's need; they_seek: the reader's offer; both_seek: `offer` is the other's need."""
    need: Published[str]
    offer: Published[str]
    need_texts: Published[Texts] = field(default_factory=dict)
    """The need in each language in which it is written; empty where that is one, or where an event has no room."""
    offer_texts: Published[Texts] = field(default_factory=dict)
    """The offer, likewise."""


@dataclass(frozen=True, kw_only=True)
class Recommended:
    """One partner worth meeting."""

    organisation_id: Id[UUID]
    score: Technical[float]
    """0 to 1, dimensionless."""
    reasons: Published[tuple[Reason, ...]]
    names: Organisation[Texts] = field(default_factory=dict)
    region: Organisation[str] = ""


@dataclass(frozen=True, kw_only=True)
class RecommendationsPublished(Event, type="caravan.recommendations.published.v1"):
    """Whom an organisation should meet, best first."""

    mission_id: Id[UUID]
    organisation_id: Id[UUID]
    partners: Published[tuple[Recommended, ...]]
    organisation_names: Organisation[Texts] = field(default_factory=dict)
    region: Organisation[str] = ""


@dataclass(frozen=True, kw_only=True)
class SignalState(Event):
    """What an organisation says of a partner that was recommended to it."""

    signal_id: Id[UUID]
    mission_id: Id[UUID]
    organisation_id: Id[UUID]
    """Who says it."""
    partner_id: Id[UUID]
    """Of whom."""
    kind: Technical[str]
    """not_for_us: it does not fit; known: the two know each other already."""
    organisation_names: Organisation[Texts] = field(default_factory=dict)
    region: Organisation[str] = ""
    partner_names: Organisation[Texts] = field(default_factory=dict)
    partner_region: Organisation[str] = ""


@dataclass(frozen=True, kw_only=True)
class SignalGiven(SignalState, type="caravan.signal.given.v1"):
    """An organisation sets a partner aside."""


@dataclass(frozen=True, kw_only=True)
class SignalTakenBack(SignalState, type="caravan.signal.taken_back.v1"):
    """An organisation sets a partner aside no more."""


@dataclass(frozen=True, kw_only=True)
class RatingGiven(Event, type="caravan.rating.given.v1"):
    """One of the two says how good a meeting was; a later one takes the place of an earlier one."""

    rating_id: Id[UUID]
    meeting_id: Id[UUID]
    mission_id: Id[UUID]
    organisation_id: Id[UUID]
    """Who says it."""
    stars: Technical[int]
    """From 1, lost time, to 5, could not be better."""
    organisation_names: Organisation[Texts] = field(default_factory=dict)
    region: Organisation[str] = ""
