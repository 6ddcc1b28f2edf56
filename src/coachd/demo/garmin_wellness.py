"""The shapes of Garmin's answers about days and nights.

What is unknown is null and never left out. Sleep has epoch milliseconds, "local" ones being the wall clock shifted into
UTC; all other times are naive text.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from statistics import fmean, pstdev
from typing import Any
from zoneinfo import ZoneInfo

from coachd.clock import local_instant
from coachd.demo.garmin_days import Day, Night
from coachd.demo.garmin_shapes import OWNER_ID

Json = dict[str, Any]

CALIBRATION = timedelta(weeks=3)
HRV_BASELINE_NIGHTS = 60

SLEEP_FIELDS = (
    "id", "sleepTimeSeconds", "napTimeSeconds", "sleepWindowConfirmed", "sleepWindowConfirmationType",
    "sleepStartTimestampGMT", "sleepEndTimestampGMT", "sleepStartTimestampLocal", "sleepEndTimestampLocal",
    "autoSleepStartTimestampGMT", "autoSleepEndTimestampGMT", "sleepQualityTypePK", "sleepResultTypePK",
    "unmeasurableSleepSeconds", "deepSleepSeconds", "lightSleepSeconds", "remSleepSeconds", "awakeSleepSeconds",
    "deviceRemCapable", "sleepFromDevice", "averageSpO2Value", "averageRespirationValue", "awakeCount",
    "avgSleepStress", "ageGroup", "avgHeartRate", "sleepScoreFeedback", "sleepScoreInsight", "sleepScores",
    "userNote", "sleepVersion", "breathingDisruptionSeverity", "retro",
)  # fmt: skip


def sleep(day: date, night: Night | None, zone: ZoneInfo) -> Json:
    """`dailySleep`, and an item of `dailySleepSummariesByDate`: dated by the morning; all null without a night."""
    blank: Json = {"userProfilePK": OWNER_ID, "calendarDate": day.isoformat(), **dict.fromkeys(SLEEP_FIELDS)}
    if night is None:
        return blank
    return blank | {
        "id": milliseconds(night.start),
        "sleepTimeSeconds": night.sleep_s,
        "napTimeSeconds": 0,
        "sleepWindowConfirmed": True,
        "sleepWindowConfirmationType": "enhanced_confirmed_final",
        "sleepStartTimestampGMT": milliseconds(night.start),
        "sleepEndTimestampGMT": milliseconds(night.end),
        "sleepStartTimestampLocal": local_milliseconds(night.start, zone),
        "sleepEndTimestampLocal": local_milliseconds(night.end, zone),
        "unmeasurableSleepSeconds": 0,
        "deepSleepSeconds": night.deep_s,
        "lightSleepSeconds": night.light_s,
        "remSleepSeconds": night.rem_s,
        "awakeSleepSeconds": night.awake_s,
        "deviceRemCapable": True,
        "sleepFromDevice": True,
        "awakeCount": night.awake_s // 600,
        "ageGroup": "ADULT",
        "avgHeartRate": float(night.resting_hr + 3),
        "sleepScores": {"overall": {"value": night.score, "qualifierKey": _qualifier(night.score)}},
        "sleepVersion": 2,
        "retro": False,
    }


def hrv_summary(day: Day, before: Sequence[Day], first: date, zone: ZoneInfo) -> Json | None:
    """An item of `hrvSummaries`; None without a value. `before` are the days up to and with this one.

    In the first three weeks Garmin calibrates: the night's own average is there, but neither week nor range.
    """
    if day.night is None or day.night.hrv_ms is None:
        return None
    known = [(each.day, each.night.hrv_ms) for each in before if each.night and each.night.hrv_ms is not None]
    calibrating = day.day - first < CALIBRATION
    weekly = round(fmean(value for on, value in known if day.day - on < timedelta(days=7)))
    summary: Json = {
        "calendarDate": day.day.isoformat(),
        "weeklyAvg": None,
        "lastNightAvg": day.night.hrv_ms,
        "lastNight5MinHigh": day.night.hrv_ms + 18,
        "baseline": None,
        "status": "NONE",
        "feedbackPhrase": "ONBOARDING_1",
        "createTimeStamp": local_text(day.night.end, zone),
    }
    if calibrating:
        return summary
    values = [value for _, value in known][-HRV_BASELINE_NIGHTS:]
    middle, spread = fmean(values), max(3.0, pstdev(values))
    low, upper = round(middle - 1.2 * spread), round(middle + 1.5 * spread)
    range_ = {"lowUpper": low - 2, "balancedLow": low, "balancedUpper": upper, "markerValue": 0.5}
    status = "BALANCED" if low <= weekly <= upper else "LOW" if weekly <= low - 2 else "UNBALANCED"
    return summary | {"weeklyAvg": weekly, "baseline": range_, "status": status, "feedbackPhrase": f"HRV_{status}_1"}


def hrv_chart(summary: Json, night: Night, zone: ZoneInfo) -> Json:
    """`/hrv-service/hrv/{date}`: the summary with a reading every five minutes."""
    moments = [night.start + timedelta(minutes=5 * step) for step in range((night.end - night.start).seconds // 300)]
    return {
        "userProfilePk": OWNER_ID,
        "hrvSummary": summary,
        "hrvReadings": [
            {
                "hrvValue": summary["lastNightAvg"] + (number % 7 - 3) * 4,
                "readingTimeGMT": text(moment),
                "readingTimeLocal": local_text(moment, zone),
            }
            for number, moment in enumerate(moments)
        ],
        "startTimestampGMT": text(night.start),
        "endTimestampGMT": text(night.end),
        "startTimestampLocal": local_text(night.start, zone),
        "endTimestampLocal": local_text(night.end, zone),
        "sleepStartTimestampGMT": text(night.start),
        "sleepEndTimestampGMT": text(night.end),
        "sleepStartTimestampLocal": local_text(night.start, zone),
        "sleepEndTimestampLocal": local_text(night.end, zone),
    }


def day_summary(on: date, day: Day | None, final: bool) -> Json:
    """An item of the daily summaries, version 2. Before the day is over its stress and steps are those so far."""
    blank: Json = {
        "uuid": None, "userProfilePk": OWNER_ID, "calendarDate": on.isoformat(), "source": "garmin",
        "includesWellnessData": day is not None, "includesActivityData": False,
        **dict.fromkeys(("wellnessChronology", "movement", "calories", "heartRate", "intensityMinutes", "stress",
                         "bodyBattery", "hydration", "respiration", "pulseOx", "jetLag")),
    }  # fmt: skip
    if day is None:
        return blank
    return blank | {
        "movement": {"steps": {"goal": 10_000, "value": steps(day, final), "distanceInMeters": None}, "pushes": None},
        "heartRate": {
            "minValue": day.min_hr,
            "maxValue": day.max_hr,
            "restingValue": resting_hr(day),
            "alertCount": None,
        },
        "stress": {"avgLevel": stress(day, final), "maxLevel": None, "qualifier": None},
        "bodyBattery": {
            "minValue": day.battery_low if final else None,
            "maxValue": day.battery_high if day.night else None,
            "chargedValue": None,
            "drainedValue": None,
            "latestValue": day.battery_low if final else day.battery_high,
            "dynamicFeedbackEvent": None,
            "activityEvents": [],
        },
    }


def day_summary_v1(on: date, day: Day | None, week: Sequence[Day], final: bool) -> Json:
    """`/usersummary-service/usersummary/daily`: flat, with Body Battery at wake and the week's resting pulse."""
    blank: Json = {
        "userProfileId": OWNER_ID, "calendarDate": on.isoformat(), "source": "GARMIN",
        **dict.fromkeys(("totalSteps", "minHeartRate", "maxHeartRate", "restingHeartRate",
                         "lastSevenDaysAvgRestingHeartRate", "averageStressLevel", "bodyBatteryHighestValue",
                         "bodyBatteryLowestValue", "bodyBatteryAtWakeTime", "sleepingSeconds", "lastSyncTimestampGMT")),
        "includesWellnessData": day is not None,
    }  # fmt: skip
    if day is None:
        return blank
    return blank | {
        "totalSteps": steps(day, final),
        "minHeartRate": day.min_hr,
        "maxHeartRate": day.max_hr,
        "restingHeartRate": resting_hr(day),
        "lastSevenDaysAvgRestingHeartRate": round(fmean(resting_hr(each) for each in week)),
        "averageStressLevel": stress(day, final),
        "bodyBatteryHighestValue": day.battery_high if day.night else None,
        "bodyBatteryLowestValue": day.battery_low if final else None,
        "bodyBatteryAtWakeTime": day.battery_high if day.night else None,
        "sleepingSeconds": day.night.sleep_s if day.night else None,
        "lastSyncTimestampGMT": text(day.synced_at),
    }


