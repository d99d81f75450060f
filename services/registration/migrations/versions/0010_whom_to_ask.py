"""Where a mission's organiser reads mail, and the last day for applications."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, empty: nothing of it was known before."""
    op.add_column("mission", sa.Column("organiser_email", sa.String(320), nullable=False, server_default=""))
    op.add_column("mission", sa.Column("applications_until", sa.Date(), nullable=True))
