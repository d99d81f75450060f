"""INSERT … ON CONFLICT, which SQLAlchemy spells per database, of one row or of many at once.

Many rows go to PostgreSQL as one JSON text: a statement of 200 rows with a parameter for each
value takes the client four times as long, most of it to look for the parameters.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Table, Text, bindparam, cast, column, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

Rows = Sequence[Mapping[str, Any]]


def insert_new(session: Session, table: Table, rows: Rows) -> list[Any]:
    """Insert the rows whose key is not taken and return the keys of those that were inserted, as rows."""
    statement = _insert_new(_dialect(session), table, tuple(rows[0]))
    return list(session.execute(statement, _parameters(session, rows)))


def upsert_newer(session: Session, table: Table, rows: Rows) -> list[Any]:
    """Insert the rows, or write over those with the same id and a lower version; return the ids of those written."""
    statement = _upsert_newer(_dialect(session), table, tuple(rows[0]))
    return list(session.scalars(statement, _parameters(session, rows)))


def upsert(session: Session, table: Table, row: Mapping[str, Any], *, newer: ColumnElement[bool] | None = None) -> None:
    """Insert a row, or write over the one with its key where `newer` holds of the kept row."""
    keys = [column.name for column in table.primary_key.columns]
    rest = {name: value for name, value in row.items() if name not in keys}
    insert = postgresql.insert if _dialect(session) == "postgresql" else sqlite.insert
    session.execute(insert(table).values(row).on_conflict_do_update(index_elements=keys, set_=rest, where=newer))


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name


def _parameters(session: Session, rows: Rows) -> Any:
    if _dialect(session) == "postgresql":
        return {"rows": json.dumps(rows, default=str, ensure_ascii=False)}
    return list(rows)


@cache
def _insert_new(dialect: str, table: Table, names: tuple[str, ...]) -> Any:
    return _insert(dialect, table, names).on_conflict_do_nothing().returning(*table.primary_key.columns)


@cache
def _upsert_newer(dialect: str, table: Table, names: tuple[str, ...]) -> Any:
    insert = _insert(dialect, table, names)
    said = {name: insert.excluded[name] for name in names if name != "id"}
    newer = insert.excluded.version > table.c.version
    return insert.on_conflict_do_update(index_elements=["id"], set_=said, where=newer).returning(table.c.id)


def _insert(dialect: str, table: Table, names: tuple[str, ...]) -> Any:
    """Return the insert of many rows: from one JSON text on PostgreSQL, row by row on SQLite."""
    if dialect != "postgresql":
        return sqlite.insert(table)
    text = cast(bindparam("rows", type_=Text()), postgresql.JSON)
    typed = [column(name, table.c[name].type) for name in names]
    source = func.json_to_recordset(text).table_valued(*typed, name="told").render_derived(with_types=True)
    return postgresql.insert(table).from_select(names, select(source))
