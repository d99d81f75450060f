"""What companies say on the day of a meeting and after it, and how they answer requests."""

import sqlalchemy as sa
from alembic import op

from servicekit.data.tables import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add notices, notes and exchanges of contacts; a request tells why it was declined, and which time is proposed."""
    op.create_table(
        "meeting_notice",
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.Column("said_by", sa.String(length=64), nullable=False),
        sa.Column("taken_back_at", UtcDateTime(), nullable=True),
        *_aggregate(),
        sa.UniqueConstraint("meeting_id", "organisation_id"),
    )
    op.create_index(op.f("ix_meeting_notice_mission_id"), "meeting_notice", ["mission_id"])
    op.create_table(
        "meeting_note",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("written_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"]),
        sa.PrimaryKeyConstraint("meeting_id", "organisation_id"),
    )
    op.create_table(
        "contact_exchange",
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("guest_agreed_at", UtcDateTime(), nullable=True),
        sa.Column("guest_agreed_by", sa.String(length=64), nullable=False),
        sa.Column("host_agreed_at", UtcDateTime(), nullable=True),
        sa.Column("host_agreed_by", sa.String(length=64), nullable=False),
        *_aggregate(),
        sa.UniqueConstraint("meeting_id"),
    )
    op.create_index(op.f("ix_contact_exchange_mission_id"), "contact_exchange", ["mission_id"])
    reason = sa.Column("reason", sa.String(length=1000), nullable=False, server_default="")
    op.add_column("meeting_request", reason)
    op.add_column("meeting_request", sa.Column("proposed_slot", sa.String(length=200), nullable=True))


def _aggregate() -> tuple[sa.Column[object] | sa.Constraint, ...]:
    """Give the columns that every aggregate has, and the key of its meeting."""
    return (
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("home", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
