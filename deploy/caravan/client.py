"""A client of the public HTTP API of a running platform, with retries and idempotency keys."""

import hashlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import click
import requests
from requests.exceptions import ChunkedEncodingError

from caravan.credentials import Credentials, credentials

JsonObject = dict[str, Any]
"""A JSON object in an answer of a service."""

SERVICES = ("registration", "matching", "notifications")
TIMEOUT_SECONDS = (5, 60)
"""For connecting, and for reading."""
PAGE_SIZE = 500
THREADS = 4
"""Requests that `run_in_parallel` sends at the same time."""

Row = TypeVar("Row")
Result = TypeVar("Result")


class PlatformError(click.ClickException):
    """The platform cannot do what the command needs; the command ends with this message."""


class UnavailableError(PlatformError):
    """The platform cannot be reached, or answered 502, 503 or 504 for longer than the retries last."""


class RefusedError(PlatformError):
    """The platform refused a request; `problem` holds its problem details (RFC 9457)."""

    def __init__(self, what: str, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.problem = problem
        parts = [problem.get("title") or "the request was refused", problem.get("detail")]
        parts += [f"{error.get('pointer', '')}: {error.get('detail', '')}" for error in problem.get("errors") or ()]
        super().__init__(f"{what} answered {status}: {'; '.join(part for part in parts if part)}")

    @property
    def kind(self) -> str:
        """The last part of the problem's type, such as `already-reviewed`."""
        return str(self.problem.get("type", "")).rpartition(":")[2]


def idempotency_key(*parts: object) -> str:
    """Return an Idempotency-Key derived from the parts: equal parts give equal keys."""
    canonical = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass
class Client:
    """A client of one service; threads can share it, since each has a session of its own."""

    base_url: str
    language: str = "ru"
    credentials: Credentials = field(default_factory=lambda: Credentials(str))
    """Whose bearer token the requests carry."""
    retry_seconds: float = 30.0
    """How long a request is retried while the service is unavailable."""
    _local: threading.local = field(default_factory=threading.local, repr=False)

    def get(self, path: str, **query: Any) -> Any:
        """Return the resource at a path."""
        return self._request("GET", path, params={name: value for name, value in query.items() if value is not None})

    def items(self, path: str, **query: Any) -> Iterator[JsonObject]:
        """Yield all items of a paged list, page by page."""
        after = None
        while True:
            page = self.get(path, **query, after=after, limit=PAGE_SIZE)
            yield from page["items"]
            after = page.get("next")
            if after is None:
                return

    def get_items(self, path: str) -> list[JsonObject]:
        """Return the items of a list that is not paged."""
        found: list[JsonObject] = self.get(path)["items"]
        return found

    def post(self, path: str, body: Mapping[str, Any] | None = None, *, key: str | None = None) -> Any:
        """Create a resource; its Idempotency-Key (random if not given) makes retries safe."""
        key = key or idempotency_key(path, body, time.time_ns())
        return self._request("POST", path, body=body or {}, headers={"Idempotency-Key": key})

    def transition(self, path: str, body: Mapping[str, Any] | None = None) -> None:
        """Post a state transition that is possible once: a 409 on a retry means that the first try succeeded."""
        self._request("POST", path, body=body or {}, is_step=True)

    def put(self, path: str, body: Mapping[str, Any]) -> Any:
        """Replace a resource."""
        return self._request("PUT", path, body=body)

    def _request(self, method: str, path: str, *, body: Any = None, is_step: bool = False, **given: Any) -> Any:
        what = f"{method} {urlsplit(self.base_url).path}{path}"
        raw = None if body is None else json.dumps(body, ensure_ascii=False, default=str).encode()
        headers = {"Content-Type": "application/json", **given.pop("headers", {})} if raw is not None else {}
        sent = {"data": raw, "headers": headers | self.credentials.header(), **given}
        response, tries = self._send_with_retries(what, method, path, sent)
        if response.status_code == 401:
            sent["headers"] = headers | self.credentials.header(refused=sent["headers"].get("Authorization"))
            response, tries = self._send_with_retries(what, method, path, sent)
        if response.ok:
            return response.json() if response.content else {}
        if is_step and tries > 1 and response.status_code == 409:
            return {}
        raise RefusedError(what, response.status_code, _problem_details(response))

    def _send_with_retries(self, what: str, method: str, path: str, given: Any) -> tuple[requests.Response, int]:
        """Send a request until it is answered; return the response and how many tries may have reached the service.

        Raises:
            UnavailableError: there was no answer within `retry_seconds`.

        """
        end, wait, tries = time.monotonic() + self.retry_seconds, 0.1, 0
        while True:
            try:
                tries += 1
                response = self._session.request(method, self.base_url + path, timeout=TIMEOUT_SECONDS, **given)
                cause = "it is unavailable"
            except requests.ConnectTimeout as error:
                tries, response, cause = tries - 1, None, _describe(error)
            except (requests.ConnectionError, requests.Timeout, ChunkedEncodingError) as error:
                response, cause = None, _describe(error)
            if response is not None and not _is_temporary(response):
                return response, tries
            if time.monotonic() + wait > end:
                raise UnavailableError(f"{what}: no answer from {self.base_url}: {cause}")
            time.sleep(wait)
            wait = min(wait * 2, 2.0)

    @property
    def _session(self) -> requests.Session:
        if not hasattr(self._local, "session"):
            session = requests.Session()
            session.headers.update({"Accept": "application/json", "Accept-Language": self.language})
            session.trust_env = not _is_loopback(self.base_url)
            self._local.session = session
        found: requests.Session = self._local.session
        return found


@dataclass(frozen=True)
class Platform:
    """The three services of one instance."""

    registration: Client
    matching: Client
    notifications: Client

    @property
    def services(self) -> dict[str, Client]:
        """The clients by the names of their services."""
        return {name: getattr(self, name) for name in SERVICES}


def connect(
    url: str | None = None,
    language: str = "ru",
    environ: Mapping[str, str] = os.environ,
    data: Path | None = None,
) -> Platform:
    """Return the clients of a platform.

    Args:
        url: The origin of all services. If not given, REGISTRATION_URL, MATCHING_URL and NOTIFICATIONS_URL of the
            environment give the origin of one service each, and CARAVAN_URL that of the others.
        language: Language of the answers.
        environ: The environment.
        data: The data folder of an instance on this machine, for its credentials.

    Each service answers under the prefix of its name.
    """
    common = url or environ.get("CARAVAN_URL") or "http://127.0.0.1:8000"
    origins = {name: common if url else environ.get(f"{name.upper()}_URL", common) for name in SERVICES}
    bases = {name: _base_url(origin, name) for name, origin in origins.items()}
    bearer = credentials(bases["registration"], environ, data)
    return Platform(**{name: Client(base_url, language, bearer) for name, base_url in bases.items()})


def _base_url(origin: str, service: str) -> str:
    return f"{origin.rstrip('/').removesuffix(f'/{service}')}/{service}"


def run_in_parallel(work: Callable[[Row], Result], rows: Iterable[Row]) -> list[Result]:
    """Return `work(row)` for each row, in the order of the rows, with several threads.

    The first exception is raised; calls that have not begun are cancelled.
    """
    with ThreadPoolExecutor(THREADS) as pool:
        futures = [pool.submit(work, row) for row in rows]
        try:
            return [future.result() for future in futures]
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _is_temporary(response: requests.Response) -> bool:
    """Return whether a retry can succeed: the service is unavailable, or still works on the same request."""
    is_in_flight = response.status_code == 409 and "Retry-After" in response.headers
    return is_in_flight or response.status_code in (502, 503, 504)


def _is_loopback(base_url: str) -> bool:
    host = urlsplit(base_url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _problem_details(response: requests.Response) -> Mapping[str, Any]:
    try:
        document = response.json()
    except ValueError:
        return {"title": response.reason}
    return document if isinstance(document, dict) else {"title": response.reason}


def _describe(error: Exception) -> str:
    return "it does not answer in time" if isinstance(error, requests.Timeout) else "the connection was refused or lost"
