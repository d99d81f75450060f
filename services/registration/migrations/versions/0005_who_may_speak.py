"""Tell who may speak for an organisation from who was merely named, and whose word stands behind what is known."""

from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from servicekit.data.tables import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

APPLICATIONS = sa.table(
    "application", sa.column("id", sa.Uuid()), sa.column("organisation_id", sa.Uuid()), sa.column("status", sa.String())
)
DELEGATES = sa.table(
    "delegate",
    sa.column("application_id", sa.Uuid()),
    sa.column("speaks_since", UtcDateTime()),
    sa.column("is_removed", sa.Boolean()),
)
GRANTS = sa.table(
    "role_grant",
    sa.column("account_id", sa.Uuid()),
    sa.column("role", sa.String()),
    sa.column("scope", sa.String()),
    sa.column("granted_by", sa.String()),
    sa.column("by_staff", sa.Boolean()),
)
ORGANISATIONS = sa.table("organisation", sa.column("id", sa.Uuid()), sa.column("is_confirmed", sa.Boolean()))


def upgrade() -> None:
    """Add the columns; whoever was named for an application that was approved speaks on."""
    op.add_column("delegate", sa.Column("speaks_since", UtcDateTime(), nullable=True))
    op.add_column("account", sa.Column("came_of_delegate", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("role_grant", sa.Column("by_staff", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("organisation", sa.Column("is_confirmed", sa.Boolean(), nullable=False, server_default=sa.true()))
    _let_speak()
    _doubt()
    op.execute(GRANTS.update().where(GRANTS.c.role != "delegate").values(by_staff=True))


def _let_speak() -> None:
    """Let those speak whose application was approved."""
    mine = DELEGATES.c.application_id.in_(_approved(APPLICATIONS.c.id)), sa.not_(DELEGATES.c.is_removed)
    op.execute(DELEGATES.update().where(*mine).values(speaks_since=datetime.now(UTC)))


def _doubt() -> None:
    """Take nobody's word for organisations that registered themselves and were never approved."""
    given = sa.select(GRANTS.c.account_id, GRANTS.c.scope, GRANTS.c.granted_by).where(GRANTS.c.role == "delegate")
    own = [UUID(one.scope) for one in op.get_bind().execute(given) if one.granted_by == f"person:{one.account_id}"]
    approved = _approved(APPLICATIONS.c.organisation_id)
    for id_ in own:
        mine = ORGANISATIONS.c.id == id_, ORGANISATIONS.c.id.not_in(approved)
        op.execute(ORGANISATIONS.update().where(*mine).values(is_confirmed=False))


def _approved(column: "sa.ColumnClause[UUID]") -> "sa.Select[UUID]":
    return sa.select(column).where(APPLICATIONS.c.status == "approved")
