"""What dead letters are found by, and an audit that can only grow."""

import sqlalchemy as sa
from alembic import op

from servicekit import envelopes
from servicekit.data.tables import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_REFUSES = "the audit is append-only"
_POSTGRES = (
    f"""
    CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{_REFUSES}'; END $$
    """,
    """
    CREATE TRIGGER audit_keeps_rows BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()
    """,
    """
    CREATE TRIGGER audit_keeps_all BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()
    """,
)
_SQLITE = tuple(
    f"CREATE TRIGGER audit_keeps_{change.lower()} BEFORE {change} ON audit BEGIN SELECT RAISE(ABORT, '{_REFUSES}'); END"
    for change in ("UPDATE", "DELETE")
)


def upgrade() -> None:
    """Give the inbox a type and a last try, index what failed alone, and make the audit."""
    op.add_column("inbox", sa.Column("type", sa.String(length=200), nullable=True))
    op.add_column("inbox", sa.Column("last_tried_at", UtcDateTime(), nullable=True))
    op.drop_index("ix_inbox_retry_at", "inbox")
    _index("inbox_due", ["retry_at"], "retry_at IS NOT NULL")
    _index("inbox_kept", ["event_id", "source"], "body IS NOT NULL")
    _name_what_is_kept()
    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("event_id", sa.String(length=64), nullable=False),
        sa.Column("type", sa.String(length=200), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("ix_audit_event_id", "audit", ["event_id"])
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRES:
        op.execute(statement)


def _index(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "inbox", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _name_what_is_kept() -> None:
    """Tell the types of events that had failed before."""
    inbox = sa.table("inbox", *(sa.column(name) for name in ("source", "event_id", "body", "type")))
    kept = sa.select(inbox.c.source, inbox.c.event_id, inbox.c.body).where(inbox.c.body.is_not(None))
    for source, event_id, body in op.get_bind().execute(kept).all():
        mine = sa.and_(inbox.c.source == source, inbox.c.event_id == event_id)
        op.execute(inbox.update().where(mine).values(type=envelopes.names_of(body).type))
