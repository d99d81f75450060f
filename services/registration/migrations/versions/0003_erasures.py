"""Follow who is to be forgotten through all services, and know which services there are."""

import sqlalchemy as sa
from alembic import op

from servicekit.data.tables import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of erasures."""
    op.create_table(
        "erasure",
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("home", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "erasure_answer",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["erasure.id"]),
        sa.PrimaryKeyConstraint("person_id", "service"),
    )
    op.create_table(
        "known_service",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("heard_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.add_column(
        "delegate",
        sa.Column("may_be_written_to", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    op.add_column("consent", sa.Column("version", sa.String(length=32), nullable=False, server_default=""))
