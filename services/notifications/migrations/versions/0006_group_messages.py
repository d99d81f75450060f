"""Messages of organisers to groups of people."""

import sqlalchemy as sa
from alembic import op

from servicekit.data.tables import Document, UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "group_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("subjects", Document, nullable=False),
        sa.Column("texts", Document, nullable=False),
        sa.Column("asked", Document, nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("group_message_of", "group_message", ["mission_id"])
