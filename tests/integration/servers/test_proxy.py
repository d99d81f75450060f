"""A proxy between a server and its client passes, holds, delays and resets."""

import socket
import threading
import time

import psycopg
import pytest

from servers import postgres
from servers.proxy import Mode, Proxy


@pytest.fixture
def echo():
    """Address of a server that says what it hears."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=talk, args=[client], daemon=True).start()

        def talk(client):
            with client:
                try:
                    while heard := client.recv(1024):
                        client.sendall(heard)
                except OSError:
                    pass

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def a_client(between):
    return socket.create_connection(("127.0.0.1", between.port), timeout=5)


def test_proxy_passes_bytes_both_ways(echo, proxy):
    with a_client(proxy(echo)) as client:
        client.sendall(b"ping")

        assert client.recv(1024) == b"ping"


def test_proxy_passes_the_end_of_a_connection(echo, proxy):
    with a_client(proxy(echo)) as client:
        client.shutdown(socket.SHUT_WR)

        assert client.recv(1024) == b""


def test_proxy_holds_everything_while_a_blackhole_and_passes_it_after(echo, proxy):
    between = proxy(echo)
    with a_client(between) as old:
        old.settimeout(0.5)
        between.mode = Mode.BLACKHOLE
        with a_client(between) as new:
            new.settimeout(0.5)
            for client in (old, new):
                client.sendall(b"ping")
                with pytest.raises(TimeoutError):
                    client.recv(1024)

            between.mode = Mode.OK

            assert [old.recv(1024), new.recv(1024)] == [b"ping", b"ping"]


def test_proxy_resets_old_and_new_connections_when_it_refuses(echo, proxy):
    between = proxy(echo)
    with a_client(between) as old:
        old.sendall(b"ping")
        old.recv(1024)
        between.mode = Mode.REFUSE

        with pytest.raises(ConnectionResetError):
            old.recv(1024)
        with pytest.raises(ConnectionResetError), a_client(between) as new:
            new.recv(1024)


def test_proxy_resets_what_a_blackhole_held_when_it_refuses(echo, proxy):
    between = proxy(echo)
    between.mode = Mode.BLACKHOLE
    with a_client(between) as client:
        client.sendall(b"ping")
        between.mode = Mode.REFUSE

        with pytest.raises(ConnectionResetError):
            client.recv(1024)


def test_proxy_takes_new_connections_after_a_reset(echo, proxy):
    between = proxy(echo)
    with a_client(between) as old:
        old.sendall(b"ping")
        old.recv(1024)
        between.reset_all()
        with pytest.raises(ConnectionResetError):
            old.recv(1024)

    with a_client(between) as new:
        new.sendall(b"ping")
        assert new.recv(1024) == b"ping"


def test_proxy_delays_each_direction_by_its_latency(echo, proxy):
    between = proxy(echo)
    between.latency_seconds = 0.2
    with a_client(between) as client:
        began = time.monotonic()
        client.sendall(b"ping")
        client.recv(1024)

        assert time.monotonic() - began >= 0.4


def test_proxy_resets_clients_when_the_server_is_away(proxy):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        target = f"tcp://127.0.0.1:{listener.getsockname()[1]}"

    with pytest.raises(ConnectionResetError), a_client(proxy(target)) as client:
        client.recv(1024)


def test_proxy_stands_between_a_database_and_its_client(postgres_cluster, proxy):
    between = proxy(postgres_cluster.url)
    with postgres.connect(between.through(postgres_cluster.url)) as connection:
        connection.execute("SELECT 1")
        between.mode = Mode.REFUSE

        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")


def test_proxy_refuses_an_address_without_a_port():
    with pytest.raises(ValueError, match="host and a port"):
        Proxy("postgresql:///postgres?host=/var/run/postgresql")
