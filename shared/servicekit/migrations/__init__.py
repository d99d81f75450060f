"""Bring a service's database to the newest schema: the tables that every service has, then its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from servicekit.service import Runtime

_LOCK = 7_214_450
_KIT = "servicekit"


def upgrade(runtime: Runtime) -> None:
    """Bring the database to head; two at once wait for each other, a killed one can be run again."""
    with _exclusive(runtime) as connection:
        for package in (_KIT, runtime.service.name):
            command.upgrade(_config(package, connection), "head")


def is_at_head(runtime: Runtime) -> bool:
    """Tell whether the database has the newest schema, no older and no newer."""
    with runtime.database.engine.connect() as connection:
        return all(_current(connection, package) == _head(package) for package in (_KIT, runtime.service.name))


def revision(runtime: Runtime, package: str, message: str) -> None:
    """Write a new migration of a package from the difference between its tables and the database's."""
    with runtime.database.engine.connect() as connection:
        config = _config(package, connection)
        config.attributes["metadata"] = _metadata(runtime, package)
        number = len(list((files(package) / "migrations" / "versions").iterdir())) + 1
        command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")


def differences(runtime: Runtime) -> list[Any]:
    """Return what the database lacks or has beyond the declared tables; empty where they agree."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415  # for tests and authors only

    with runtime.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        declared = [_metadata(runtime, _KIT), _metadata(runtime, runtime.service.name)]
        return list(compare_metadata(context, declared))  # type: ignore[arg-type]  # alembic takes a list, too


def version_table(package: str) -> str:
    """Return the table that holds the revision of a package's tables."""
    return f"alembic_version_{package}"


@contextmanager
def _exclusive(runtime: Runtime) -> Iterator[Connection]:
    with runtime.database.engine.begin() as connection:
        if not runtime.database.is_sqlite:
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        yield connection


def _config(package: str, connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files(_KIT) / "migrations"))
    config.set_main_option("version_locations", str(files(package) / "migrations" / "versions"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    config.attributes["version_table"] = version_table(package)
    return config


def _metadata(runtime: Runtime, package: str) -> Any:
    from servicekit.data.tables import metadata  # noqa: PLC0415  # beside its only use

    return metadata if package == _KIT else runtime.service.metadata


def _current(connection: Connection, package: str) -> str | None:
    context = MigrationContext.configure(connection, opts={"version_table": version_table(package)})
    return context.get_current_revision()


@cache
def _head(package: str) -> str | None:
    """Return the newest revision that is installed: a process does not change under itself."""
    config = Config()
    config.set_main_option("script_location", str(files(_KIT) / "migrations"))
    config.set_main_option("version_locations", str(files(package) / "migrations" / "versions"))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config).get_current_head()
