"""An erasure has an id of its own: one subject of events is one thing, whose states one number counts."""

import sqlalchemy as sa
from alembic import op

from servicekit.data.tables import UtcDateTime
from servicekit.identifiers import derived

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


ASKED = sa.table(
    "erasure",
    sa.column("id", sa.Uuid()),
    sa.column("requested_at", UtcDateTime()),
    sa.column("home", sa.String()),
    sa.column("version", sa.Integer()),
)
ANSWERED = sa.table(
    "erasure_answer",
    sa.column("person_id", sa.Uuid()),
    sa.column("service", sa.String()),
    sa.column("answered_at", UtcDateTime()),
)


def upgrade() -> None:
    """Make the two tables anew, with what was in them."""
    asked = [dict(row) for row in op.get_bind().execute(sa.select(ASKED)).mappings()]
    answered = [dict(row) for row in op.get_bind().execute(sa.select(ANSWERED)).mappings()]
    op.drop_table("erasure_answer")
    op.drop_table("erasure")
    erasure = op.create_table(
        "erasure",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("home", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("person_id"),
    )
    answer = op.create_table(
        "erasure_answer",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["erasure.person_id"]),
        sa.PrimaryKeyConstraint("person_id", "service"),
    )
    own = [row | {"person_id": row["id"], "id": derived("erasure", "request", row["id"])} for row in asked]
    op.bulk_insert(erasure, own)
    op.bulk_insert(answer, answered)
