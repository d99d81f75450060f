"""How often somebody is invited, and on whose word: a letter that nobody asked for burdens whoever gets it."""

import math
from datetime import timedelta
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from access.actor import Actor
from access.roles import Role
from registration import finding
from registration.handlers.identity import accounts, sessions
from registration.models import Account, Organisation, RoleGrant, SignedIn
from servicekit import locks
from servicekit.clock import machine_now
from servicekit.problems import TooManyRequestsError

WINDOW = timedelta(hours=1)
MOST_TO_ADDRESS, MOST_FROM_INVITER = 5, 30
"""New roles in that time: of one account, and given by one actor; those that somebody gave to the own account apart.

An account is invited so often by offices, and so often by companies: who invites to a company of the own making
keeps no office from inviting anybody.
"""


def require_few(session: Session, account: Account, actor: Actor, *, by_staff: bool) -> None:
    """Refuse to invite an account that was invited so often already, or for an actor that invited so many.

    The account has to be locked.

    Raises:
        TooManyRequestsError: it tells when the next one may go.

    """
    locks.hold(session, f"invitations by {actor.id}")
    of_others = RoleGrant.granted_by.startswith("person:"), RoleGrant.granted_by != f"person:{account.id}"
    to_address = (RoleGrant.account_id == account.id, RoleGrant.by_staff == by_staff, *of_others)
    from_inviter = (RoleGrant.granted_by == actor.id, RoleGrant.account_id != actor.account_id)
    now = machine_now()
    for which, most in ((to_address, MOST_TO_ADDRESS), (from_inviter, MOST_FROM_INVITER)):
        recent = select(RoleGrant.granted_at).where(*which, RoleGrant.granted_at > now - WINDOW)
        given = session.scalars(recent.order_by(RoleGrant.granted_at.desc()).limit(most)).all()
        if len(given) == most:
            raise TooManyRequestsError(max(1, math.ceil((given[-1] + WINDOW - now).total_seconds())))


def may_be_told(session: Session, grant: RoleGrant, actor: Actor) -> bool:
    """Tell whether whom the actor gave a role may be written to: on the word of staff, or of a confirmed company."""
    if grant.role is not Role.DELEGATE or sessions.is_staff(actor):
        return True
    return finding.known(session, Organisation, UUID(grant.scope)).is_confirmed


def tell_invited_of(session: Session, organisation: Organisation) -> None:
    """Write to those whom a company invited before it was confirmed, but for whoever has signed in meanwhile."""
    has_come = exists().where(SignedIn.account_id == Account.id)
    given = RoleGrant.role == Role.DELEGATE, RoleGrant.scope == str(organisation.id), RoleGrant.revoked_at.is_(None)
    invited = (
        select(Account, RoleGrant.granted_by)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(*given, ~RoleGrant.by_staff, Account.disabled_at.is_(None), ~has_come)
        .order_by(Account.id)
    )
    for account, inviter in session.execute(invited.with_for_update()):
        if inviter != f"person:{account.id}":
            accounts.tell_invited(session, account)
