"""What can be asked about accounts, roles and keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from access.roles import Role


@dataclass(frozen=True, kw_only=True)
class AskToSignIn:
    """Ask for a link and a code by mail, from a browser that holds a secret."""

    email: str
    language: str
    browser: str
    place: str
    """Where to go afterwards: a path."""
    opens_account: bool = False
    """Whether an address that nobody has becomes an account."""


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """Show a link's secret, or the code of an attempt, and the secret of the browser."""

    browser: str
    agent: str
    token: str = ""
    attempt_id: UUID | None = None
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class ShowPasskey:
    """Answer a challenge with a passkey, in the browser that asked for it."""

    ceremony: str
    """The id of the challenge, as the form holds it."""
    credential: str
    """What the browser's authenticator said, as JSON (Web Authentication, level 3, section 5.1)."""
    browser: str
    """The secret that the browser holds: of its session, or of its sign-in."""


@dataclass(frozen=True, kw_only=True)
class AddPasskey(ShowPasskey):
    """Keep a new passkey."""

    name: str


@dataclass(frozen=True, kw_only=True)
class Depart:
    """Go to an agency's OpenID Connect, from a browser that holds a secret."""

    provider: str
    browser: str
    place: str
    """Where to go afterwards: a path."""
    session_id: UUID | None = None
    """The session in which it is asked for; None for a sign-in."""


@dataclass(frozen=True, kw_only=True)
class Invite:
    """Give somebody a role, by an address."""

    email: str
    language: str
    role: Role
    scope: str


@dataclass(frozen=True, kw_only=True)
class GiveRole:
    """Give an account a role."""

    account_id: UUID
    role: Role
    scope: str


@dataclass(frozen=True, kw_only=True)
class MakeKey:
    """Make a key to the API."""

    name: str
    deeds: Sequence[str]
    role: Role
    scope: str
    expires_at: datetime
