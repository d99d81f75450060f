"""Take consents down."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registration.commands import NewConsent
from registration.models import Consent
from servicekit import clock, identifiers


def record(session: Session, subject_type: str, subject_id: UUID, consents: Sequence[NewConsent]) -> None:
    """Add consents of an organisation or a person; what is there stays as it is."""
    now = clock.now(session)
    for consent in consents:
        session.add(
            Consent(
                id=identifiers.fresh(),
                subject_type=subject_type,
                subject_id=subject_id,
                purpose=consent.purpose,
                is_withdrawal=consent.is_withdrawal,
                text=consent.text,
                language=consent.language,
                channel=consent.channel,
                given_at=consent.given_at or now,
                recorded_at=now,
            )
        )
    session.flush()


def holds(session: Session, subject_id: UUID, purpose: str) -> bool:
    """Tell whether the newest word of a subject about a purpose is yes."""
    newest = (
        select(Consent.is_withdrawal)
        .where(Consent.subject_id == subject_id, Consent.purpose == purpose)
        .order_by(Consent.given_at.desc(), Consent.id.desc())
        .limit(1)
    )
    return session.scalar(newest) is False
