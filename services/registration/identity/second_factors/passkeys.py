"""WebAuthn.

Challenges that passkeys answer: each once, within five minutes, in the browser that asked.

Passkeys: challenges, answered once by a device that has verified its owner (Web Authentication).
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from cryptography.exceptions import InvalidKey, UnsupportedAlgorithm
from sqlalchemy import select
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, generate_challenge
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from registration import lookups
from registration.errors import FactorRefusedError, TooManyFactorsError
from registration.identity import secret_hashes
from registration.identity.commands import AddPasskey, ShowPasskey
from registration.identity.second_factors import policy
from registration.models import Account, Ceremony, Passkey
from servicekit import identifiers
from servicekit.data import context
from servicekit.data.clock import machine_now
from servicekit.problems import NotFoundError
from servicekit.settings import Settings
from servicekit.texts.languages import noop as _

LIFETIME = timedelta(minutes=5)
LONGEST = 20_000
"""Characters of what a browser says."""
ADD, SHOW, SIGN_IN = "add", "show", "sign_in"
_ID = re.compile(r"[A-Za-z0-9_-]{1,1400}")
MALFORMED = (
    WebAuthnException,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    OverflowError,
    RecursionError,
    InvalidKey,
    UnsupportedAlgorithm,
)
"""What the library raises over what cannot be read, or is wrong."""
_CAUSES = {
    "Client data challenge": "challenge",
    "Unexpected client data origin": "origin",
    "Unexpected RP ID": "rp id",
    "Response sign count": "sign count",
    "User verification": "user verification",
    "Could not verify": "signature",
}


@dataclass(frozen=True, kw_only=True)
class Party:
    """Whom passkeys are for: no browser shows them to another site."""

    id: str
    """The host name in the platform's public address."""
    origin: str


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """What a browser is asked, as its script reads it."""

    ceremony: UUID
    options: Any

    def told(self) -> dict[str, Any]:
        """Return it as JSON is made of it."""
        return {"ceremony": str(self.ceremony), "options": self.options}


def party(settings: Settings) -> Party | None:
    """Return whom passkeys are for; None where browsers allow none: by a bare IP address, or without TLS."""
    parts = urlsplit(settings.public_url)
    name = parts.hostname or ""
    if _is_address(name) or (parts.scheme != "https" and name != "localhost"):
        return None
    return Party(id=name, origin=f"{parts.scheme}://{parts.netloc}")


def asked(session: Session, purpose: str, account_id: UUID | None, browser: str) -> Ceremony:
    """Make a challenge for a browser."""
    ceremony = Ceremony(
        id=identifiers.random(),
        account_id=account_id,
        purpose=purpose,
        challenge=bytes_to_base64url(generate_challenge()),
        browser_hash=secret_hashes.digest(browser),
        expires_at=machine_now() + LIFETIME,
    )
    session.add(ceremony)
    session.flush()
    return ceremony


def answered(session: Session, purpose: str, command: ShowPasskey, account_id: UUID | None) -> Ceremony:
    """Use a challenge up that this browser asked for, for this, and that nothing has answered yet.

    Raises:
        FactorRefusedError: there is no such challenge, or no more.

    """
    try:
        id_ = UUID(command.ceremony)
    except ValueError as error:
        raise refused("no challenge") from error
    ceremony = session.get(Ceremony, id_, with_for_update=True)
    if ceremony is None or (ceremony.purpose, ceremony.account_id) != (purpose, account_id):
        raise refused("no challenge")
    if ceremony.used_at is not None:
        raise refused("replayed challenge", ceremony)
    if ceremony.expires_at <= machine_now():
        raise refused("late", ceremony)
    if not secret_hashes.are_equal(ceremony.browser_hash, secret_hashes.digest(command.browser)):
        raise refused("another browser", ceremony)
    ceremony.used_at = machine_now()
    return ceremony


def parsed(ceremony: Ceremony, credential: str) -> dict[str, Any]:
    """Read what a browser says; the library looks at the rest.

    Raises:
        FactorRefusedError: it cannot be read.

    """
    try:
        given = json.loads(credential) if len(credential) <= LONGEST else None
    except (ValueError, RecursionError) as error:
        raise refused("response", ceremony) from error
    if not isinstance(given, dict) or not isinstance(given.get("response"), dict):
        raise refused("response", ceremony)
    if not _ID.fullmatch(str(given.get("id"))):
        raise refused("response", ceremony)
    return given


def refused(cause: str, ceremony: Ceremony | None = None, account_id: UUID | None = None) -> FactorRefusedError:
    """Say that a passkey does not do; why stands in the log alone."""
    detail = _("The passkey was not accepted. Try again; if it keeps happening, use another way.")
    whose = account_id or (ceremony.account_id if ceremony else None)
    return FactorRefusedError(detail, cause=cause, account_id=whose, ceremony_id=ceremony.id if ceremony else None)


def cause_of(error: BaseException) -> str:
    """Say in a word why the library refused: its own sentences quote what was sent."""
    said = str(error)
    return next((cause for begins, cause in _CAUSES.items() if said.startswith(begins)), "response")


def relying_party(session: Session) -> Party:
    """Return whom passkeys are for.

    Raises:
        NotFoundError: browsers allow none under the platform's public address.

    """
    found = party(context.of(session).settings)
    if found is None:
        raise NotFoundError(_("Passkeys need https and a host name in the platform's public address."))
    return found


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


MOST = 10
"""Passkeys of one account."""
_TRANSPORTS = frozenset(AuthenticatorTransport)


