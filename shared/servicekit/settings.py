"""Settings from the environment, broker address, token keys.

The address of the broker: `amqp://…`, or `amqps://…?cacertfile=…` for TLS.

The parameters have the names that RabbitMQ gives them in its own addresses; source:
https://www.rabbitmq.com/docs/uri-query-parameters. The server's certificate and its name
are always verified: nothing here turns that off.

Public keys as settings and events hold them.

Settings of a service, read once from the environment.

`DATABASE_URL` of the service `matching` is looked up as `MATCHING_DATABASE_URL`, then as
`CARAVAN_DATABASE_URL`; `…_FILE` names a file that holds the value, for secrets.
"""

import dataclasses
import json
import os
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints
from urllib.parse import parse_qsl, urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet, OKPKey
from limits import parse_many

_PARAMETERS = {"cacertfile": "ca_certs", "certfile": "certfile", "keyfile": "keyfile"}
"""Parameter of the address -> what the client calls it."""


def plain_broker_url(url: str) -> str:
    """Return the address without its parameters, as the client takes it."""
    return urlsplit(url)._replace(query="").geturl()


def broker_tls(url: str) -> dict[str, Any] | None:
    """Return how to verify the server and who we are, or None where the address speaks no TLS.

    Without `cacertfile` the authorities of the machine are believed. The server's name must
    stand here: without it the client would verify the certificate and take it from anybody.
    """
    parts = urlsplit(url)
    if parts.scheme != "amqps":
        return None
    files = {_PARAMETERS[name]: value for name, value in parse_qsl(parts.query) if name in _PARAMETERS}
    return {
        "server_hostname": parts.hostname,
        "cert_reqs": ssl.CERT_REQUIRED,
        "tls_minimum_version": ssl.TLSVersion.TLSv1_2,
    } | files


def broker_address_fault(url: str) -> str | None:
    """Say what is wrong with an address, or None if nothing is."""
    parts = urlsplit(url)
    if parts.scheme not in ("amqp", "amqps") or not parts.hostname:
        return "is no address like amqp://user:password@host/vhost"
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    strange = [name for name in given if name not in _PARAMETERS]
    if strange:
        return f"has the parameter {strange[0]}; it may have {', '.join(_PARAMETERS)}"
    if given and parts.scheme == "amqp":
        return "has certificates but no TLS: it must begin with amqps://"
    if ("certfile" in given) != ("keyfile" in given):
        return "needs certfile and keyfile together"
    missing = [name for name, path in given.items() if not Path(path).is_file()]
    return f"names no file in {missing[0]}" if missing else None


def read_token_keys(text: str) -> list[Key]:
    """Return the keys of a JSON Web Key Set (RFC 7517).

    Raises:
        ValueError: it is none, or holds keys that are not Ed25519's.

    """
    if not text:
        return []
    try:
        found = KeySet.import_key_set(json.loads(text)).keys
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise ValueError("is no JSON Web Key Set") from error
    if any(not isinstance(key, OKPKey) or key.is_private or not key.kid for key in found):
        raise ValueError("holds more than public Ed25519 keys with a kid each")
    return list(found)


def public_key(key_id: str, x: str) -> Key:
    """Return a public Ed25519 key by its id and its `x` (RFC 8037)."""
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": x, "kid": key_id})


def token_keys_fault(text: str) -> str:
    """Say what is wrong with a key set; empty where nothing is."""
    try:
        read_token_keys(text)
    except ValueError as error:
        return str(error)
    return ""


S = TypeVar("S", bound="Settings")

SHORTEST_SECRET = 32
"""Characters of the instance's secret."""
INSTANCE = "instance"
"""The home of what belongs to an instance that serves every home."""
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


