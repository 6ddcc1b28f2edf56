from datetime import UTC, date, datetime, timedelta

import pytest

from coachd.language.view import View
from coachd.measures import registry
from coachd.measures.cadence import CUES
from coachd.model import Activity, Athlete, History, StreamNumbers

SUNDAY = date(2025, 6, 15)


def run(number, back=0, minutes=95.0, **fields):
    start = datetime.combine(SUNDAY - timedelta(days=back), datetime.min.time().replace(hour=9))
    return Activity(number, "Run", start.replace(tzinfo=UTC), start, moving_s=minutes * 60, **fields)


def late(early, later):
    return StreamNumbers(cadence_early=early, cadence_late=later)


def hilly(flat, down, seconds=360.0):
    return StreamNumbers(cadence_flat=flat, cadence_down=down, down_s=seconds)


def measured(name, activities, *, as_of=SUNDAY, **arguments):
    ordered = tuple(sorted(activities, key=lambda activity: activity.start))
    view = View(History(Athlete(), ordered), as_of, datetime(2025, 6, 16, 6, tzinfo=UTC))
    return registry()[name].compute(view, **arguments)


def test_the_catalogues_three_long_runs():
    runs = [run(1, 14, streams=late(168, 162)), run(2, 7, streams=late(170, 164)), run(3, 0, streams=late(167, 166))]
    assert measured("cadence_fades", runs).value == 2
    assert measured("cadence_fades", runs).activities == (1, 2)
    assert measured("cadence_early", runs).value == 169
    assert measured("cadence_late", runs).value == 163


def test_only_the_last_so_many_long_runs_are_looked_at():
    runs = [run(1, 21, streams=late(168, 160)), *(run(2 + back, 7 * back, streams=late(168, 168)) for back in range(3))]
    assert measured("cadence_fades", runs).value == 0
    assert measured("cadence_fades", runs, last=4.0).value == 1


def test_short_runs_and_runs_without_streams_are_passed_over():
    runs = [
        run(1, 20, streams=late(168, 160)), run(2, 15, 74.9, streams=late(168, 160)), run(3, 10),
        run(4, 5, streams=StreamNumbers(cadence_early=168)), run(5, 1, 75.0, streams=late(168, 160)),
    ]  # fmt: skip
    assert measured("cadence_fades", runs).activities == (1, 5)


@pytest.mark.parametrize("runs", [[], [run(1, streams=late(168, 160))]])
def test_one_long_run_does_not_tell_a_fade(runs):
    assert measured("cadence_fades", runs).value is None


@pytest.mark.parametrize("name", ["cadence_early", "cadence_late", "flat_cadence", "downhill_cadence"])
def test_a_mean_over_no_run_is_unknown(name):
    assert measured(name, [run(1, streams=late(168, 168)), run(2, 3, streams=hilly(166, 166))]).value is None


def test_the_catalogues_two_descents():
    runs = [run(1, 8, streams=hilly(166, 157)), run(2, 1, streams=hilly(166, 157)), run(3, 2, streams=hilly(166, 163))]
    assert measured("slow_stepped_descents", runs).value == 2
    assert measured("flat_cadence", runs).value == 166
    assert measured("downhill_cadence", runs).value == 157


def test_a_short_descent_says_nothing():
    assert measured("slow_stepped_descents", [run(1, streams=hilly(166, 157, 299.0))]).value is None
    assert measured("slow_stepped_descents", [run(1, streams=hilly(166, 157, 300.0))]).value == 1


@pytest.mark.parametrize(
    ("devices", "new"), [(("A", "A"), False), (("A", "B"), True), (("A", None), False), ((None, None), False)]
)
def test_a_second_named_device_is_a_new_one(devices, new):
    runs = [run(number, number, cadence_spm=168, device=device) for number, device in enumerate(devices)]
    assert measured("new_cadence_device", runs).value is new


def test_a_device_without_cadence_is_none():
    runs = [run(1, 1, cadence_spm=168, device="A"), run(2, 2, device="B")]
    assert measured("new_cadence_device", runs).value is False


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"distance_m": 10_000.0, "loss_m": 120.0}, "downhill"),
        ({"distance_m": 10_000.0, "gain_m": 120.0}, "uphill"),
        ({"long": True, "kind": "long"}, "long"),
        ({"hard": True, "kind": "workout"}, "hard"),
        ({"trail": True}, "trail"),
        ({"kind": "easy"}, "easy"),
    ],
)
def test_a_cue_suits_a_run_of_the_week(fields, kind):
    found = measured("form_cue", [run(1, 2, **fields)])
    assert (CUES[found.value], found.activities) == (kind, (1,))
    assert measured("form_cue_day", [run(1, 2, **fields)]).value == "Friday"


def test_the_cue_changes_every_four_weeks():
    runs = [run(back, 28 * back, kind="easy") for back in range(3)]
    days = [SUNDAY - timedelta(days=28 * back) for back in range(3)]
    assert len({measured("form_cue", runs, as_of=day).value for day in days}) == 3


@pytest.mark.parametrize("name", ["form_cue", "form_cue_day"])
def test_without_a_run_there_is_no_cue(name):
    assert measured(name, [run(1, 7, kind="easy")]).value is None


EASY = {"easy_intended": True, "distance_m": 8_700.0, "gain_m": 30.0, "cadence_spm": 157.2}


@pytest.mark.parametrize(
    ("change", "runs"),
    [
        ({}, 1),
        ({"easy_intended": False}, 0),
        ({"trail": True}, 0),
        ({"trainer": True}, 0),
        ({"tags": frozenset({"stroller"})}, 0),
        ({"tags": frozenset({"dog"})}, 0),
        ({"gain_m": 87.0}, 1),
        ({"gain_m": 87.1}, 0),
        ({"gain_m": None}, 0),
        ({"cadence_spm": None}, 0),
        ({"distance_m": 6_600.0}, 1),
        ({"distance_m": 6_599.0}, 0),
        ({"distance_m": None}, 0),
    ],
)
def test_an_easy_cadence_is_told_by_easy_flat_runs_outdoors(change, runs):
    assert measured("easy_flat_runs", [run(1, 1, 50.0, **(EASY | change))]).value == runs


def test_a_cadence_at_a_common_pace_is_that_of_the_catalogue():
    runs = [run(1, 1, 50.0, **(EASY | {"distance_m": 2.82 * 3000}))]
    assert measured("easy_flat_cadence", runs).value == pytest.approx(157.2)
    assert measured("easy_flat_normal_cadence", runs).value == pytest.approx(157.648)
    assert measured("easy_flat_pace", runs).value == pytest.approx(1 / 2.82)


@pytest.mark.parametrize("name", ["easy_flat_cadence", "easy_flat_normal_cadence", "easy_flat_pace"])
def test_without_easy_flat_runs_there_is_no_easy_cadence(name):
    assert measured(name, [run(1, 1, 50.0)]).value is None
