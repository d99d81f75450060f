"""How a provider of sign-ins is called: where its operator said, or on the open internet; whatever it says of itself.

What a provider names in its metadata is its word alone: an address of the inside is called only where the operator
has named the same origin as the issuer.
"""

from collections.abc import Mapping
from io import BytesIO
from time import monotonic
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from registration.providers import Provider, is_safe
from servicekit import outgoing, public_address
from servicekit.guard import LOOPBACK
from servicekit.public_address import AddressRefusedError

S = TypeVar("S", bound=requests.Session)

TIMEOUT_SECONDS = 8
"""The longest silence of a provider."""
MOST_SECONDS = 15
"""After how long nothing more of an answer is read."""
MOST_BYTES = 256 * 1024
"""How much of an answer is read: a set of keys with their certificates is some 20 kB."""


def may_be_called(provider: Provider, address: str) -> bool:
    """Tell whether an address that a provider names may be called: the operator's own origin, or a public one."""
    if is_vouched(provider, address):
        return True
    try:
        public_address.read(address)
    except AddressRefusedError:
        return False
    return True


def may_be_opened(provider: Provider, address: str) -> bool:
    """Tell whether somebody's browser may be sent to an address: over TLS, wherever it leads from there.

    Raises:
        ValueError: it is no address.

    """
    parts = urlsplit(address)
    is_whole = bool(parts.hostname) and parts.port != 0 and address.isprintable()
    return is_whole and (is_vouched(provider, address) or parts.scheme == "https")


def is_vouched(provider: Provider, address: str) -> bool:
    """Tell whether the operator answers for an address: the issuer's origin, or one of the machine like the issuer's.

    Raises:
        ValueError: it is no address.

    """
    own, named = urlsplit(provider.issuer), urlsplit(address)
    if own.hostname in LOOPBACK and named.hostname in LOOPBACK:
        return is_safe(address)
    return (own.scheme, own.netloc) == (named.scheme, named.netloc)


def careful(provider: Provider, session: S, address: str) -> S:
    """Let a session speak with one address alone: by no proxy of the environment, and read no more than there is to.

    A name that nobody vouches for is looked up once; the connection goes to what was found, if that is public.
    """
    session.trust_env = False
    session.verify = provider.ca_file or True
    session.headers["Accept-Encoding"] = "identity"
    session.adapters.clear()
    session.mount(address, HTTPAdapter() if is_vouched(provider, address) else outgoing.PublicAdapter(True))
    session.hooks["response"].append(_bounded)
    return session


def get(provider: Provider, address: str, headers: Mapping[str, str] | None = None) -> Any:
    """Return what an address answers, read as JSON.

    Raises:
        requests.RequestException: there is no answer, a refusal, or too long a one.
        ValueError, RecursionError: the answer is none.

    """
    with careful(provider, requests.Session(), address) as session:
        answer = session.get(address, headers=headers, timeout=TIMEOUT_SECONDS, allow_redirects=False)
        answer.raise_for_status()
        return answer.json()


def _bounded(response: requests.Response, *_args: Any, **_options: Any) -> None:
    """Read what fits of an answer before requests would read all of it."""
    body, is_cut = outgoing.read(response, monotonic() + MOST_SECONDS, MOST_BYTES)
    if is_cut:
        raise requests.RequestException("the answer is too long, or was broken off")
    response.raw = BytesIO(body)
