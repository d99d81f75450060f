"""Forget accounts that nobody uses and that nobody was given: an address alone is no reason to keep it."""

from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from registration.handlers.erasures import MOST, forget_person
from registration.models import Account, Delegate, RoleGrant, SignedIn
from servicekit.auth import Actor
from servicekit.clock import machine_now

KEPT = timedelta(days=30)
"""How long an account without any role is known; one that was used, until its last session is forgotten, too."""


def forget_idle(session: Session, now: datetime, actor: Actor) -> bool:
    """Forget accounts that have no role, and no session that is still known; tell whether there are more."""
    has_role = exists().where(RoleGrant.account_id == Account.id, RoleGrant.revoked_at.is_(None))
    is_delegate = exists().where(Delegate.email_key == Account.email_key, ~Delegate.is_removed)
    is_used = exists().where(SignedIn.account_id == Account.id)
    idle = select(Account).where(
        Account.email != "", Account.created_at < machine_now() - KEPT, ~has_role, ~is_delegate, ~is_used
    )
    old = session.scalars(idle.order_by(Account.id).limit(MOST).with_for_update(skip_locked=True)).all()
    for account in old:
        forget_person(session, account.id, actor)
    return len(old) == MOST
