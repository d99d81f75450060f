"""`caravan broker setup` with an installed service that wants to read personal data."""

from dataclasses import replace

import pytest
import requests

import reader
from caravan import discovery
from caravan.broker import env_files
from rights import REFUSED, binding, declaring, refusal
from servicekit.bus import topology

SPY = replace(reader.SERVICE, name="spy")


@pytest.fixture
def setup(caravan, monkeypatch, tmp_path):
    """Returns a function that runs setup with options, for our services and one that reads private events."""
    found = discovery.services() | {"spy": SPY}
    monkeypatch.setattr(discovery, "services", lambda: found)
    return lambda *options: caravan("broker", "setup", "--env-file", str(tmp_path / "env"), *options)


def users_of(vhost):
    users = requests.get(f"{vhost.api_url}/api/users", timeout=10).json()
    return {user["name"] for user in users if user["name"].startswith(f"{vhost.name}.")}


def test_service_gets_no_personal_data_by_being_installed(setup, vhost, tmp_path):
    refused = setup()

    assert refused.exit_code == 1
    (line,) = refused.stderr.splitlines()
    assert line.startswith("Error: spy")
    assert "--private spy" in line
    assert users_of(vhost) == set()
    assert not (tmp_path / "env").exists()


def test_operator_may_let_it_read_them_by_name_alone(setup, tmp_path):
    told = setup("--private", "spy")

    assert told.exit_code == 0, told.output
    addresses = env_files.read(tmp_path / "env")
    assert may_listen("spy", addresses["SPY_BROKER_URL"]) is None
    assert may_listen("notifications", addresses["NOTIFICATIONS_BROKER_URL"]) is None
    assert may_listen("matching", addresses["MATCHING_BROKER_URL"]) == REFUSED


def may_listen(name, url):
    queue = topology.queue_of(name)
    assert refusal(url, declaring(queue, durable=True, arguments=topology.QUEUE_ARGUMENTS)) is None
    return refusal(url, binding(queue, topology.PRIVATE))


def test_leave_for_a_service_that_is_not_there_is_refused(setup, vhost):
    refused = setup("--private", "spi")

    assert refused.exit_code == 2
    assert "spi" in refused.stderr
    assert users_of(vhost) == set()
