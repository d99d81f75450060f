"""Vectors of texts."""

import sqlalchemy as sa
from alembic import op

from servicekit.data.tables import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep what a model made of texts, so that none is encoded twice."""
    op.create_table(
        "text_vector",
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("vector", sa.Text(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("model", "digest"),
    )
    op.create_index("ix_text_vector_made_at", "text_vector", ["made_at"], unique=False)
