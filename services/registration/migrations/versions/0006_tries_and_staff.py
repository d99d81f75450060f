"""Codes that are tried beside a link are counted apart; sessions say whether their owner may change what is others'."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, mark the sessions of staff that there are, and end the keys to the API that keys have made."""
    op.add_column("sign_in_attempt", sa.Column("link_tries", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("session", sa.Column("is_staff", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        "UPDATE session SET is_staff = (1 = 1) WHERE account_id IN (SELECT account_id FROM role_grant"
        " WHERE revoked_at IS NULL AND role IN ('admin', 'agency', 'organiser'))"
    )
    op.execute("UPDATE api_key SET revoked_at = CURRENT_TIMESTAMP WHERE created_by LIKE 'key:%' AND revoked_at IS NULL")
