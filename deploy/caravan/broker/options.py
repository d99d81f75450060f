"""The options that all broker commands share: where RabbitMQ is, and the env file of an earlier setup."""

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
from caravan.broker.management import API_URL_SETTING, Management
from caravan.secret_files import read_secret

DEFAULT_ADDRESS = "amqp://127.0.0.1:5672/caravan"
"""The default address."""
ADDRESS_SUFFIX = "_BROKER_URL"
"""Suffix of the setting that holds the broker address of a service."""


@dataclass(frozen=True)
class BrokerOptions:
    """The broker as given by the options, the environment and the env file."""

    address: str
    """AMQP address with the virtual host; its login is ignored."""
    management: Management
    env_file: Path
    saved: Mapping[str, str]
    """The settings in the env file."""

    @property
    def uses_tls(self) -> bool:
        """Whether the connection is encrypted."""
        return urlsplit(self.address).scheme == "amqps"

    @property
    def host(self) -> str:
        """The host of the address."""
        return urlsplit(self.address).hostname or ""

    @property
    def display_address(self) -> str:
        """The address, without a login."""
        parts = urlsplit(self.address)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()

    def address_for(self, user: str, password: str = "", *, with_parameters: bool = True) -> str:
        """Return the address with a login.

        Args:
            user: The user.
            password: Its password; left out if empty.
            with_parameters: Keep the query parameters, which name files of this machine.

        """
        parts = urlsplit(self.address)
        login = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "")
        netloc = f"{login}@{parts.netloc.rpartition('@')[2]}"
        query = parts.query if with_parameters else ""
        return parts._replace(netloc=netloc, path=f"/{self.management.vhost_path}", query=query).geturl()


def broker_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of the broker to a command, which receives a BrokerOptions as `broker`."""

    @click.option(
        "--address",
        show_default=f"that of the env file, else {DEFAULT_ADDRESS}",
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
        help="Certificate authority of the management API, if it is https and the machine does not trust it.",
    )
    @functools.wraps(command)
    def run(*, address: str | None, env_file: Path, api_ca_file: str | None, **options: Any) -> Any:
        api = read_secret(API_URL_SETTING, os.environ)
        if not api:
            raise click.UsageError(f"set {API_URL_SETTING} to http://user:password@host:15672")
        saved = env_files.read(env_file)
        named = address or next(
            (url for name, url in saved.items() if name.endswith(ADDRESS_SUFFIX) and url), DEFAULT_ADDRESS
        )
        management = Management(api, _vhost_of(named), api_ca_file or "")
        return command(broker=BrokerOptions(named, management, env_file, saved), **options)

    return run


def _refuse_login(context: click.Context, option: click.Parameter, address: str | None) -> str | None:
    """Refuse a password on the command line, where every user of the machine can read it."""
    is_typed = context.get_parameter_source(option.name or "") is ParameterSource.COMMANDLINE
    if is_typed and urlsplit(address or "").password:
        raise click.BadParameter("leave the login out: setup makes one for each service, and it writes them to a file")
    return address


def _vhost_of(address: str) -> str:
    return unquote(urlsplit(address).path.removeprefix("/")) or "/"
