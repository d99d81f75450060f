"""The e-mail address of a mission's organiser."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, empty until the next event of the mission."""
    op.add_column("mission", sa.Column("organiser_email", sa.String(320), nullable=False, server_default=""))