def begin_adding(session: Session, account_id: UUID, browser: str) -> Challenge:
    """Ask a device for a new passkey.

    Raises:
        TooManyFactorsError: the account has ten.
        NotFoundError: there can be none here.

    """
    account, held = lookups.known(session, Account, account_id), _of_account(session, account_id)
    if len(held) >= MOST:
        raise TooManyFactorsError(_("An account holds ten passkeys at most: remove one first."))
    ceremony = asked(session, ADD, account_id, browser)
    options = webauthn.generate_registration_options(
        rp_id=relying_party(session).id,
        rp_name="Caravan",
        user_name=account.email,
        user_id=account.id.bytes,
        challenge=base64url_to_bytes(ceremony.challenge),
        timeout=int(LIFETIME.total_seconds() * 1000),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[_described(key) for key in held],
    )
    return Challenge(ceremony=ceremony.id, options=json.loads(webauthn.options_to_json(options)))


def add(session: Session, account_id: UUID, command: AddPasskey) -> Passkey:
    """Keep a new passkey.

    Raises:
        FactorRefusedError: it is no answer to this challenge, from here, by a device that has verified its owner.

    """
    ceremony, here = answered(session, ADD, command, account_id), relying_party(session)
    given = parsed(ceremony, command.credential)
    try:
        found = webauthn.verify_registration_response(
            credential=given,
            expected_challenge=base64url_to_bytes(ceremony.challenge),
            expected_rp_id=here.id,
            expected_origin=here.origin,
            require_user_verification=True,
        )
    except MALFORMED as error:
        raise refused(cause_of(error), ceremony) from error
    key = Passkey(
        id=identifiers.random(),
        account_id=account_id,
        credential_id=bytes_to_base64url(found.credential_id),
        public_key=bytes_to_base64url(found.credential_public_key),
        sign_count=found.sign_count,
        transports=_transports(given),
        name=command.name,
        created_at=machine_now(),
    )
    same = select(Passkey.id).where(Passkey.credential_id == key.credential_id)
    lookups.add_unless_taken(session, key, same, _("This passkey is kept already."))
    return key


def begin_showing(session: Session, account_id: UUID | None, browser: str) -> Challenge:
    """Ask a device to show a passkey of an account, or any that it has for this place.

    Raises:
        NotFoundError: there can be none here.

    """
    ceremony = asked(session, SHOW if account_id else SIGN_IN, account_id, browser)
    options = webauthn.generate_authentication_options(
        rp_id=relying_party(session).id,
        challenge=base64url_to_bytes(ceremony.challenge),
        timeout=int(LIFETIME.total_seconds() * 1000),
        allow_credentials=[_described(key) for key in _of_account(session, account_id)] if account_id else None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return Challenge(ceremony=ceremony.id, options=json.loads(webauthn.options_to_json(options)))


def show(session: Session, account_id: UUID | None, command: ShowPasskey) -> Passkey:
    """Return the passkey that was shown, of an account, or of whose it says it is.

    Raises:
        FactorRefusedError: it is no answer to this challenge, from here, by a passkey of that account.

    """
    ceremony = answered(session, SHOW if account_id else SIGN_IN, command, account_id)
    given, here = parsed(ceremony, command.credential), relying_party(session)
    named = select(Passkey).where(Passkey.credential_id == str(given.get("id"))).with_for_update()
    key = session.scalar(named)
    if key is None or key.account_id != (account_id or _holder(given)) or _lies(given, key):
        raise refused("unknown passkey", ceremony)
    try:
        found = webauthn.verify_authentication_response(
            credential=given,
            expected_challenge=base64url_to_bytes(ceremony.challenge),
            expected_rp_id=here.id,
            expected_origin=here.origin,
            credential_public_key=base64url_to_bytes(key.public_key),
            credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )
    except MALFORMED as error:
        raise refused(cause_of(error), ceremony, key.account_id) from error
    key.sign_count, key.last_used_at = found.new_sign_count, machine_now()
    return key


def rename(session: Session, account_id: UUID, passkey_id: UUID, name: str) -> None:
    """Call a passkey of one's own something else.

    Raises:
        NotFoundError: there is none, or it is somebody else's.

    """
    _own(session, account_id, passkey_id).name = name


def remove(session: Session, account_id: UUID, passkey_id: UUID) -> None:
    """Let a passkey of one's own open nothing more.

    Raises:
        NotFoundError: there is none, or it is somebody else's.
        LastFactorError: the account's roles demand a second factor, and it is the last one.

    """
    key = _own(session, account_id, passkey_id)
    policy.require_another(session, account_id)
    session.delete(key)


def _own(session: Session, account_id: UUID, passkey_id: UUID) -> Passkey:
    key = session.get(Passkey, passkey_id, with_for_update=True)
    if key is None or key.account_id != account_id:
        raise lookups.absent(Passkey, passkey_id)
    return key


def _of_account(session: Session, account_id: UUID) -> Sequence[Passkey]:
    return session.scalars(select(Passkey).where(Passkey.account_id == account_id)).all()


def _holder(given: dict[str, Any]) -> UUID | None:
    """Return whose a passkey says it is."""
    try:
        return UUID(bytes=base64url_to_bytes(given["response"]["userHandle"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _lies(given: dict[str, Any], key: Passkey) -> bool:
    """Tell whether a passkey says it is somebody else's: as a second factor it may say nothing, but nothing else."""
    return bool(given["response"].get("userHandle")) and _holder(given) != key.account_id


def _transports(given: dict[str, Any]) -> tuple[str, ...]:
    told = given["response"].get("transports")
    return (
        tuple(word for word in told if isinstance(word, str) and word in _TRANSPORTS)[:8]
        if isinstance(told, list)
        else ()
    )


def _described(key: Passkey) -> PublicKeyCredentialDescriptor:
    transports = [AuthenticatorTransport(word) for word in key.transports]
    return PublicKeyCredentialDescriptor(id=base64url_to_bytes(key.credential_id), transports=transports or None)
