"""Provider client.

How a provider of sign-ins is called: where its operator said, or on the open internet; whatever it says of itself.

What a provider names in its metadata is its word alone: an address of the inside is called only where the operator
has named the same origin as the issuer.

Ask an agency's OpenID Connect: discovery, the code exchanged, the ID token verified. No transaction may be open.

OpenID Connect Core 1.0 and Discovery 1.0, authorization code flow with PKCE (RFC 7636).
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from time import monotonic
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from requests.adapters import HTTPAdapter

from registration.errors import ProviderAwayError, ProviderRefusedError
from registration.identity.oidc.providers import Provider, is_safe
from servicekit.privacy import contacts
from servicekit.texts.languages import noop as _
from servicekit.web import outgoing
from servicekit.web.outgoing import AddressRefusedError
from servicekit.web.security import LOOPBACK

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
        outgoing.resolve_target(address)
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


log = logging.getLogger(__name__)
KNOWN_SECONDS = 600
"""For how long what a provider says of itself is believed."""
MOST_KNOWN = 256
"""Answers that are kept: those of times gone by go when others come."""
LEEWAY_SECONDS = 60
SCOPES = "openid email"
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519")
"""Public-key signatures alone: with a shared secret whoever knows it could sign."""
_CALLED = ("token_endpoint", "jwks_uri")


@dataclass(frozen=True, kw_only=True)
class Errand:
    """What somebody is sent to a provider with, and what has to come back."""

    state: str
    nonce: str
    verifier: str
    redirect_uri: str


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Whom a provider vouches for."""

    issuer: str
    subject: str
    email: str
    is_email_verified: bool
    has_second_factor: bool
    """Whether the provider says that it asked for one."""


def address(provider: Provider, errand: Errand) -> str:
    """Return the address at which the provider asks somebody to sign in.

    Raises:
        ProviderAwayError: it does not say where that is.

    """
    endpoint = _metadata(provider, _era())["authorization_endpoint"]
    wished = {"acr_values": " ".join(provider.second_factor_acr)} if provider.second_factor_acr else {}
    with _session(provider, errand, endpoint) as session:
        made, _state = session.create_authorization_url(
            endpoint, state=errand.state, nonce=errand.nonce, code_verifier=errand.verifier, **wished
        )
    return str(made)


def identity(provider: Provider, errand: Errand, code: str) -> Identity:
    """Exchange a code for what the provider says of somebody.

    Raises:
        ProviderAwayError: it does not answer.
        ProviderRefusedError: it refuses the code, or its answer is not to be believed.

    """
    about = _metadata(provider, _era())
    with _session(provider, errand, about["token_endpoint"]) as session:
        try:
            granted = session.fetch_token(
                about["token_endpoint"],
                code=code,
                grant_type="authorization_code",
                code_verifier=errand.verifier,
                redirect_uri=errand.redirect_uri,
                allow_redirects=False,
            )
        except (requests.RequestException, ValueError, TypeError, OverflowError, RecursionError) as error:
            raise _away(provider, error) from error
        except AuthlibBaseError as error:
            raise refused("code", provider.key) from error
    claims = _verified(provider, errand, granted)
    if "email" not in claims and about.get("userinfo_endpoint"):
        claims = {**_userinfo(provider, about, granted, claims["sub"]), **claims}
    return _identity(provider, claims)


def refused(cause: str, provider: str) -> ProviderRefusedError:
    """Say that somebody is not let in by a provider of that key; why stands in the log alone."""
    return ProviderRefusedError(_("Begin again from the sign-in page."), cause=cause, provider=provider)


def _verified(provider: Provider, errand: Errand, granted: Mapping[str, Any]) -> Mapping[str, Any]:
    text = str(granted.get("id_token", ""))
    try:
        token = _decoded(provider, text)
        expected = {"iss": {"value": provider.issuer}, "aud": {"value": provider.client_id}}
        params = {"nonce": errand.nonce, "client_id": provider.client_id, "access_token": granted.get("access_token")}
        claims = CodeIDToken(token.claims, token.header, expected, params)
        claims.validate(leeway=LEEWAY_SECONDS)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        claim = getattr(error, "claim", None)
        raise refused(f"id token: {claim or type(error).__name__}", provider.key) from error
    if not isinstance(claims["sub"], str) or not 1 <= len(claims["sub"]) <= 255 or not claims["sub"].isprintable():
        raise refused("id token: sub", provider.key)
    return dict(claims)


