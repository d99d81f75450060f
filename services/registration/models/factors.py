"""What people show beside a letter: passkeys, authenticator apps, codes on paper, accounts elsewhere."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registration.models.base import Base, Strings
from servicekit.languages import noop as _


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
