"""A PostgreSQL that answers and takes no writes: read-only, as after a fail-over, or out of disk."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

import psycopg
from psycopg import sql

from servicekit.service import Runtime

_OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
_FULL = """\
CREATE FUNCTION refuse_for_want_of_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100';
END $$
"""
FILLED = ("outbox", "inbox")
"""The tables that grow with every event."""


@contextmanager
def read_only(runtime: Runtime) -> Iterator[None]:
    """Let the database of a service take no writes for a while, and throw everybody out as it becomes so and back."""
    _set_read_only(runtime, "on")
    try:
        yield
    finally:
        _set_read_only(runtime, "off")


@contextmanager
def full(runtime: Runtime) -> Iterator[None]:
    """Let the database of a service have no room for what it wants to add last: its events."""
    with _connected(runtime) as connection:
        connection.execute(_FULL)
        for table in FILLED:
            made = "CREATE TRIGGER full_now BEFORE INSERT ON {} EXECUTE FUNCTION refuse_for_want_of_room()"
            connection.execute(sql.SQL(made).format(sql.Identifier(table)))
    try:
        yield
    finally:
        with _connected(runtime) as connection:
            connection.execute("DROP FUNCTION refuse_for_want_of_room() CASCADE")


HOW: Mapping[str, Callable[[Runtime], AbstractContextManager[None]]] = {"read-only": read_only, "full": full}


def _set_read_only(runtime: Runtime, value: str) -> None:
    name = runtime.database.engine.url.database
    assert name is not None
    with _connected(runtime) as connection:
        said = "ALTER DATABASE {} SET default_transaction_read_only = {}"
        connection.execute(sql.SQL(said).format(sql.Identifier(name), sql.SQL(value)))
        connection.execute(_OTHERS, [name])


def _connected(runtime: Runtime) -> "psycopg.Connection[tuple[object, ...]]":
    """Connect as an administrator whose own statements may write."""
    url = runtime.database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(url, autocommit=True, options="-c default_transaction_read_only=off")