def battery_report(on: date, day: Day | None, seen_until: datetime, zone: ZoneInfo) -> Json:
    """An item of the Body Battery reports: readings as rows of epoch milliseconds and level, up to the last sync."""
    begin, end = (local_instant(each, datetime.min.time(), zone) for each in (on, on + timedelta(days=1)))
    rows = [[milliseconds(at), level] for at, level in _battery(day, begin, end) if at <= seen_until] if day else []
    return {
        "date": on.isoformat(),
        "charged": None,
        "drained": None,
        "startTimestampGMT": text(begin),
        "endTimestampGMT": text(end),
        "startTimestampLocal": local_text(begin, zone),
        "endTimestampLocal": local_text(end, zone),
        "bodyBatteryValuesArray": rows,
        "bodyBatteryValueDescriptorDTOList": [
            {"bodyBatteryValueDescriptorIndex": 0, "bodyBatteryValueDescriptorKey": "timestamp"},
            {"bodyBatteryValueDescriptorIndex": 1, "bodyBatteryValueDescriptorKey": "bodyBatteryLevel"},
        ],
        "bodyBatteryDynamicFeedbackEvent": None,
        "bodyBatteryActivityEvent": [],
    }


def _battery(day: Day, begin: datetime, end: datetime) -> list[tuple[datetime, int | None]]:
    """A reading an hour and one at waking: up while asleep, down from then on; unknown for a watch on a shelf."""
    wakes = day.night.end if day.night else begin
    moments = sorted({*(begin + timedelta(hours=hour) for hour in range(24)), wakes})
    if day.night is None:
        return [(at, None) for at in moments]
    span, low = day.battery_high - day.battery_low, day.battery_low
    return [
        (at, round(low + span * ((at - begin) / (wakes - begin) if at <= wakes else (end - at) / (end - wakes))))
        for at in moments
    ]


