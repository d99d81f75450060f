"""RabbitMQ's management API, as the commands use it."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import click
import requests

API = "CARAVAN_BROKER_API_URL"
TIMEOUT_SECONDS = 15


@dataclass(frozen=True)
class Management:
    """RabbitMQ's management API, with the rights of an administrator, on one virtual host.

    Whatever it refuses, and its absence, ends the command with one line.
    """

    url: str
    vhost: str
    ca_file: str = ""
    """Whom to believe about the server's certificate; empty: whom the machine believes."""

    def put(self, path: str, body: Mapping[str, Any] | None = None) -> None:
        """Make something so; no harm if it is so already."""
        self._call("PUT", path, body or {})

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Add something, no harm if it is there already, or ask for something; return the answer, if there is one."""
        answer = self._call("POST", path, body)
        return answer.json() if answer.content else None

    def get(self, path: str) -> Any:
        """Return what stands there, or None where there is nothing."""
        answer = self._call("GET", path, None, allow_missing=True)
        return None if answer.status_code == HTTPStatus.NOT_FOUND else answer.json()

    def delete(self, path: str) -> None:
        """Take something away; no harm if it is gone already."""
        self._call("DELETE", path, None, allow_missing=True)

    @property
    def vhost_path(self) -> str:
        """The virtual host as it stands in paths."""
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
    """Return what an error began with: the client wraps it thrice."""
    while error.__context__ is not None:
        error = error.__context__
    return error
