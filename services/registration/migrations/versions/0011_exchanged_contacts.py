"""Which two organisations let each other know whom to reach."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, empty: nobody could agree to that before."""
    ids = ("guest_organisation_id", "host_organisation_id", "guest_person_id", "host_person_id")
    op.create_table(
        "contact_exchange",
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ids),
        sa.Column("is_mutual", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("home", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_contact_exchange_mission_id"), "contact_exchange", ["mission_id"])
    op.create_index(op.f("ix_contact_exchange_meeting_id"), "contact_exchange", ["meeting_id"])
