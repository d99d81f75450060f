"""The roles by which an answer was given that is kept for its key."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what is kept already, for a day at most, is told whatever its roles were."""
    op.add_column("idempotency", sa.Column("roles", sa.Text(), nullable=False, server_default=""))
