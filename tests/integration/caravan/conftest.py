"""Fixtures: the command on a separate virtual host with all services set up."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner, Result

from caravan import cli, discovery
from instances import set_up


@pytest.fixture
def services(vhost):
    """Address of each service with its login, on an instance of the region Kaluga."""
    return set_up(vhost, list(discovery.services().values()), homes=("RU-KLU",))


@pytest.fixture
def caravan(vhost) -> Callable[..., Result]:
    """Run the command as an administrator of the virtual host."""
    address = urlsplit(vhost.amqp_url)
    netloc = address.netloc.rpartition("@")[2]
    environ = {
        "CARAVAN_BROKER_API_URL": vhost.api_url,
        "CARAVAN_BROKER_ADDRESS": address._replace(netloc=netloc).geturl(),
    }
    return lambda *arguments, **more: CliRunner().invoke(cli.main, list(arguments), env=environ | more)


@pytest.fixture
def granted(caravan, services) -> Callable[..., str]:
    """Run `caravan broker grant`; return the address that it prints."""

    def grant(name: str, *options: str) -> str:
        told = caravan("broker", "grant", name, *options)
        assert told.exit_code == 0, told.output
        (line,) = (line for line in told.stdout.splitlines() if line.startswith("address:"))
        return line.split()[1]

    return grant
