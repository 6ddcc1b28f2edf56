"""Which heart-rate anchors are in force, and how far they are trusted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from coachd.history.zones import hard_limit, resolve
from coachd.model import Athlete, Night, Race, StreamNumbers, Zones

TODAY = date(2026, 11, 22)


@pytest.fixture
def effort(make_activity):
    """A workout with the highest two-minute mean that was seen in it."""

    def of(rate, **values):
        streams = StreamNumbers(max_hr_2min=rate, hr_suspect=values.pop("suspect", ""))
        return make_activity(**{"workout_type": 3, "streams": streams, **values})

    return of


@pytest.fixture
def ten_km(make_activity):
    def of(average, **values):
        return make_activity(**{"workout_type": 1, "average_hr": average, "moving_s": 2_700.0, **values})

    return of


def ceiling(athlete=None, activities=(), **values):
    zones = resolve(athlete or Athlete(), activities, TODAY, **values)
    return zones.easy_ceiling and round(zones.easy_ceiling, 1), zones.source


def test_nothing_known_is_nothing_trusted():
    assert resolve(Athlete(), [], TODAY) == Zones()
    assert not Zones().trusted


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ({"easy_hr_ceiling": 148.0, "threshold_hr": 168.0, "hr_max": 188.0}, 148.0),
        ({"threshold_hr": 168.0, "hr_max": 188.0, "resting_hr": 50.0}, 149.5),
        ({"hr_max": 188.0, "resting_hr": 50.0}, 150.7),
        ({"hr_max": 188.0}, 150.4),
    ],
)
def test_the_ceiling_comes_from_the_best_anchor_that_the_athlete_gave(own, expected):
    assert ceiling(Athlete(**own)) == (expected, "measured")


def test_own_strava_zones_stand_between_the_own_threshold_and_everything_else():
    assert ceiling(Athlete(threshold_hr=168.0), zones_ceiling=155.0) == (149.5, "measured")
    assert ceiling(Athlete(hr_max=188.0), zones_ceiling=155.0) == (155.0, "measured")


def test_the_words_say_where_own_zones_are_kept():
    zones = resolve(Athlete(hr_max=188.0), [], TODAY, zones_ceiling=149.0, zones_from="Garmin")
    assert (zones.easy_ceiling, zones.source) == (149.0, "measured")
    assert zones.easy_ceiling_source == "the top of zone 2 of your Garmin zones"


def test_age_alone_gives_a_maximum_but_no_ceiling_and_no_trust():
    zones = resolve(Athlete(birth_year=1986), [], TODAY)
    assert (zones.hr_max, zones.source, zones.easy_ceiling, zones.trusted) == (180.0, "age", None, False)


def test_what_age_predicts_never_stands_beside_measured_anchors():
    assert resolve(Athlete(birth_year=1986, threshold_hr=168.0), [], TODAY).hr_max is None


def test_the_maximum_is_observed_from_eight_hard_efforts_on(effort):
    seen = [effort(rate) for rate in (180, 183, 186, 184, 181, 179, 185, 182)]
    assert ceiling(activities=seen[:7]) == (None, None)
    assert ceiling(activities=seen) == (round(0.8 * 186, 1), "observed")
    assert resolve(Athlete(hr_max=190.0), seen, TODAY).hr_max == 190.0


@pytest.mark.parametrize(
    "values",
    [
        {"workout_type": 0},  # an easy run shows nobody's maximum
        {"suspect": "it follows the cadence"},
        {"day": -731},
        {"sport": "Ride"},
    ],
)
def test_what_is_no_clean_hard_run_of_two_years_shows_no_maximum(effort, values):
    seen = [effort(180) for _ in range(7)]
    assert ceiling(activities=[*seen, effort(190, **values)]) == (None, None)


def test_structured_work_makes_an_unlabelled_run_an_effort(make_activity):
    streams = StreamNumbers(max_hr_2min=180.0, work_s=480.0)
    assert ceiling(activities=[make_activity(streams=streams)] * 8) == (144.0, "observed")


def test_a_10_km_race_gives_the_threshold(ten_km):
    zones = resolve(Athlete(), [ten_km(171.4)], TODAY)
    assert zones.threshold_hr == pytest.approx(168, abs=0.05)
    assert zones.easy_ceiling_source == "89 % of threshold 168, from your 10 km in November"
    assert zones.source == "measured"


def test_each_number_says_where_it_is_from(make_activity, ten_km):
    def said(athlete, *activities):
        zones = resolve(athlete, activities, TODAY)
        return zones.threshold_source, zones.hr_max_source

    own = Athlete(threshold_hr=168.0, hr_max=188.0)
    seen = [make_activity(streams=StreamNumbers(max_hr_2min=180.0, work_s=480.0))] * 8
    assert said(own, ten_km(171.4)) == ("your own setting", "your own setting")
    assert said(Athlete(), ten_km(171.4)) == ("98 % of the mean of your 10 km in November", "")
    assert said(Athlete(), *seen) == ("", "the highest I have seen over two minutes")
    assert said(Athlete(birth_year=1986)) == ("", "a guess from your year of birth")
    assert said(Athlete()) == ("", "")


def test_the_calendar_makes_a_run_a_10_km_race(make_activity):
    run = make_activity(average_hr=171.4, moving_s=2_700.0)
    assert ceiling(Athlete(races=(Race(run.day, 10_000.0),)), [run]) == (149.5, "measured")
    assert ceiling(Athlete(), [run]) == (None, None)


@pytest.mark.parametrize(
    "values",
    [
        {"moving_s": 2_399.0}, {"moving_s": 3_601.0}, {"distance_m": 9_000.0}, {"distance_m": 11_000.0},
        {"gain_m": 201.0}, {"sport": "TrailRun"}, {"trainer": True}, {"day": -366}, {"tags": frozenset({"fun"})},
        {"workout_type": 0}, {"average_hr": None},
    ],
)  # fmt: skip
def test_other_races_give_no_threshold(ten_km, values):
    assert resolve(Athlete(), [ten_km(**{"average": 171.4} | values) if "average_hr" not in values else
                               ten_km(None)], TODAY).threshold_hr is None  # fmt: skip


def test_a_race_that_was_jogged_gives_no_threshold(ten_km, make_activity):
    half = make_activity(average_hr=173.0, distance_m=21_100.0, moving_s=6_300.0, workout_type=1)
    assert resolve(Athlete(), [ten_km(160.0), half], TODAY).threshold_hr is None
    assert resolve(Athlete(), [ten_km(178.0), half], TODAY).threshold_hr == pytest.approx(174.4, abs=0.05)


def test_the_resting_rate_is_the_athletes_else_the_median_of_two_months_of_nights():
    nights = [Night(TODAY - timedelta(days=back), resting_hr=rate) for back, rate in ((1, 52), (2, 50), (3, 49))]
    nights += [Night(TODAY, sleep_s=25_000.0), Night(TODAY - timedelta(days=61), resting_hr=70)]
    assert resolve(Athlete(), [], TODAY, nights=nights).resting_hr == 50
    assert resolve(Athlete(resting_hr=47.0), [], TODAY, nights=nights).resting_hr == 47
    assert ceiling(Athlete(hr_max=188.0), nights=nights) == (150.7, "measured")


@pytest.mark.parametrize(
    ("zones", "limit"),
    [
        (Zones(hr_max=188, threshold_hr=168, source="measured"), 159.6),
        (Zones(hr_max=188, source="observed"), 165.4),
        (Zones(easy_ceiling=150, source="measured"), 165.0),
        (Zones(hr_max=180, source="age"), None),
        (Zones(), None),
    ],
)
def test_from_where_on_ten_minutes_are_hard(zones, limit):
    assert hard_limit(zones) == (None if limit is None else pytest.approx(limit, abs=0.05))
