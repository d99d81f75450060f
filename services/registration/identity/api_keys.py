"""Keys to the API: for programs, bound to deeds and to one scope."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from access.actor import Actor
from access.matrix import NOT_FOR_API_KEYS, Deed
from registration import lookups
from registration.errors import TooManyKeysError
from registration.identity import key_rules, role_grants, roles, secret_hashes
from registration.identity.commands import MakeKey
from registration.models import Account, ApiKey
from servicekit import identifiers
from servicekit.data import context, database
from servicekit.data.clock import machine_now
from servicekit.problems import FieldError, ForbiddenError, InvalidInputError, NotFoundError
from servicekit.texts.languages import noop as _

LONGEST = timedelta(days=366)
MOST_AT_ONCE = 2
"""Keys of one name and scope that hold at a time: the old one and the new one, while they are exchanged."""
NOTED_EVERY = timedelta(minutes=1)


def make(session: Session, command: MakeKey, actor: Actor) -> tuple[ApiKey, str]:
    """Make a key; return it with its secret, which is told once and kept as a hash.

    Raises:
        ForbiddenError: the actor may not give away so much.
        NotFoundError: there is no such scope, or not for this actor.
        InvalidInputError: it could do what its maker cannot, ends in the past, or too late.
        TooManyKeysError: two of this name and scope hold.

    """
    actor = _as_of_now(session, actor)
    role_grants.require(session, actor, command.role, command.scope)
    wrong = key_rules.lacking(session, actor, command.role, command.scope, command.deeds)
    if wrong:
        raise InvalidInputError(_("Nothing was saved."), errors=wrong)
    now = machine_now()
    if not now < command.expires_at <= now + LONGEST:
        late = FieldError("#/expires_at", _("A key ends within a year from now."))
        raise InvalidInputError(_("Nothing was saved."), errors=[late])
    database.hold(session, f"keys of {command.scope}")
    same = select(ApiKey).where(ApiKey.name == command.name, ApiKey.scope == command.scope)
    if sum(key.is_live(now) for key in session.scalars(same)) >= MOST_AT_ONCE:
        raise TooManyKeysError(_("Two keys of this name hold. Revoke one of them first."))
    id_, secret = identifiers.random(), secret_hashes.fresh()
    key = ApiKey(
        id=id_,
        home=context.of(session).settings.own_home,
        version=0,
        name=command.name,
        secret_hash=secret_hashes.digest(secret),
        deeds=tuple(command.deeds),
        role=command.role,
        scope=command.scope,
        created_at=now,
        created_by=actor.id,
        expires_at=command.expires_at,
    )
    session.add(key)
    session.flush()
    role_grants.note(session, key, actor, is_new=True, scopes=" ".join(key.deeds))
    return key, f"{secret_hashes.KEY_PREFIX}{id_.hex}_{secret}"


def revoke(session: Session, key_id: UUID, actor: Actor) -> None:
    """Let a key, and the tokens that it was exchanged for, hold no more.

    Raises:
        NotFoundError: there is none, or not for this actor.

    """
    key = session.get(ApiKey, key_id, with_for_update=True)
    if key is None or key.revoked_at is not None:
        raise lookups.absent(ApiKey, key_id)
    try:
        role_grants.require(session, actor, key.role, key.scope)
    except (ForbiddenError, NotFoundError) as error:
        raise lookups.absent(ApiKey, key_id) from error
    role_grants.note(session, key, actor, scopes=" ".join(key.deeds))
    key_rules.end(session, key)


def actor_of(session: Session, text: str) -> Actor | None:
    """Return who shows a key; None for one that does not hold."""
    key = _shown(session, text)
    now = machine_now()
    if key is None or not key.is_live(now):
        return None
    if key.last_used_at is None or key.last_used_at < now - NOTED_EVERY:
        session.execute(update(ApiKey).where(ApiKey.id == key.id).values(last_used_at=now))
    deeds = frozenset(Deed(word) for word in key.deeds) - NOT_FOR_API_KEYS
    return Actor(
        id=f"key:{key.id}", claims={key.role: frozenset({key.scope})}, deeds=deeds | {Deed.SELF}, session=str(key.id)
    )


def held_in(session: Session, scopes: Sequence[str]) -> Sequence[ApiKey]:
    """List the keys of some scopes, the newest first, those that hold no more included."""
    mine = select(ApiKey).where(ApiKey.scope.in_(scopes)).order_by(ApiKey.created_at.desc(), ApiKey.id)
    return session.scalars(mine.limit(200)).all()


def _as_of_now(session: Session, actor: Actor) -> Actor:
    """Return a person with the roles of this moment, none of which is taken before the key is there to end with it."""
    account = session.get(Account, actor.account_id, with_for_update=True) if actor.account_id else None
    return actor if account is None else replace(actor, claims=roles.claims_of(session, account))


def _shown(session: Session, text: str) -> ApiKey | None:
    prefix, _, rest = text.partition("_")
    id_, _, secret = rest.partition("_")
    if f"{prefix}_" != secret_hashes.KEY_PREFIX or len(id_) != 32 or not secret:
        return None
    return session.scalar(select(ApiKey).where(ApiKey.secret_hash == secret_hashes.digest(secret)))
