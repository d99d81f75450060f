"""Events of recommendations: lists of partners, feedback on partners, ratings of meetings."""

from dataclasses import dataclass, field
from uuid import UUID

from contracts.data_classes import Id, Organisation, Published, Technical
from contracts.event import Event
from contracts.registration.values import Texts


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why two organisations should meet: a need of one, and an offer of the other that matches it."""

    direction: Technical[str]
    """you_seek: the recipient's need; they_seek: the recipient's offer; both_seek: `offer` is the other's need."""
    need: Published[str]
    offer: Published[str]
    need_texts: Published[Texts] = field(default_factory=dict)
    """The need in all its languages; empty if it has only one, or if the event would be too large."""
    offer_texts: Published[Texts] = field(default_factory=dict)
    """The offer in all its languages; empty if it has only one, or if the event would be too large."""


@dataclass(frozen=True, kw_only=True)
class RecommendedPartner:
    """A recommended partner."""

    organisation_id: Id[UUID]
    score: Technical[float]
    """Match score, 0 to 1."""
    reasons: Published[tuple[Reason, ...]]
    names: Organisation[Texts] = field(default_factory=dict)
    region: Organisation[str] = ""


@dataclass(frozen=True, kw_only=True)
class RecommendationsPublished(Event, type="caravan.recommendations.published.v1"):
    """Partners recommended to an organisation, best first."""

    mission_id: Id[UUID]
    organisation_id: Id[UUID]
    partners: Published[tuple[RecommendedPartner, ...]]
    organisation_names: Organisation[Texts] = field(default_factory=dict)
    region: Organisation[str] = ""


@dataclass(frozen=True, kw_only=True)
class SignalState(Event):
    """Feedback of an organisation on a partner that was recommended to it."""

    signal_id: Id[UUID]
    mission_id: Id[UUID]
    organisation_id: Id[UUID]
    """The organisation that gives the feedback."""
    partner_id: Id[UUID]
    """The partner that the feedback is about."""
    kind: Technical[str]
    """not_for_us: not a good match; known: the two already know each other."""
    organisation_names: Organisation[Texts] = field(default_factory=dict)
    region: Organisation[str] = ""
    partner_names: Organisation[Texts] = field(default_factory=dict)
    partner_region: Organisation[str] = ""


@dataclass(frozen=True, kw_only=True)
class SignalGiven(SignalState, type="caravan.signal.given.v1"):
    """An organisation dismissed a recommended partner."""


@dataclass(frozen=True, kw_only=True)
class SignalTakenBack(SignalState, type="caravan.signal.taken_back.v1"):
    """An organisation withdrew its feedback on a partner."""


@dataclass(frozen=True, kw_only=True)
class RatingGiven(Event, type="caravan.rating.given.v1"):
    """An organisation rated a meeting; a later rating replaces an earlier one."""

    rating_id: Id[UUID]
    meeting_id: Id[UUID]
    mission_id: Id[UUID]
    organisation_id: Id[UUID]
    """The organisation that rates."""
    stars: Technical[int]
    """From 1 (waste of time) to 5 (excellent)."""
    organisation_names: Organisation[Texts] = field(default_factory=dict)
    region: Organisation[str] = ""
