"""The first tables of matching."""

import sqlalchemy as sa
from alembic import op

from servicekit.data.tables import Document, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the first tables; forward only: the way back is a back-up."""
    op.create_table(
        "agreement",
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("guest_id", sa.Uuid(), nullable=False),
        sa.Column("host_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=2000), nullable=False),
        sa.Column("expected_amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("signed_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("home", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_agreement_mission_id", "agreement", ["mission_id"], unique=False)

    op.create_table(
        "delegate",
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("attendance", sa.String(length=16), nullable=False),
        sa.Column("can_negotiate", sa.Boolean(), nullable=False),
        sa.Column("availability", Document, nullable=False),
        sa.Column("is_removed", sa.Boolean(), nullable=False),
        sa.Column("planned", Document, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("home", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_delegate_mission_id", "delegate", ["mission_id"], unique=False)

    op.create_table(
        "inputs",
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("pairs_version", sa.Integer(), nullable=False),
        sa.Column("pairs_done", sa.Integer(), nullable=False),
        sa.Column("touched_at", UtcDateTime(), nullable=False),
        sa.Column("is_publication_wanted", sa.Boolean(), nullable=False),
        sa.Column("timetable_version", sa.Integer(), nullable=False),
        sa.Column("timetable_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("mission_id"),
    )
    op.create_table(
        "itinerary",
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("told", Document, nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("home", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_itinerary_mission_id", "itinerary", ["mission_id"], unique=False)

    op.create_table(
        "meeting",
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("guest_id", sa.Uuid(), nullable=False),
        sa.Column("host_id", sa.Uuid(), nullable=False),
        sa.Column("guest_person_id", sa.Uuid(), nullable=False),
        sa.Column("host_person_id", sa.Uuid(), nullable=False),
        sa.Column("slot", sa.String(length=200), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("table", sa.String(length=200), nullable=False),
        sa.Column("is_online", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("is_locked", sa.Boolean(), nullable=False),
        sa.Column("is_called_off", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("home", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("mission_id", "guest_id", "host_id"),
    )
    op.create_index("ix_meeting_guest_id", "meeting", ["guest_id"], unique=False)
    op.create_index("ix_meeting_host_id", "meeting", ["host_id"], unique=False)

    op.create_table(
        "meeting_request",
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("from_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("to_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("message", sa.String(length=2000), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("open_key", sa.String(length=128), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("home", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("open_key"),
    )
    op.create_index("ix_meeting_request_mission_id", "meeting_request", ["mission_id"], unique=False)

    op.create_table(
        "mission",
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("titles", Document, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("guest_region", sa.String(length=16), nullable=False),
        sa.Column("host_region", sa.String(length=16), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("venue", Document, nullable=False),
        sa.Column("organiser", Document, nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("max_meetings_per_person_per_day", sa.Integer(), nullable=False),
        sa.Column("min_meetings_per_guest", sa.Integer(), nullable=False),
        sa.Column("online_tables", Document, nullable=False),
        sa.Column("tables", Document, nullable=False),
        sa.Column("slots", Document, nullable=False),
        sa.Column("agenda", Document, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("home", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "organisation",
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("region", sa.String(length=16), nullable=False),
        sa.Column("names", Document, nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("is_sme", sa.Boolean(), nullable=False),
        sa.Column("activity_codes", Document, nullable=False),
        sa.Column("city", Document, nullable=False),
        sa.Column("about", Document, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("home", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "pair",
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("guest_id", sa.Uuid(), nullable=False),
        sa.Column("host_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("reasons", Document, nullable=False),
        sa.PrimaryKeyConstraint("mission_id", "guest_id", "host_id"),
    )
    op.create_index("ix_pair_host_id", "pair", ["host_id"], unique=False)

    op.create_table(
        "participant",
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("avoids", Document, nullable=False),
        sa.Column("withdrawn_from", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("home", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_participant_mission_id", "participant", ["mission_id"], unique=False)
    op.create_index("ix_participant_organisation_id", "participant", ["organisation_id"], unique=False)

    op.create_table(
        "profile",
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("offers", Document, nullable=False),
        sa.Column("needs", Document, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("home", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_profile_mission_id", "profile", ["mission_id"], unique=False)

    op.create_table(
        "recommendation_list",
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("partners", Document, nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("home", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_recommendation_list_mission_id", "recommendation_list", ["mission_id"], unique=False)

    op.create_table(
        "region",
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("names", Document, nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("home", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_region_code", "region", ["code"], unique=False)

    op.create_table(
        "timetable",
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("bound", sa.BigInteger(), nullable=False),
        sa.Column("proven", sa.Boolean(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.Column("meetings", Document, nullable=False),
        sa.Column("unplaced", Document, nullable=False),
        sa.Column("changes", Document, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("home", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("mission_id", "number"),
    )
    op.create_table(
        "timetable_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("disturbed", sa.Uuid(), nullable=True),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("time_limit_seconds", sa.Double(), nullable=False),
        sa.Column("is_to_publish", sa.Boolean(), nullable=False),
        sa.Column("pinned", Document, nullable=False),
        sa.Column("queued_at", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("inputs_version", sa.Integer(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("bound", sa.BigInteger(), nullable=True),
        sa.Column("proven", sa.Boolean(), nullable=True),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("result", Document, nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(length=2000), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_timetable_run_mission_id", "timetable_run", ["mission_id"], unique=False)
    op.create_index("ix_timetable_run_status", "timetable_run", ["status"], unique=False)

    op.create_table(
        "follow_up_check",
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("announced_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("home", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreement.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("agreement_id", "months"),
    )
    op.create_index("ix_follow_up_check_due_at", "follow_up_check", ["due_at"], unique=False)

    op.create_table(
        "follow_up_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("check_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("realised_amount", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.ForeignKeyConstraint(
            ["check_id"],
            ["follow_up_check.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_follow_up_answer_check_id", "follow_up_answer", ["check_id"], unique=False)
