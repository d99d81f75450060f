"""Numbers of deleted attempts, and opt-out of contacts."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of past attempts, and add to contacts whether they may be written to."""
    op.create_table(
        "past_attempts",
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "state"),
    )
    op.add_column(
        "contact",
        sa.Column("may_be_written_to", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
