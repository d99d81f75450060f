"""Tell to whom letters wait, since only an unconfirmed stranger has named them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; who is known already is written to as before."""
    op.add_column("contact", sa.Column("is_vouched_for", sa.Boolean(), nullable=False, server_default=sa.true()))
