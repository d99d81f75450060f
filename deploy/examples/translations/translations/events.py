"""What this service tells the others. Its package is the publisher; `translation` is its word alone."""

from dataclasses import dataclass
from uuid import UUID

from contracts.data_classes import Id, Published, Technical
from contracts.event import Event


@dataclass(frozen=True, kw_only=True)
class TranslationState(Event):
    """A text in a further language, as somebody offered it."""

    translation_id: Id[UUID]
    original_id: Id[UUID]
    """The organisation or the profile whose text it is."""
    kind: Technical[str]
    """organisation, profile."""
    field: Technical[str]
    """names, city, about; of a profile the id of the offer or need."""
    language: Technical[str]
    text: Published[str]


@dataclass(frozen=True, kw_only=True)
class TranslationOffered(TranslationState, type="caravan.translation.offered.v1"):
    """Somebody has translated a text, or has done it better."""


@dataclass(frozen=True, kw_only=True)
class TranslationOutdated(TranslationState, type="caravan.translation.outdated.v1"):
    """The text that was translated reads otherwise now."""
