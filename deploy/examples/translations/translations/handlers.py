"""The handlers of the service: state handlers and a reaction for events, and a command."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.event import Envelope
from contracts.registration import OrganisationState, ProfilePublished
from servicekit.auth.actors import Actor
from servicekit.bus import outbox
from servicekit.data import context
from servicekit.service import Keep
from servicekit.texts.languages import noop as _
from translations.errors import ElsewhereError, NothingMissingError, OriginalNotFoundError
from translations.events import TranslationOffered, TranslationOutdated
from translations.models import Original, Translation


def organisation_texts(envelope: Envelope[OrganisationState]) -> dict[str, Any]:
    """Return the columns of the copy of an organisation: its public texts."""
    data = envelope.data
    return {"kind": "organisation", "texts": {"names": data.names, "city": data.city, "about": data.about}}


def profile_texts(envelope: Envelope[ProfilePublished]) -> dict[str, Any]:
    """Return the columns of the copy of a profile: the texts of its offers and needs."""
    items = (*envelope.data.offers, *envelope.data.needs)
    return {"kind": "profile", "texts": {item.id: dict(item.texts) for item in items}}


ORGANISATION = Keep(Original, organisation_texts)
PROFILE = Keep(Original, profile_texts)


def review_translations(session: Session, envelope: Envelope[Any], actor: Actor) -> None:
    """React to changed texts: mark translations of other versions of the text as outdated."""
    original = session.get_one(Original, UUID(envelope.subject))
    current = select(Translation).where(Translation.original_id == original.id, ~Translation.is_outdated)
    for translation in session.scalars(current.order_by(Translation.id).with_for_update()):
        if translation.made_of != _without(original.texts.get(translation.field, {}), translation.language):
            translation.is_outdated = True
            outbox.record(session, translation, translation_event(session, translation))


@dataclass(frozen=True, kw_only=True)
class OfferTranslation:
    """Add or replace a translation of a text into a language that the original lacks."""

    original_id: UUID
    field: str
    language: str
    text: str


def offer_translation(session: Session, command: OfferTranslation, actor: Actor) -> Translation:
    """Store a translation and publish it.

    Raises:
        OriginalNotFoundError: there is no such text.
        NothingMissingError: the text exists in this language.
        ElsewhereError: the home of the original is another instance.

    """
    original = session.get(Original, command.original_id, with_for_update=True)
    texts = original.texts.get(command.field) if original else None
    if original is None or not texts:
        raise OriginalNotFoundError(_("Look at the list of what is to be translated."))
    if texts.get(command.language):
        raise NothingMissingError(_("Its owner has said it in this language."))
    homes = context.of(session).settings.homes
    if homes and original.home not in homes:
        raise ElsewhereError(_("Offer it at the instance of %(home)s."), home=original.home)
    translation = _get_or_create(session, original, command)
    translation.offer(command.text, _without(texts, command.language))
    outbox.record(session, translation, translation_event(session, translation))
    return translation


def translation_event(_session: Session, translation: Translation) -> TranslationOffered | TranslationOutdated:
    """Return the event with the present state of a translation."""
    event = TranslationOutdated if translation.is_outdated else TranslationOffered
    names = ("original_id", "kind", "field", "language", "text")
    return event(translation_id=translation.id, **{name: getattr(translation, name) for name in names})


def _get_or_create(session: Session, original: Original, command: OfferTranslation) -> Translation:
    id_ = Translation.id_of(original.id, command.field, command.language)
    translation = session.get(Translation, id_, with_for_update=True)
    if translation is None:
        translation = Translation(
            id=id_,
            home=original.home,
            version=0,
            original_id=original.id,
            kind=original.kind,
            field=command.field,
            language=command.language,
        )
        session.add(translation)
    return translation


def _without(texts: dict[str, str], language: str) -> dict[str, str]:
    return {code: text for code, text in texts.items() if code != language}
