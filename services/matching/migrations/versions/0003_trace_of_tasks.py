"""The traces that timetable runs and publications belong to."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let what is done later keep the trace context of who asked for it."""
    op.add_column("timetable_run", sa.Column("traceparent", sa.String(length=55), nullable=True))
    op.add_column("inputs", sa.Column("publication_traceparent", sa.String(length=55), nullable=True))
