"""Databases at head: migrated once for each service, then copied or emptied for the tests that follow."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString, Self

from psycopg import Connection, OperationalError, sql

from servers import postgres
from servicekit import migrations
from servicekit.service import Service, assemble

_SHAPE = """
    SELECT md5(string_agg(fact, ' ' ORDER BY fact)) FROM (
        SELECT concat('relation ', oid, ' ', relname, ' ', relnatts) FROM pg_class
            WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT concat('trigger ', oid, ' ', tgenabled) FROM pg_trigger
        UNION ALL SELECT concat('function ', oid, ' ', prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT concat('constraint ', oid, ' ', convalidated) FROM pg_constraint
        UNION ALL SELECT concat('setting ', setconfig) FROM pg_db_role_setting
            WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
    ) AS facts (fact)
"""
_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'alembic_version%'"
_SEQUENCES = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'"


@dataclass
class Prepared:
    """What has been migrated so far; leaving it drops the databases."""

    folder: Path
    files: dict[str, Path] = field(default_factory=dict)
    idle: dict[str, list["_Lent"]] = field(default_factory=dict)
    """By service: databases that nobody uses."""
    stack: ExitStack = field(default_factory=ExitStack)

    def sqlite(self, service: Service, path: Path) -> str:
        """Make a file of SQLite with the service's tables; return its address."""
        if service.name not in self.files:
            made = self.folder / f"{service.name}-with-its-log.db"
            _migrate(service, f"sqlite:///{made}")
            self.files[service.name] = self.folder / f"{service.name}.db"
            with closing(sqlite3.connect(made)) as connection:
                connection.execute("VACUUM INTO ?", [str(self.files[service.name])])
        shutil.copy(self.files[service.name], path)
        return f"sqlite:///{path}"

    @contextmanager
    def postgresql(self, service: Service, server_url: str) -> Iterator[str]:
        """Lend a database with the service's tables, all empty; yield its address."""
        idle = self.idle.setdefault(service.name, [])
        lent = idle.pop() if idle else self._new(service, server_url)
        try:
            yield lent.url
        finally:
            if lent.is_emptied():
                idle.append(lent)

    def _new(self, service: Service, server_url: str) -> "_Lent":
        database = self.stack.enter_context(postgres.Database(server_url))
        connection = self.stack.enter_context(closing(postgres.connect(server_url, database.name)))
        # What is killed here is our processes, never this server: nothing that it was given has to be on disk at once.
        relaxing = sql.SQL("ALTER DATABASE {} SET synchronous_commit = off")
        connection.execute(relaxing.format(sql.Identifier(database.name)))
        _migrate(service, database.url)
        return _Lent(database.url, connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stack.close()


def _migrate(service: Service, url: str) -> None:
    runtime = assemble(service, {f"{service.name.upper()}_DATABASE_URL": url})
    migrations.upgrade(runtime)
    runtime.database.close()


class _Lent:
    """A database that is lent to one test after another, and a connection to it that stays."""

    def __init__(self, url: str, connection: Connection[Any]) -> None:
        self.url, self._connection = url, connection
        self._shape = self._ask(_SHAPE)
        names = [sql.Identifier(str(row[0])) for row in connection.execute(_TABLES)]
        sequences = [sql.Identifier(str(row[0])) for row in connection.execute(_SEQUENCES)]
        work = [sql.SQL("SET session_replication_role = replica")]  # past foreign keys and what guards the audit
        work += [sql.SQL("DELETE FROM {}").format(name) for name in names]
        work += [sql.SQL("ALTER SEQUENCE {} RESTART").format(name) for name in sequences]
        self._emptying = sql.SQL("; ").join(work).as_string(connection)

    def is_emptied(self) -> bool:
        """End what is connected, delete every row and begin all sequences anew.

        False where the test has changed more than rows, or has cut off whoever was connected.
        """
        try:
            self._connection.execute(_OTHERS)
            if self._ask(_SHAPE) != self._shape:
                return False
            self._connection.execute(self._emptying)
        except OperationalError:
            return False
        return True

    def _ask(self, question: LiteralString) -> str:
        return str(self._connection.execute(question).fetchone())
