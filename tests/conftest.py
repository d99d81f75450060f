"""Runtimes of services on fresh databases, SQLite and PostgreSQL alike."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from servers.postgres import Database as PostgresDatabase
from servicekit import membership, migrations
from servicekit.runtime import Runtime, assemble
from servicekit.service import Service

MakeRuntime = Callable[..., Runtime]


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Which database the test runs on."""
    return str(request.param)


@pytest.fixture
def runtime_of(request: pytest.FixtureRequest, database_kind: str, tmp_path: Path) -> Iterator[MakeRuntime]:
    """Call it with a service (and settings by name) to get its runtime on a fresh, migrated database."""
    made: list[Runtime] = []
    databases: list[PostgresDatabase] = []

    def new_database() -> str:
        if database_kind == "sqlite":
            return f"sqlite:///{tmp_path}/{len(made)}.db"
        databases.append(PostgresDatabase(request.getfixturevalue("postgres_url")))
        return databases[-1].__enter__().url

    def make(service: Service, **settings: Any) -> Runtime:
        given = {"database_url": new_database(), "movable_clock": "true", **settings}
        runtime = assemble(service, {f"{service.name}_{key}".upper(): str(value) for key, value in given.items()})
        migrations.upgrade(runtime)
        if not runtime.has_broker:
            with runtime.database.write() as session:
                membership.install(session)
        made.append(runtime)
        return runtime

    yield make
    for runtime in made:
        runtime.database.close()
    for database in databases:
        database.__exit__(None, None, None)


@pytest.fixture
def sqlite_runtime_of(tmp_path: Path) -> Iterator[MakeRuntime]:
    """Like `runtime_of`, on SQLite alone: for what no database changes."""
    made: list[Runtime] = []

    def make(service: Service, **settings: Any) -> Runtime:
        given = {"database_url": f"sqlite:///{tmp_path}/{len(made)}.db", "movable_clock": "true", **settings}
        runtime = assemble(service, {f"{service.name}_{key}".upper(): str(value) for key, value in given.items()})
        migrations.upgrade(runtime)
        if not runtime.has_broker:
            with runtime.database.write() as session:
                membership.install(session)
        made.append(runtime)
        return runtime

    yield make
    for runtime in made:
        runtime.database.close()
