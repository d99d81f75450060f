"""What every command of the broker asks the operator: where RabbitMQ is, and who administers it."""

import functools
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import click

from caravan.broker.management import Management

API = "CARAVAN_BROKER_API_URL"


@dataclass(frozen=True)
class Broker:
    """The broker as the operator names it."""

    address: str
    """How it is reached, and the virtual host; without login."""
    management: Management

    @property
    def speaks_tls(self) -> bool:
        """Whether nobody on the way can read what is said."""
        return urlsplit(self.address).scheme == "amqps"

    @property
    def host(self) -> str:
        """The machine in the address."""
        return urlsplit(self.address).hostname or ""

    def address_for(self, user: str, password: str = "", *, with_parameters: bool = True) -> str:
        """Return the address with a login, and with the parameters that name files of this machine if wanted."""
        parts = urlsplit(self.address)
        login = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "")
        netloc = f"{login}@{parts.netloc.rpartition('@')[2]}"
        query = parts.query if with_parameters else ""
        return parts._replace(netloc=netloc, path=f"/{self.management.place}", query=query).geturl()


def takes_broker(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options `--address` and `--api-ca-file`, and hand it the `broker` that they name."""

    @click.option(
        "--address",
        default="amqp://127.0.0.1:5672/caravan",
        show_default=True,
        envvar="CARAVAN_BROKER_ADDRESS",
        help="Where the broker will be reached, and the virtual host.",
    )
    @click.option(
        "--api-ca-file",
        type=click.Path(exists=True, dir_okay=False),
        default=None,
        envvar="CARAVAN_BROKER_API_CA_FILE",
        help="Who vouches for the management API, where it is https and the machine does not know them.",
    )
    @functools.wraps(command)
    def run(*, address: str, api_ca_file: str | None, **options: Any) -> Any:
        api = os.environ.get(API)
        if not api:
            raise click.UsageError(f"set {API} to http://user:password@host:15672")
        vhost = unquote(urlsplit(address).path.removeprefix("/")) or "/"
        return command(broker=Broker(address, Management(api, vhost, api_ca_file or "")), **options)

    return run
