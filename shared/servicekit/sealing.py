"""What the services of an instance keep secret together: keys derived from its one secret, and sealed texts."""

from functools import cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

_HEADER = {"alg": "dir", "enc": "A256GCM"}


class UnsealableError(ValueError):
    """The text was not sealed with this secret for this purpose."""


class NoSecretError(RuntimeError):
    """The instance has no secret: CARAVAN_SECRET_KEY is not set."""


@cache
def derived(secret: str, purpose: str) -> bytes:
    """Return the key of 32 bytes that serves one purpose (HKDF, RFC 5869).

    Raises:
        NoSecretError: there is no secret.

    """
    if not secret:
        raise NoSecretError("CARAVAN_SECRET_KEY is not set")
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret.encode())


def seal(secret: str, purpose: str, text: str) -> str:
    """Encrypt a text so that only who knows the secret and the purpose can read it (RFC 7516, A256GCM)."""
    return jwe.encrypt_compact(_HEADER, text.encode(), OctKey.import_key(derived(secret, purpose)))


def unseal(secret: str, purpose: str, sealed: str) -> str:
    """Return a sealed text.

    Raises:
        UnsealableError: it is none, or not of this secret and purpose.

    """
    try:
        found = jwe.decrypt_compact(sealed, OctKey.import_key(derived(secret, purpose))).plaintext
    except (JoseError, ValueError) as error:
        raise UnsealableError("this cannot be unsealed") from error
    return (found or b"").decode()
