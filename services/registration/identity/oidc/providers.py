"""Agencies whose staff sign in where they always do, by OpenID Connect: data of the operator, in TOML.

[kaluga]
issuer = "https://sso.agency.example"
client_id = "caravan"
client_secret_file = "/run/secrets/sso"        # or client_secret; neither for a public client
names = { ru = "Агентство Калужской области", en = "Kaluga Region Agency" }
region = "RU-KLU"
domains = ["agency.example"]                   # of the e-mail addresses that it may vouch for
second_factor_acr = []                         # values of `acr` that mean a second factor, beside mfa in `amr`
ca_file = "/etc/caravan/agency-ca.pem"         # who vouches for it, where the machine does not know them
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from servicekit.web.security import LOOPBACK

_KEY = re.compile(r"[a-z0-9-]{1,32}")
_REQUIRED = ("issuer", "client_id", "names", "region", "domains")
_LISTS = ("domains", "second_factor_acr")


@dataclass(frozen=True, kw_only=True)
class Provider:
    """One agency's OpenID Connect."""

    key: str
    """What it is called in addresses."""
    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    names: Mapping[str, str] = field(hash=False)
    """Language code -> name."""
    region: str
    domains: tuple[str, ...]
    """Of the e-mail addresses that it may vouch for."""
    second_factor_acr: tuple[str, ...] = ()
    """Values of `acr` that mean a second factor."""
    ca_file: str = ""

    def vouches_for(self, email: str) -> bool:
        """Tell whether an address is of a domain that the operator trusts this provider with."""
        _name, at, domain = email.rpartition("@")
        return bool(at) and domain.lower() in self.domains


class Providers(str):
    """The providers of an instance, by their keys.

    Raises:
        ValueError: the text is no TOML of providers; it names the culprit.
        OSError: the file of a secret cannot be read.

    """

    __slots__ = ()

    def __new__(cls, text: str = "") -> Self:
        """Check them before anybody is sent there."""
        _read(text)
        return super().__new__(cls, text)

    def all(self) -> Mapping[str, Provider]:
        """Return the providers, in the operator's order."""
        return _read(str(self))

    def of_issuer(self, issuer: str) -> Provider | None:
        """Return the provider that has an issuer's name, if the operator still trusts one."""
        return next((provider for provider in self.all().values() if provider.issuer == issuer), None)


def is_safe(address: str) -> bool:
    """Tell whether secrets may be sent to an address: over TLS, or within the machine."""
    parts = urlsplit(address)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))


@cache
def _read(text: str) -> Mapping[str, Provider]:
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"is no TOML: {error}") from error
    found = {key: _provider(key, told) for key, told in given.items()}
    issuers = [provider.issuer for provider in found.values()]
    if len(set(issuers)) != len(issuers):
        raise ValueError("names an issuer twice")
    return found


def _provider(key: str, told: Any) -> Provider:
    if not _KEY.fullmatch(key) or not isinstance(told, dict):
        raise ValueError(f"{key} is no table with a name of small letters, digits and hyphens")
    given = dict(told)
    if "client_secret_file" in given:
        given["client_secret"] = Path(given.pop("client_secret_file")).read_text(encoding="utf-8").strip()
    unknown = given.keys() - {field.name for field in fields(Provider)} | given.keys() & {"key"}
    missing = [name for name in _REQUIRED if not given.get(name)]
    wrong = [name for name, value in given.items() if not _is_right(name, value)]
    if unknown or missing or wrong:
        raise ValueError(f"{key} has wrong or missing entries: {', '.join(sorted({*unknown, *missing, *wrong}))}")
    lists = {name: tuple(map(str.lower, given[name])) for name in _LISTS if name == "domains"}
    lists["second_factor_acr"] = tuple(given.get("second_factor_acr", ()))
    return Provider(key=key, **(given | lists))


def _is_right(name: str, value: Any) -> bool:
    if name == "names":
        return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())
    if name in _LISTS:
        return isinstance(value, list) and all(isinstance(text, str) for text in value)
    return isinstance(value, str) and (name != "issuer" or is_safe(value))
