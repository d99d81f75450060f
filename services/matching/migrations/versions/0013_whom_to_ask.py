"""Whom to ask about a mission, for the foot of its pages."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, empty until the mission is told of again."""
    op.add_column("mission", sa.Column("organiser_phone", sa.String(32), nullable=False, server_default=""))
    op.add_column("mission", sa.Column("organiser_email", sa.String(320), nullable=False, server_default=""))
