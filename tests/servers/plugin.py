"""Fixtures of the servers; what is missing fails the test that needs it, nothing is skipped."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from servers import addresses, folders
from servers.postgres import Cluster, Database, drop_stale_databases
from servers.proxy import Proxy
from servers.rabbitmq import Node
from servers.vhost import Vhost, delete_stale_vhosts

# Of the workers that share a run, one removes what earlier runs left.
_TIDIES_UP = os.environ.get("PYTEST_XDIST_WORKER", "gw0") == "gw0"


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """SQLAlchemy address of the shared PostgreSQL server, as a superuser."""
    url = addresses.postgres_url()
    if _TIDIES_UP:
        drop_stale_databases(url)
    return url


@pytest.fixture(scope="session")
def broker() -> addresses.SharedBroker:
    """The shared RabbitMQ broker."""
    shared = addresses.broker()
    if _TIDIES_UP:
        delete_stale_vhosts(shared)
    return shared


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[str]:
    """SQLAlchemy address of an empty database on the shared server."""
    with Database(postgres_url) as database:
        yield database.url


@pytest.fixture
def vhost(broker: addresses.SharedBroker) -> Iterator[Vhost]:
    """An empty virtual host on the shared broker."""
    with Vhost(broker) as made:
        yield made


@pytest.fixture(scope="module")
def rabbitmq_node() -> Iterator[Node]:
    """A running RabbitMQ node of this module's own."""
    folders.remove_stale()
    with Node() as node:
        yield node


@pytest.fixture(scope="module")
def postgres_cluster() -> Iterator[Cluster]:
    """A running PostgreSQL server of this module's own."""
    folders.remove_stale()
    with Cluster() as cluster:
        yield cluster


@pytest.fixture
def proxy() -> Iterator[Callable[[str], Proxy]]:
    """Call it with a server's address to get a proxy in front of that server."""
    with ExitStack() as open_proxies:
        yield lambda target: open_proxies.enter_context(Proxy(target))
