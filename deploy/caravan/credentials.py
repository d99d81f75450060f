"""Bearer tokens for the HTTP API: from CARAVAN_TOKEN, else signed with the secret of the instance on this machine."""

import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import click
import requests

from caravan import discovery, local_instance
from caravan.secret_files import read_secret

KEY_PREFIX = "crv_"
TIMEOUT_SECONDS = (5, 20)
TokenSource = Callable[[], str]
"""Returns a new token; empty if there is none."""


class Credentials:
    """A cached bearer token, renewed when the platform refuses it; threads can share it."""

    def __init__(self, source: TokenSource) -> None:
        self._source = source
        self._lock = threading.Lock()
        self._token: str | None = None

    def header(self, refused: str | None = None) -> dict[str, str]:
        """Return the Authorization header, or none without a token.

        Args:
            refused: The header of a request that was answered 401: a token equal to it is renewed.

        """
        with self._lock:
            if self._token is None or refused == _bearer_header(self._token):
                self._token = self._source()
            return {"Authorization": _bearer_header(self._token)} if self._token else {}


def credentials(registration: str, environ: Mapping[str, str] = os.environ, data: Path | None = None) -> Credentials:
    """Return the credentials for a platform.

    Args:
        registration: Base address of its registration service, which exchanges API keys.
        environ: The environment; CARAVAN_TOKEN holds a token or an API key.
        data: Data folder of the instance on this machine, used without CARAVAN_TOKEN.

    """
    given = read_secret("CARAVAN_TOKEN", environ)
    if given.startswith(KEY_PREFIX):
        return Credentials(lambda: _exchange_key(registration, given))
    if given:
        return Credentials(lambda: given)
    return Credentials(lambda: _operator_token(data or Path(environ.get("CARAVAN_DATA", local_instance.DATA)), environ))


def _bearer_header(token: str) -> str:
    return f"Bearer {token}"


def _exchange_key(registration: str, key: str) -> str:
    """Exchange an API key for a token (RFC 6749, section 4.4); empty if that fails."""
    body = {"grant_type": "client_credentials"}
    try:
        answer = requests.post(f"{registration}/v1/tokens", data=body, auth=("key", key), timeout=TIMEOUT_SECONDS)
    except requests.RequestException:
        return ""
    return str(answer.json().get("access_token", "")) if answer.ok else ""


def _operator_token(data: Path, environ: Mapping[str, str]) -> str:
    """Return a token signed by the service that issues them; empty if this machine does not hold its secret."""
    for name, declared in discovery.services().items():
        if declared.operator_token is not None:
            try:
                runtime = local_instance.runtime_of(name, data.resolve(), environ)
            except click.ClickException:
                return ""
            if runtime.settings.secret_key:
                return declared.operator_token(runtime)
    return ""
