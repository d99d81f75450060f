"""PostgreSQL for tests: a database of one's own on a server, and a server of one's own."""

import dataclasses
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Self

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from servers import binaries, folders, names
from servers.certificates import Certificate
from servers.child import Child, as_user
from servers.own import OwnServer
from servers.ports import LOOPBACK, free_port
from servers.waiting import wait_until

_CONFIGURATION = """
listen_addresses = '{loopback}'
port = {port}
unix_socket_directories = ''
max_connections = 200
shared_buffers = 64MB
"""
_TLS = """
ssl = on
ssl_ca_file = '{tls.authority}'
ssl_cert_file = '{tls.chain}'
ssl_key_file = '{tls.key}'
"""


def connect(url: str, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
    """Open an autocommitting connection to a database of the server that a SQLAlchemy address names."""
    address = make_url(url).set(drivername="postgresql", database=database)
    return psycopg.connect(address.render_as_string(hide_password=False), autocommit=True, connect_timeout=5)


def drop_stale_databases(server_url: str) -> None:
    """Drop what killed test runs left on a server more than a day ago."""
    with connect(server_url) as connection:
        rows = connection.execute("SELECT datname FROM pg_database").fetchall()
        for name in (str(row[0]) for row in rows):
            if names.is_stale(name, time.time()):
                _drop(connection, name)


class Database:
    """An empty database of unique name, made on entry and dropped on exit, whoever is still connected.

    Args:
        server_url: SQLAlchemy address of the server, as a role that may create databases.

    """

    def __init__(self, server_url: str) -> None:
        self._server_url = server_url
        self.name = names.unique_name()

    @property
    def url(self) -> str:
        """SQLAlchemy address of the database (`postgresql+psycopg://…`)."""
        address = make_url(self._server_url).set(drivername="postgresql+psycopg", database=self.name)
        return address.render_as_string(hide_password=False)

    def disconnect_all(self) -> None:
        """End every connection to the database, as a server that fails over does."""
        with connect(self._server_url) as connection:
            ending = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            connection.execute(ending, [self.name])

    def __enter__(self) -> Self:
        with connect(self._server_url) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.name)))
        return self

    def __exit__(self, *_: object) -> None:
        with connect(self._server_url) as connection:
            _drop(connection, self.name)


class Cluster(OwnServer):
    """A PostgreSQL server with its own folder and port on loopback; it trusts everybody and keeps fsync on.

    Any user may run it: root hands it to the user `postgres`. Use it as a context manager, or call `close()`. With a
    certificate it speaks TLS to whoever asks for it.
    """

    def __init__(self, certificate: Certificate | None = None) -> None:
        self._certificate = certificate
        self._programs = binaries.postgres_folder()
        self._owner = "postgres" if os.geteuid() == 0 else None
        self._folder = folders.new_folder(self._owner)
        self._port = free_port()

    @property
    def url(self) -> str:
        """SQLAlchemy address of the server's own database, as a superuser."""
        return f"postgresql+psycopg://postgres@{LOOPBACK}:{self._port}/postgres"

    @property
    def port(self) -> int:
        """TCP port on loopback."""
        return self._port

    def start(self) -> None:
        """Start the server and wait until it takes connections; a running server is left alone."""
        if self._server is not None:
            return
        if not (self._folder / "data").exists():
            self._initialise()
        command = [str(self._programs / "postgres"), "-D", str(self._folder / "data")]
        self._server = Child(command, os.environ, self._folder / "server.log", self._owner)
        wait_until(self._answers, "PostgreSQL answers", timeout_seconds=60)

    def stop(self) -> None:
        """Stop the server in good order: connections are ended, open transactions undone."""
        self._end(signal.SIGINT)

    def stop_immediately(self) -> None:
        """Stop the server as a crash would: the next start recovers from the log of writes."""
        self._end(signal.SIGQUIT)

    def close(self) -> None:
        """Stop what runs and delete the folder."""
        if self._server is not None:
            self.stop_immediately()
        folders.remove(self._folder)

    def _initialise(self) -> None:
        choices = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-locale", "--no-sync"]
        program = [str(self._programs / "initdb"), "-D", str(self._folder / "data")]
        command = [*as_user(self._owner), *program, *choices]
        made = subprocess.run(command, cwd=self._folder, capture_output=True, text=True, check=False)
        if made.returncode != 0:
            raise RuntimeError(f"initdb failed: {made.stderr}")
        with (self._folder / "data" / "postgresql.conf").open("a") as configuration:
            configuration.write(_CONFIGURATION.format(loopback=LOOPBACK, port=self._port))
            if self._certificate is not None:
                configuration.write(_TLS.format(tls=self._own(self._certificate)))

    def _own(self, certificate: Certificate) -> Certificate:
        """Copy a certificate to where the server's user can read it, and nobody else its key."""
        files = [Path(shutil.copy(file, self._folder)) for file in dataclasses.astuple(certificate)]
        for file in files:
            file.chmod(0o600)
            if self._owner is not None:
                shutil.chown(file, self._owner, self._owner)
        return Certificate(*files)

    def _answers(self) -> bool:
        self._running().check()
        try:
            connect(self.url).close()
        except psycopg.OperationalError:
            return False
        return True


def _drop(connection: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
