from datetime import UTC, date, datetime, timedelta

import pytest

from coachd.language.view import View
from coachd.measures import registry
from coachd.model import Athlete, History

NOW = datetime(2025, 6, 16, 6, tzinfo=UTC)


def age(name, **hours):
    synced = {source: NOW - timedelta(hours=ago) for source, ago in hours.items()}
    return registry()[name].compute(View(History(Athlete(), (), synced=synced), date(2025, 6, 15), NOW)).value


def test_the_newest_and_the_oldest_sync_are_told_apart():
    assert age("since_newest_sync", strava=2, garmin=50) == 2 * 3600
    assert age("since_oldest_sync", strava=2, garmin=50) == 50 * 3600


def test_an_import_of_files_does_not_make_a_live_source_stale():
    assert age("since_oldest_sync", strava=2, files=5000) == 2 * 3600
    assert age("since_oldest_sync", files=5000) == 5000 * 3600


@pytest.mark.parametrize("name", ["since_newest_sync", "since_oldest_sync"])
def test_without_a_source_freshness_is_unknown(name):
    assert age(name) is None


def test_a_sync_after_the_judged_moment_is_fresh():
    assert age("since_newest_sync", strava=-500) == 0
