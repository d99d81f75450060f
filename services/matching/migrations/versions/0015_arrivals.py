"""When a participant arrived."""

import sqlalchemy as sa
from alembic import op

from servicekit.data.tables import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, empty until the participant is told of again."""
    op.add_column("participant", sa.Column("checked_in_at", UtcDateTime(), nullable=True))
