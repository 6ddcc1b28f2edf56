"""The tables. Every key starts with the athlete; instants are stored in UTC and read back aware.

`recordings` is what sources said, `activities` what rules see; the second can always be derived again from the first.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.types import JSON

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An aware datetime in UTC. A naive one is refused: it names no instant."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r} for the store")
        moment = value.astimezone(UTC)
        return moment if dialect.name == "postgresql" else moment.replace(tzinfo=None)

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], datetime | None] | None:
        if dialect.name != "sqlite":
            return super().result_processor(dialect, coltype)
        # In one step: the two of a text made a datetime, then made aware, are a tenth of the time of reading a history.
        read = datetime.fromisoformat
        return lambda text: None if text is None else read(f"{text}+00:00")

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - its signature
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def _athlete(**options: Any) -> Column[str]:
    return Column("athlete", Text, ForeignKey("athletes.id", ondelete="CASCADE"), **options)


athletes = Table(
    "athletes",
    metadata,
    Column("id", Text, primary_key=True),
    Column("settings", JSON, nullable=False),  # only what differs from the instance's defaults
    Column("paused", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
)

connections = Table(
    "connections",
    metadata,
    _athlete(primary_key=True),
    Column("source", Text, primary_key=True),
    Column("external_id", Text),
    Column("scopes", JSON, nullable=False),
    Column("tokens", LargeBinary),  # encrypted JSON: access, refresh, expires_at
    Column("expires_at", Instant),
    Column("state", Text, nullable=False),
    Column("state_since", Instant, nullable=False),
    Column("detail", Text, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("next_try_at", Instant),
    Column("synced_at", Instant),  # the last successful look, however short
    Column("passed_at", Instant),  # the last completed listing of the whole horizon
    Column("profile_at", Instant),  # the last reading of gear, zones and totals
    Column("ends_at", Instant),  # when the athlete's own key ends, for a source whose keys do
    Column("connected_at", Instant, nullable=False),
)

passes = Table(
    "passes",
    metadata,
    _athlete(primary_key=True),
    Column("source", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("after", Instant, nullable=False),
    Column("before", Instant, nullable=False),
    Column("page", Integer, nullable=False),
    Column("seen", Integer, nullable=False),
    Column("oldest", Instant),
    Column("started_at", Instant, nullable=False),
)

profiles = Table(
    "profiles",
    metadata,
    _athlete(primary_key=True),
    Column("source", Text, primary_key=True),
    Column("kind", Text, primary_key=True),  # athlete, zones, stats
    Column("raw", JSON, nullable=False),
    Column("fetched_at", Instant, nullable=False),
)

activities = Table(
    "activities",
    metadata,
    _athlete(primary_key=True),
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("identity", Text, nullable=False),
    Column("sport", Text, nullable=False),
    Column("start", Instant, nullable=False),
    Column("day", Date, nullable=False),
    Column("distance_m", Float),
    Column("gear_id", Text),
    Column("manual", Boolean, nullable=False),
    Column("arrived_at", Instant),  # when it was first stored
    Column("values", Text, nullable=False),  # JSON: what makes it, see `store.activity_rows`
    Index("ix_activities_athlete_day", "athlete", "day"),
    Index("ix_activities_athlete_gear_id_day", "athlete", "gear_id", "day"),
    Index("uq_activities_athlete_identity", "athlete", "identity", unique=True),
)

recordings = Table(
    "recordings",
    metadata,
    _athlete(primary_key=True),
    Column("source", Text, primary_key=True),
    Column("external_id", Text, primary_key=True),
    Column("identity", Text, nullable=False),  # recordings with one identity are one activity
    Column("own_identity", Text, nullable=False),  # what the source itself says names the workout
    Column("start", Instant, nullable=False),
    Column("values", Text, nullable=False),  # JSON: the mapped fields, to merge from
    Column("raw", Text, nullable=False),  # JSON: what the source said
    Column("digest", Text, nullable=False),  # of values and raw: tells a changed row from an unchanged one
    Column("fetched_at", Instant, nullable=False),  # last time the source confirmed this row
    Column("withdrawn_at", Instant),  # the source says the workout is gone, though a file of it remains
    Index("ix_recordings_athlete_identity", "athlete", "identity"),
    Index("ix_recordings_athlete_own_identity", "athlete", "own_identity"),
    Index("ix_recordings_athlete_source_start", "athlete", "source", "start"),
)

details = Table(
    "details",
    metadata,
    _athlete(primary_key=True),
    Column("source", Text, primary_key=True),
    Column("external_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),  # detail or streams
    Column("kept", JSON),  # what was worked out from the answer; None: the source has none, or it is broken
    Column("problem", Text, nullable=False),
    Column("fetched_at", Instant, nullable=False),
)

skipped = Table(
    "skipped",
    metadata,
    _athlete(primary_key=True),
    Column("source", Text, primary_key=True),
    Column("external_id", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("seen_at", Instant, nullable=False),
)

shoes = Table(
    "shoes",
    metadata,
    _athlete(primary_key=True),
    Column("source", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("distance_m", Float),
    Column("retired", Boolean, nullable=False),
    Column("raw", JSON, nullable=False),
    Column("fetched_at", Instant, nullable=False),
    # What follows is the athlete's own ledger; a source's shoes have none of it.
    Column("starting_m", Float),
    Column("limit_m", Float),
    Column("surface", Text),
    Column("races", Boolean, nullable=False),
    Column("default_for", Text, nullable=False),  # sports, with spaces between
    Column("from_day", Date),
    Column("until_day", Date),
)

# The athlete's word on which shoe was worn, by the own identity of a recording.
worn = Table(
    "worn",
    metadata,
    _athlete(primary_key=True),
    Column("identity", Text, primary_key=True),
    Column("shoe", Text, nullable=False),
)

# The athlete's word on whether two recordings, by their own identities, are one workout.
pairs = Table(
    "pairs",
    metadata,
    _athlete(primary_key=True),
    Column("one", Text, primary_key=True),  # before `other` in the alphabet
    Column("other", Text, primary_key=True),
    Column("together", Boolean, nullable=False),
    Column("decided_at", Instant, nullable=False),
)

nights = Table(
    "nights",
    metadata,
    _athlete(primary_key=True),
    Column("day", Date, primary_key=True),  # the morning on which it ended
    Column("source", Text, primary_key=True),
    Column("sleep_s", Float),
    Column("resting_hr", Float),
    Column("hrv_ms", Float),
    Column("bedtime", DateTime),
    Column("sleep_score", Float),
    Column("body_battery", Float),
    Column("stress", Float),
    Column("raw", JSON, nullable=False),
    Column("fetched_at", Instant, nullable=False),
)

# Files that were looked at, by the SHA-256 of what is in them.
files = Table(
    "files",
    metadata,
    _athlete(primary_key=True),
    Column("digest", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("outcome", Text, nullable=False),  # read, skipped, broken
    Column("reason", Text, nullable=False),
    Column("seen_at", Instant, nullable=False),
)

findings = Table(
    "findings",
    metadata,
    _athlete(primary_key=True),
    Column("period", Text, primary_key=True),
    Column("rule", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("outcome", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("judged_at", Instant, nullable=False),
    Column("sources", Text, nullable=False),  # whose data is in it: words, with spaces between
)

nudges = Table(
    "nudges",
    metadata,
    _athlete(primary_key=True),
    Column("period", Text, primary_key=True),
    Column("rule", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("body", JSON, nullable=False),  # the nudge as it was told
    Column("created_at", Instant, nullable=False),
    Column("state", Text, nullable=False),  # queued, sent, withdrawn, corrected, expired
    Column("sent_at", Instant),
    Column("basis", JSON, nullable=False),  # {activity: hash of what the verdict saw of it}
    Column("feedback", Text, nullable=False),
    Column("feedback_at", Instant),
    Column("change", Text, nullable=False),  # what `helped` said later
)

judgings = Table(
    "judgings",
    metadata,
    _athlete(primary_key=True),
    Column("period", Text, primary_key=True),
    Column("judged_at", Instant, nullable=False),
    Column("before", JSON, nullable=False),  # what rules remembered that this judging changed, to judge it again
)

# An athlete's own ways out, beside those of the instance.
channels = Table(
    "channels",
    metadata,
    _athlete(primary_key=True),
    Column("name", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("options", LargeBinary, nullable=False),  # encrypted JSON: addresses are secrets
    Column("shared", Boolean, nullable=False),  # others read it, too
    Column("confirmed_at", Instant),
    Column("created_at", Instant, nullable=False),
)

# Links and reply addresses in mails: what they do and for whom. The token itself stands only in the mail.
answers = Table(
    "answers",
    metadata,
    Column("token", LargeBinary, primary_key=True),  # SHA-256 of it
    _athlete(nullable=False),
    Column("action", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Index("ix_answers_athlete_expires_at", "athlete", "expires_at"),
)

rule_states = Table(
    "rule_states",
    metadata,
    _athlete(primary_key=True),
    Column("rule", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("last_sent", Date),
    Column("told_mark", Float),
    Column("armed", Boolean, nullable=False),
    Column("recent", Text, nullable=False),
    Column("unheeded", Integer, nullable=False),
    Column("muted_until", Date),
    Column("fingerprint", Text, nullable=False),  # of the rule's logic; empty: not known
)

outbox = Table(
    "outbox",
    metadata,
    _athlete(primary_key=True),
    Column("kind", Text, primary_key=True),  # weekly, same_day, first or notice
    Column("period", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("body", JSON, nullable=False),  # the digest; emptied when the source's data has to go
    Column("attempts", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("next_try_at", Instant, nullable=False),
    Column("lease_until", Instant),
    Column("sent_at", Instant),
    Column("result", Text, nullable=False),
    Index("ix_outbox_state_next_try_at", "state", "next_try_at"),
)

schedule = Table(
    "schedule",
    metadata,
    _athlete(primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("since", Instant, nullable=False),  # wishes before this moment are not caught up on
    Column("next_due", Instant, nullable=False),
    Column("last_day", Date),  # the last day of the last period that was dealt with
    Column("missed", Text, nullable=False),  # the last periods that were skipped for being too late
    Column("quiet", Text, nullable=False),  # the last period that was judged and not mailed: nothing was to be said
)

receipts = Table(
    "receipts",
    metadata,
    _athlete(primary_key=True),
    Column("source", Text, primary_key=True),
    Column("at", Instant, primary_key=True),
    Column("counts", JSON, nullable=False),
    Column("detail", Text, nullable=False),
)

# The tables below belong to the instance, not to an athlete: all athletes share one Strava app and one process.

budgets = Table(
    "budgets",
    metadata,
    Column("app", Text, primary_key=True),
    Column("limits", JSON, nullable=False),  # {"overall": [quarter hour, day], "read": [quarter hour, day]}
    Column("used", JSON, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("blocked_until", Instant),
)

locks = Table(
    "locks",
    metadata,
    Column("name", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("until", Instant, nullable=False),
)

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("name", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("pid", BigInteger, nullable=False),
    Column("detail", Text, nullable=False),
)

incidents = Table(
    "incidents",
    metadata,
    Column("key", Text, primary_key=True),  # what is wrong, with whom
    Column("began_at", Instant, nullable=False),
    Column("detail", Text, nullable=False),
    Column("told_at", Instant),
    Column("ended_at", Instant),
)

weather = Table(
    "weather",
    metadata,
    Column("place", Text, primary_key=True),  # latitude and longitude, to a tenth of a degree
    Column("at", Instant, primary_key=True),  # the full hour
    Column("temperature_c", Float),
    Column("dew_point_c", Float),
    Column("fetched_at", Instant, nullable=False),
)
