"""What every command of the broker asks the operator: where RabbitMQ is, and who administers it."""

import functools
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import click
from click.core import ParameterSource

from caravan.broker import env_files
from caravan.broker.management import API, Management
from caravan.secret_files import read_secret

ADDRESS = "amqp://127.0.0.1:5672/caravan"
"""Where the broker is taken to be where nobody says it, and no setup was told."""
ADDRESS_SETTING = "_BROKER_URL"
"""How the setting of a service ends that names its address."""


@dataclass(frozen=True)
class BrokerOptions:
    """The broker as the operator names it."""

    address: str
    """How it is reached, and the virtual host; without login."""
    management: Management
    env_file: Path
    saved: Mapping[str, str]
    """What an earlier setup has written there."""

    @property
    def uses_tls(self) -> bool:
        """Whether nobody on the way can read what is said."""
        return urlsplit(self.address).scheme == "amqps"

    @property
    def host(self) -> str:
        """The machine in the address."""
        return urlsplit(self.address).hostname or ""

    @property
    def display_address(self) -> str:
        """The address, without a login."""
        parts = urlsplit(self.address)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()

    def address_for(self, user: str, password: str = "", *, with_parameters: bool = True) -> str:
        """Return the address with a login, and with the parameters that name files of this machine if wanted."""
        parts = urlsplit(self.address)
        login = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "")
        netloc = f"{login}@{parts.netloc.rpartition('@')[2]}"
        query = parts.query if with_parameters else ""
        return parts._replace(netloc=netloc, path=f"/{self.management.vhost_path}", query=query).geturl()


def broker_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say where the broker is, and hand it the `broker` that they name."""

    @click.option(
        "--address",
        show_default=f"that of the env file, else {ADDRESS}",
        envvar="CARAVAN_BROKER_ADDRESS",
        callback=_refuse_login,
        help="Where the broker will be reached, and the virtual host.",
    )
    @click.option(
        "--env-file",
        type=click.Path(path_type=Path, dir_okay=False),
        default=Path("var/broker.env"),
        show_default=True,
        help="Where setup keeps the services' addresses with their passwords (readable by you alone).",
    )
    @click.option(
        "--api-ca-file",
        type=click.Path(exists=True, dir_okay=False),
        default=None,
        envvar="CARAVAN_BROKER_API_CA_FILE",
        help="Who vouches for the management API, where it is https and the machine does not know them.",
    )
    @functools.wraps(command)
    def run(*, address: str | None, env_file: Path, api_ca_file: str | None, **options: Any) -> Any:
        api = read_secret(API, os.environ)
        if not api:
            raise click.UsageError(f"set {API} to http://user:password@host:15672")
        saved = env_files.read(env_file)
        named = address or next((url for name, url in saved.items() if name.endswith(ADDRESS_SETTING) and url), ADDRESS)
        management = Management(api, _vhost_of(named), api_ca_file or "")
        return command(broker=BrokerOptions(named, management, env_file, saved), **options)

    return run


def _refuse_login(context: click.Context, option: click.Parameter, address: str | None) -> str | None:
    """Refuse a password where every user of the machine reads it; it is of no use there."""
    is_typed = context.get_parameter_source(option.name or "") is ParameterSource.COMMANDLINE
    if is_typed and urlsplit(address or "").password:
        raise click.BadParameter("leave the login out: setup makes one for each service, and it writes them to a file")
    return address


def _vhost_of(address: str) -> str:
    return unquote(urlsplit(address).path.removeprefix("/")) or "/"
