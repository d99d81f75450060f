"""TOTP and recovery codes.

Codes that an authenticator app shows (RFC 6238), and codes on paper for when the app or the passkey is lost.

Codes of an authenticator app, and codes on paper: each good once.
"""

import secrets
from base64 import b32encode
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from registration import lookups, settings
from registration.errors import FactorRefusedError, TakenError
from registration.identity import secret_hashes
from registration.identity.second_factors import policy
from registration.models import Account, Authenticator, RecoveryCode
from servicekit import identifiers
from servicekit.auth import encryption
from servicekit.data.clock import machine_now
from servicekit.texts.languages import noop as _

STEP_SECONDS = 30
DIGITS = 6
DRIFT = 1
"""Steps by which the clock of a phone may be off."""
SECRET_BYTES = 20
RECOVERY_CODES = 10
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: no letter that looks like another one."""
_LENGTH, _GROUP = 16, 4


def fresh_secret() -> bytes:
    """Return a secret of 160 bits for an app (RFC 4226, section 4)."""
    return secrets.token_bytes(SECRET_BYTES)


def step_of(secret: bytes, code: str, at: datetime, after: int) -> int | None:
    """Return the time step to which a code belongs, if it is right now; each step is good once.

    Args:
        secret: what the app was given.
        code: what was typed in.
        at: the present instant.
        after: the last step that was used.

    """
    if len(code) != DIGITS or not (code.isascii() and code.isdecimal()):
        return None
    now, app = int(at.timestamp()) // STEP_SECONDS, _app(secret)
    steps = [now + off for off in range(-DRIFT, DRIFT + 1)]
    right = [step for step in steps if bytes_eq(app.generate(step * STEP_SECONDS), code.encode())]
    return next((step for step in right if step > after), None)


def otpauth_uri(secret: bytes, holder: str, issuer: str) -> str:
    """Return the address by which an app takes a secret (Google Authenticator, Key Uri Format)."""
    return _app(secret).get_provisioning_uri(holder, issuer)


def in_letters(secret: bytes) -> str:
    """Return a secret as people type it in: groups of four letters (RFC 4648, base 32)."""
    text = b32encode(secret).decode()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def fresh_recovery_codes() -> list[str]:
    """Return ten codes of 80 bits, as 1234-abcd-5678-efgh."""
    return [_grouped("".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))) for _ in range(RECOVERY_CODES)]


def recovery_code(typed: str) -> str:
    """Return a recovery code as it is compared, however it was typed in."""
    plain = "".join(letter for letter in typed.lower() if letter.isalnum())
    return plain.translate(str.maketrans("oil", "011"))


def _grouped(text: str) -> str:
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def _app(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303  # what apps understand; HMAC needs no more


PURPOSE = "secrets of authenticator apps"
_RECOVERY = "recovery codes"
TOTP_CODE, RECOVERY = "totp", "recovery"


def begin(session: Session, account_id: UUID) -> None:
    """Make a secret for an app; until a code confirms it, it opens nothing.

    Raises:
        TakenError: the account has an app.

    """
    app = session.get(Authenticator, account_id, with_for_update=True)
    if app is not None and app.confirmed_at is not None:
        raise TakenError(_("An app is set up already: remove it first."))
    if app is None:
        app = Authenticator(account_id=account_id, created_at=machine_now())
        session.add(app)
    fresh = fresh_secret()
    app.sealed = encryption.seal(settings.of(session).secret_key, PURPOSE, fresh.hex())


def pending(session: Session, account_id: UUID) -> bytes | None:
    """Return the secret that waits for its first code; a confirmed one is shown to nobody any more."""
    app = session.get(Authenticator, account_id)
    return _secret(session, app) if app is not None and app.confirmed_at is None else None


def app_address(session: Session, account_id: UUID, secret: bytes) -> str:
    """Return the address by which an app on the same device takes the secret."""
    account = lookups.known(session, Account, account_id)
    return otpauth_uri(secret, account.email, f"Caravan {settings.of(session).instance}")


def confirm(session: Session, account_id: UUID, code: str) -> None:
    """Let the app be a second factor, by its first code.

    Raises:
        FactorRefusedError: the code is not right.

    """
    app = session.get(Authenticator, account_id, with_for_update=True)
    if app is None or app.confirmed_at is not None:
        raise _refused("no app", account_id)
    _use(session, app, code)
    app.confirmed_at = machine_now()


def show(session: Session, account_id: UUID, code: str) -> str:
    """Use a code of the app, or one on paper; return which it was.

    Raises:
        FactorRefusedError: it is not right, or was used before.

    """
    if len(code) > DIGITS:
        _use_recovery_code(session, account_id, code)
        return RECOVERY
    app = session.get(Authenticator, account_id, with_for_update=True)
    if app is None or app.confirmed_at is None:
        raise _refused("no app", account_id)
    _use(session, app, code)
    return TOTP_CODE


def remove(session: Session, account_id: UUID) -> None:
    """Let the app open nothing more.

    Raises:
        LastFactorError: the account's roles demand a second factor, and it is the last one.

    """
    app = session.get(Authenticator, account_id, with_for_update=True)
    if app is not None and app.confirmed_at is not None:
        policy.require_another(session, account_id)
    if app is not None:
        session.delete(app)


def make_recovery_codes(session: Session, account_id: UUID) -> Sequence[str]:
    """Return ten new codes, which are told here and never again; the ones before hold no more."""
    codes = fresh_recovery_codes()
    lookups.known(session, Account, account_id)
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    session.add_all(
        RecoveryCode(
            id=identifiers.random(),
            account_id=account_id,
            code_hash=_hash(session, account_id, code),
            created_at=machine_now(),
        )
        for code in codes
    )
    return codes


def _use(session: Session, app: Authenticator, code: str) -> None:
    step = step_of(_secret(session, app), code, machine_now(), app.last_step)
    if step is None:
        raise _refused("code", app.account_id)
    app.last_step = step


def _use_recovery_code(session: Session, account_id: UUID, code: str) -> None:
    mine = (
        RecoveryCode.account_id == account_id,
        RecoveryCode.code_hash == _hash(session, account_id, code),
        RecoveryCode.used_at.is_(None),
    )
    used = session.execute(update(RecoveryCode).where(*mine).values(used_at=machine_now()).returning(RecoveryCode.id))
    if used.first() is None:
        raise _refused("recovery code", account_id)


def _secret(session: Session, app: Authenticator) -> bytes:
    return bytes.fromhex(encryption.unseal(settings.of(session).secret_key, PURPOSE, app.sealed))


def _hash(session: Session, account_id: UUID, code: str) -> str:
    key = encryption.derived(settings.of(session).secret_key, _RECOVERY)
    return secret_hashes.digest_code(key, account_id, recovery_code(code))


def _refused(cause: str, account_id: UUID) -> FactorRefusedError:
    detail = _("The code is not right, or it was used before. Wait for the next one.")
    return FactorRefusedError(detail, cause=cause, account_id=account_id)
