"""The life of nudges, answers to them, an athlete's own channels, incidents; when activities arrived."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("connections", sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("activities", sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_activities_athlete_gear_id_day", "activities", ["athlete", "gear_id", "day"])
    # What was told before there were states was told.
    op.add_column("nudges", sa.Column("state", sa.Text(), nullable=False, server_default="sent"))
    op.add_column("nudges", sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("nudges", sa.Column("basis", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("nudges", sa.Column("feedback", sa.Text(), nullable=False, server_default=""))
    op.add_column("nudges", sa.Column("feedback_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("nudges", sa.Column("change", sa.Text(), nullable=False, server_default=""))
    op.execute("UPDATE nudges SET sent_at = created_at")
    op.add_column("schedule", sa.Column("quiet", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "judgings",
        sa.Column("athlete", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["athlete"], ["athletes.id"], name="fk_judgings_athlete_athletes", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("athlete", "period", name="pk_judgings"),
    )
    op.create_table(
        "channels",
        sa.Column("athlete", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("options", sa.LargeBinary(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["athlete"], ["athletes.id"], name="fk_channels_athlete_athletes", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("athlete", "name", name="pk_channels"),
    )
    op.create_table(
        "answers",
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("athlete", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["athlete"], ["athletes.id"], name="fk_answers_athlete_athletes", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token", name="pk_answers"),
    )
    op.create_index("ix_answers_athlete_expires_at", "answers", ["athlete", "expires_at"])
    op.create_table(
        "incidents",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_incidents"),
    )
    # What was told of a source before is told already.
    op.execute(
        "INSERT INTO incidents (key, began_at, detail, told_at) "
        "SELECT source || '@' || athlete || ':' || state, state_since, detail, told_at "
        "FROM connections WHERE told_at IS NOT NULL AND state <> 'ok'"
    )
    op.drop_column("connections", "told_at")


def downgrade() -> None:
    for table in ("incidents", "answers", "channels", "judgings"):
        op.drop_table(table)
    for column in ("change", "feedback_at", "feedback", "basis", "sent_at", "state"):
        op.drop_column("nudges", column)
    op.drop_column("schedule", "quiet")
    op.drop_index("ix_activities_athlete_gear_id_day", "activities")
    op.drop_column("activities", "arrived_at")
    op.add_column("connections", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_column("connections", "ends_at")
