"""A client of RabbitMQ's management API."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import click
import requests

API_URL_SETTING = "CARAVAN_BROKER_API_URL"
TIMEOUT_SECONDS = 15


@dataclass(frozen=True)
class Management:
    """The management API with an administrator's login, for one virtual host.

    Every call raises click.ClickException if RabbitMQ refuses it or does not answer.
    """

    url: str
    vhost: str
    ca_file: str = ""
    """File of the certificate authorities; empty for those of the machine."""

    def put(self, path: str, body: Mapping[str, Any] | None = None) -> None:
        """Create or replace a resource; idempotent."""
        self._call("PUT", path, body or {})

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Post to a path; return the JSON answer, or None if it is empty."""
        answer = self._call("POST", path, body)
        return answer.json() if answer.content else None

    def get(self, path: str) -> Any:
        """Return a resource; None if it does not exist."""
        answer = self._call("GET", path, None, allow_missing=True)
        return None if answer.status_code == HTTPStatus.NOT_FOUND else answer.json()

    def delete(self, path: str) -> None:
        """Delete a resource; no error if it does not exist."""
        self._call("DELETE", path, None, allow_missing=True)

    @property
    def vhost_path(self) -> str:
        """The virtual host, quoted for paths."""
        return quote(self.vhost, safe="")

    def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None, *, allow_missing: bool = False
    ) -> requests.Response:
        parts = urlsplit(self.url)
        server = parts.netloc.rpartition("@")[2]
        base = parts._replace(netloc=server).geturl().rstrip("/")
        try:
            answer = requests.request(
                method,
                f"{base}/api/{path}",
                json=body,
                auth=(unquote(parts.username or "guest"), unquote(parts.password or "guest")),
                timeout=TIMEOUT_SECONDS,
                verify=self.ca_file or True,
            )
        except (requests.RequestException, OSError) as error:
            raise click.ClickException(
                f"RabbitMQ's management API at {server} does not answer: {_root_cause(error)}"
            ) from error
        if not (answer.ok or (allow_missing and answer.status_code == HTTPStatus.NOT_FOUND)):
            raise click.ClickException(f"RabbitMQ refused {method} {path}: {answer.status_code} {answer.text[:300]}")
        return answer


def _root_cause(error: BaseException) -> BaseException:
    """Return the innermost error: the HTTP client wraps it several times."""
    while error.__context__ is not None:
        error = error.__context__
    return error
