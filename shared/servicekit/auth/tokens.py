"""Tokens and their keys.

Tokens that say who somebody is and which roles they hold: signed by one service, read by all.

JSON Web Tokens (RFC 7519) as RFC 9068 has them, signed with Ed25519 (RFC 8037, RFC 9864). They hold no
personal data: ids, roles with their scopes, the session.

The keys that verify tokens: those of the settings, and those that were announced since.

A key is announced a token's lifetime before it signs, so that every service knows it in time, and nobody has to ask.
"""

import logging
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from access.actor import Actor
from access.matrix import Deed
from access.roles import Role
from contracts.event import Envelope
from contracts.registration.identity import KeyAnnounced, KeyRetired, SessionRevoked
from servicekit.data import context
from servicekit.data.clock import machine_now
from servicekit.data.tables import revoked_session, upsert, verifying_key
from servicekit.settings import INSTANCE, Settings, public_key, read_token_keys

ALGORITHM = "Ed25519"
TYPE = "at+jwt"
LIFETIME = timedelta(hours=12)
"""For how long a token holds: a pause of the service that signs them hurts nobody for as long."""
LEEWAY = timedelta(minutes=1)
"""How far the clocks of those who sign and those who read may differ."""
LONGEST = 3800
"""Bytes of a token: it has to fit into a cookie."""


class BadTokenError(ValueError):
    """The token does not hold; the text says why, and nothing of its content."""


@dataclass(frozen=True, kw_only=True)
class Token:
    """What a token that holds says."""

    actor: Actor
    issued_at: datetime


def write(key: OKPKey, actor: Actor, audience: str, at: datetime, lifetime: timedelta = LIFETIME) -> str:
    """Sign a token for an actor, good from now on."""
    claims: dict[str, Any] = {
        "iss": audience,
        "aud": audience,
        "sub": actor.id,
        "sid": actor.session,
        "iat": at.timestamp(),
        "exp": int((at + lifetime).timestamp()),
        "roles": {role.value: sorted(scopes) for role, scopes in actor.claims.items() if scopes},
    }
    if actor.persons:
        claims["persons"] = sorted(person.hex for person in actor.persons)
    if actor.deeds is not None:
        claims["scope"] = " ".join(sorted(actor.deeds))
    return jwt.encode({"alg": ALGORITHM, "typ": TYPE, "kid": key.kid}, claims, key, algorithms=[ALGORITHM])


def read(text: str, keys: KeySet, audience: str, at: datetime) -> Token:
    """Return what a token says.

    Raises:
        BadTokenError: it is none of ours, was changed, has expired, is meant for others, or cannot be read.

    """
    if len(text) > 2 * LONGEST:
        raise BadTokenError("it is too long")
    try:
        found = jwt.decode(text, keys, algorithms=[ALGORITHM])
        if found.header.get("typ") != TYPE:
            raise BadTokenError("it is of another type")
        jwt.JWTClaimsRegistry(
            now=int(at.timestamp()),
            leeway=int(LEEWAY.total_seconds()),
            iss={"essential": True, "value": audience},
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        ).validate(found.claims)
        return _said(found.claims)
    except JoseError as error:
        raise BadTokenError(error.error) from error
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise BadTokenError(f"it cannot be read: {type(error).__name__}") from error


def _said(claims: dict[str, Any]) -> Token:
    roles = {Role(role): frozenset(map(str, scopes)) for role, scopes in claims["roles"].items()}
    deeds = frozenset(Deed(word) for word in claims["scope"].split()) if "scope" in claims else None
    persons = frozenset(UUID(person) for person in claims.get("persons", ()))
    return Token(
        actor=Actor(id=str(claims["sub"]), claims=roles, deeds=deeds, session=str(claims["sid"]), persons=persons),
        issued_at=datetime.fromtimestamp(claims["iat"], UTC),
    )


log = logging.getLogger(__name__)
KEEP_SECONDS = 5.0
"""How long the keys of the database are taken to be the same: an announced one signs hours later at the earliest."""


class KeyRing:
    """The keys of a service, as one set."""

    def __init__(self, settings: Settings) -> None:
        self._given = [*read_token_keys(settings.token_keys)]
        self._lock = threading.Lock()
        self._found = KeySet(self._given)
        self._until = 0.0

    @property
    def known(self) -> KeySet:
        """All keys that verified when somebody last looked."""
        return self._found

    def keys(self, session: Session, *, fresh: bool = False) -> KeySet:
        """Return all keys that verify; `fresh` looks for those that were announced this moment."""
        with self._lock:
            if fresh or time.monotonic() > self._until:
                rows = session.execute(select(verifying_key).where(verifying_key.c.is_retired.is_(False)))
                self._found = KeySet([*self._given, *(public_key(row.key_id, row.public_key) for row in rows)])
                self._until = time.monotonic() + KEEP_SECONDS
            return self._found


def keep(session: Session, envelope: Envelope[KeyAnnounced], actor: Actor) -> None:
    """Trust a key that the service which signs has announced; one of another instance is left out."""
    told = envelope.data
    if not _is_own(session, envelope):
        log.warning("foreign key ignored", extra={"source": envelope.source})
        return
    try:
        public_key(told.key_id, told.public_key)
    except (JoseError, ValueError):
        log.warning("unusable key ignored", extra={"source": envelope.source})
        return
    trust(session, told.key_id, told.public_key, envelope.subjectversion)


def trust(session: Session, key_id: str, x: str, version: int) -> None:
    """Keep a key to verify with, unless it was retired."""
    row = {"key_id": key_id, "public_key": x, "version": version, "is_retired": False}
    upsert(session, verifying_key, row, newer=verifying_key.c.version < version)


def retire(session: Session, envelope: Envelope[KeyRetired], actor: Actor) -> None:
    """Trust a key no more, and keep its id, so that a late announcement does not bring it back."""
    if _is_own(session, envelope):
        distrust(session, envelope.data.key_id, envelope.subjectversion)


def distrust(session: Session, key_id: str, version: int) -> None:
    """Note that a key is retired."""
    row = {"key_id": key_id, "public_key": "", "version": version, "is_retired": True}
    upsert(session, verifying_key, row, newer=verifying_key.c.version < version)


def heed(session: Session, envelope: Envelope[SessionRevoked], actor: Actor) -> None:
    """Refuse the tokens of a session that has ended."""
    if _is_own(session, envelope):
        revoke(session, envelope.data.session_id, envelope.data.issued_before, envelope.data.forget_at)


def revoke(session: Session, session_id: str, issued_before: datetime, forget_at: datetime) -> None:
    """Refuse tokens of a session that were issued before an instant, until the last of them has expired."""
    row = {"session_id": session_id, "issued_before": issued_before, "forget_at": forget_at}
    upsert(session, revoked_session, row, newer=revoked_session.c.issued_before < issued_before)


def is_revoked(session: Session, session_id: str, issued_at: datetime) -> bool:
    """Tell whether a token of a session does not hold any more."""
    ended: datetime | None = session.scalar(
        select(revoked_session.c.issued_before).where(revoked_session.c.session_id == session_id)
    )
    return ended is not None and issued_at < ended


def forget(session: Session) -> None:
    """Drop what was noted of sessions none of whose tokens can hold."""
    session.execute(delete(revoked_session).where(revoked_session.c.forget_at < machine_now()))


def _is_own(session: Session, envelope: Envelope[Any]) -> bool:
    """Tell whether an event comes from this instance: any other one is nobody to trust keys from."""
    settings = context.of(session).settings
    homes = {home.lower() for home in (*settings.homes, settings.own_home, INSTANCE)}
    return envelope.source.split("/")[1] in homes
