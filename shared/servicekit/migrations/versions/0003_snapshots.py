"""Keep what was asked to be told once more, and find what was sent in the order in which it was."""

import sqlalchemy as sa
from alembic import op

from servicekit.data.tables import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_SENT = sa.text("sent_at IS NOT NULL")


def upgrade() -> None:
    """Add the table, and the index over what was sent: empty where a broker takes the events."""
    op.create_table(
        "snapshot",
        sa.Column("entity", sa.String(length=64), nullable=False),
        sa.Column("told_up_to", sa.Uuid(), nullable=True),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("entity"),
    )
    op.create_index("outbox_sent", "outbox", ["sent_at", "seq"], sqlite_where=_SENT, postgresql_where=_SENT)
