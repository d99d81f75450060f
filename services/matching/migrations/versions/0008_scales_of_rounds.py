"""Scales of rounds."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep by what measure a large mission was scored, and of whom something has changed since."""
    op.create_table(
        "mission_scale",
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("scales", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mission_id"),
    )
    op.create_table(
        "changed_profile",
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("mission_id", "organisation_id"),
    )
    op.add_column("inputs", sa.Column("whole_version", sa.Integer(), nullable=False, server_default="0"))
