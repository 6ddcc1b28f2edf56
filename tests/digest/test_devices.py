"""Garmin's devices behind what is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from runner_samples import MONDAY, SUNDAY, activity, history

from coachd.digest.beliefs import beliefs_of
from coachd.digest.devices import garmin_devices

WATCH = activity(SUNDAY, number=1, device="Fenix 7", sources=("garmin",))


def test_a_device_counts_from_the_first_day_on_or_where_its_activity_is_named():
    later = SUNDAY + timedelta(days=1)
    assert garmin_devices(history(WATCH), SUNDAY) == ("Garmin Fenix 7",)
    assert garmin_devices(history(WATCH), later) == ()
    assert garmin_devices(history(WATCH), later, {1}) == ("Garmin Fenix 7",)


def test_what_is_besides_activities_is_credited_by_their_name_alone():
    assert garmin_devices(history(), SUNDAY, besides=True) == ("Garmin",)
    assert garmin_devices(history(WATCH), SUNDAY, besides=True) == ("Garmin Fenix 7",)


def test_the_first_mail_credits_what_it_believes_by():
    def devices(*activities, **fields):
        return beliefs_of(history(*activities, **fields), day=MONDAY, rules=()).devices

    assert devices(WATCH) == ("Garmin Fenix 7",)
    assert devices(synced={"garmin": datetime(2026, 11, 22, tzinfo=UTC)}) == ("Garmin",)
    assert devices(activity(SUNDAY, sources=("strava",))) == ()
