"""The load of one session, from the best source there is."""

from __future__ import annotations

import pytest

from coachd.history.load import session_load
from coachd.model import Athlete, StreamNumbers, Zones

HOUR = 3_600.0
R = Zones(hr_max=188, threshold_hr=168, resting_hr=50, easy_ceiling=149.5, source="measured")
MAN = Athlete(sex="m")


def test_an_average_heart_rate_gives_the_load_of_the_example(make_activity):
    load, source = session_load(make_activity(moving_s=HOUR, average_hr=142.0), MAN, R, "easy", 0.9)
    assert (load, source) == (pytest.approx(54.3, abs=0.05), "heart rate")


def test_heart_rates_by_the_second_go_before_their_average(make_activity):
    streams = StreamNumbers(hr_coverage=1.0, hr_seconds={168: HOUR})
    assert session_load(make_activity(average_hr=120.0, streams=streams), MAN, R)[0] == pytest.approx(100)


@pytest.mark.parametrize(
    "zones",
    [
        Zones(hr_max=188, threshold_hr=168, source="measured"),  # no resting rate
        Zones(hr_max=180, resting_hr=50, source="age"),
        Zones(easy_ceiling=150, resting_hr=50, source="measured"),
        Zones(hr_max=160, threshold_hr=168, resting_hr=50, source="measured"),
        Zones(),
    ],
)
def test_without_trusted_anchors_pace_counts(make_activity, zones):
    run = make_activity(moving_s=HOUR, average_hr=142.0)
    assert session_load(run, MAN, zones, "easy", 0.8035) == (pytest.approx(64.6, abs=0.05), "pace")


@pytest.mark.parametrize(
    "zones",
    [Zones(hr_max=188, resting_hr=50, source="measured"), Zones(threshold_hr=169.2, resting_hr=50, source="measured")],
)
def test_threshold_and_maximum_stand_for_each_other(make_activity, zones):
    whole = Zones(hr_max=188, threshold_hr=169.2, resting_hr=50, source="measured")
    run = make_activity(average_hr=150.0)
    assert session_load(run, MAN, zones)[0] == pytest.approx(session_load(run, MAN, whole)[0])


@pytest.mark.parametrize(
    ("sport", "kind", "load"),
    [
        ("Run", "easy", 60), ("Run", "recovery", 60), ("Run", "long", 66), ("Run", "workout", 96), ("Run", "hard", 96),
        ("Run", "race", 120), ("WeightTraining", None, 30), ("Elliptical", None, 42), ("Ride", None, 42),
        ("Swim", None, 42),
    ],
)  # fmt: skip
def test_at_last_minutes_count_by_what_was_done(make_activity, sport, kind, load):
    run = make_activity(sport=sport, moving_s=HOUR)
    assert session_load(run, MAN, Zones(), kind) == (pytest.approx(load), "time")


@pytest.mark.parametrize("values", [{"sport": "Walk"}, {"sport": "Yoga"}, {"sport": "Sauna"}, {"moving_s": None}])
def test_what_nobody_weighed_has_no_load(make_activity, values):
    assert session_load(make_activity(**values), MAN, Zones()) == (None, None)


@pytest.mark.parametrize(("effort", "load"), [(7.0, 100.0), (3.5, 50.0)])
def test_how_hard_it_felt_goes_before_minutes_and_after_pace(make_activity, effort, load):
    run = make_activity(moving_s=HOUR, perceived_effort=effort)
    assert session_load(run, MAN, Zones(), "easy") == (pytest.approx(load), "effort")
    assert session_load(run, MAN, Zones(), "easy", 0.9)[1] == "pace"
    assert (
        session_load(make_activity(sport="Yoga", moving_s=HOUR, perceived_effort=effort), MAN, Zones())[1] == "effort"
    )
