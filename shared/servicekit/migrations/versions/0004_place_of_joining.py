"""Note how far history was read at joining, and when a queue was lost: healing goes by places, not by clocks."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the columns; a service that joined before knows no place, and goes by when it was installed."""
    with op.batch_alter_table("membership") as batch:
        batch.add_column(sa.Column("joined_offset", sa.BigInteger(), nullable=True))
        batch.alter_column("replay_from", new_column_name="lost_at")
        batch.drop_column("seen_at")
