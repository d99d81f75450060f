"""Sealed texts, constant-time answers.

What the services of an instance keep secret together: keys derived from its one secret, and sealed texts.

Answer at even times, so that nobody reads from the clock what an answer keeps to itself.
"""

from collections.abc import Callable
from functools import cache, wraps
from time import perf_counter, sleep
from typing import Any, TypeVar

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


F = TypeVar("F", bound=Callable[..., Any])


def even(seconds: float) -> Callable[[F], F]:
    """Let a view answer, or refuse, at a multiple of some seconds after it began, whatever it did meanwhile.

    To stand above `reads` and `writes`: whoever waits holds a thread, and neither a transaction nor a lock.
    """

    def decorate(view: F) -> F:
        @wraps(view)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            began = perf_counter()
            try:
                return view(*args, **kwargs)
            finally:
                sleep(seconds - (perf_counter() - began) % seconds)

        return wrapper  # type: ignore[return-value]  # wraps() keeps the shape

    return decorate
