"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "athletes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_athletes")),
    )
    op.create_table(
        "budgets",
        sa.Column("app", sa.Text(), nullable=False),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.Column("used", sa.JSON(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("app", name=op.f("pk_budgets")),
    )
    op.create_table(
        "heartbeats",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pid", sa.BigInteger(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeats")),
    )
    op.create_table(
        "locks",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_locks")),
    )
    op.create_table(
        "activities",
        sa.Column("athlete", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("sport", sa.Text(), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("start_local", sa.DateTime(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("distance_m", sa.Float(), nullable=True),
        sa.Column("moving_s", sa.Float(), nullable=True),
        sa.Column("elapsed_s", sa.Float(), nullable=True),
        sa.Column("gain_m", sa.Float(), nullable=True),
        sa.Column("average_hr", sa.Float(), nullable=True),
        sa.Column("max_hr", sa.Float(), nullable=True),
        sa.Column("cadence_spm", sa.Float(), nullable=True),
        sa.Column("workout_type", sa.Integer(), nullable=True),
        sa.Column("gear_id", sa.Text(), nullable=True),
        sa.Column("device", sa.Text(), nullable=True),
        sa.Column("trainer", sa.Boolean(), nullable=False),
        sa.Column("commute", sa.Boolean(), nullable=False),
        sa.Column("manual", sa.Boolean(), nullable=False),
        sa.Column("hidden_start", sa.Boolean(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("sources", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["athlete"], ["athletes.id"], name=op.f("fk_activities_athlete_athletes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("athlete", "id", name=op.f("pk_activities")),
    )
    op.create_index("ix_activities_athlete_day", "activities", ["athlete", "day"], unique=False)
    op.create_index("uq_activities_athlete_identity", "activities", ["athlete", "identity"], unique=True)
    op.create_table(
        "connections",
        sa.Column("athlete", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("tokens", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("passed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("profile_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("connected_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["athlete"], ["athletes.id"], name=op.f("fk_connections_athlete_athletes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("athlete", "source", name=op.f("pk_connections")),
    )
    op.create_table(
        "details",
        sa.Column("athlete", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("kept", sa.JSON(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["athlete"], ["athletes.id"], name=op.f("fk_details_athlete_athletes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("athlete", "source", "external_id", "kind", name=op.f("pk_details")),
    )
    op.create_table(
        "findings",
        sa.Column("athlete", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["athlete"], ["athletes.id"], name=op.f("fk_findings_athlete_athletes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("athlete", "period", "rule", "subject", name=op.f("pk_findings")),
    )
    op.create_table(
        "nudges",
        sa.Column("athlete", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["athlete"], ["athletes.id"], name=op.f("fk_nudges_athlete_athletes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("athlete", "period", "rule", "subject", name=op.f("pk_nudges")),
    )
    op.create_table(
        "outbox",
        sa.Column("athlete", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["athlete"], ["athletes.id"], name=op.f("fk_outbox_athlete_athletes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("athlete", "kind", "period", "channel", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_state_next_try_at", "outbox", ["state", "next_try_at"], unique=False)
    op.create_table(
        "passes",
        sa.Column("athlete", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("oldest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["athlete"], ["athletes.id"], name=op.f("fk_passes_athlete_athletes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("athlete", "source", name=op.f("pk_passes")),
    )
    op.create_table(
        "profiles",
        sa.Column("athlete", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["athlete"], ["athletes.id"], name=op.f("fk_profiles_athlete_athletes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("athlete", "source", "kind", name=op.f("pk_profiles")),
    )
    op.create_table(
        "receipts",
        sa.Column("athlete", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["athlete"], ["athletes.id"], name=op.f("fk_receipts_athlete_athletes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("athlete", "source", "at", name=op.f("pk_receipts")),
    )
    op.create_table(
        "rule_states",
        sa.Column("athlete", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("last_sent", sa.Date(), nullable=True),
        sa.Column("told_mark", sa.Float(), nullable=True),
        sa.Column("armed", sa.Boolean(), nullable=False),
        sa.Column("recent", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["athlete"], ["athletes.id"], name=op.f("fk_rule_states_athlete_athletes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("athlete", "rule", "subject", name=op.f("pk_rule_states")),
    )
    op.create_table(
        "schedule",
        sa.Column("athlete", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("missed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["athlete"], ["athletes.id"], name=op.f("fk_schedule_athlete_athletes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("athlete", "kind", name=op.f("pk_schedule")),
    )
    op.create_table(
        "shoes",
        sa.Column("athlete", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("distance_m", sa.Float(), nullable=True),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["athlete"], ["athletes.id"], name=op.f("fk_shoes_athlete_athletes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("athlete", "source", "id", name=op.f("pk_shoes")),
    )
    op.create_table(
        "skipped",
        sa.Column("athlete", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["athlete"], ["athletes.id"], name=op.f("fk_skipped_athlete_athletes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("athlete", "source", "external_id", name=op.f("pk_skipped")),
    )
    op.create_table(
        "recordings",
        sa.Column("athlete", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["athlete"], ["athletes.id"], name=op.f("fk_recordings_athlete_athletes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("athlete", "source", "external_id", name=op.f("pk_recordings")),
    )
    op.create_index("ix_recordings_athlete_identity", "recordings", ["athlete", "identity"], unique=False)
    op.create_index("ix_recordings_athlete_source_start", "recordings", ["athlete", "source", "start"], unique=False)


def downgrade() -> None:
    op.drop_table("recordings")
    op.drop_table("skipped")
    op.drop_table("shoes")
    op.drop_table("schedule")
    op.drop_table("rule_states")
    op.drop_table("receipts")
    op.drop_table("profiles")
    op.drop_table("passes")
    op.drop_table("outbox")
    op.drop_table("nudges")
    op.drop_table("findings")
    op.drop_table("details")
    op.drop_table("connections")
    op.drop_table("activities")
    op.drop_table("locks")
    op.drop_table("heartbeats")
    op.drop_table("budgets")
    op.drop_table("athletes")
