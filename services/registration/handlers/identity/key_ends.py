"""The end of keys to the API: by whoever may, and with the standing of whoever made them."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.registration.identity import SessionRevoked
from registration import events
from registration.models import Account, ApiKey
from servicekit import journal, keys
from servicekit.clock import machine_now

OF_KEYS = timedelta(hours=1)
"""For how long a token holds that a key was exchanged for."""


def end(session: Session, key: ApiKey) -> None:
    """Let a key, and the tokens that it was exchanged for, hold no more, in any service."""
    key.revoked_at = machine_now()
    told = SessionRevoked(session_id=str(key.id), issued_before=key.revoked_at, forget_at=key.revoked_at + 2 * OF_KEYS)
    events.tell(session, key, told)
    keys.revoke(session, told.session_id, told.issued_before, told.forget_at)


def end_those_of(session: Session, maker: Account, *, unless: Callable[[ApiKey], bool]) -> None:
    """End the keys that somebody made, but for those that may stay."""
    made = select(ApiKey).where(ApiKey.created_by == f"person:{maker.id}", ApiKey.revoked_at.is_(None))
    for key in session.scalars(made.order_by(ApiKey.id).with_for_update()).all():
        if key.is_live(machine_now()) and not unless(key):
            journal.note(session, key)
            end(session, key)