class SettingsError(Exception):
    """The environment does not do; `culprits` names every bad setting and says why."""

    def __init__(self, culprits: list[str]) -> None:
        super().__init__("; ".join(culprits))
        self.culprits = culprits


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What every service is told at its start."""

    database_url: str = dataclasses.field(repr=False)
    """Where the service keeps its tables: `sqlite:///…` or `postgresql+psycopg://…`."""
    broker_url: str = dataclasses.field(default="", repr=False)
    """RabbitMQ, with the user of this service: `amqp://user:password@host/vhost`; empty: no broker.

    `amqps://…?cacertfile=/path/ca.pem` speaks TLS and verifies the server, `&certfile=…&keyfile=…` shows our own."""
    broker_heartbeat_seconds: int = 60
    """After two missed heartbeats the broker and we give each other up."""
    homes: tuple[str, ...] = ()
    """The homes whose aggregates this instance owns; empty: all of them."""
    public_url: str = "http://127.0.0.1:8000"
    """The address under which people reach the instance; links in messages begin with it."""
    secret_key: str = dataclasses.field(default="", repr=False)
    """The secret that the services of the instance share: what they seal and sign for themselves hangs on it."""
    token_keys: str = dataclasses.field(default="", repr=False)
    """Public keys that verify tokens, as a JSON Web Key Set (RFC 7517), beside those that are announced."""
    sign_in_url: str = "/registration/sign-in"
    """Where people sign in: a path under the common origin, or an address."""
    account_url: str = "/registration/me"
    """Where people see who they are here, and sign out: likewise."""
    trusted_hosts: tuple[str, ...] = ()
    """Further names under which the instance may be reached, beside that of the public address and the loopback."""
    proxy_hops: int = 0
    """How many proxies of ours stand before the services and say who asks; 0: nobody is believed to."""
    rate_limit: str = "1200/minute"
    """How much one address may ask of each service, as in 1200/minute;20000/hour; empty: as much as it likes."""
    instance: str = "caravan.localhost"
    """The name of the instance, as in message ids and calendar ids."""
    outgoing_hosts: tuple[str, ...] = ()
    """Hosts of the inside that users may name all the same, as `host` or `host:port`: every other must be public."""
    outgoing_ca_file: str = ""
    """Who vouches for the hosts that users name, in PEM; empty: the authorities that browsers know."""
    live_streams: int = 3
    """How many open pages each web process tells of changes at once; the others ask now and then. Below its threads."""
    packs_dir: str = ""
    """A folder with further packs of the operator."""
    tombstones_file: str = ""
    """A file outside every back-up that keeps the ids of people who were forgotten; empty: none."""
    movable_clock: bool = False
    """Whether the clock may be moved: for demonstrations and tests only."""
    log_level: str = "INFO"
    """DEBUG, INFO, WARNING or ERROR."""
    monitor_host: str = "127.0.0.1"
    """Where a worker process answers `/metrics` and `/health`."""
    monitor_port: int = 0
    """The port for that; 0: nowhere."""
    stuck_seconds: int = 120
    """A worker whose loops have made no turn for so long, although the database answers, says that it is dead."""
    otlp_endpoint: str = ""
    """A collector of traces that speaks OTLP over HTTP, as http://127.0.0.1:4318; empty: no spans are made."""
    trace_share: float = 1.0
    """The share of requests that are traced, from 0 to 1, where the caller has not decided."""

    @property
    def own_home(self) -> str:
        """The home of what belongs to the instance itself: its first one, or `instance` where it serves all."""
        return self.homes[0] if self.homes else INSTANCE

    def faults(self) -> list[tuple[str, str]]:
        """Return (setting, cause) of every value that cannot be worked with."""
        broker_fault = broker_address_fault(self.broker_url) if self.broker_url else None
        keys_fault = token_keys_fault(self.token_keys)
        checks = [
            ("database_url", _is_database(self.database_url), "is neither sqlite:/// nor postgresql+psycopg://"),
            ("broker_url", not broker_fault, broker_fault or ""),
            ("broker_heartbeat_seconds", self.broker_heartbeat_seconds >= 1, "must be at least 1"),
            (
                "secret_key",
                not self.secret_key or len(self.secret_key) >= SHORTEST_SECRET,
                "is too short: take 32 or more",
            ),
            ("token_keys", not keys_fault, keys_fault),
            ("public_url", _is_http(self.public_url), "is no http address"),
            ("proxy_hops", self.proxy_hops >= 0, "must be at least 0"),
            ("rate_limit", _is_limit(self.rate_limit), "is no limit as 1200/minute"),
            ("live_streams", self.live_streams >= 0, "must be at least 0"),
            ("log_level", self.log_level in _LEVELS, f"is none of {', '.join(_LEVELS)}"),
            ("monitor_port", 0 <= self.monitor_port <= 65535, "is no port"),
            ("stuck_seconds", self.stuck_seconds >= 1, "must be at least 1"),
            ("otlp_endpoint", not self.otlp_endpoint or _is_http(self.otlp_endpoint), "is no http address"),
            ("trace_share", 0 <= self.trace_share <= 1, "is not between 0 and 1"),
            ("outgoing_ca_file", not self.outgoing_ca_file or Path(self.outgoing_ca_file).is_file(), "is no file"),
            ("packs_dir", not self.packs_dir or Path(self.packs_dir).is_dir(), "is no folder"),
        ]
        return [(name, cause) for name, is_well, cause in checks if not is_well]

    def refusal_of(self, host: str) -> str | None:
        """Say why the service cannot be served on an address, or None where it can."""
        return None


