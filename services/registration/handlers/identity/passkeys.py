"""Passkeys: challenges, answered once by a device that has verified its owner (Web Authentication)."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import webauthn
from sqlalchemy import select
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from registration import finding
from registration.commands.identity import AddPasskey, ShowPasskey
from registration.errors import TooManyFactorsError
from registration.handlers.identity import ceremonies, factors
from registration.models import Account, Passkey
from servicekit import identifiers
from servicekit.clock import machine_now
from servicekit.languages import noop as _

MOST = 10
"""Passkeys of one account."""
_TRANSPORTS = frozenset(AuthenticatorTransport)


def begin_adding(session: Session, account_id: UUID, browser: str) -> ceremonies.Challenge:
    """Ask a device for a new passkey.

    Raises:
        TooManyFactorsError: the account has ten.
        NotFoundError: there can be none here.

    """
    account, held = finding.known(session, Account, account_id), _of_account(session, account_id)
    if len(held) >= MOST:
        raise TooManyFactorsError(_("An account holds ten passkeys at most: remove one first."))
    ceremony = ceremonies.asked(session, ceremonies.ADD, account_id, browser)
    options = webauthn.generate_registration_options(
        rp_id=ceremonies.here(session).id,
        rp_name="Caravan",
        user_name=account.email,
        user_id=account.id.bytes,
        challenge=base64url_to_bytes(ceremony.challenge),
        timeout=int(ceremonies.LIFETIME.total_seconds() * 1000),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[_described(key) for key in held],
    )
    return ceremonies.Challenge(ceremony=ceremony.id, options=json.loads(webauthn.options_to_json(options)))


def add(session: Session, account_id: UUID, command: AddPasskey) -> Passkey:
    """Keep a new passkey.

    Raises:
        FactorRefusedError: it is no answer to this challenge, from here, by a device that has verified its owner.

    """
    ceremony, here = ceremonies.answered(session, ceremonies.ADD, command, account_id), ceremonies.here(session)
    given = ceremonies.parsed(ceremony, command.credential)
    try:
        found = webauthn.verify_registration_response(
            credential=given,
            expected_challenge=base64url_to_bytes(ceremony.challenge),
            expected_rp_id=here.id,
            expected_origin=here.origin,
            require_user_verification=True,
        )
    except ceremonies.MALFORMED as error:
        raise ceremonies.refused(ceremonies.cause_of(error), ceremony) from error
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
    finding.add_unless_taken(session, key, same, _("This passkey is kept already."))
    return key


def begin_showing(session: Session, account_id: UUID | None, browser: str) -> ceremonies.Challenge:
    """Ask a device to show a passkey of an account, or any that it has for this place.

    Raises:
        NotFoundError: there can be none here.

    """
    ceremony = ceremonies.asked(session, ceremonies.SHOW if account_id else ceremonies.SIGN_IN, account_id, browser)
    options = webauthn.generate_authentication_options(
        rp_id=ceremonies.here(session).id,
        challenge=base64url_to_bytes(ceremony.challenge),
        timeout=int(ceremonies.LIFETIME.total_seconds() * 1000),
        allow_credentials=[_described(key) for key in _of_account(session, account_id)] if account_id else None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return ceremonies.Challenge(ceremony=ceremony.id, options=json.loads(webauthn.options_to_json(options)))


def show(session: Session, account_id: UUID | None, command: ShowPasskey) -> Passkey:
    """Return the passkey that was shown, of an account, or of whose it says it is.

    Raises:
        FactorRefusedError: it is no answer to this challenge, from here, by a passkey of that account.

    """
    ceremony = ceremonies.answered(session, ceremonies.SHOW if account_id else ceremonies.SIGN_IN, command, account_id)
    given, here = ceremonies.parsed(ceremony, command.credential), ceremonies.here(session)
    named = select(Passkey).where(Passkey.credential_id == str(given.get("id"))).with_for_update()
    key = session.scalar(named)
    if key is None or key.account_id != (account_id or _holder(given)) or _lies(given, key):
        raise ceremonies.refused("unknown passkey", ceremony)
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
    except ceremonies.MALFORMED as error:
        raise ceremonies.refused(ceremonies.cause_of(error), ceremony, key.account_id) from error
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
    factors.require_another(session, account_id)
    session.delete(key)


def _own(session: Session, account_id: UUID, passkey_id: UUID) -> Passkey:
    key = session.get(Passkey, passkey_id, with_for_update=True)
    if key is None or key.account_id != account_id:
        raise finding.absent(Passkey, passkey_id)
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
