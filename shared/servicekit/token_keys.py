"""Public keys as settings and events hold them."""

import json

from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet, OKPKey


def read(text: str) -> list[Key]:
    """Return the keys of a JSON Web Key Set (RFC 7517).

    Raises:
        ValueError: it is none, or holds keys that are not Ed25519's.

    """
    if not text:
        return []
    try:
        found = KeySet.import_key_set(json.loads(text)).keys
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise ValueError("is no JSON Web Key Set") from error
    if any(not isinstance(key, OKPKey) or key.is_private or not key.kid for key in found):
        raise ValueError("holds more than public Ed25519 keys with a kid each")
    return list(found)


def public(key_id: str, x: str) -> Key:
    """Return a public Ed25519 key by its id and its `x` (RFC 8037)."""
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": x, "kid": key_id})


def fault(text: str) -> str:
    """Say what is wrong with a key set; empty where nothing is."""
    try:
        read(text)
    except ValueError as error:
        return str(error)
    return ""
