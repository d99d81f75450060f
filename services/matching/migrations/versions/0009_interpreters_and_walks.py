"""What delegates speak, how far locations are apart, and who interprets where."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Add the columns, empty: nothing of it was known before."""
    for table, name in (("delegate", "languages"), ("mission", "walking"), ("mission", "interpreters")):
        op.add_column(table, sa.Column(name, DOCUMENT, nullable=False, server_default="[]"))
    op.add_column("meeting", sa.Column("interpreter", sa.String(16), nullable=False, server_default=""))
