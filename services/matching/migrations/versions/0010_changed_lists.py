"""Changed lists."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Write down which lists differ from those that were published; where it is not, all are compared next."""
    op.create_table(
        "changed_list",
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("mission_id", "organisation_id"),
    )
    compared: sa.Column[bool] = sa.Column("are_lists_compared", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("inputs", compared)
