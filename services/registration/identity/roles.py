"""Roles and invitations.

How often somebody is invited, and on whose word: a letter that nobody asked for burdens whoever gets it.

Roles: given, taken, and put together into what a token says.
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session

from access.actor import Actor, Claims
from access.matrix import Deed
from access.roles import Role
from registration import lookups, scope
from registration.errors import TooManyRolesError
from registration.identity import accounts, key_rules, role_grants, sessions
from registration.identity.commands import GiveRole, Invite
from registration.models import Account, ApiKey, Delegate, Organisation, RoleGrant, SignedIn
from servicekit import identifiers
from servicekit.data import context, database
from servicekit.data.clock import machine_now
from servicekit.problems import ForbiddenError, NotFoundError, TooManyRequestsError
from servicekit.telemetry import audit_log
from servicekit.texts.languages import noop as _

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
    database.hold(session, f"invitations by {actor.id}")
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
    return lookups.known(session, Organisation, UUID(grant.scope)).is_confirmed


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


MOST = 50
"""Roles that a token says, wherever they come from: it has to fit into a cookie."""
MOST_OF_STAFF = 30
"""Of these, that offices can give: they leave room for what somebody has of companies."""
OFFICE, OF_OFFICE, OWN, OF_COMPANY = range(4)
"""In which order a token says roles: the earlier, the less others can do about it."""


def claims_of(session: Session, account: Account) -> Claims:
    """Return the roles of an account with their scopes: those that it was given, and those of its delegates.

    Where there are more than a token says, the last are left out: first come offices, then organisations that an
    office has let the account speak for, that it has registered itself, that have invited or named it; among these
    what is held for longer. So nobody pushes out what somebody has by giving or naming more.
    """
    if account.disabled_at is not None:
        return {}
    grants = session.scalars(_held_by(account))
    held = [(_place(grant), grant.granted_at, grant.role, grant.scope) for grant in grants]
    named = session.execute(_spoken_for(account))
    held += [(OF_COMPANY, since, Role.DELEGATE, str(organisation_id)) for organisation_id, since in named if since]
    found: dict[Role, set[str]] = defaultdict(set)
    for role, where in list(dict.fromkeys(one[2:] for one in sorted(held)))[:MOST]:
        found[role].add(where)
    return {role: frozenset(scopes) for role, scopes in found.items()}


def invite(session: Session, command: Invite, actor: Actor) -> RoleGrant:
    """Give somebody a role by an address, and write to the address where it is new.

    Whom a company invites that only registered itself hears of it once its agency has confirmed the company.

    Raises:
        ForbiddenError: the actor may not give this role there, or it is the actor's own account.
        NotFoundError: there is no such scope, or not for this actor.
        TooManyRolesError: the account holds as many as a token can tell.
        TooManyRequestsError: the account was invited too often, or the actor invited too many.

    """
    role_grants.require(session, actor, command.role, command.scope)
    account = accounts.known_by(session, command.email) or accounts.open_account(
        session, command.email, command.language
    )
    role_grants.require_other(actor, account)
    session.refresh(account, with_for_update=True)
    given = GiveRole(account_id=account.id, role=command.role, scope=command.scope)
    held = session.scalar(_held_by(account).where(RoleGrant.role == given.role, RoleGrant.scope == given.scope))
    if held is None:
        require_few(session, account, actor, by_staff=_is_of_staff(session, given, actor))
    grant = give(session, given, actor)
    role_grants.note(session, grant, actor, account_id=account.id)
    if held is None and may_be_told(session, grant, actor):
        accounts.tell_invited(session, account)
    return grant


def give(session: Session, command: GiveRole, actor: Actor) -> RoleGrant:
    """Give an account a role; one that it holds already stays, with the word of whoever stands higher.

    Raises:
        TooManyRolesError: the account holds as many as a token can tell.

    """
    account = lookups.known(session, Account, command.account_id)
    session.refresh(account, with_for_update=True)
    held = session.scalars(_held_by(account)).all()
    same = next((grant for grant in held if (grant.role, grant.scope) == (command.role, command.scope)), None)
    by_staff = _is_of_staff(session, command, actor)
    if same is not None:
        same.by_staff = same.by_staff or by_staff
        if role_grants.stands_above_giver(session, actor, same):
            same.granted_by = actor.id
        return same
    grant = RoleGrant(
        id=identifiers.fresh(),
        account_id=account.id,
        role=command.role,
        scope=command.scope,
        granted_at=machine_now(),
        granted_by=actor.id,
        by_staff=by_staff,
    )
    most = MOST if _place(grant) > OF_OFFICE else MOST_OF_STAFF
    if sum(_place(one) <= _place(grant) for one in held) >= most:
        raise TooManyRolesError(_("An account holds %(most)s roles at most."), most=most)
    session.add(grant)
    session.flush()
    audit_log.note(session, grant, is_new=True)
    if command.role in sessions.STAFF:
        sessions.become_staff(session, account)
    sessions.renew_all(session, account)
    return grant


def revoke(session: Session, grant_id: UUID, actor: Actor) -> None:
    """Take a role back; tokens that say it, and keys that were made by it, do not hold any more.

    Raises:
        NotFoundError: there is none, or not for this actor.
        ForbiddenError: whoever gave it stands above the actor, whose own it is not.

    """
    grant = session.get(RoleGrant, grant_id, with_for_update=True)
    if grant is None or grant.revoked_at is not None:
        raise lookups.absent(RoleGrant, grant_id)
    if grant.account_id != actor.account_id:
        _require_taker(session, actor, grant)
    role_grants.note(session, grant, actor, account_id=grant.account_id)
    grant.revoked_at, grant.revoked_by, grant.revoked_key = machine_now(), actor.id, str(grant.id)
    session.flush()
    account = lookups.known(session, Account, grant.account_id)
    sessions.renew_all(session, account)
    key_rules.end_those_of(session, account, unless=lambda key: _could_make(session, account, key))


def account_of(session: Session, grant: RoleGrant) -> Account:
    """Return whose role it is."""
    return lookups.known(session, Account, grant.account_id)


def held_in(session: Session, scopes: Iterable[str]) -> list[tuple[RoleGrant, Account]]:
    """Return who holds a role in some scopes."""
    query = select(RoleGrant, Account).join(Account, Account.id == RoleGrant.account_id)
    mine = query.where(RoleGrant.scope.in_(list(scopes)), RoleGrant.revoked_at.is_(None)).order_by(RoleGrant.id)
    return [(grant, account) for grant, account in session.execute(mine)]


def has_speakers(session: Session, organisation: Organisation) -> bool:
    """Tell whether anybody but staff may speak for an organisation."""
    given = exists().where(
        RoleGrant.role == Role.DELEGATE, RoleGrant.scope == str(organisation.id), RoleGrant.revoked_at.is_(None)
    )
    named = Delegate.organisation_id == organisation.id, ~Delegate.is_removed, Delegate.speaks_since.is_not(None)
    return bool(session.scalar(select(or_(given, exists().where(*named)))))


def _require_taker(session: Session, actor: Actor, grant: RoleGrant) -> None:
    try:
        role_grants.require(session, actor, grant.role, grant.scope)
    except (ForbiddenError, NotFoundError) as error:
        raise lookups.absent(RoleGrant, grant.id) from error
    role_grants.require_above(session, actor, grant)


def _held_by(account: Account) -> Select[RoleGrant]:
    return select(RoleGrant).where(RoleGrant.account_id == account.id, RoleGrant.revoked_at.is_(None))


def _could_make(session: Session, maker: Account, key: ApiKey) -> bool:
    """Tell whether whoever made a key could make it now; the journal hears nothing of the question."""
    actor = Actor(id=f"person:{maker.id}", claims=claims_of(session, maker), deed=Deed.KEYS_MANAGE)
    known = context.of(session)
    about = known.about
    try:
        role_grants.require(session, actor, key.role, key.scope)
    except (ForbiddenError, NotFoundError):
        return False
    finally:
        known.about = about
    return not key_rules.lacking(session, actor, key.role, key.scope, key.deeds)


def _is_of_staff(session: Session, command: GiveRole, actor: Actor) -> bool:
    """Tell whether an office stands behind a role: what companies can give is to speak for themselves."""
    if command.role is not Role.DELEGATE:
        return True
    organisation = session.get(Organisation, UUID(command.scope))
    return organisation is not None and scope.answers_for(actor, organisation)


def _place(grant: RoleGrant) -> int:
    if grant.by_staff:
        return OFFICE if grant.role is not Role.DELEGATE else OF_OFFICE
    return OWN if grant.granted_by == f"person:{grant.account_id}" else OF_COMPANY


def _spoken_for(account: Account) -> Select[UUID, datetime | None]:
    """Select the organisations that let whoever has the account's address speak for them, the earliest first."""
    since = func.min(Delegate.speaks_since)
    mine = Delegate.email_key == account.email_key, ~Delegate.is_removed, Delegate.speaks_since.is_not(None)
    query = select(Delegate.organisation_id, since).where(*mine).group_by(Delegate.organisation_id)
    return query.order_by(since, Delegate.organisation_id).limit(MOST)
