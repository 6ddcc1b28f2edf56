"""What makes an activity in one column, beside those that it is searched by: activities are read by the thousand."""

import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_SEARCHED: dict[str, Any] = {
    "sport": sa.Text(), "start": sa.DateTime(timezone=True), "distance_m": sa.Float(), "gear_id": sa.Text(),
    "manual": sa.Boolean(),
}  # fmt: skip
_MOVED: dict[str, Any] = {
    "start_local": sa.DateTime(), "name": sa.Text(), "moving_s": sa.Float(), "elapsed_s": sa.Float(),
    "gain_m": sa.Float(), "average_hr": sa.Float(), "max_hr": sa.Float(), "cadence_spm": sa.Float(),
    "workout_type": sa.Integer(), "device": sa.Text(), "trainer": sa.Boolean(), "commute": sa.Boolean(),
    "hidden_start": sa.Boolean(), "tags": sa.Text(), "sources": sa.Text(), "strava_id": sa.Text(),
    "temperature_c": sa.Float(), "dew_point_c": sa.Float(), "loss_m": sa.Float(), "perceived_effort": sa.Float(),
    "sets": sa.Integer(), "hr_zone_s": sa.JSON(),
}  # fmt: skip
_ORDER = (
    "sport", "start", "start_local", "name", "distance_m", "moving_s", "elapsed_s", "gain_m", "average_hr", "max_hr",
    "cadence_spm", "workout_type", "gear_id", "device", "trainer", "commute", "manual", "hidden_start", "tags",
    "sources", "strava_id", "temperature_c", "dew_point_c", "loss_m", "perceived_effort", "sets", "hr_zone_s",
)  # fmt: skip
_activities = sa.table(
    "activities", sa.column("athlete", sa.Text()), sa.column("id", sa.Integer()), sa.column("values", sa.Text()),
    *(sa.column(name, kind) for name, kind in (_SEARCHED | _MOVED).items()),
)  # fmt: skip
_THIS = (_activities.c.athlete == sa.bindparam("whose"), _activities.c.id == sa.bindparam("number"))


def upgrade() -> None:
    op.add_column("activities", sa.Column("values", sa.Text(), nullable=False, server_default="[]"))
    db = op.get_bind()
    columns = [_activities.c[name] for name in ("athlete", "id", *_ORDER)]
    for some in db.execute(sa.select(*columns).execution_options(yield_per=1_000)).partitions():
        filled = [
            {"whose": whose, "number": number, "text": _text(dict(zip(_ORDER, row, strict=True)))}
            for whose, number, *row in some
        ]
        db.execute(sa.update(_activities).where(*_THIS).values(values=sa.bindparam("text")), filled)
    with op.batch_alter_table("activities") as table:  # one by one, SQLite would write the table anew for each
        for name in _MOVED:
            table.drop_column(name)


def downgrade() -> None:
    for name, kind in _MOVED.items():
        op.add_column("activities", sa.Column(name, kind, nullable=True))
    db = op.get_bind()
    columns = [_activities.c[name] for name in ("athlete", "id", "values")]
    for whose, number, text in db.execute(sa.select(*columns)).all():
        row: dict[str, Any] = dict.fromkeys(_ORDER) | dict(zip(_ORDER, json.loads(text), strict=False))
        moved = {name: row[name] for name in _MOVED} | {"start_local": datetime.fromisoformat(row["start_local"])}
        db.execute(sa.update(_activities).where(*_THIS).values(moved), {"whose": whose, "number": number})
    op.drop_column("activities", "values")


def _text(row: dict[str, Any]) -> str:
    start = row["start"].replace(tzinfo=row["start"].tzinfo or UTC).astimezone(UTC)
    texts = {"start": start.isoformat(), "start_local": row["start_local"].isoformat()}
    values = list((row | texts).values())
    while values[-1] is None:
        values.pop()
    return json.dumps(values)
