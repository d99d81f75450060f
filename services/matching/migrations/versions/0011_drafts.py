"""Drafts of timetables; runs that can be stopped."""

import sqlalchemy as sa
from alembic import op

from servicekit.data.tables import Document, UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the draft of each mission and its edits; let a version come from no run; let a run be stopped."""
    op.create_table(
        "timetable_draft",
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("mission_id"),
    )
    op.create_table(
        "draft_edit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("changes", Document, nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("mission_id", "sequence"),
    )
    op.add_column("timetable_run", sa.Column("is_stopped", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("timetable", schema=None) as batch_op:
        batch_op.alter_column("run_id", existing_type=sa.Uuid(), nullable=True)
        batch_op.add_column(sa.Column("published_by", sa.String(length=64), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("edits", Document, nullable=False, server_default="[]"))
