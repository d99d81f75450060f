"""Count the processes that began with an event and did not get past it: one that kills them is found so."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the count."""
    op.add_column("outbox", sa.Column("begun", sa.Integer(), nullable=False, server_default="0"))
