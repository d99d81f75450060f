"""On SQLite, too, no event takes the number of one that is gone: what is marked as sent goes by it."""

import sqlalchemy as sa
from alembic import op

from servicekit.data.tables import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the outbox anew on SQLite, with what is in it; a sequence of PostgreSQL never goes back."""
    if op.get_bind().dialect.name != "sqlite":
        return
    op.drop_index("outbox_unsent", "outbox")
    op.drop_index("outbox_sent", "outbox")
    op.rename_table("outbox", "outbox_before")
    op.create_table(
        "outbox",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("exchange", sa.String(length=64), nullable=False),
        sa.Column("routing_key", sa.String(length=255), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("begun", sa.Integer(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("event_id"),
        sqlite_autoincrement=True,
    )
    columns = "seq, event_id, exchange, routing_key, body, sent_at, begun"
    op.execute(f"INSERT INTO outbox ({columns}) SELECT {columns} FROM outbox_before ORDER BY seq")  # noqa: S608
    op.drop_table("outbox_before")
    op.create_index("outbox_unsent", "outbox", ["seq"], sqlite_where=sa.text("sent_at IS NULL"))
    op.create_index("outbox_sent", "outbox", ["sent_at", "seq"], sqlite_where=sa.text("sent_at IS NOT NULL"))
