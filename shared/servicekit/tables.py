"""Tables that every service has beside its own: one MetaData, present in every database."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    Uuid,
)

from servicekit.columns import Document, UtcDateTime

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
