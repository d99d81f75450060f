"""Know who is forgotten, and tell once more that the service is installed: who asks for erasure counts answers."""

import sqlalchemy as sa
from alembic import op

from servicekit.data.clock import machine_now
from servicekit.data.tables import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and let a service that was installed before tell of itself."""
    op.create_table(
        "tombstone",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("home", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("erased_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("person_id"),
        sa.UniqueConstraint("id"),
    )
    is_installed = op.get_bind().execute(sa.text("SELECT 1 FROM membership")).first()
    if is_installed:
        asked = sa.table(
            "snapshot",
            sa.column("entity"),
            sa.column("told"),
            sa.column("requested_at", UtcDateTime()),
        )
        op.execute(asked.insert().values(entity="service", told=0, requested_at=machine_now()))
