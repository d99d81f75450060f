"""What the service does: one function for the command, one for each kind of event."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.event import Envelope
from contracts.registration import OrganisationState, ProfilePublished
from servicekit import context, outbox
from servicekit.auth import Actor
from servicekit.copies import Keep
from servicekit.languages import noop as _
from translations.errors import ElsewhereError, NothingMissingError, OriginalNotFoundError
from translations.events import TranslationOffered, TranslationOutdated
from translations.models import Original, Translation


def organisation(envelope: Envelope[OrganisationState]) -> dict[str, Any]:
    """Return the texts of an organisation that the public may read."""
    said = envelope.data
    return {"kind": "organisation", "texts": {"names": said.names, "city": said.city, "about": said.about}}


def profile(envelope: Envelope[ProfilePublished]) -> dict[str, Any]:
    """Return the texts of what an organisation offers and needs."""
    items = (*envelope.data.offers, *envelope.data.needs)
    return {"kind": "profile", "texts": {item.id: dict(item.texts) for item in items}}


ORGANISATION = Keep(Original, organisation)
PROFILE = Keep(Original, profile)


def review_translations(session: Session, envelope: Envelope[Any], actor: Actor) -> None:
    """React to texts that are new: a translation of what reads otherwise now is outdated."""
    original = session.get_one(Original, UUID(envelope.subject))
    mine = select(Translation).where(Translation.original_id == original.id, ~Translation.is_outdated)
    for translation in session.scalars(mine.order_by(Translation.id).with_for_update()):
        if translation.made_of != _without(original.texts.get(translation.field, {}), translation.language):
            translation.is_outdated = True
            outbox.record(session, translation, told(session, translation))


@dataclass(frozen=True, kw_only=True)
class OfferTranslation:
    """A text in a language that its owner has not said it in."""

    original_id: UUID
    field: str
    language: str
    text: str


def offer_translation(session: Session, command: OfferTranslation, actor: Actor) -> Translation:
    """Take a translation and tell the others.

    Raises:
        OriginalNotFoundError: nobody has said such a text.
        NothingMissingError: its owner has said it in this language.
        ElsewhereError: another instance is the home of the original.

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
    translation = _found(session, original, command)
    translation.offer(command.text, _without(texts, command.language))
    outbox.record(session, translation, told(session, translation))
    return translation


def told(_session: Session, translation: Translation) -> TranslationOffered | TranslationOutdated:
    """Tell of a translation as it now is."""
    event = TranslationOutdated if translation.is_outdated else TranslationOffered
    names = ("original_id", "kind", "field", "language", "text")
    return event(translation_id=translation.id, **{name: getattr(translation, name) for name in names})


def _found(session: Session, original: Original, command: OfferTranslation) -> Translation:
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
    return {spoken: text for spoken, text in texts.items() if spoken != language}
