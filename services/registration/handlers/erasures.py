"""Take requests to be forgotten."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from registration import lookups
from registration.commands import ErasePerson
from registration.handlers.forgetting import is_ours
from registration.identity import forgetting
from registration.models import Account, Delegate, Erasure, Mission, Organisation, RoleGrant, SignedIn
from registration.personal import PERSONAL, require_reach
from servicekit.auth.actors import Actor
from servicekit.data.clock import machine_now
from servicekit.privacy import erasure

KEPT = timedelta(days=3 * 365)
"""How long delegates are known after the end of their mission: its checks are over, and claims have lapsed."""
SESSIONS_KEPT = timedelta(days=180)
"""How long a session is known after its end."""
MOST = 50
"""People that one transaction forgets."""


def erase_person(session: Session, command: ErasePerson, actor: Actor) -> Erasure:
    """Forget a person here at once and ask every other service to; a second request changes nothing.

    Raises:
        NotFoundError: nobody of that id is known here, or not for this actor.
        ForbiddenError: the actor may see the person, and no more.
        ForeignHomeError: another instance is the person's home.

    """
    require_reach(session, command.person_id, actor)
    known = session.get(Erasure, Erasure.id_of(command.person_id))
    if known is not None:
        return known
    forget_person(session, command.person_id, actor)
    return session.get_one(Erasure, Erasure.id_of(command.person_id))


def forget_person(session: Session, person_id: UUID, actor: Actor) -> None:
    """Forget a person here at once, and whoever is forgotten with that person; raise as `erase_person` does."""
    for one in _with_whom(session, person_id):
        erasure.carry_out(session, PERSONAL, one, machine_now(), actor)


def forget_old(session: Session, now: datetime, actor: Actor) -> bool:
    """Forget the delegates of missions that ended long ago; tell whether there are more."""
    over = select(Mission.id).where(Mission.ends_on < (now - KEPT).date())
    kept = select(Delegate).where(Delegate.mission_id.in_(over), Delegate.id.not_in(select(Erasure.person_id)))
    old = [delegate for delegate in session.scalars(kept.limit(MOST)) if is_ours(session, delegate.home)]
    for delegate in old:
        forget_person(session, delegate.id, actor)
    session.execute(delete(SignedIn).where(SignedIn.expires_at < machine_now() - SESSIONS_KEPT))
    return len(old) == MOST


def leave_address(session: Session, email_key: str, actor: Actor) -> None:
    """Take from an account what a delegate's address gave it that is another one now; forget one that has no more."""
    gone = forgetting.accounts_of(session, [email_key])
    for account_id in gone:
        forget_person(session, account_id, actor)
    if not gone:
        forgetting.renew(session, email_key)


def _with_whom(session: Session, person_id: UUID) -> list[UUID]:
    """Return whom a request is about.

    A delegate goes with the account that came of it, an account with the delegates who its owner is, and a sole
    trader with all who speak for the business. Accounts go first: nothing is told of their sessions twice.
    """
    account = session.get(Account, person_id)
    if account is not None:
        theirs = forgetting.delegates_of(session, account)
        return [person_id, *(one.id for one in theirs if is_ours(session, one.home))]
    people = _people(session, person_id)
    keys = {one.email_key for one in people if one.email_key}
    accounts = forgetting.accounts_of(session, keys, [one.id for one in people])
    return list(dict.fromkeys([*accounts, person_id, *(one.id for one in people)]))


def _people(session: Session, person_id: UUID) -> Sequence[Delegate]:
    """Return a delegate, or all delegates of a sole trader: locked before their accounts, as everywhere."""
    delegate = session.get(Delegate, person_id, with_for_update=True)
    if delegate is not None:
        return [delegate]
    organisation = session.get(Organisation, person_id)
    if organisation is None or not organisation.is_sole_trader:
        raise lookups.absent(Delegate, person_id)
    theirs = select(Delegate).where(Delegate.organisation_id == person_id)
    return session.scalars(theirs.order_by(Delegate.id).with_for_update()).all()


IDLE_KEPT = timedelta(days=30)
"""How long an account without any role is known; one that was used, until its last session is forgotten, too."""


def forget_idle(session: Session, now: datetime, actor: Actor) -> bool:
    """Forget accounts that have no role, and no session that is still known; tell whether there are more."""
    has_role = exists().where(RoleGrant.account_id == Account.id, RoleGrant.revoked_at.is_(None))
    is_delegate = exists().where(Delegate.email_key == Account.email_key, ~Delegate.is_removed)
    is_used = exists().where(SignedIn.account_id == Account.id)
    idle = select(Account).where(
        Account.email != "", Account.created_at < machine_now() - IDLE_KEPT, ~has_role, ~is_delegate, ~is_used
    )
    old = session.scalars(idle.order_by(Account.id).limit(MOST).with_for_update(skip_locked=True)).all()
    for account in old:
        forget_person(session, account.id, actor)
    return len(old) == MOST
