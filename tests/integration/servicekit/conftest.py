"""The two services of notes: each by itself, and both on one virtual host with the rights of `caravan broker setup`."""

import socket
from contextlib import contextmanager

import pytest

import reader
import writer
from instances import set_up
from outgoing_calls import allowing
from servers.certificates import Authority
from servicekit.bus.history import install
from servicekit.settings import Settings
from strange_servers import StrangeServer


@pytest.fixture
def writing(sqlite_runtime_of):
    """The writer of notes, for tests of what happens at the reader's."""
    return sqlite_runtime_of(writer.SERVICE)


@pytest.fixture
def reading(runtime_of):
    """The reader of notes, on each kind of database."""
    return runtime_of(reader.SERVICE)


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


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """Who vouches for certificates."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def serving(authority):
    """Call it with an answer to get a server at localhost and the settings that allow it."""

    @contextmanager
    def serve(answer, *names):
        with StrangeServer(authority.issue(*(names or ("localhost",))), answer) as server:
            yield server, allowing(f"localhost:{server.port}", authority)

    return serve


@pytest.fixture
def nobody_vouched():
    """Settings that allow no host but what is public."""
    return Settings(database_url="sqlite:///x")


@pytest.fixture
def connections(monkeypatch):
    """Where connections were tried to; none comes about."""
    tried = []

    def refuse(_socket, address):
        tried.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", refuse)
    return tried
