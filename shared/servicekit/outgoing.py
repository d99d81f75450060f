"""Speak HTTP to an address that a user gave: the only way in which the platform may.

The address is checked when it is saved (`require_public`) and again when it is called (`request`), where the name is
looked up once and the connection goes to what was checked. What comes back is for our eyes: no answer of a stranger's
server is shown to a user, who could read the inside of the network with it.
"""

import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from time import monotonic
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests_hardened import Config, HTTPSession
from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter
from urllib3.exceptions import HTTPError

from servicekit import deadlines, failures, public_address
from servicekit.languages import noop as _
from servicekit.problems import FieldError, InvalidInputError
from servicekit.public_address import AddressRefusedError, Target
from servicekit.settings import Settings

SECONDS = 15.0
"""The most that a request takes, from the look-up of the name to the end of the answer."""
MOST_BYTES = 64 * 1024
"""How much of an answer is read."""
_LOOK_UP_SECONDS = 3.0
_CONNECT_SECONDS = 5.0
_CONFIG = Config(
    ip_filter_enable=False,  # the session mounts one adapter of ours instead
    ip_filter_allow_loopback_ips=False,
    never_redirect=True,
    default_timeout=(_CONNECT_SECONDS, SECONDS),
    user_agent_override="Caravan",
)


class Failure(StrEnum):
    """Why there is no answer, in words that the owner of the address may read; translated where they are shown."""

    REFUSED = _("This address may not be called.")
    NOT_PUBLIC = _("The name leads to an address that is not on the public internet.")
    NOT_FOUND = _("The name cannot be found.")
    CERTIFICATE = _("No safe connection can be made: the certificate of the server is not valid for this address.")
    SLOW = _("The server did not answer in time.")
    UNREACHABLE = _("The server cannot be reached, or broke the connection off.")


class OutgoingError(Exception):
    """There is no answer; `failure` says why and may be shown, what lies behind it may not."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.value)
        self.failure = failure


@dataclass(frozen=True)
class Answer:
    """What a server of somebody else answered; a redirect too is an answer, and is not followed."""

    status: int
    headers: Mapping[str, str]
    """Names in any case."""
    body: bytes = field(repr=False)
    """At most `MOST_BYTES`, as it was sent: what is packed, though nobody asked for that, stays packed."""
    is_cut: bool
    """Whether there was more, or it did not come in time."""


def require_public(url: str, settings: Settings, pointer: str = "#/url") -> str:
    """Return the one spelling of an address that is to be saved.

    A name that cannot be looked up now is taken: saving depends on no name server, and `request` looks once more.

    Raises:
        InvalidInputError: it may not be called; the error points to the field.

    """
    try:
        target = public_address.read(url, settings.outgoing_hosts)
        if not target.is_vouched and not all(map(public_address.is_public, _addresses(target))):
            raise AddressRefusedError(Failure.NOT_PUBLIC.value)
    except AddressRefusedError as error:
        raise InvalidInputError(_("Nothing was saved."), errors=[FieldError(pointer, str(error))]) from error
    return target.url


def request(
    method: str,
    url: str,
    settings: Settings,
    *,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
) -> Answer:
    """Send a request and return the answer, whatever its status.

    Raises:
        OutgoingError: there is none. The request may have been received all the same.

    """
    try:
        target = public_address.read(url, settings.outgoing_hosts)
    except AddressRefusedError as error:
        raise OutgoingError(Failure.REFUSED) from error
    deadline = monotonic() + seconds
    asked = {"Accept-Encoding": "identity", **(headers or {})}
    sent = {"data": body, "headers": asked, "timeout": (min(seconds, _CONNECT_SECONDS), seconds)}
    try:
        return deadlines.within(
            seconds + deadlines.GRACE_SECONDS, lambda: _exchange(method, target, settings, deadline, sent)
        )
    except (requests.RequestException, HTTPError, OSError, UnicodeError) as error:
        raise OutgoingError(_failure(error)) from error


def _exchange(method: str, target: Target, settings: Settings, deadline: float, sent: Mapping[str, Any]) -> Answer:
    with _Session(_CONFIG) as session:
        session.trust_env = False  # no proxy, password or authority from the environment
        session.mount("https://", _adapter(target, deadline))
        session.verify = settings.outgoing_ca_file or True
        with session.request(method, target.url, stream=True, allow_redirects=False, **sent) as response:
            body, is_cut = read(response, deadline)
            return Answer(response.status_code, response.headers, body, is_cut)


def read(response: requests.Response, deadline: float, most: int = MOST_BYTES) -> tuple[bytes, bool]:
    """Read the body as far as it comes in time and fits; say whether there was more."""
    body = b""
    with suppress(HTTPError, OSError):
        while len(body) <= most and monotonic() < deadline:
            part = response.raw.read1(most + 1 - len(body), decode_content=False)
            if not part:
                return body, False
            body += part
    return body[:most], True


class _Session(HTTPSession):  # type: ignore[misc]  # the library is untyped
    """Goes nowhere else."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """See no redirect: requests would read and unpack the whole body of one, even where it is not to follow."""


class PublicAdapter(IPFilterAdapter):  # type: ignore[misc]  # the library is untyped
    """Looks a name up once, and connects to what it found if that is public."""

    def build_connection_pool_key_attributes(self, *args: Any, **kwargs: Any) -> Any:
        """Look the name up; the rules of the library are held first, then our own.

        Raises:
            InvalidIPAddress: it leads to the inside.

        """
        host, pool = super().build_connection_pool_key_attributes(*args, **kwargs)
        if not public_address.is_public(host["host"].strip("[]")):
            raise InvalidIPAddress
        return host, pool


def _adapter(target: Target, deadline: float) -> HTTPAdapter:
    adapter: HTTPAdapter = HTTPAdapter() if target.is_vouched else PublicAdapter(is_https_proto=True)
    adapter.init_poolmanager(1, 1, ssl_context=deadlines.tls(deadline))
    return adapter


def _addresses(target: Target) -> list[str]:
    """Return where a name leads now; nothing if that cannot be found out."""
    with suppress(OSError, UnicodeError):
        found = deadlines.within(
            _LOOK_UP_SECONDS, lambda: socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        )
        return [str(place[0]) for *_, place in found]
    return []


def _failure(error: Exception) -> Failure:
    """Say in our own words what went wrong: those of the library quote addresses."""
    links = list(failures.chain(error))
    for kind, failure in _FAILURES.items():
        if any(isinstance(link, kind) for link in links):
            return failure
    return Failure.UNREACHABLE


_FAILURES: dict[type[BaseException], Failure] = {
    InvalidIPAddress: Failure.NOT_PUBLIC,
    socket.gaierror: Failure.NOT_FOUND,
    requests.exceptions.SSLError: Failure.CERTIFICATE,
    requests.Timeout: Failure.SLOW,
    TimeoutError: Failure.SLOW,
}
"""The first that is found in the chain of an error tells."""
