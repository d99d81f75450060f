"""Copies of notes, and what was told of them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "note_copy",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("home", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
    )
    op.create_table(
        "told", sa.Column("id", sa.Uuid(), primary_key=True), sa.Column("words", sa.String(), nullable=False)
    )
