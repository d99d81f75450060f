"""Hardened session for addresses of others.

Which addresses on the internet may be called for a user: https, a real name, a usual port, nothing of the inside.

Pure rules: nothing here looks a name up or connects.

Keep to a deadline with work that knows none: look-ups of names, and servers that send a byte now and then.

Speak HTTP to an address that a user gave: the only way in which the platform may.

The address is checked when it is saved (`require_public`) and again when it is called (`request`), where the name is
looked up once and the connection goes to what was checked. What comes back is for our eyes: no answer of a stranger's
server is shown to a user, who could read the inside of the network with it.
"""

import ipaddress
import re
import socket
import ssl
import threading
import unicodedata
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from time import monotonic
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import idna
import requests
from requests.adapters import HTTPAdapter
from requests_hardened import Config, HTTPSession
from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter
from urllib3.exceptions import HTTPError
from urllib3.util.ssl_ import create_urllib3_context

from servicekit.problems import FieldError, InvalidInputError
from servicekit.settings import Settings
from servicekit.telemetry import logs
from servicekit.texts.languages import noop as _

PORTS = (443, 8443)
LONGEST = 2000
"""Characters of an address."""

_NAME = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])\Z")
"""With a dot, and after the last one a letter: what begins with a digit there may be read as a number (127.1)."""
_UNSAFE = re.compile(r"[\\\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_PLAIN_PATH = "/!$&'()*+,;=:@%~-._"
_GLOBAL_V6 = ipaddress.ip_network("2000::/3")
"""All that is given out for public use in IPv6; outside lie NAT64, mapped and compatible IPv4, the local, the many."""
_NOT_FOR_US = tuple(
    ipaddress.ip_network(block)
    for block in (
        "192.0.0.0/24",  # special purposes; older Pythons call some of it global
        "192.88.99.0/24",  # relays of 6to4
        "2001::/23",  # special purposes: Teredo (holds an IPv4 address), ORCHID, benchmarks
        "2002::/16",  # 6to4: holds an IPv4 address
        "3fff::/20",  # documentation
    )
)


class AddressRefusedError(Exception):
    """An address may not be called; the words say why, and may be shown."""


@dataclass(frozen=True)
class Target:
    """An address that was looked at and found well."""

    host: str
    """In lower case and ASCII."""
    port: int
    rest: str
    """Path and query, ASCII, beginning with a slash."""
    is_vouched: bool
    """Whether the operator named it: then it may be an address of the inside."""

    @property
    def url(self) -> str:
        """The address in its one spelling."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"https://{host}{'' if self.port == 443 else f':{self.port}'}{self.rest}"


def resolve_target(url: str, vouched: Collection[str] = ()) -> Target:
    """Read an address that a user gave.

    Args:
        url: what was typed; a name in letters beyond ASCII becomes its IDNA form.
        vouched: names that the operator allows wherever they lead, as `host` on the usual ports or as `host:port`.

    Raises:
        AddressRefusedError: it may not be called.

    """
    if len(url) > LONGEST or _UNSAFE.search(url):
        raise AddressRefusedError(_("The address is too long, or has characters that none may have."))
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", 443 if parts.port is None else parts.port
    except ValueError:
        raise AddressRefusedError(_("This is no address.")) from None
    if parts.scheme != "https":
        raise AddressRefusedError(_("The address must begin with https://."))
    if "@" in parts.netloc:
        raise AddressRefusedError(_("The address must not hold a user name or a password."))
    is_vouched = f"{host}:{port}" in vouched or (host in vouched and port in PORTS)
    if not is_vouched and port not in PORTS:
        raise AddressRefusedError(_("The address must be on port 443 or 8443."))
    name = host if is_vouched else _name(host)
    query = f"?{_plain(parts.query)}" if parts.query else ""
    return Target(name, port, (_plain(parts.path) or "/") + query, is_vouched)


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the open internet, for one receiver."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if any(ip.version == block.version and ip in block for block in _NOT_FOR_US):
        return False
    is_given_out = ip.version == 4 or ip in _GLOBAL_V6
    return is_given_out and ip.is_global and not ip.is_multicast


def _name(host: str) -> str:
    """Return a host's name in ASCII; digits and dots of other scripts, and numbers in any notation, are no name."""
    if unicodedata.normalize("NFKC", host) != unicodedata.normalize("NFC", host):
        raise AddressRefusedError(_("The name in the address is spelt with look-alike characters."))
    try:
        name = host if host.isascii() else idna.encode(host).decode()
    except idna.IDNAError:
        raise AddressRefusedError(_("This is no address.")) from None
    if not _NAME.match(name):
        raise AddressRefusedError(_("The address must hold a full name, as example.org, and no number in its place."))
    return name


def _plain(text: str) -> str:
    return quote(text, safe=_PLAIN_PATH + "?")


T = TypeVar("T")

GRACE_SECONDS = 0.2
"""How much later work is left alone than it should have ended by itself."""


def within(seconds: float, work: Callable[[], T]) -> T:
    """Do what cannot be interrupted, a look-up among it, and leave it alone if it takes too long.

    Raises:
        TimeoutError: it did.

    """
    outcome: Future[T] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except Exception as error:  # noqa: BLE001  # raised again where it is waited for
            outcome.set_exception(error)

    threading.Thread(target=run, name="outgoing", daemon=True).start()
    return outcome.result(seconds)


class _HastySocket(ssl.SSLSocket):
    """A socket that waits for each byte no longer than the whole exchange may take."""

    deadline: float

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        """Receive in what is left of the time."""
        self._hasten()
        return super().recv_into(*args, **kwargs)

    def send(self, *args: Any, **kwargs: Any) -> int:
        """Send in what is left of the time."""
        self._hasten()
        return super().send(*args, **kwargs)

    def _hasten(self) -> None:
        left = self.deadline - monotonic()
        if left <= 0:
            raise TimeoutError
        self.settimeout(left)


def tls(deadline: float) -> ssl.SSLContext:
    """Return what makes TLS connections of which none outlives the deadline, whatever the other side does."""
    context = create_urllib3_context()
    context.sslsocket_class = type("_HastySocket", (_HastySocket,), {"deadline": deadline})
    return context


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
        target = resolve_target(url, settings.outgoing_hosts)
        if not target.is_vouched and not all(map(is_public, _addresses(target))):
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
        target = resolve_target(url, settings.outgoing_hosts)
    except AddressRefusedError as error:
        raise OutgoingError(Failure.REFUSED) from error
    deadline = monotonic() + seconds
    asked = {"Accept-Encoding": "identity", **(headers or {})}
    sent = {"data": body, "headers": asked, "timeout": (min(seconds, _CONNECT_SECONDS), seconds)}
    try:
        return within(seconds + GRACE_SECONDS, lambda: _exchange(method, target, settings, deadline, sent))
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
        if not is_public(host["host"].strip("[]")):
            raise InvalidIPAddress
        return host, pool


def _adapter(target: Target, deadline: float) -> HTTPAdapter:
    adapter: HTTPAdapter = HTTPAdapter() if target.is_vouched else PublicAdapter(is_https_proto=True)
    adapter.init_poolmanager(1, 1, ssl_context=tls(deadline))
    return adapter


def _addresses(target: Target) -> list[str]:
    """Return where a name leads now; nothing if that cannot be found out."""
    with suppress(OSError, UnicodeError):
        found = within(_LOOK_UP_SECONDS, lambda: socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM))
        return [str(place[0]) for *_, place in found]
    return []


def _failure(error: Exception) -> Failure:
    """Say in our own words what went wrong: those of the library quote addresses."""
    links = list(logs.chain(error))
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
