"""Which addresses on the internet may be called for a user: https, a real name, a usual port, nothing of the inside.

Pure rules: nothing here looks a name up or connects.
"""

import ipaddress
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import idna

from servicekit.languages import noop as _

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


def read(url: str, vouched: Collection[str] = ()) -> Target:
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
