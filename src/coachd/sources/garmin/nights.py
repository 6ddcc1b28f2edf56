"""Garmin's answers about days -> nights. A night belongs to the morning on which it ended, as Garmin dates it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from coachd.model import Night
from coachd.sources import sensible
from coachd.sources.garmin.mapping import kept, number

DAY = timedelta(days=1)
WAKING = timedelta(minutes=45)
"""How far a reading of Body Battery may lie from waking; it is taken every few minutes while the watch is worn."""

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answers:
    """What Garmin said about a range of days, each as it came; None: not asked, or not told."""

    sleep: Any = None
    variability: Any = None
    days: Any = None
    battery: Any = None


def nights(answers: Answers, first: date, last: date) -> list[tuple[Night, Raw]]:
    """The nights that ended on these mornings (both included), each with what Garmin said of it, by day.

    A day of which nothing was measured is left out. Stress is that of the day before, so its answer has to begin a day
    earlier than the first night.
    """
    sleep, variability = _by_day(answers.sleep), _by_day(answers.variability)
    days, battery = _by_day(answers.days), _by_day(answers.battery, "date")
    found: list[tuple[Night, Raw]] = []
    for day in (first + DAY * ahead for ahead in range((last - first).days + 1)):
        slept, lasted = sleep.get(day, {}), _positive(sleep.get(day), "sleepTimeSeconds")
        night = Night(
            day=day,
            sleep_s=lasted,
            bedtime=_clock(slept, "sleepStartTimestampLocal") if lasted else None,
            hrv_ms=_positive(variability.get(day), "lastNightAvg"),
            resting_hr=_resting(days.get(day, {}), slept=lasted is not None),
            sleep_score=_score(_within(slept, "sleepScores", "overall"), "value"),
            body_battery=_at_waking(battery.get(day, {}), _instant(slept, "sleepEndTimestampGMT")),
            stress=_score(_within(days.get(day - DAY, {}), "stress"), "avgLevel"),
            source="garmin",
        )
        if any(value is not None for value in (night.sleep_s, night.resting_hr, night.hrv_ms, night.body_battery)):
            told = {"sleep": slept, "hrv": variability.get(day), "day": days.get(day), "before": days.get(day - DAY)}
            found.append((night, {name: kept(value) for name, value in told.items() if value}))
    return found


def has_night(sleep: Any, day: date) -> bool:
    """Whether an answer about sleep knows the night that ended on this day."""
    return _positive(_by_day(sleep).get(day), "sleepTimeSeconds") is not None


def _resting(summary: Raw, *, slept: bool) -> float | None:
    """The resting heart rate. Where no night was measured Garmin silently gives the lowest of the day, which is that of
    somebody at a desk: then it is unknown."""
    rates = _within(summary, "heartRate")
    resting = _positive(rates, "restingValue")
    return None if not slept and resting == _positive(rates, "minValue") else resting


def _at_waking(report: Raw, woke: datetime | None) -> float | None:
    """The level nearest to waking."""
    rows = report.get("bodyBatteryValuesArray")
    if woke is None or not isinstance(rows, list):
        return None
    clock, level = _columns(report)
    readings = [
        (abs(at - woke), value)
        for row in rows
        if isinstance(row, list) and len(row) > max(clock, level)
        if (at := _instant({"at": row[clock]}, "at")) is not None
        if (value := _score({"level": row[level]}, "level")) is not None
    ]
    away, value = min(readings, default=(WAKING + DAY, None))
    return value if away <= WAKING else None


def _columns(report: Raw) -> tuple[int, int]:
    """Where in a row its time and its level stand: their number has changed before."""
    places = {}
    described = report.get("bodyBatteryValueDescriptorDTOList")
    for each in described if isinstance(described, list) else ():
        name, place = (
            (each.get("bodyBatteryValueDescriptorKey"), each.get("bodyBatteryValueDescriptorIndex"))
            if isinstance(each, Mapping)
            else (None, None)
        )
        if isinstance(place, int) and place >= 0:
            places[name] = place
    return places.get("timestamp", 0), places.get("bodyBatteryLevel", 1)


def _by_day(answer: Any, name: str = "calendarDate") -> dict[date, Raw]:
    """The items of an answer by their day; those without a readable one are left out."""
    found: dict[date, Raw] = {}
    for item in _items(answer):
        try:
            found[date.fromisoformat(str(item.get(name)))] = item
        except ValueError:
            continue
    return found


def _items(answer: Any) -> Iterator[Raw]:
    """The objects of a list, or of the one list in an object: some endpoints wrap theirs."""
    if isinstance(answer, Mapping):
        answer = next((value for value in answer.values() if isinstance(value, list)), None)
    if isinstance(answer, Sequence) and not isinstance(answer, str):
        yield from (item for item in answer if isinstance(item, Mapping))


def _within(raw: Raw, *names: str) -> Raw:
    """What lies in nested objects; empty where one of them is not there."""
    for name in names:
        value = raw.get(name)
        raw = value if isinstance(value, Mapping) else {}
    return raw


def _positive(raw: Raw | None, key: str) -> float | None:
    value = number(raw, key)
    return value if value is not None and value > 0 else None


def _score(raw: Raw, key: str) -> float | None:
    """A value from 0 to 100; a negative one is Garmin's way to say that there is none."""
    value = number(raw, key)
    return value if value is not None and 0 <= value <= 100 else None


def _instant(raw: Raw, key: str) -> datetime | None:
    """A moment from epoch milliseconds, or from a naive text that means UTC."""
    value = raw.get(key)
    try:
        if isinstance(value, str) and not value.isdecimal():
            moment = datetime.fromisoformat(value)
            return sensible(moment.replace(tzinfo=moment.tzinfo or UTC))
        epoch = number(raw, key)
        return None if epoch is None else sensible(datetime.fromtimestamp(epoch / 1000, UTC))
    except (ValueError, OverflowError, OSError):
        return None


def _clock(raw: Raw, key: str) -> datetime | None:
    """A wall clock, which Garmin gives as if it were UTC."""
    moment = _instant(raw, key)
    return None if moment is None else moment.replace(tzinfo=None)
