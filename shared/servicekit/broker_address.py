"""The address of the broker: `amqp://…`, or `amqps://…?cacertfile=…` for TLS.

The parameters have the names that RabbitMQ gives them in its own addresses; source:
https://www.rabbitmq.com/docs/uri-query-parameters. The server's certificate and its name
are always verified: nothing here turns that off.
"""

import ssl
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

_PARAMETERS = {"cacertfile": "ca_certs", "certfile": "certfile", "keyfile": "keyfile"}
"""Parameter of the address -> what the client calls it."""


def plain(url: str) -> str:
    """Return the address without its parameters, as the client takes it."""
    return urlsplit(url)._replace(query="").geturl()


def tls(url: str) -> dict[str, Any] | None:
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


def fault(url: str) -> str | None:
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
