"""Tell whom only an unconfirmed stranger has named; who was named before is written to as before."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("delegate", sa.Column("is_vouched_for", sa.Boolean(), nullable=False, server_default=sa.true()))
