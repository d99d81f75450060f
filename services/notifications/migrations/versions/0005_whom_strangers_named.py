"""Whether a contact's address is confirmed; mails to unconfirmed ones wait."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; existing contacts count as confirmed."""
    op.add_column("contact", sa.Column("is_vouched_for", sa.Boolean(), nullable=False, server_default=sa.true()))
