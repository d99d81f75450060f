"""${message}."""

import sqlalchemy as sa
from alembic import op
import servicekit.data.tables
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """${message}: forward only; the way back is a back-up."""
    ${upgrades if upgrades else "pass"}
