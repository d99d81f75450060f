"""The two services of notes on one virtual host, with the rights of `caravan broker setup` and no more."""

import pytest

import reader
import writer
from instances import set_up
from servicekit.installation import install


@pytest.fixture
def addresses(vhost):
    """The broker's address for each of the two."""
    return set_up(vhost, [writer.SERVICE, reader.SERVICE], homes=("RU-KLU",))


@pytest.fixture
def make(runtime_of, addresses):
    """Call it with one of the two services to get it installed."""

    def installed(service):
        runtime = runtime_of(service, broker_url=addresses[service.name], homes="RU-KLU")
        install(runtime)
        return runtime

    return installed
