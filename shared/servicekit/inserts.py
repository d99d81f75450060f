"""INSERT … ON CONFLICT, which SQLAlchemy spells per database."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert_of(dialect: str, table: Table) -> Any:
    """Return the insert of a database, which knows `on_conflict_do_nothing` and `…_do_update`."""
    return (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table)


def insert(session: Session, table: Table) -> Any:
    """Return the insert of the session's database."""
    return insert_of(session.get_bind().dialect.name, table)


def insert_new(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Insert the rows whose key is not taken and return the keys of those that were inserted, as rows."""
    return list(session.execute(_insert_new(session.get_bind().dialect.name, table), list(rows)).all())


@cache
def _insert_new(dialect: str, table: Table) -> Any:
    return insert_of(dialect, table).on_conflict_do_nothing().returning(*table.primary_key.columns)


def upsert(session: Session, table: Table, row: Mapping[str, Any], *, newer: ColumnElement[bool] | None = None) -> None:
    """Insert a row, or write over the one with its key where `newer` holds of the kept row."""
    keys = [column.name for column in table.primary_key.columns]
    rest = {name: value for name, value in row.items() if name not in keys}
    session.execute(
        insert(session, table).values(row).on_conflict_do_update(index_elements=keys, set_=rest, where=newer)
    )
