"""`caravan broker` with TLS to the management API and to the broker."""

import ssl
from urllib.parse import urlsplit

import pika
import pytest
from click.testing import CliRunner

from caravan import cli
from caravan.broker import env_files
from servers.certificates import Authority
from servers.rabbitmq import Node
from servicekit.bus import broker as bus_broker


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def node(authority):
    with Node(authority.issue("localhost")) as running:
        yield running


@pytest.fixture
def broker(node, authority):
    """Returns a function that runs `caravan broker`."""
    environ = {
        "CARAVAN_BROKER_API_URL": f"https://guest:guest@localhost:{node.https_port}",
        "CARAVAN_BROKER_API_CA_FILE": str(authority.file),
        "CARAVAN_BROKER_ADDRESS": f"amqps://localhost:{node.amqps_port}/caravan?cacertfile={authority.file}",
    }
    return lambda *arguments, **more: CliRunner().invoke(cli.main, ["broker", *arguments], env=environ | more)


def test_setup_and_grant_through_tls_give_addresses_that_work(broker, authority, tmp_path, monkeypatch):
    ready = broker("setup", "--env-file", str(tmp_path / "env"))
    told = broker("grant", "analytics", "--read", "#")

    assert (ready.exit_code, told.exit_code) == (0, 0), ready.output + told.output
    for url in env_files.read(tmp_path / "env").values():
        bus_broker.Link(url, 0).close()
    stranger = next(line.split()[1] for line in told.stdout.splitlines() if line.startswith("address:"))
    assert urlsplit(stranger).query == ""  # it would name a file of this machine
    with pytest.raises(ssl.SSLCertVerificationError):
        pika.BlockingConnection(pika.URLParameters(stranger))
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    with pika.BlockingConnection(pika.URLParameters(stranger)) as connection:
        connection.channel().basic_get("ext.analytics")


def test_management_api_whose_certificate_names_another_host_is_told_nothing(broker, node):
    refused = broker("list", CARAVAN_BROKER_API_URL=f"https://guest:guest@127.0.0.1:{node.https_port}")

    assert refused.exit_code == 1
    assert "mismatch" in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_management_api_whom_nobody_known_vouches_for_is_told_nothing(broker, tmp_path):
    refused = broker("list", CARAVAN_BROKER_API_CA_FILE=str(Authority(tmp_path).file))

    assert refused.exit_code == 1
    assert "certificate verify failed" in refused.stderr
    assert refused.stderr.count("\n") == 1
