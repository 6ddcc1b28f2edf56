"""Many sources: workouts put together from recordings, nights, files, weather, and a ledger of shoes."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("recordings", sa.Column("own_identity", sa.Text(), nullable=False, server_default=""))
    op.execute("UPDATE recordings SET own_identity = identity")
    op.create_index("ix_recordings_athlete_own_identity", "recordings", ["athlete", "own_identity"])
    op.add_column("activities", sa.Column("strava_id", sa.Text(), nullable=True))
    op.execute("UPDATE activities SET strava_id = substr(identity, 8) WHERE identity LIKE 'strava:%'")
    op.add_column("activities", sa.Column("loss_m", sa.Float(), nullable=True))
    op.add_column("activities", sa.Column("temperature_c", sa.Float(), nullable=True))
    op.add_column("activities", sa.Column("dew_point_c", sa.Float(), nullable=True))
    op.add_column("activities", sa.Column("perceived_effort", sa.Float(), nullable=True))
    op.add_column("activities", sa.Column("sets", sa.Integer(), nullable=True))
    op.add_column("activities", sa.Column("hr_zone_s", sa.JSON(), nullable=True))
    op.add_column("shoes", sa.Column("starting_m", sa.Float(), nullable=True))
    op.add_column("shoes", sa.Column("limit_m", sa.Float(), nullable=True))
    op.add_column("shoes", sa.Column("surface", sa.Text(), nullable=True))
    op.add_column("shoes", sa.Column("races", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("shoes", sa.Column("default_for", sa.Text(), nullable=False, server_default=""))
    op.add_column("shoes", sa.Column("from_day", sa.Date(), nullable=True))
    op.add_column("shoes", sa.Column("until_day", sa.Date(), nullable=True))
    op.create_table(
        "worn",
        sa.Column("athlete", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("shoe", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["athlete"], ["athletes.id"], name="fk_worn_athlete_athletes", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("athlete", "identity", name="pk_worn"),
    )
    op.create_table(
        "pairs",
        sa.Column("athlete", sa.Text(), nullable=False),
        sa.Column("one", sa.Text(), nullable=False),
        sa.Column("other", sa.Text(), nullable=False),
        sa.Column("together", sa.Boolean(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["athlete"], ["athletes.id"], name="fk_pairs_athlete_athletes", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("athlete", "one", "other", name="pk_pairs"),
    )
    op.create_table(
        "nights",
        sa.Column("athlete", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("sleep_s", sa.Float(), nullable=True),
        sa.Column("resting_hr", sa.Float(), nullable=True),
        sa.Column("hrv_ms", sa.Float(), nullable=True),
        sa.Column("bedtime", sa.DateTime(), nullable=True),
        sa.Column("sleep_score", sa.Float(), nullable=True),
        sa.Column("body_battery", sa.Float(), nullable=True),
        sa.Column("stress", sa.Float(), nullable=True),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["athlete"], ["athletes.id"], name="fk_nights_athlete_athletes", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("athlete", "day", "source", name="pk_nights"),
    )
    op.create_table(
        "files",
        sa.Column("athlete", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["athlete"], ["athletes.id"], name="fk_files_athlete_athletes", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("athlete", "digest", name="pk_files"),
    )
    op.create_table(
        "weather",
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("temperature_c", sa.Float(), nullable=True),
        sa.Column("dew_point_c", sa.Float(), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("place", "at", name="pk_weather"),
    )


def downgrade() -> None:
    for table in ("weather", "files", "nights", "pairs", "worn"):
        op.drop_table(table)
    for column in ("until_day", "from_day", "default_for", "races", "surface", "limit_m", "starting_m"):
        op.drop_column("shoes", column)
    for column in ("hr_zone_s", "sets", "perceived_effort", "dew_point_c", "temperature_c", "loss_m", "strava_id"):
        op.drop_column("activities", column)
    op.drop_index("ix_recordings_athlete_own_identity", "recordings")
    op.drop_column("recordings", "own_identity")
