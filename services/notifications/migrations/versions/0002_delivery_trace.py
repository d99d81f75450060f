"""The trace context of deliveries."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the trace context of the event that caused a delivery."""
    op.add_column("delivery", sa.Column("traceparent", sa.String(length=55), nullable=True))
