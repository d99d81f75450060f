"""Codes that an authenticator app shows (RFC 6238), and codes on paper for when the app or the passkey is lost."""

import secrets
from base64 import b32encode
from datetime import datetime

from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

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


def app_address(secret: bytes, holder: str, issuer: str) -> str:
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
