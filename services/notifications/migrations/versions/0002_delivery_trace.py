"""The trace that a delivery belongs to."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let a delivery keep the trace context of the event that caused it."""
    op.add_column("delivery", sa.Column("traceparent", sa.String(length=55), nullable=True))
