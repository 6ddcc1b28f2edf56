"""Nights of a Garmin account export: sleep, resting heart rate, variability, stress and Body Battery of each day.

A record bears the date of the morning on which the night ended; what a day was like, its stress, is told with the
night after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from coachd.model import Night
from coachd.sources.files.garmin_json import Raw, kept, listed, moment, number, positive

DAY = timedelta(days=1)
_STAGES = ("deepSleepSeconds", "lightSleepSeconds", "remSleepSeconds")
_USED = ("restingHeartRate", "currentDayRestingHeartRate", "allDayStress", "bodyBattery")


@dataclass(slots=True)
class Days:
    """What the export's files say of days, by the day."""

    sleep: dict[date, Raw] = field(default_factory=dict)
    summary: dict[date, Raw] = field(default_factory=dict)
    health: dict[date, Raw] = field(default_factory=dict)

    def nights(self, home: ZoneInfo) -> Iterator[tuple[Night, dict[str, Any]]]:
        """Each night of which anything was measured, by day, with what was said of it. Bedtimes are those of the clocks
        at `home`: the export knows UTC only."""
        for day in sorted({*self.sleep, *self.summary, *self.health}):
            slept, summary = self.sleep.get(day, {}), self.summary.get(day, {})
            before, health = self.summary.get(day - DAY, {}), self.health.get(day, {})
            lasted = sum(filter(None, (positive(slept, stage) for stage in _STAGES))) or None
            night = Night(
                day=day,
                source="files",
                sleep_s=lasted,
                bedtime=_bedtime(slept, home) if lasted else None,
                sleep_score=_score(slept.get("sleepScores"), "overallScore"),
                resting_hr=positive(summary, "currentDayRestingHeartRate") or positive(summary, "restingHeartRate"),
                hrv_ms=_of_kind(health, "metrics", "type", "HRV", "value") or None,
                body_battery=_battery(summary),
                stress=_stress(before),
            )
            if any(value is not None for value in (night.sleep_s, night.resting_hr, night.hrv_ms, night.body_battery)):
                told = {"sleep": kept(slept), "hrv": _hrv(health), "day": _used(summary)}
                yield night, {name: value for name, value in told.items() if value}


def by_day(found: Iterable[Raw]) -> dict[date, Raw]:
    """The records by their day; those without a readable one are left out."""
    days: dict[date, Raw] = {}
    for each in found:
        try:
            days[date.fromisoformat(str(each.get("calendarDate"))[:10])] = each
        except ValueError:
            continue
    return days


def _bedtime(slept: Raw, home: ZoneInfo) -> datetime | None:
    try:
        start = moment(slept, "sleepStartTimestampGMT")
    except ValueError:
        return None
    return start.replace(tzinfo=UTC).astimezone(home).replace(tzinfo=None) if start else None


def _score(raw: Any, key: str) -> float | None:
    """A value from 0 to 100; a negative one is Garmin's way to say that there is none."""
    value = number(raw, key)
    return value if value is not None and 0 <= value <= 100 else None


def _battery(summary: Raw) -> float | None:
    """Body Battery at the end of the night."""
    return _of_kind(summary.get("bodyBattery"), "bodyBatteryStatList", "bodyBatteryStatType", "SLEEPEND", "statsValue")


def _stress(summary: Raw) -> float | None:
    return _of_kind(summary.get("allDayStress"), "aggregatorList", "type", "TOTAL", "averageStressLevel")


def _of_kind(raw: Any, rows: str, name: str, kind: str, key: str) -> float | None:
    """The value of that row of a list which is of this kind; from 0 to 300."""
    values = (number(each, key) for each in listed(raw, rows) if each.get(name) == kind)
    return next((value for value in values if value is not None and 0 <= value <= 300), None)


def _hrv(health: Raw) -> dict[str, Any]:
    return next((kept(each) for each in listed(health, "metrics") if each.get("type") == "HRV"), {})


def _used(summary: Raw) -> dict[str, Any]:
    values: Mapping[str, Any] = {name: summary.get(name) for name in _USED}
    return {name: value for name, value in values.items() if value is not None}
