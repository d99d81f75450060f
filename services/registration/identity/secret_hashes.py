"""Secrets that people and programs hold, and what is kept of them."""

import hmac
import secrets
from hashlib import sha256

BYTES = 32
DIGITS = 6
KEY_PREFIX = "crv_"


def fresh() -> str:
    """Return a secret of 256 bits, as 43 characters that may stand in an address."""
    return secrets.token_urlsafe(BYTES)


def fresh_code() -> str:
    """Return six digits."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def digest(secret: str) -> str:
    """Return what is kept of a secret of 256 bits: nobody finds it by trying, so that a plain hash will do."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def digest_code(key: bytes, attempt: object, code: str) -> str:
    """Return what is kept of a code: a million codes are soon tried, so that the hash needs a key."""
    return hmac.new(key, f"{attempt}/{code}".encode("utf-8", "surrogatepass"), sha256).hexdigest()


def are_equal(one: str, other: str) -> bool:
    """Compare two digests without telling by time how much of them is equal."""
    return hmac.compare_digest(one.encode(), other.encode())
