"""Engines that share what was compiled for the first of their kind: each test makes databases of its own.

A file of SQLite need not be on the disk when a commit returns: what is killed in the tests of this process are
no machines.

What SQLAlchemy compiles it keeps for one engine, by its dialect. The engines of tests differ in their addresses alone,
so the later ones of a kind take the dialect of the first that was connected, and what has been compiled with it.
"""

import sqlite3
from typing import Any

import sqlalchemy
from sqlalchemy import Engine, event, make_url

_FIRST: dict[str, Engine] = {}
_STATEMENTS = 5_000
"""Kept of each kind, in place of SQLAlchemy's 500 for each engine: four services share them."""


def create_engine(url: Any, **options: Any) -> Engine:
    """Create an engine; neither its pool nor its connections are shared with any other."""
    kind = make_url(url).drivername
    first = _FIRST.get(kind)
    if kind.startswith("sqlite"):
        options["connect_args"] = {**options.get("connect_args", {}), "factory": _Relaxed}
    if first is None or first.dialect.server_version_info is None:
        _FIRST[kind] = sqlalchemy.create_engine(url, query_cache_size=_STATEMENTS, **options)
        return _FIRST[kind]
    engine = sqlalchemy.create_engine(url, _initialize=False, **options)  # asks the server nothing about itself
    engine.dialect = engine.pool._dialect = first.dialect
    engine._compiled_cache = first._compiled_cache
    if prepare := first.dialect.on_connect_url(engine.url):
        event.listen(engine.pool, "connect", lambda connection, _record: prepare(connection))
    return engine


class _Relaxed(sqlite3.Connection):
    """Leaves it to the operating system when a commit is on the disk."""

    def execute(self, statement: str, *given: Any) -> sqlite3.Cursor:
        """Execute a statement, but for the one that asks for the disk."""
        relaxed = statement.replace("PRAGMA synchronous=FULL", "PRAGMA synchronous=OFF")
        return super().execute(relaxed, *given)