def stress_stat(on: date, day: Day | None, final: bool) -> Json:
    """An item of the stress statistics; without data the level is negative."""
    level = -1.0 if day is None else float(stress(day, final))
    names = ("restStressDuration", "lowStressDuration", "mediumStressDuration", "highStressDuration")
    return {"calendarDate": on.isoformat(), "values": {"overallStressLevel": level, **dict.fromkeys(names)}}


def heart_rate_day(on: date, day: Day | None, week: Sequence[Day]) -> Json:
    """`dailyHeartRate`, without its readings."""
    return {
        "userProfilePK": OWNER_ID,
        "calendarDate": on.isoformat(),
        "maxHeartRate": day and day.max_hr,
        "minHeartRate": day and day.min_hr,
        "restingHeartRate": day and resting_hr(day),
        "lastSevenDaysAvgRestingHeartRate": round(fmean(map(resting_hr, week))) if week else None,
        "heartRateValueDescriptors": [{"index": 0, "key": "timestamp"}, {"index": 1, "key": "heartrate"}],
        "heartRateValues": None,
    }


def resting_hr(day: Day) -> int:
    """What Garmin calls the day's resting heart rate: silently the lowest value where no night was measured."""
    return day.night.resting_hr if day.night else day.min_hr


def stress(day: Day, final: bool) -> int:
    """The day's mean stress; before the day is over that of a quiet morning."""
    return day.stress if final else day.stress - 8


def steps(day: Day, final: bool) -> int:
    return day.steps if final else day.steps // 10


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * 1000


def local_milliseconds(moment: datetime, zone: ZoneInfo) -> int:
    """The wall clock in the zone as if it were UTC."""
    offset = moment.astimezone(zone).utcoffset() or timedelta()
    return milliseconds(moment + offset)


def text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.0")


def local_text(moment: datetime, zone: ZoneInfo) -> str:
    return text(moment.astimezone(zone))


def _qualifier(score: int) -> str:
    return next(word for low, word in ((90, "EXCELLENT"), (80, "GOOD"), (60, "FAIR"), (0, "POOR")) if score >= low)
