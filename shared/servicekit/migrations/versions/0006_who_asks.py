"""Keys that verify tokens, sessions that ended, and the journal of what people did."""

import sqlalchemy as sa
from alembic import op

from servicekit.data.tables import Document, UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_REFUSES = "the journal is append-only"
_POSTGRES = (
    f"""
    CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{_REFUSES}'; END $$
    """,
    """
    CREATE TRIGGER journal_keeps_rows BEFORE UPDATE OR DELETE ON journal
    FOR EACH ROW EXECUTE FUNCTION journal_is_append_only()
    """,
    """
    CREATE TRIGGER journal_keeps_all BEFORE TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()
    """,
)
_SQLITE = tuple(
    f"CREATE TRIGGER journal_keeps_{change.lower()} BEFORE {change} ON journal "
    f"BEGIN SELECT RAISE(ABORT, '{_REFUSES}'); END"
    for change in ("UPDATE", "DELETE")
)


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "verifying_key",
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key_id"),
    )
    op.create_table(
        "revoked_session",
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("issued_before", UtcDateTime(), nullable=False),
        sa.Column("forget_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("session_id"),
    )
    op.create_index("ix_revoked_session_forget_at", "revoked_session", ["forget_at"])
    op.create_table(
        "journal",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("on_behalf_of", sa.String(length=64), nullable=False),
        sa.Column("deed", sa.String(length=32), nullable=False),
        sa.Column("action", sa.String(length=96), nullable=False),
        sa.Column("subjects", Document, nullable=False),
        sa.Column("changes", Document, nullable=False),
        sa.Column("context", sa.String(length=64), nullable=False),
        sa.Column("home", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("ix_journal_context", "journal", ["context"])
    op.create_index("ix_journal_home", "journal", ["home"])
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRES:
        op.execute(statement)
