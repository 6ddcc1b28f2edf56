"""An invented athlete's Garmin export, in the shapes that several programs read."""

import json
from datetime import UTC, datetime

START = datetime(2026, 5, 3, 7, 30, tzinfo=UTC)


def ms(moment):
    return int(moment.timestamp() * 1000)


def activity(number=501, **changes):
    """A run of 10 km in 50 minutes, two hours east of Greenwich, in the export's units."""
    return {
        "activityId": number, "name": "Morning run", "activityType": "running", "sportType": "RUNNING",
        "eventTypeId": 9, "startTimeGmt": float(ms(START)), "startTimeLocal": float(ms(START) + 7_200_000),
        "beginTimestamp": ms(START), "duration": 3_000_000.0, "movingDuration": 2_950_000.0,
        "elapsedDuration": 3_100_000.0, "distance": 1_000_000.0, "elevationGain": 5200.0, "elevationLoss": 4800.0,
        "avgSpeed": 0.333, "avgHr": 141.0, "maxHr": 165.0, "avgRunCadence": 86.5, "parent": False,
        "startLatitude": 52.5, "startLongitude": 13.4, "locationName": "Somewhere", "deviceId": 42,
        **{f"hrTimeInZone_{zone}": 1000.0 * seconds for zone, seconds in enumerate((0, 600, 1800, 500, 100, 0, 0))},
        "splits": [{"measurements": [{"fieldEnum": "SUM_DISTANCE", "value": 1.0}]}], **changes,
    }  # fmt: skip


def activities(*rows):
    return json.dumps([{"summarizedActivitiesExport": list(rows)}])


GEAR = [
    {
        "gearDTOS": [
            {"gearPk": 11, "uuid": "a1", "displayName": "Blue pair", "customMakeModel": "Invented Blue 3",
             "gearTypeName": "Shoes", "gearStatusName": "active", "maximumMeters": 700_000.0,
             "dateBegin": "2026-01-01T00:00:00.0"},
            {"gearPk": 12, "customMakeModel": "Old pair", "gearTypeName": "Shoes", "dateEnd": "2025-12-01T00:00:00.0"},
            {"gearPk": 13, "displayName": "Bike", "gearTypeName": "Bike"},
        ],
        "gearActivityDTOs": {"11": [{"activityId": 501, "gearPk": 11}], "13": [{"activityId": 503}], "99": []},
    }
]  # fmt: skip


def sleep(day="2026-05-04", **changes):
    return {
        "calendarDate": day, "sleepStartTimestampGMT": "2026-05-03T21:10:00.0",
        "sleepEndTimestampGMT": "2026-05-04T05:00:00.0", "deepSleepSeconds": 5400, "lightSleepSeconds": 14400,
        "remSleepSeconds": 6000, "awakeSleepSeconds": 600, "sleepScores": {"overallScore": 81}, "retro": False,
        **changes,
    }  # fmt: skip


def summary(day="2026-05-04", **changes):
    return {
        "calendarDate": day, "restingHeartRate": 48, "currentDayRestingHeartRate": 47, "totalSteps": 9000,
        "allDayStress": {"aggregatorList": [{"type": "AWAKE", "averageStressLevel": 33},
                                            {"type": "TOTAL", "averageStressLevel": 27}]},
        "bodyBattery": {"bodyBatteryStatList": [{"bodyBatteryStatType": "HIGHEST", "statsValue": 88},
                                                {"bodyBatteryStatType": "SLEEPEND", "statsValue": 84}]},
        **changes,
    }  # fmt: skip


def health(day="2026-05-04"):
    return {
        "calendarDate": day,
        "metrics": [{"type": "HR", "value": 50.0}, {"type": "HRV", "value": 62.0, "status": "IN_RANGE"}],
    }


FITNESS, WELLNESS = "DI_CONNECT/DI-Connect-Fitness", "DI_CONNECT/DI-Connect-Wellness"


def export(*rows, **more):
    """The members of an export with these activities; `more` are further ones, `__` for `/`."""
    return {
        f"{FITNESS}/robin@example.org_0_summarizedActivities.json": activities(*(rows or [activity()])),
        f"{FITNESS}/robin@example.org_gear.json": json.dumps(GEAR),
        f"{WELLNESS}/2026-02-01_2026-05-11_42_sleepData.json": json.dumps([sleep()]),
        f"{WELLNESS}/2026-02-01_2026-05-11_42_healthStatusData.json": json.dumps([health()]),
        "DI_CONNECT/DI-Connect-Aggregator/UDSFile_2026-02-01_2026-05-11.json": json.dumps(
            [summary("2026-05-03"), summary()]
        ),
        "DI_CONNECT/DI-Connect-User/user_profile.json": "{}",
        "customer_data/messages.json": "no JSON at all",
        **{name.replace("__", "/"): content for name, content in more.items()},
    }
