"""Robin's days and nights as the watch measured them: invented, and always the same for the same arguments."""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from coachd.clock import local_instant

RESTING_HR, HRV_MS = 50, 55
ILL_HR, ILL_HRV_MS = 7, -14
WITHOUT_WATCH, SYNCED_LATE = 0.03, 0.05
"""Shares of the nights without the watch on, and of those that reach Garmin only in the evening."""


@dataclass(frozen=True, slots=True)
class Night:
    """A night's sleep: when (UTC), seconds in each stage, and what was measured. Its stages add up to its length."""

    start: datetime
    end: datetime
    deep_s: int
    light_s: int
    rem_s: int
    awake_s: int
    score: int
    resting_hr: int
    hrv_ms: int | None

    @property
    def sleep_s(self) -> int:
        return self.deep_s + self.light_s + self.rem_s


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day. `night` ended on its morning; None where the watch lay on a shelf.

    The first sync of the day is at `synced_at`: until then nothing is known of its night. The rest of the day is known
    for good with the first sync of the day after. Body Battery is highest at waking, lowest in the evening.
    """

    day: date
    synced_at: datetime
    night: Night | None
    min_hr: int
    max_hr: int
    stress: int
    battery_high: int
    battery_low: int
    steps: int


def invented_days(
    first: date, last: date, zone: ZoneInfo, seed: int = 1, ill: Collection[date] = ()
) -> list[Day]:  # fmt: skip
    """Each day from `first` to `last`. On days `ill` the pulse is higher and its variability lower."""
    found = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        noise = random.Random(f"{seed}/{day}")  # noqa: S311 - must be repeatable, protects nothing
        found.append(_day(day, zone, noise, ill=day in ill))
    return found


def _day(day: date, zone: ZoneInfo, noise: random.Random, *, ill: bool) -> Day:
    worn = noise.random() >= WITHOUT_WATCH
    late = noise.random() < SYNCED_LATE
    night = _night(day, zone, noise, ill=ill)
    # A morning run may be uploaded later than the night, never before: the watch sends all that it has.
    synced = night.end + timedelta(minutes=noise.randint(3, 15))
    if late or not worn:
        synced = local_instant(day, time(19, noise.randint(0, 59)), zone)
    return Day(
        day=day,
        synced_at=synced,
        night=night if worn else None,
        # Garmin gives the lowest value of a day without a night as its resting one: of a day at a desk, not in bed.
        min_hr=night.resting_hr - noise.randint(2, 4) if worn else night.resting_hr + noise.randint(6, 11),
        max_hr=noise.randint(120, 170),
        stress=noise.randint(22, 36) + (15 if ill else 0),
        battery_high=max(30, min(100, night.score + noise.randint(-5, 12))),
        battery_low=noise.randint(8, 30),
        steps=noise.randint(6_000, 14_000),
    )


def _night(day: date, zone: ZoneInfo, noise: random.Random, *, ill: bool) -> Night:
    """Sleep of 6.5 to 8 hours that ends before a morning run could begin; at weekends it is later."""
    weekend = day.weekday() >= 5
    wakes = local_instant(day, time(7 if weekend else 5, noise.randint(10, 55)), zone)
    sleep = noise.randint(390, 480) * 60
    awake = noise.randint(8, 35) * 60
    deep, rem = round(sleep * noise.uniform(0.15, 0.22)), round(sleep * noise.uniform(0.18, 0.25))
    resting = RESTING_HR + round(noise.gauss(0, 1.2)) + (ILL_HR if ill else 0)
    hrv = HRV_MS + round(noise.gauss(0, 4)) + (ILL_HRV_MS if ill else 0)
    return Night(
        start=wakes - timedelta(seconds=sleep + awake),
        end=wakes,
        deep_s=deep,
        light_s=sleep - deep - rem,
        rem_s=rem,
        awake_s=awake,
        score=max(40, min(95, round(62 + (sleep - 23_400) / 200 + noise.uniform(-6, 6)) - (12 if ill else 0))),
        resting_hr=resting,
        hrv_ms=hrv,
    )
