"""Which pairs the lists of their two show, and whether the lists are those that were published."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; the lists of every mission are made by the next round of the task."""
    for name in ("is_in_list_of_guest", "is_in_list_of_host"):
        op.add_column("pair", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("inputs", sa.Column("are_lists_due", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("inputs", sa.Column("lists_changed", sa.Integer(), nullable=False, server_default="0"))
