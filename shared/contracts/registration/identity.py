"""Events of token signing keys, revoked sessions and sign-in messages."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.data_classes import Id, Person, Technical
from contracts.event import Event

SEALED_FOR = "links and codes to sign in with"
"""Purpose from which the encryption key of `SignInRequested.sealed` is derived."""


@dataclass(frozen=True, kw_only=True)
class KeyAnnounced(Event, type="caravan.key.announced.v1"):
    """A new key for signing tokens; services that verify tokens must know it before `signs_from`."""

    key_id: Technical[str]
    public_key: Technical[str]
    """Ed25519 public key: `x` of its JWK (RFC 8037)."""
    signs_from: Technical[datetime]


@dataclass(frozen=True, kw_only=True)
class KeyRetired(Event, type="caravan.key.retired.v1"):
    """A key was retired: no valid token is signed with it."""

    key_id: Technical[str]


@dataclass(frozen=True, kw_only=True)
class SessionRevoked(Event, type="caravan.session.revoked.v1"):
    """A session or an API key was revoked: its tokens issued before `issued_before` are invalid."""

    session_id: Technical[str]
    issued_before: Technical[datetime]
    forget_at: Technical[datetime]
    """When the last of these tokens expires and the revocation can be deleted."""


@dataclass(frozen=True, kw_only=True)
class SignInRequested(Event, type="caravan.sign_in.requested.v1", private=True):
    """A sign-in message must be sent now: a link and a code, an invitation, or a change of second factors."""

    account_id: Id[UUID]
    email: Person[str]
    language: Person[str]
    kind: Technical[str]
    """sign_in, invitation, factors_changed: only sign_in has a link and a code."""
    sealed: Technical[str]
    """The link and the code as JSON, encrypted (RFC 7516) with a key shared by the instance's services; or empty."""
    expires_at: Technical[datetime]
