"""Take consents down: one document, one purpose, one record."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registration import pack
from registration.commands import NewConsent
from registration.models import Consent
from registration.models.consent import MAILING, PROCESSING
from servicekit import identifiers
from servicekit.auth.actors import Actor
from servicekit.data import clock
from servicekit.data.clock import SKEW
from servicekit.problems import FieldError, InvalidInputError
from servicekit.telemetry import audit_log
from servicekit.texts.languages import noop as _


def record(
    session: Session,
    subject: tuple[str, UUID],
    region: str,
    consents: Sequence[NewConsent],
    pointer: str = "#/consents",
) -> None:
    """Add consents of an organisation or a person; what is there stays as it is.

    Raises:
        InvalidInputError: one names no words, or words that are not in force, or a time that is still to come.

    """
    now, subject_type, subject_id = clock.now(session), *subject
    for place, consent in enumerate(consents):
        if consent.given_at is not None and consent.given_at > now + SKEW:
            raise _refused(f"{pointer}/{place}/given_at", _("This time is still to come: nobody can have said so yet."))
        version, text = _words(session, region, consent, f"{pointer}/{place}")
        row = Consent(
            id=identifiers.fresh(),
            subject_type=subject_type,
            subject_id=subject_id,
            purpose=consent.purpose,
            is_withdrawal=consent.is_withdrawal,
            version=version,
            text=text,
            language=consent.language,
            channel=consent.channel,
            given_at=consent.given_at or now,
            recorded_at=now,
        )
        session.add(row)
        audit_log.note(session, row, is_new=True)
    session.flush()


def require_processing(consents: Sequence[NewConsent], pointer: str) -> None:
    """Raise InvalidInputError unless a person has consented to being taken down at all."""
    if not any(consent.purpose == PROCESSING and not consent.is_withdrawal for consent in consents):
        wrong = FieldError(pointer, _("Nobody is taken down without consent to processing: record it with the person."))
        raise InvalidInputError(_("Nothing was saved."), errors=[wrong])


def holds(session: Session, subject_id: UUID, purpose: str) -> bool:
    """Tell whether the newest word of a subject about a purpose is yes."""
    return _newest(session, subject_id, purpose) is False


def is_ended(session: Session, subject_id: UUID, purpose: str) -> bool:
    """Tell whether the newest word of a subject about a purpose is no; silence is none."""
    return _newest(session, subject_id, purpose) is True


def may_be_written_to(session: Session, person_id: UUID) -> bool:
    """Tell whether a person takes messages about the mission: whoever takes part does, until the person declines."""
    return not is_ended(session, person_id, MAILING)


def documents(session: Session, region: str, actor: Actor) -> list[dict[str, Any]]:
    """List the words that are in force in a region: one document for each purpose and language."""
    return [
        {"purpose": purpose, "version": declared.version, "language": language, "text": text, "text_hash": _hash(text)}
        for purpose, declared in sorted(pack.region_rules(session, region).consents.items())
        for language, text in sorted(declared.texts.items())
    ]


def _words(session: Session, region: str, consent: NewConsent, pointer: str) -> tuple[str, str]:
    """Return version and words of a consent: those in force, or its own."""
    declared = pack.region_rules(session, region).consents.get(consent.purpose)
    in_force = declared.texts.get(consent.language) if declared else None
    if consent.version is not None:
        if declared is None or in_force is None or consent.version != declared.version:
            raise _refused(f"{pointer}/version", _("These are not the words in force: ask for the documents again."))
        if consent.text not in (None, in_force):
            raise _refused(f"{pointer}/text", _("The document of this version says something else."))
        return declared.version, in_force
    if not consent.text:
        raise _refused(f"{pointer}/text", _("Name the version of the document, or give the words that were agreed to."))
    return (declared.version if declared and consent.text == in_force else ""), consent.text


def _refused(pointer: str, why: str) -> InvalidInputError:
    return InvalidInputError(_("Nothing was saved."), errors=[FieldError(pointer, why)])


def _newest(session: Session, subject_id: UUID, purpose: str) -> bool | None:
    """Return whether the word that was recorded last is a withdrawal; None where nothing was said.

    The time at which it was given is what somebody says, and decides nothing.
    """
    newest = (
        select(Consent.is_withdrawal)
        .where(Consent.subject_id == subject_id, Consent.purpose == purpose)
        .order_by(Consent.id.desc())
        .limit(1)
    )
    return session.scalar(newest)


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
