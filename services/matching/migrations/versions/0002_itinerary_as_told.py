"""Keep with each itinerary under which timetable it was told, and why: so that it can be told again."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_NUMBER = """
    UPDATE itinerary SET timetable_number = COALESCE(
        (SELECT max(timetable.number) FROM timetable
         WHERE timetable.mission_id = itinerary.mission_id AND timetable.published_at <= itinerary.issued_at), 0)
"""
_CAUSE = """
    UPDATE itinerary SET cause = COALESCE(
        (SELECT timetable.cause FROM timetable
         WHERE timetable.mission_id = itinerary.mission_id AND timetable.number = itinerary.timetable_number), '')
"""


def upgrade() -> None:
    """Add the two columns; what was told before takes them from the newest timetable of its time."""
    op.add_column("itinerary", sa.Column("timetable_number", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("itinerary", sa.Column("cause", sa.String(length=16), nullable=False, server_default=""))
    op.execute(_NUMBER)
    op.execute(_CAUSE)
