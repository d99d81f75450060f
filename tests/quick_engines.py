"""Engines that share what was compiled for the first of their kind: each test makes databases of its own.

What SQLAlchemy compiles it keeps for one engine, by its dialect. The engines of tests differ in their addresses alone,
so the later ones of a kind take the dialect of the first that was connected, and what has been compiled with it.
"""

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
    if first is None or first.dialect.server_version_info is None:
        _FIRST[kind] = sqlalchemy.create_engine(url, query_cache_size=_STATEMENTS, **options)
        return _FIRST[kind]
    engine = sqlalchemy.create_engine(url, _initialize=False, **options)  # asks the server nothing about itself
    engine.dialect = engine.pool._dialect = first.dialect
    engine._compiled_cache = first._compiled_cache
    if prepare := first.dialect.on_connect_url(engine.url):
        event.listen(engine.pool, "connect", lambda connection, _record: prepare(connection))
    return engine
