"""The events of this service. Its package is their publisher, and `translation` their only entity."""

from dataclasses import dataclass
from uuid import UUID

from contracts.data_classes import Id, Published, Technical
from contracts.event import Event


@dataclass(frozen=True, kw_only=True)
class TranslationState(Event):
    """A translation of a text, in its present state."""

    translation_id: Id[UUID]
    original_id: Id[UUID]
    """The organisation or the profile that has the text."""
    kind: Technical[str]
    """organisation, profile."""
    field: Technical[str]
    """names, city or about; for a profile, the id of the offer or need."""
    language: Technical[str]
    text: Published[str]


@dataclass(frozen=True, kw_only=True)
class TranslationOffered(TranslationState, type="caravan.translation.offered.v1"):
    """A translation was added or replaced."""


@dataclass(frozen=True, kw_only=True)
class TranslationOutdated(TranslationState, type="caravan.translation.outdated.v1"):
    """The original text has changed since it was translated."""
