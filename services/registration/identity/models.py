"""Identity tables.

Who signs in: accounts, the roles that they were given, sessions, links, keys to the API, keys that sign.

What people show beside a letter: passkeys, authenticator apps, codes on paper, accounts elsewhere.
"""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from access.roles import Role
from registration.models.base import Base, Strings, worded
from servicekit.data.tables import Aggregate
from servicekit.texts.languages import noop as _


class Account(Aggregate, Base):
    """A person who may sign in, known by an address; says nothing of what the person may do."""

    __tablename__ = "account"
    missing: ClassVar[str] = _("There is no account %(id)s.")

    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str] = mapped_column(String(320), unique=True)
    """The address as it is looked up: one for all its ways of being written."""
    language: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    came_of_delegate: Mapped[bool] = mapped_column(default=False)
    """Whether it was opened because an organisation named the address; then it goes when nobody does any more."""


class RoleGrant(Base):
    """One role of an account in one scope; a row is ended and never deleted."""

    __tablename__ = "role_grant"
    __table_args__ = (
        UniqueConstraint("account_id", "role", "scope", "revoked_key", name="role_once"),
        Index("role_grant_scope", "scope", "role"),
    )
    missing: ClassVar[str] = _("There is no role %(id)s.")

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    role: Mapped[Role] = mapped_column(worded(Role))
    scope: Mapped[str] = mapped_column(String(36))
    """What the role holds for: the code of a region, an id, or everything."""
    granted_at: Mapped[datetime]
    granted_by: Mapped[str] = mapped_column(String(64))
    by_staff: Mapped[bool] = mapped_column(default=False)
    """Whether an office stands behind it: the platform's, an agency's, an organiser's; else that of a company."""
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str] = mapped_column(String(64), default="")
    revoked_key: Mapped[str] = mapped_column(String(36), default="")
    """Empty while the role holds, so that it is held once; its own id afterwards."""


class SignInAttempt(Base):
    """A link and a code that were asked for, by anybody: as hashes, good once, for ten minutes."""

    __tablename__ = "sign_in_attempt"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID | None] = mapped_column(index=True)
    """None for an address that nobody has: then nothing was sent, and nothing will do."""
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    browser_hash: Mapped[str] = mapped_column(String(64))
    """Of the secret that the asking browser holds; empty for a link that an operator made."""
    place: Mapped[str] = mapped_column(Text)
    """Where to go afterwards: a path."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    """Codes that were tried alone, by whoever asked for them."""
    link_tries: Mapped[int] = mapped_column(default=0)
    """Codes that were tried beside the link, in another browser than the one that asked."""
    used_at: Mapped[datetime | None]


class SignedIn(Aggregate, Base):
    """A session: somebody signed in with a browser; ended by its owner, by time, or with the account."""

    __tablename__ = "session"
    missing: ClassVar[str] = _("There is no session %(id)s.")

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    is_staff: Mapped[bool] = mapped_column(default=False)
    """Whether its owner may, or could at some time of it, change what is others': then it ends sooner."""
    browser: Mapped[str] = mapped_column(String(200))
    """What the browser says it is, so that its owner recognises it."""
    method: Mapped[str] = mapped_column(String(16))
    """How it began: link, code, admin, passkey, oidc."""
    second_factor: Mapped[str] = mapped_column(String(16), default="")
    """What else was shown: passkey, totp, recovery, oidc; empty for nothing."""
    second_factor_at: Mapped[datetime | None]
    """When it was shown last."""
    issued_before: Mapped[datetime | None]
    """Tokens from before this instant do not hold any more."""

    def is_live(self, at: datetime) -> bool:
        """Tell whether it still holds."""
        return self.ended_at is None and at < self.expires_at


class ApiKey(Aggregate, Base):
    """A key to the API: kept as a hash, bound to deeds and to one scope, with an end."""

    __tablename__ = "api_key"
    __table_args__ = (Index("api_key_scope", "scope", "role"),)
    missing: ClassVar[str] = _("There is no key %(id)s.")

    name: Mapped[str] = mapped_column(String(100))
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    deeds: Mapped[tuple[str, ...]] = mapped_column(Strings)
    role: Mapped[Role] = mapped_column(worded(Role))
    scope: Mapped[str] = mapped_column(String(36))
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    def is_live(self, at: datetime) -> bool:
        """Tell whether it still holds."""
        return self.revoked_at is None and at < self.expires_at


class SigningKey(Aggregate, Base):
    """A key pair that signs tokens from an instant on, until the next one does."""

    __tablename__ = "signing_key"

    key_id: Mapped[str] = mapped_column(String(64), unique=True)
    public_key: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[str] = mapped_column(Text)
    """The private half, sealed with the instance's secret; empty once it is retired."""
    signs_from: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class Passkey(Base):
    """A key pair in somebody's device, of which only the public half is here (Web Authentication)."""

    __tablename__ = "passkey"
    missing: ClassVar[str] = _("There is no passkey %(id)s.")

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    """As base64url."""
    public_key: Mapped[str] = mapped_column(Text)
    """A COSE key, as base64url."""
    sign_count: Mapped[int] = mapped_column(BigInteger)
    """How often the device says that it was used; 0 for those that do not count."""
    transports: Mapped[tuple[str, ...]] = mapped_column(Strings)
    """How a browser reaches the device: usb, nfc, ble, hybrid, internal."""
    name: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class Authenticator(Base):
    """An authenticator app: the secret that it was given, sealed; one for each account."""

    __tablename__ = "authenticator"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    sealed: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    """None until a first code has shown that the app has the secret."""
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    """The last time step whose code was used: each is good once."""


class RecoveryCode(Base):
    """A code on paper, kept as a hash, good once."""

    __tablename__ = "recovery_code"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Ceremony(Base):
    """A challenge that a passkey answers: good once, for five minutes, for the browser that asked."""

    __tablename__ = "ceremony"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID | None] = mapped_column(index=True)
    """None where the passkey says whose it is."""
    purpose: Mapped[str] = mapped_column(String(16))
    """add, show, sign_in."""
    challenge: Mapped[str] = mapped_column(String(100))
    """As base64url."""
    browser_hash: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class ExternalIdentity(Base):
    """A person as an agency's OpenID Connect knows them: by issuer and subject, never by an address."""

    __tablename__ = "external_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject", name="identity_once"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    issuer: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    showed_second_factor: Mapped[bool]
    """Whether the issuer ever said so: from then on it is a second factor of the account."""


class Departure(Base):
    """Somebody who was sent to an agency's OpenID Connect and is to come back: once, within ten minutes."""

    __tablename__ = "departure"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(String(32))
    session_id: Mapped[UUID | None]
    """The session in which it was asked for; None for a sign-in."""
    state_hash: Mapped[str] = mapped_column(String(64), unique=True)
    browser_hash: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[str] = mapped_column(Text)
    """The nonce and the verifier of the code (RFC 7636), sealed."""
    place: Mapped[str] = mapped_column(Text)
    """Where to go afterwards: a path."""
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
