"""As whom the command asks: with CARAVAN_TOKEN, else as whoever can read the instance's secret at this machine."""

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
"""Returns a token, made or exchanged anew; empty for none."""


class Credentials:
    """A token, made when it is needed, and again when it does not hold any more; safe to share between threads."""

    def __init__(self, make: TokenSource) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._token: str | None = None

    def header(self, refused: str | None = None) -> dict[str, str]:
        """Return the header that says who asks; `refused` is one that did not hold."""
        with self._lock:
            if self._token is None or refused == _bearer_header(self._token):
                self._token = self._make()
            return {"Authorization": _bearer_header(self._token)} if self._token else {}


def credentials(registration: str, environ: Mapping[str, str] = os.environ, data: Path | None = None) -> Credentials:
    """Return the credentials for the platform whose registration has that base address."""
    given = read_secret("CARAVAN_TOKEN", environ)
    if given.startswith(KEY_PREFIX):
        return Credentials(lambda: _exchange_key(registration, given))
    if given:
        return Credentials(lambda: given)
    return Credentials(lambda: _operator_token(data or Path(environ.get("CARAVAN_DATA", local_instance.DATA)), environ))


def _bearer_header(token: str) -> str:
    return f"Bearer {token}"


def _exchange_key(registration: str, key: str) -> str:
    """Exchange a key to the API for a token that every service takes (RFC 6749, section 4.4)."""
    body = {"grant_type": "client_credentials"}
    try:
        answer = requests.post(f"{registration}/v1/tokens", data=body, auth=("key", key), timeout=TIMEOUT_SECONDS)
    except requests.RequestException:
        return ""
    return str(answer.json().get("access_token", "")) if answer.ok else ""


def _operator_token(data: Path, environ: Mapping[str, str]) -> str:
    """Have a token made by the service at hand that signs them, if this machine holds its secret."""
    for name, declared in discovery.services().items():
        if declared.operator_token is not None:
            try:
                runtime = local_instance.runtime_of(name, data.resolve(), environ)
            except click.ClickException:
                return ""
            if runtime.settings.secret_key:
                return declared.operator_token(runtime)
    return ""
