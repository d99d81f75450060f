"""Who may be trusted: the keys that sign tokens, and sessions that have ended."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.classes import Id, Person, Technical
from contracts.event import Event

SEALED_FOR = "links and codes to sign in with"
"""What `SignInRequested.sealed` is sealed for: the purpose of its key."""


@dataclass(frozen=True, kw_only=True)
class KeyAnnounced(Event, type="caravan.key.announced.v1"):
    """Tokens may be signed with this key from an instant on: whoever verifies them has until then to learn of it."""

    key_id: Technical[str]
    public_key: Technical[str]
    """The public half of an Ed25519 key pair: `x` of its JWK (RFC 8037)."""
    signs_from: Technical[datetime]


@dataclass(frozen=True, kw_only=True)
class KeyRetired(Event, type="caravan.key.retired.v1"):
    """No token that holds is signed with this key any more."""

    key_id: Technical[str]


@dataclass(frozen=True, kw_only=True)
class SessionRevoked(Event, type="caravan.session.revoked.v1"):
    """Tokens of a session (or of a key to the API) that were issued before an instant do not hold any more."""

    session_id: Technical[str]
    issued_before: Technical[datetime]
    forget_at: Technical[datetime]
    """When the last of them expires by itself."""


@dataclass(frozen=True, kw_only=True)
class SignInRequested(Event, type="caravan.sign_in.requested.v1", private=True):
    """Somebody asks for a link and a code, is invited, or has other second factors: to be written to at once."""

    account_id: Id[UUID]
    email: Person[str]
    language: Person[str]
    kind: Technical[str]
    """sign_in, invitation, factors_changed: only the first has a link and a code."""
    sealed: Technical[str]
    """The link and the code as JSON, sealed (RFC 7516) with a key that the services of the instance share; or empty."""
    expires_at: Technical[datetime]
