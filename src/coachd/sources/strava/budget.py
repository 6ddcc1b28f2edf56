"""How many requests we may still make. Limits and use come from Strava's own headers; pure functions decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from coachd.store.shared import BudgetRow

LIVE, LISTING, SINGLE = 1.0, 0.7, 0.4
"""Shares of each window that calls may use up to: live work (new activities, tokens, deletions), listings of what is
older, and single runs' streams and details, of which there are most and which can wait best."""

SLACK = timedelta(seconds=5)
"""Added to the turn of a window: our clock and Strava's need not agree to the second."""

QUARTER = timedelta(minutes=15)
_HEADERS = {"overall": "x-ratelimit", "read": "x-readratelimit"}


def observed(row: BudgetRow | None, headers: Mapping[str, str], status: int, now: datetime) -> BudgetRow | None:
    """The budget after an answer; the old one when the answer says nothing about it (as token answers do)."""
    lower = {key.lower(): value for key, value in headers.items()}
    limits, used = {}, {}
    for bucket, prefix in _HEADERS.items():
        limit, usage = _pair(lower.get(f"{prefix}-limit")), _pair(lower.get(f"{prefix}-usage"))
        if limit and usage:
            limits[bucket], used[bucket] = limit, usage
    if limits:
        row = BudgetRow(limits, used, now, row.blocked_until if row else None)
    if status == 429:
        row = row or BudgetRow({}, {}, now, None)
        row = replace(row, blocked_until=_turn(row, now))
    return row


def wait_until(row: BudgetRow | None, now: datetime, *, share: float) -> datetime | None:
    """When the next call may go out that uses up to this share of a window; None means now.

    A 429 stops every call until its window turns.
    """
    if row is None:
        return None
    # No window lasts longer than a day: a later end was set by a clock that ran ahead.
    if row.blocked_until and now < row.blocked_until <= next_day(now):
        return row.blocked_until
    for bucket, limit in row.limits.items():
        quarter, day = _used_now(row, bucket, now)
        if day >= limit[1] * share:
            return next_day(now)
        if quarter >= limit[0] * share:
            return next_quarter(now)
    return None


def next_quarter(now: datetime) -> datetime:
    start = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
    return start + QUARTER + SLACK


def next_day(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1) + SLACK


def _used_now(row: BudgetRow, bucket: str, now: datetime) -> tuple[int, int]:
    """(in this quarter hour, in this UTC day): what was seen in an earlier window no longer counts."""
    quarter, day = row.used[bucket]
    same_day = row.seen_at.date() == now.date()
    same_quarter = next_quarter(row.seen_at) == next_quarter(now)
    return quarter if same_quarter else 0, day if same_day else 0


def _turn(row: BudgetRow, now: datetime) -> datetime:
    spent = any(_used_now(row, bucket, now)[1] >= limit[1] for bucket, limit in row.limits.items())
    return next_day(now) if spent else next_quarter(now)


def _pair(text: str | None) -> list[int] | None:
    parts = (text or "").split(",")
    if len(parts) != 2 or not all(part.strip().isdecimal() for part in parts):
        return None
    return [int(part) for part in parts]
