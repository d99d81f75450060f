"""Forget an account: its roles, sessions, keys and second factors."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.orm import Session

from registration.identity import key_rules, sessions
from registration.identity.second_factors import policy
from registration.models import Account, Delegate, RoleGrant, SignedIn, SignInAttempt
from servicekit.data.clock import machine_now


def accounts_of(session: Session, keys: Collection[str], leaving: Collection[UUID] = ()) -> Sequence[UUID]:
    """Return the accounts of some addresses that go with the delegates who have them, `leaving` among these.

    Such an account was opened because a delegate was named, and there is no other ground for it: nobody gave it a
    role that holds, and no other delegate has the address. Others are for their owners alone to end.
    """
    known = select(Account).where(Account.email_key.in_(keys), Account.came_of_delegate).order_by(Account.id)
    return [one.id for one in session.scalars(known.with_for_update()) if not _has_ground(session, one, leaving)]


def delegates_of(session: Session, account: Account) -> Sequence[Delegate]:
    """Return the delegates whose address is that of an account: its owner has shown to be this person."""
    same = select(Delegate).where(Delegate.email_key == account.email_key, ~Delegate.is_removed)
    return session.scalars(same.order_by(Delegate.id).with_for_update()).all()


def renew(session: Session, key: str) -> None:
    """Let no token hold that says what the address of an account has given it so far."""
    account = session.scalar(select(Account).where(Account.email_key == key)) if key else None
    if account is not None:
        sessions.renew_all(session, account)


def forget_account(session: Session, account: Account) -> None:
    """Delete the address, second factors and what tells of browsers, end every session, and let nobody in again."""
    sessions.end_all(session, account)
    key_rules.end_those_of(session, account, unless=lambda _key: False)
    policy.delete_all(session, account.id)
    session.execute(delete(SignInAttempt).where(SignInAttempt.account_id == account.id))
    session.execute(update(SignedIn).where(SignedIn.account_id == account.id).values(browser=""))
    account.email, account.email_key, account.language = "", f"forgotten:{account.id}", ""
    account.disabled_at = account.disabled_at or machine_now()
    session.flush()


def _has_ground(session: Session, account: Account, leaving: Collection[UUID]) -> bool:
    held = exists().where(RoleGrant.account_id == account.id, RoleGrant.revoked_at.is_(None))
    same = Delegate.email_key == account.email_key, ~Delegate.is_removed, Delegate.id.not_in(leaving)
    return bool(session.scalar(select(or_(held, exists().where(*same)))))
