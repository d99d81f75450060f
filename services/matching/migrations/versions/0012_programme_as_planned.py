"""What of a mission the published timetable was made from."""

import sqlalchemy as sa
from alembic import op

from servicekit.data.tables import Document

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the programme, walks and places of tables as planned; unknown of timetables that were published before."""
    op.add_column("mission", sa.Column("planned", Document, nullable=True))
