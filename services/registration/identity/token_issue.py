"""Tokens: what a session or a key may do, said in the form that every service reads."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from access.actor import Actor
from access.roles import EVERYTHING, Role
from registration import lookups
from registration.errors import BadClientError, SecondFactorNeededError
from registration.identity import roles, sessions, signing_keys
from registration.identity.key_rules import OF_KEYS
from registration.identity.second_factors import policy
from registration.models import Account, ApiKey, Delegate, SignedIn
from servicekit.auth import tokens
from servicekit.data import context
from servicekit.data.clock import machine_now
from servicekit.service import Runtime
from servicekit.texts.languages import noop as _
from servicekit.web.authentication import SignInNeededError

MOST_PERSONS = 8
"""People that a token says its owner is named as: it has to fit into a cookie."""


def of_session(session: Session, signed_in: SignedIn) -> str:
    """Return a token for a session, with the roles of its account as they are now.

    The session is locked first: a token says no role that is taken back meanwhile, or is older than what ends it.

    Raises:
        SecondFactorNeededError: the session is half a one.
        SignInNeededError: it has ended meanwhile.

    """
    session.refresh(signed_in, with_for_update=True)
    if signed_in.ended_at is not None:
        raise SignInNeededError(_("Nobody has signed in here, or the sign-in has ended."))
    if not policy.is_whole(session, signed_in):
        raise SecondFactorNeededError(_("Your role can change what is others'."))
    actor = actor_of(session, signed_in)
    is_staff = sessions.is_staff(actor)
    return _signed(session, actor, sessions.note_token(signed_in, is_staff=is_staff))


def of_key(session: Session, actor: Actor) -> tuple[str, timedelta]:
    """Return a token for whoever has shown a key, and for how long it holds: never longer than the key.

    The key is locked first, as a session is.

    Raises:
        BadClientError: it has ended meanwhile.

    """
    key = session.get_one(ApiKey, UUID(actor.session), with_for_update=True, populate_existing=True)
    if not key.is_live(machine_now()):
        raise BadClientError(_("The key does not hold, or is none."))
    lifetime = min(OF_KEYS, key.expires_at - machine_now())
    return _signed(session, actor, lifetime), lifetime


def of_operator(runtime: Runtime) -> str:
    """Return a token for whoever sits at the machine, and can read the secret of the instance."""
    actor = Actor(id="operator", claims={Role.ADMIN: frozenset({EVERYTHING})})
    with runtime.database.write() as session:
        return _signed(session, actor, tokens.LIFETIME)


def actor_of(session: Session, signed_in: SignedIn) -> Actor:
    """Return who a session is."""
    account = lookups.known(session, Account, signed_in.account_id)
    claims = roles.claims_of(session, account)
    persons = _persons(session, account, claims.get(Role.DELEGATE, frozenset()))
    return Actor(id=f"person:{account.id}", claims=claims, session=str(signed_in.id), persons=persons)


def _persons(session: Session, account: Account, spoken_for: frozenset[str]) -> frozenset[UUID]:
    """Return whom organisations have named with the address of an account, where no role lets it read of them.

    Where there are more than a token says, the last are left out: first come those who are vouched for, then the
    latest. So nobody pushes out one of them by naming somebody more often.
    """
    if account.disabled_at is not None:
        return frozenset()
    mine = Delegate.email_key == account.email_key, ~Delegate.is_removed
    apart = Delegate.organisation_id.not_in([UUID(one) for one in spoken_for])
    query = select(Delegate.id).where(*mine, apart).order_by(Delegate.is_vouched_for.desc(), Delegate.id.desc())
    return frozenset(session.scalars(query.limit(MOST_PERSONS)))


def _signed(session: Session, actor: Actor, lifetime: timedelta) -> str:
    audience = context.of(session).settings.instance
    return tokens.write(signing_keys.current(session), actor, audience, machine_now(), lifetime)
