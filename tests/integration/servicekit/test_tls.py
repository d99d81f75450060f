"""TLS to broker and database: whoever is not the server that was meant is refused."""

from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

import reader
import writer
from instances import set_up, wait_for, working
from notes import told, unsent, write
from servers import postgres
from servers.certificates import Authority
from servers.postgres import Cluster
from servers.rabbitmq import Node
from servers.vhost import Vhost
from servicekit.bus import broker
from servicekit.bus.history import install
from servicekit.data.database import Database
from servicekit.settings import Settings


@pytest.fixture(scope="module")
def another_authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("another"))


@pytest.fixture(scope="module")
def node(authority):
    with Node(authority.issue()) as running:
        yield running


@pytest.fixture(scope="module")
def asking_node(authority):
    """A node whose certificate knows one name only, and that asks its clients for theirs."""
    with Node(authority.issue("localhost"), asks_for_certificates=True) as running:
        yield running


@pytest.fixture(scope="module")
def cluster(authority):
    with Cluster(authority.issue()) as running:
        yield running


def amqps(node, authority, host="127.0.0.1", port=None, **parameters):
    given = {"cacertfile": authority.file} | parameters
    query = "&".join(f"{name}={value}" for name, value in given.items())
    return f"amqps://guest:guest@{host}:{port or node.amqps_port}/%2F?{query}"


def over_tls(address, node, authority):
    parts = urlsplit(address)
    login = parts.netloc.rpartition("@")[0]
    netloc = f"{login}@127.0.0.1:{node.amqps_port}"
    return parts._replace(scheme="amqps", netloc=netloc, query=f"cacertfile={authority.file}").geturl()


def over_verified_tls(url, authority, **parameters):
    given = {"sslmode": "verify-full", "sslrootcert": authority.file} | parameters
    return url + "?" + "&".join(f"{name}={value}" for name, value in given.items())


def refusal(broker_url):
    """Say why no connection comes about, or None if one does."""
    try:
        broker.Link(broker_url, 0).close()
    except broker.ERRORS as error:
        return str(error) or repr(error)
    return None


def answers(database_url):
    database = Database("reader", Settings(database_url=database_url))
    try:
        return database.answers()
    finally:
        database.close()


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_events_cross_the_bus_with_tls_to_broker_and_database(node, cluster, authority, runtime_of):
    with Vhost(node) as vhost, ExitStack() as stack:
        addresses = set_up(vhost, [writer.SERVICE, reader.SERVICE])
        runtimes = []
        for service in (writer.SERVICE, reader.SERVICE):
            database = stack.enter_context(postgres.Database(cluster.url))
            url = over_verified_tls(database.url, authority)
            address = over_tls(addresses[service.name], node, authority)
            runtimes.append(runtime_of(service, database_url=url, broker_url=address, broker_heartbeat_seconds=1))
            install(runtimes[-1])
        words = [f"note {number:03}" for number in range(300)]

        with working(*runtimes):
            write(runtimes[0], *words)
            wait_for(lambda: len(told(runtimes[1])) >= 300)

        assert told(runtimes[1]) == words
        assert unsent(runtimes[0]) == 0
        with runtimes[1].database.read() as session:
            assert session.scalar(text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"))


def test_broker_whom_nobody_known_vouches_for_is_refused(node, authority, another_authority):
    assert refusal(amqps(node, authority)) is None
    assert "certificate verify failed" in refusal(amqps(node, another_authority))


def test_broker_that_no_authority_of_the_machine_knows_is_refused(node):
    assert "certificate verify failed" in refusal(f"amqps://guest:guest@127.0.0.1:{node.amqps_port}/%2F")


def test_broker_with_the_certificate_of_another_host_is_refused(asking_node, authority):
    ours = authority.issue("caravan")
    mine = {"certfile": ours.chain, "keyfile": ours.key}

    assert refusal(amqps(asking_node, authority, host="localhost", **mine)) is None
    assert "mismatch" in refusal(amqps(asking_node, authority, host="127.0.0.1", **mine))


def test_broker_that_speaks_no_tls_is_told_nothing(node, authority):
    assert refusal(amqps(node, authority, port=urlsplit(node.amqp_url).port)) is not None
    assert refusal(node.amqp_url) is None


def test_broker_that_asks_for_our_certificate_takes_it_and_no_other(asking_node, authority, another_authority):
    ours, foreign = authority.issue("caravan"), another_authority.issue("caravan")

    assert refusal(amqps(asking_node, authority, "localhost", certfile=ours.chain, keyfile=ours.key)) is None
    assert refusal(amqps(asking_node, authority, "localhost")) is not None
    assert refusal(amqps(asking_node, authority, "localhost", certfile=foreign.chain, keyfile=foreign.key)) is not None


def test_database_with_a_wrong_authority_or_name_is_refused(cluster, authority, another_authority):
    url = cluster.url

    assert answers(over_verified_tls(url, authority))
    assert not answers(over_verified_tls(url, another_authority))
    assert answers(over_verified_tls(url.replace("127.0.0.1", "localhost"), authority, hostaddr="127.0.0.1"))
    elsewhere = url.replace("127.0.0.1", "elsewhere.example")
    assert not answers(over_verified_tls(elsewhere, authority, hostaddr="127.0.0.1"))


def test_database_that_speaks_no_tls_is_told_nothing(postgres_cluster, authority):
    assert answers(postgres_cluster.url)
    assert not answers(over_verified_tls(postgres_cluster.url, authority))
