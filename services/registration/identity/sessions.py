"""Sessions: begun by signing in, ended by their owner, by time, or with the account."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from access.actor import Actor
from access.roles import Role
from contracts.registration.identity import SessionRevoked
from registration import events, lookups
from registration.identity import secret_hashes
from registration.models import Account, SignedIn
from servicekit import identifiers
from servicekit.auth import tokens
from servicekit.auth.tokens import LEEWAY, LIFETIME
from servicekit.data import context
from servicekit.data.clock import machine_now

LONGEST = timedelta(days=7)
LONGEST_OF_STAFF = timedelta(hours=12)
"""For how long a session holds at most: that of somebody who may change what is others' ends the same day."""
IDLE = timedelta(hours=12)
IDLE_OF_STAFF = timedelta(hours=2)
"""After how long without a new token a session ends; a token of staff holds half of that (`TOKENS_OF_STAFF`).

Other services take a token and never ask, so that nobody sees a session used between two tokens: whoever goes
on using it has a new token each hour, and whoever stops for one to two hours signs in again.
"""
TOKENS_OF_STAFF = timedelta(hours=1)
NOTED_EVERY = timedelta(minutes=5)
STAFF = frozenset({Role.ADMIN, Role.AGENCY, Role.ORGANISER})


def is_staff(actor: Actor) -> bool:
    """Tell whether an office stands behind the actor: who speaks for organisations alone has none."""
    return actor.is_system or bool(STAFF & actor.claims.keys())


def begin(
    session: Session, account: Account, method: str, agent: str, *, is_staff: bool, second_factor: str = ""
) -> tuple[SignedIn, str]:
    """Begin a session; return it with the secret that its browser holds, which is kept as a hash."""
    secret, now = secret_hashes.fresh(), machine_now()
    row = SignedIn(
        id=identifiers.random(),
        home=context.of(session).settings.own_home,
        version=0,
        account_id=account.id,
        token_hash=secret_hashes.digest(secret),
        created_at=now,
        seen_at=now,
        expires_at=now + (LONGEST_OF_STAFF if is_staff else LONGEST),
        is_staff=is_staff,
        browser=agent[:200],
        method=method,
        second_factor=second_factor,
        second_factor_at=now if second_factor else None,
    )
    session.add(row)
    session.flush()
    return row, secret


def live(session: Session, secret: str) -> SignedIn | None:
    """Return the session whose secret a browser holds, if it still holds; note now and then that it was seen."""
    if not secret:
        return None
    now = machine_now()
    mine = SignedIn.account_id.in_(select(Account.id).where(Account.disabled_at.is_(None)))
    row = session.scalar(select(SignedIn).where(SignedIn.token_hash == secret_hashes.digest(secret), mine))
    if row is None or not _holds(row, now):
        return None
    if row.seen_at < now - NOTED_EVERY:
        row.seen_at = now
    return row


def strengthen(row: SignedIn, factor: str) -> str:
    """Note that a second factor was shown; return the new secret of the browser: the old one opens nothing more."""
    secret = secret_hashes.fresh()
    row.second_factor, row.second_factor_at = factor, machine_now()
    row.token_hash = secret_hashes.digest(secret)
    return secret


def of_account(session: Session, account_id: UUID) -> Sequence[SignedIn]:
    """List the sessions of an account that hold, the newest first."""
    mine = select(SignedIn).where(SignedIn.account_id == account_id, SignedIn.ended_at.is_(None))
    now = machine_now()
    return [row for row in session.scalars(mine.order_by(SignedIn.created_at.desc())) if _holds(row, now)]


def end(session: Session, session_id: UUID, actor: Actor) -> None:
    """End a session of the actor's own; its tokens hold no more, in any service.

    Raises:
        NotFoundError: there is none, or it is somebody else's.

    """
    row = session.get(SignedIn, session_id, with_for_update=True)
    if row is None or row.ended_at is not None or row.account_id != actor.account_id:
        raise lookups.absent(SignedIn, session_id)
    _end(session, row)


def end_all(session: Session, account: Account) -> None:
    """End all sessions of an account."""
    for row in _locked(session, account):
        _end(session, row)


def renew_all(session: Session, account: Account) -> None:
    """Let no token hold that says the roles which an account had; its sessions go on, and get new ones."""
    for row in _locked(session, account):
        _revoke_tokens(session, row)


def become_staff(session: Session, account: Account) -> None:
    """Let the sessions of an account end as soon as those that staff begin: those that are older end now."""
    for row in _locked(session, account):
        _be_of_staff(row)


def note_token(row: SignedIn, *, is_staff: bool) -> timedelta:
    """Note that a session is given a token; return for how long that one holds: no longer than the session.

    One that began while its owner became staff is one of staff from now on.
    """
    if is_staff:
        _be_of_staff(row)
    row.seen_at = machine_now()
    return min(TOKENS_OF_STAFF if is_staff else LIFETIME, row.expires_at - row.seen_at)


def revoked(row: SignedIn) -> SessionRevoked:
    """Tell that the tokens of a session do not hold any more."""
    before = row.issued_before or row.created_at
    return SessionRevoked(session_id=str(row.id), issued_before=before, forget_at=before + LIFETIME + 2 * LEEWAY)


def _holds(row: SignedIn, now: datetime) -> bool:
    idle = IDLE_OF_STAFF if row.is_staff else IDLE
    return row.is_live(now) and row.seen_at >= now - idle


def _be_of_staff(row: SignedIn) -> None:
    row.is_staff, row.expires_at = True, min(row.expires_at, row.created_at + LONGEST_OF_STAFF)


def _locked(session: Session, account: Account) -> Sequence[SignedIn]:
    """Lock the sessions of an account, after those that are being begun, and before any other can be."""
    session.execute(select(Account.id).where(Account.id == account.id).with_for_update())
    mine = select(SignedIn).where(SignedIn.account_id == account.id, SignedIn.ended_at.is_(None))
    return session.scalars(mine.order_by(SignedIn.id).with_for_update()).all()


def _end(session: Session, row: SignedIn) -> None:
    row.ended_at = machine_now()
    _revoke_tokens(session, row)


def _revoke_tokens(session: Session, row: SignedIn) -> None:
    row.issued_before = machine_now()
    told = revoked(row)
    events.tell(session, row, told)
    tokens.revoke(session, told.session_id, told.issued_before, told.forget_at)
