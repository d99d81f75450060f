"""Kit tables, columns, upserts.

Column types and the columns that every aggregate has.

Tables that every service has beside its own: one MetaData, present in every database.

INSERT … ON CONFLICT, which SQLAlchemy spells per database, of one row or of many at once.

Many rows go to PostgreSQL as one JSON text: a statement of 200 rows with a parameter for each
value takes the client four times as long, most of it to look for the parameters.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    Dialect,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    Uuid,
    bindparam,
    cast,
    column,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

Document = JSON().with_variant(JSONB(), "postgresql")
"""A JSON value: JSONB on PostgreSQL."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database, on SQLite too.

    Raises:
        ValueError: on writing a naive time.

    """

    impl = DateTime
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(timezone=True)

    def __repr__(self) -> str:
        return "UtcDateTime()"

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give an aware UTC time back."""
        if value is None:
            return None
        instant: datetime = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return instant


class Aggregate:
    """What owns its rows and tells of its states: an id, a home, and the number of its last event."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    home: Mapped[str] = mapped_column(String(16))
    version: Mapped[int] = mapped_column(default=0)


class Copy:
    """A reader's copy of another service's aggregate, in the newest state that was heard of."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    home: Mapped[str] = mapped_column(String(16), default="")
    version: Mapped[int] = mapped_column(default=0)
    """0: a stub, made because a neighbour spoke of it first."""


metadata = MetaData()

_Sequence = BigInteger().with_variant(Integer, "sqlite")

outbox = Table(
    "outbox",
    metadata,
    Column("seq", _Sequence, primary_key=True, autoincrement=True),
    Column("event_id", Uuid, nullable=False, unique=True),
    Column("exchange", String(64), nullable=False),
    Column("routing_key", String(255), nullable=False),
    Column("body", Text, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("begun", Integer, nullable=False, server_default="0"),
    sqlite_autoincrement=True,
)
"""Events to send, in order. With a broker a row goes when it is confirmed; embedded it stays as history.

No number is given twice, even if the row that had it is gone: the sender tells rows by it after it has read them.
`begun` counts the processes without a broker that found it first in line when they started.
"""
Index(
    "outbox_unsent", outbox.c.seq, sqlite_where=outbox.c.sent_at.is_(None), postgresql_where=outbox.c.sent_at.is_(None)
)
_is_sent = outbox.c.sent_at.is_not(None)
Index("outbox_sent", outbox.c.sent_at, outbox.c.seq, sqlite_where=_is_sent, postgresql_where=_is_sent)

inbox = Table(
    "inbox",
    metadata,
    Column("source", String(255), primary_key=True),
    Column("event_id", String(64), primary_key=True),
    Column("received_at", UtcDateTime, nullable=False, index=True),
    Column("body", Text),
    Column("error", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("retry_at", UtcDateTime),
    Column("type", String(200)),
    Column("last_tried_at", UtcDateTime),
)
"""Ids of handled events. A parked one has its body and `retry_at`; a dead letter its body alone.

The two indexes hold what failed alone: claiming the id of an event touches neither.
"""
Index(
    "inbox_due",
    inbox.c.retry_at,
    sqlite_where=inbox.c.retry_at.is_not(None),
    postgresql_where=inbox.c.retry_at.is_not(None),
)
Index(
    "inbox_kept",
    inbox.c.event_id,
    inbox.c.source,
    sqlite_where=inbox.c.body.is_not(None),
    postgresql_where=inbox.c.body.is_not(None),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", _Sequence, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("action", String(32), nullable=False),
    Column("service", String(64), nullable=False),
    Column("source", String(255), nullable=False),
    Column("event_id", String(64), nullable=False, index=True),
    Column("type", String(200)),
    Column("reason", Text, nullable=False),
    Column("outcome", String(32), nullable=False),
)
"""What people did to events, and why: rows are added, and the database refuses to change or delete one."""

idempotency = Table(
    "idempotency",
    metadata,
    Column("actor", String(64), primary_key=True),
    Column("route", String(128), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("request_hash", String(64), nullable=False),
    Column("status", Integer),
    Column("body", Text),
    Column("created_at", UtcDateTime, nullable=False, index=True),
    Column("roles", Text, nullable=False, server_default=""),
)
"""Answers to requests that carried an Idempotency-Key, kept for a day, with the roles that the actor had."""

schedule = Table(
    "schedule",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("due_at", UtcDateTime, nullable=False),
)
"""When each schedule of the service is due next."""

clock = Table(
    "clock",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("home", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("shift_seconds", Float, nullable=False),
)
"""How far the instance's clock stands from the machine's; no row: not at all."""

snapshot = Table(
    "snapshot",
    metadata,
    Column("entity", String(64), primary_key=True),
    Column("told_up_to", Uuid),
    Column("told", Integer, nullable=False),
    Column("requested_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
)
"""Entities whose present state was asked for, and how far it has been told."""

tombstone = Table(
    "tombstone",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("home", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("requested_at", UtcDateTime, nullable=False),
    Column("erased_at", UtcDateTime, nullable=False),
)
"""People who are forgotten: their ids, so that nothing late brings them back. `id` is that of the answer."""

membership = Table(
    "membership",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("home", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("queue", String(128), nullable=False),
    Column("installed_at", UtcDateTime, nullable=False),
    Column("joined", Boolean, nullable=False),
    Column("lost_at", UtcDateTime),
    Column("joined_offset", BigInteger),
)
"""Since when the service listens, how far it has read the history, and when its queue was lost."""

verifying_key = Table(
    "verifying_key",
    metadata,
    Column("key_id", String(64), primary_key=True),
    Column("public_key", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("is_retired", Boolean, nullable=False),
)
"""Keys that verify tokens, as they were announced; a retired one keeps its id alone."""

revoked_session = Table(
    "revoked_session",
    metadata,
    Column("session_id", String(64), primary_key=True),
    Column("issued_before", UtcDateTime, nullable=False),
    Column("forget_at", UtcDateTime, nullable=False, index=True),
)
"""Sessions whose older tokens hold no more, until those would have expired by themselves."""

journal = Table(
    "journal",
    metadata,
    Column("seq", _Sequence, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("session_id", String(64), nullable=False),
    Column("on_behalf_of", String(64), nullable=False),
    Column("deed", String(32), nullable=False),
    Column("action", String(96), nullable=False),
    Column("subjects", Document, nullable=False),
    Column("changes", Document, nullable=False),
    Column("context", String(64), nullable=False, index=True),
    Column("home", String(16), nullable=False, index=True),
    Column("outcome", String(32), nullable=False),
)
"""Who did what: one row for each request that changes something, by ids alone; the database refuses to change one.

`subjects` are the ids that the request named, `changes` the states that came of it: aggregate, id, version.
"""

rate = Table(
    "rate",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("hits", Integer, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)
"""How often somebody did what is limited, by a hash of who and what, until the window ends."""


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
