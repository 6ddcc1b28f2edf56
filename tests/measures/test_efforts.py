from datetime import UTC, date, datetime, timedelta

from coachd.language.view import View
from coachd.measures import registry
from coachd.model import Activity, Athlete, History, Race, StreamNumbers

SUNDAY = date(2025, 6, 15)


def a_run(back, best=None, **values):
    start = datetime.combine(SUNDAY - timedelta(days=back), datetime.min.time())
    streams = None if best is None else StreamNumbers(best_s=best)
    return Activity(back, "Run", start.replace(tzinfo=UTC), start, streams=streams, **values)


def best(distance, runs, races=(), **given):
    history = History(Athlete(), tuple(runs), races=tuple(races))
    view = View(history, SUNDAY, datetime(2025, 6, 16, 6, tzinfo=UTC))
    return registry()["best_effort"].compute(view, distance=distance, **given)


def test_the_fastest_stretch_of_the_window_and_its_run():
    runs = [a_run(30, {5000: 1318.0}), a_run(3, {5000: 1300.0, 1000: 250.0}), a_run(1)]
    found = best(5000.0, runs)
    assert (found.value, found.activities) == (1300, (3,))
    assert best(5000.0, runs, over=7, before=7).value is None


def test_a_mile_is_found_under_its_whole_metres():
    assert best(1609.344, [a_run(1, {1609: 395.0})]).value == 395


def test_a_race_without_streams_counts():
    race = Race(SUNDAY - timedelta(days=2), 5_020.0, activity=2, time_s=1290.0)
    assert best(5000.0, [a_run(2), a_run(30, {5000: 1318.0})], [race]).value == 1290
    assert best(5000.0, [a_run(2)], [Race(race.day, 5_100.0, activity=2, time_s=1290.0)]).value is None


def test_a_treadmill_knows_no_best():
    assert best(5000.0, [a_run(1, {5000: 1200.0}, trainer=True)]).value is None
