"""Accounts: one for each address, however it is written."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.registration.identity import SignInRequested
from registration import events
from registration.models import Account, Delegate
from servicekit import identifiers
from servicekit.data import context
from servicekit.data.clock import machine_now
from servicekit.data.tables import insert_new
from servicekit.privacy.contacts import email_key

SIGN_IN, INVITATION, FACTORS_CHANGED = "sign_in", "invitation", "factors_changed"


def known_by(session: Session, email: str) -> Account | None:
    """Return the account of an address; one whom an organisation has named becomes one when it is asked for."""
    key = email_key(email)
    account = session.scalar(select(Account).where(Account.email_key == key))
    if account is not None:
        return account
    named = select(Delegate).where(Delegate.email_key == key, ~Delegate.is_removed).order_by(Delegate.id).limit(1)
    delegate = session.scalars(named.with_for_update()).first()  # who is being forgotten opens no account meanwhile
    return open_account(session, delegate.email, delegate.language, came_of_delegate=True) if delegate else None


def open_account(session: Session, email: str, language: str, *, came_of_delegate: bool = False) -> Account:
    """Make the account of an address, or return the one that came in between."""
    key = email_key(email)
    row = {
        "id": identifiers.random(),
        "home": context.of(session).settings.own_home,
        "version": 0,
        "email": email,
        "email_key": key,
        "language": language,
        "created_at": machine_now(),
        "came_of_delegate": came_of_delegate,
    }
    insert_new(session, Account.metadata.tables[Account.__tablename__], [row])
    return session.scalars(select(Account).where(Account.email_key == key)).one()


def find(session: Session, account_id: UUID) -> Account | None:
    """Return an account that is not disabled."""
    account = session.get(Account, account_id)
    return account if account is not None and account.disabled_at is None else None


def tell_to_sign_in(session: Session, account: Account, sealed: str, expires_at: datetime) -> None:
    """Have the link and the code sent."""
    _tell(session, account, SIGN_IN, sealed, expires_at)


def tell_invited(session: Session, account: Account) -> None:
    """Have it written that somebody may sign in."""
    _tell(session, account, INVITATION, "", machine_now())


def tell_factors_changed(session: Session, account: Account) -> None:
    """Have it written that second factors were added or removed, or recovery codes made."""
    _tell(session, account, FACTORS_CHANGED, "", machine_now())


def _tell(session: Session, account: Account, kind: str, sealed: str, expires_at: datetime) -> None:
    told = SignInRequested(
        account_id=account.id,
        email=account.email,
        language=account.language,
        kind=kind,
        sealed=sealed,
        expires_at=expires_at,
    )
    events.tell(session, account, told)
