"""What organisations say of recommended partners and of their meetings; with which score a meeting was recommended."""

import sqlalchemy as sa
from alembic import op

from servicekit.data.tables import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_SCORE = """
    UPDATE meeting SET recommended_score =
        (SELECT pair.score FROM pair WHERE pair.mission_id = meeting.mission_id
         AND pair.guest_id = meeting.guest_id AND pair.host_id = meeting.host_id)
    WHERE status = 'held'
"""


def upgrade() -> None:
    """Add the tables; meetings that were held take the score of their pair as it is now."""
    op.create_table(
        "signal",
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.Column("said_by", sa.String(length=64), nullable=False),
        sa.Column("taken_back_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("home", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("mission_id", "organisation_id", "partner_id"),
    )
    op.create_index(op.f("ix_signal_mission_id"), "signal", ["mission_id"])
    op.create_table(
        "rating",
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(length=500), nullable=False),
        sa.Column("rated_at", UtcDateTime(), nullable=False),
        sa.Column("rated_by", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("home", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("meeting_id", "organisation_id"),
    )
    op.create_index(op.f("ix_rating_mission_id"), "rating", ["mission_id"])
    op.add_column("meeting", sa.Column("recommended_score", sa.Double(), nullable=True))
    op.execute(_SCORE)