def from_env(settings: type[S], service: str, environ: Mapping[str, str] | None = None) -> S:
    """Fill a settings dataclass from the environment.

    Raises:
        SettingsError: names every setting that is missing or malformed.

    """
    found, culprits = {}, []
    hints = get_type_hints(settings)
    for field in dataclasses.fields(settings):
        name = f"{service}_{field.name}".upper()
        try:
            name, text = _look_up(service, field.name, os.environ if environ is None else environ)
            if text is not None:
                found[field.name] = _parse(hints[field.name], text)
            elif field.default is dataclasses.MISSING:
                culprits.append(f"{name} is not set")
        except (ValueError, OSError) as error:
            culprits.append(f"{name}: {error}")
    if culprits:
        raise SettingsError(culprits)
    made = settings(**found)
    faults = _faults(made, service)
    if faults:
        raise SettingsError(faults)
    return made


def _faults(settings: Settings, service: str) -> list[str]:
    """Return what is wrong with values that have the right type."""
    found = [f"{service}_{name}".upper() + f": {cause}" for name, cause in settings.faults()]
    return sorted(found)


def _look_up(service: str, field: str, environ: Mapping[str, str]) -> tuple[str, str | None]:
    own, common = (f"{prefix}_{field}".upper() for prefix in (service, "caravan"))
    for name in (own, common):
        text = value_of(name, environ)
        if text is not None:
            return name, text
    return own, None


def value_of(name: str, environ: Mapping[str, str]) -> str | None:
    """Return what a variable holds, or the file that `NAME_FILE` names; None where neither is set.

    Raises:
        OSError: the file cannot be read.

    """
    if name in environ:
        return environ[name]
    file = environ.get(f"{name}_FILE")
    return None if file is None else Path(file).read_text(encoding="utf-8").strip()


def _is_http(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _is_limit(limit: str) -> bool:
    with suppress(ValueError):
        return not limit or bool(parse_many(limit))
    return False


def _is_database(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "postgresql+psycopg" or (parts.scheme == "sqlite" and len(parts.path) > 1)


def _parse(hint: Any, text: str) -> Any:
    if hint is bool:
        if text.lower() not in _TRUE | _FALSE:
            raise ValueError("is neither true nor false")
        return text.lower() in _TRUE
    if hint in (int, float):
        try:
            return hint(text)
        except ValueError as error:
            raise ValueError("is no number") from error
    if get_origin(hint) is tuple:
        return tuple(_parse(get_args(hint)[0], part.strip()) for part in text.split(",") if part.strip())
    return hint(text)
