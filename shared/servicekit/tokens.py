"""Tokens that say who somebody is and which roles they hold: signed by one service, read by all.

JSON Web Tokens (RFC 7519) as RFC 9068 has them, signed with Ed25519 (RFC 8037, RFC 9864). They hold no
personal data: ids, roles with their scopes, the session.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from access.actor import Actor
from access.matrix import Deed
from access.roles import Role

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
