from datetime import UTC, date, datetime, time, timedelta

import pytest

from coachd.language.view import View
from coachd.measures import registry
from coachd.model import Activity, Athlete, Bout, History, Night, StreamNumbers

SUNDAY = date(2025, 6, 15)


def activity(back, sport="Run", tags=(), at=9, **more):
    local = datetime.combine(SUNDAY - timedelta(days=back), time(at))
    return Activity(back * 24 + at, sport, local.replace(tzinfo=UTC), local, tags=frozenset(tags), **more)


def days(focus, activities=(), nights=(), **window):
    history = History(Athlete(focus=focus), tuple(activities), nights=tuple(nights))
    view = View(history, SUNDAY, datetime(2025, 6, 16, 6, tzinfo=UTC))
    return registry()["focus_days"].compute(view, **window).value


def session(lead, tail):
    bouts = (Bout(lead, 3_600.0 - lead - tail, 4.0),)
    return activity(1, kind="workout", elapsed_s=3_600.0, streams=StreamNumbers(bouts=bouts))


@pytest.mark.parametrize(
    ("focus", "done"),
    [
        ("drills", activity(1, tags=["drills"])),
        ("warmup", activity(1, tags=["warmup"])),
        ("warmup", activity(1, tags=["drills"])),
        ("warmup", session(480.0, 0.0)),
        ("cooldown", activity(1, tags=["cooldown"])),
        ("cooldown", session(60.0, 300.0)),
        ("mobility", activity(1, "Yoga")),
        ("strength", activity(1, "WeightTraining")),
        ("hills", activity(1, tags=["hills"])),
        ("hills", activity(1, distance_m=8_000.0, gain_m=96.0)),
    ],
)
def test_what_was_chosen_is_found_by_tag_sport_or_streams(focus, done):
    assert days(focus, [done]) == 1.0


@pytest.mark.parametrize(
    ("focus", "other"),
    [
        ("drills", activity(1, tags=["warmup"])),
        ("warmup", session(479.0, 600.0)),
        ("cooldown", session(600.0, 299.0)),
        ("mobility", activity(1, "WeightTraining")),
        ("strength", activity(1, "Yoga")),
        ("hills", activity(1, distance_m=8_000.0, gain_m=95.0)),
        ("hills", activity(1, distance_m=2_000.0, gain_m=40.0)),
        ("hills", activity(1, "Ride", distance_m=20_000.0, gain_m=900.0)),
        ("hills", activity(1, distance_m=8_000.0)),
    ],
)
def test_what_comes_near_it_is_not_it(focus, other):
    assert days(focus, [other]) == 0.0


def test_days_are_counted_and_not_entries():
    found = [activity(1, tags=["drills"]), activity(1, tags=["drills"], at=18), activity(9, tags=["drills"])]
    assert days("drills", found) == 2.0
    assert days("drills", found, over=7) == 1.0
    assert days("drills", found, over=7, before=7) == 1.0


@pytest.mark.parametrize("focus", [None, "cadence"])
def test_without_a_choice_that_can_be_counted_it_is_unknown(focus):
    assert days(focus, [activity(1, tags=["drills"])]) is None


def test_nights_of_seven_hours_count_for_sleep():
    nights = [
        Night(SUNDAY - timedelta(days=back), sleep_s=hours * 3_600.0) for back, hours in ((2, 7), (1, 6.9), (0, 8))
    ]
    assert days("sleep", nights=nights) == 2.0
    assert days("sleep", nights=[Night(SUNDAY, resting_hr=50.0)]) is None
