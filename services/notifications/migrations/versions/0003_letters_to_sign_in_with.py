"""Mails that belong to no mission, and mails that expire: both for sign-in."""

import sqlalchemy as sa
from alembic import op

from servicekit.data.tables import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make mission and organisation of notifications and deliveries optional; add when a delivery expires."""
    op.drop_index("notification_of", "notification")
    op.drop_index("ix_delivery_mission_id", "delivery")
    for table in ("notification", "delivery"):
        for column in ("mission_id", "organisation_id"):
            _make_nullable(table, column)
    op.create_index("notification_of", "notification", ["mission_id", "organisation_id"])
    op.create_index("ix_delivery_mission_id", "delivery", ["mission_id"])
    op.add_column("delivery", sa.Column("expires_at", UtcDateTime(), nullable=True))
    op.create_index("ix_contact_email", "contact", ["email"])


def _make_nullable(table: str, column: str) -> None:
    """Make a column nullable.

    SQLite would have to create the table anew, but other tables refer to it; so the column is replaced there.
    """
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column(table, column, nullable=True)
        return
    op.execute(f"ALTER TABLE {table} RENAME COLUMN {column} TO former")
    op.add_column(table, sa.Column(column, sa.Uuid(), nullable=True))
    rows = sa.table(table, sa.column(column), sa.column("former"))
    op.execute(rows.update().values({column: rows.c.former}))
    op.drop_column(table, "former")
