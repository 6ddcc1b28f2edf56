from datetime import UTC, date, datetime, timedelta

from coachd.language.view import View
from coachd.measures import registry
from coachd.model import Athlete, History

NOW = datetime(2025, 6, 16, 6, tzinfo=UTC)


def age(**hours):
    synced = {source: NOW - timedelta(hours=ago) for source, ago in hours.items()}
    view = View(History(Athlete(), (), synced=synced), date(2025, 6, 15), NOW)
    return registry()["since_oldest_sync"].compute(view).value


def test_the_source_that_was_silent_longest_decides():
    assert age(strava=2, garmin=50) == 50 * 3600


def test_an_import_of_files_makes_a_live_source_neither_stale_nor_fresh():
    assert age(strava=2, files=5000) == 2 * 3600
    assert age(strava=240, files=1) == 240 * 3600


def test_files_alone_are_as_old_as_the_last_import():
    assert age(files=5000) == 5000 * 3600


def test_without_a_source_freshness_is_unknown():
    assert age() is None


def test_a_sync_after_the_judged_moment_is_fresh():
    assert age(strava=-500) == 0