def _decoded(provider: Provider, text: str) -> jwt.Token:
    """Verify the signature; with the provider's newest keys, where it has changed them."""
    try:
        return jwt.decode(text, _keys(provider, _era()), algorithms=list(ALGORITHMS))
    except (InvalidKeyIdError, BadSignatureError):
        return jwt.decode(text, _keys.__wrapped__(provider, _era()), algorithms=list(ALGORITHMS))


def _userinfo(
    provider: Provider, about: Mapping[str, Any], granted: Mapping[str, Any], subject: str
) -> Mapping[str, Any]:
    bearer = {"Authorization": f"Bearer {granted.get('access_token', '')}"}
    told = _get(provider, about["userinfo_endpoint"], bearer)
    if told.get("sub") != subject:
        raise refused("userinfo: sub", provider.key)
    return told


def _identity(provider: Provider, claims: Mapping[str, Any]) -> Identity:
    methods = claims.get("amr") or ()
    return Identity(
        issuer=provider.issuer,
        subject=claims["sub"],
        email=_address(claims.get("email")),
        is_email_verified=claims.get("email_verified") is True,
        has_second_factor="mfa" in methods or claims.get("acr") in provider.second_factor_acr,
    )


def _address(told: Any) -> str:
    """Return an address that can be written to, else none."""
    try:
        return contacts.email(told) if isinstance(told, str) else ""
    except ValueError:
        return ""


def _session(provider: Provider, errand: Errand, endpoint: str) -> OAuth2Session:
    session = OAuth2Session(
        provider.client_id,
        provider.client_secret or None,
        scope=SCOPES,
        redirect_uri=errand.redirect_uri,
        code_challenge_method="S256",
        token_endpoint_auth_method=_method(provider),
        default_timeout=TIMEOUT_SECONDS,
    )
    return careful(provider, session, endpoint)


def _method(provider: Provider) -> str:
    if not provider.client_secret:
        return "none"
    offered = _metadata(provider, _era()).get("token_endpoint_auth_methods_supported")
    is_posted = isinstance(offered, list) and offered and "client_secret_basic" not in offered
    return "client_secret_post" if is_posted else "client_secret_basic"


def _era() -> int:
    """Name the present ten minutes: what was learnt in others is asked for anew."""
    return int(time.monotonic() // KNOWN_SECONDS)


@lru_cache(maxsize=MOST_KNOWN)
def _metadata(provider: Provider, _era: int) -> Mapping[str, Any]:
    about = _get(provider, f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    called = [
        about.get(name) for name in (*_CALLED, *(["userinfo_endpoint"] if about.get("userinfo_endpoint") else []))
    ]
    try:
        is_safe = may_be_opened(provider, str(about.get("authorization_endpoint", ""))) and all(
            may_be_called(provider, str(address)) for address in called
        )
    except ValueError as error:
        raise _away(provider, error) from error
    if about.get("issuer") != provider.issuer or not is_safe:
        raise _away(provider, ValueError("it names another issuer, or unsafe addresses"))
    return about


@lru_cache(maxsize=MOST_KNOWN)
def _keys(provider: Provider, _era: int) -> KeySet:
    told = _get(provider, _metadata(provider, _era)["jwks_uri"])
    try:
        return KeySet.import_key_set(told)  # type: ignore[arg-type]  # whatever else it is raises
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise _away(provider, error) from error


def _get(provider: Provider, url: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    try:
        told = get(provider, url, headers)
    except (requests.RequestException, ValueError, RecursionError) as error:
        raise _away(provider, error) from error
    if not isinstance(told, dict):
        raise _away(provider, ValueError("it answers no object"))
    return told


def _away(provider: Provider, error: Exception) -> ProviderAwayError:
    log.warning(
        "a provider of sign-ins does not answer", extra={"provider": provider.key, "cause": type(error).__name__}
    )
    return ProviderAwayError(_("Try again in a minute, or sign in by a letter."))
