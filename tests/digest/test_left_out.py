"""What was left out of a week, in words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from runner_samples import SUNDAY, WEEK, activity, view

from coachd.digest.left_out import left_out
from coachd.model import Athlete, Night, StreamNumbers


def said(*activities, **fields):
    return left_out(view(*activities, **fields), WEEK)


def nights(*days):
    return tuple(Night(day, sleep_s=27_000.0) for day in sorted(days))


WHOLE_WEEK = [WEEK.first + timedelta(days=number) for number in range(7)]
EARLIER = [day - timedelta(days=14) for day in WHOLE_WEEK]


def test_an_ordinary_week_leaves_nothing_out():
    assert said(activity(SUNDAY, average_hr=140.0)) == ()


def test_an_activity_that_was_set_aside_is_named_with_the_reason():
    aside = activity(date(2026, 11, 17), name="To the station", excluded="tagged #ignore")
    assert said(excluded=(aside,)) == ("To the station on 17 November: tagged #ignore",)


def test_one_of_another_week_is_not():
    aside = activity(WEEK.first - timedelta(days=1), excluded="tagged #ignore")
    assert said(excluded=(aside,)) == ()


def test_a_heart_rate_that_matched_the_cadence_is_named():
    doubt = "it follows the cadence for 44% of the run"
    run = activity(SUNDAY, name="Lunch Run", streams=StreamNumbers(hr_suspect=doubt))
    assert said(run) == (f"Lunch Run on 22 November: its heart rate does not count, because {doubt}",)


def test_a_treadmill_keeps_its_distance_and_not_its_pace():
    (line,) = said(activity(SUNDAY, trainer=True))
    assert line == "Run on 22 November: on a treadmill, so its pace and climb do not count; distance and time do"


def test_a_bike_on_a_trainer_is_no_treadmill():
    assert said(activity(SUNDAY, sport="VirtualRide", trainer=True)) == ()


def test_they_come_in_the_order_of_the_days():
    aside = activity(SUNDAY, excluded="tagged #ignore")
    lines = said(activity(WEEK.first, trainer=True), excluded=(aside,))
    assert ["treadmill" in line for line in lines] == [True, False]


def test_a_very_long_name_is_cut():
    (line,) = said(excluded=(activity(SUNDAY, name="x" * 10_000, excluded="tagged #ignore"),))
    assert len(line) < 100
    assert "x… on 22 November" in line


@pytest.mark.parametrize(
    ("missing", "words"), [(1, "1 of 7 nights is missing"), (2, "2 of 7 nights are"), (7, "7 of 7 nights are")]
)
def test_missing_nights_are_counted(missing, words):
    (line,) = said(nights=nights(*EARLIER, *WHOLE_WEEK[missing:]))
    assert line.startswith(words)


def test_a_week_with_all_nights_or_without_a_habit_says_nothing_of_them():
    assert said(nights=nights(*EARLIER, *WHOLE_WEEK)) == ()
    assert said() == ()
    assert said(nights=nights(*(day - timedelta(days=60) for day in WHOLE_WEEK))) == ()


def test_the_athletes_word_on_sleep_goes_first():
    long_ago = nights(*(day - timedelta(days=60) for day in WHOLE_WEEK))
    assert said(nights=nights(*EARLIER), athlete=Athlete(tracks={"sleep": False})) == ()
    assert len(said(nights=long_ago, athlete=Athlete(tracks={"sleep": True}))) == 1
    assert said(athlete=Athlete(tracks={"sleep": True})) == ()  # no night ever came: that is not about this week


def test_a_night_without_a_time_asleep_is_missing():
    resting = tuple(Night(day, resting_hr=48.0) for day in WHOLE_WEEK)
    (line,) = said(nights=(*nights(*EARLIER), *resting))
    assert line.startswith("7 of 7")
