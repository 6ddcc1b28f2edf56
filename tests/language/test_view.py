from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rule_samples import SUNDAY, activity, view

from coachd.language.vocabulary import ACTIVITY, ATHLETE, CALENDAR, names_for
from coachd.model import Athlete, Mode, Night, Race, Shoe, StreamNumbers
from coachd.units import DAY


def back(days):
    return SUNDAY - timedelta(days=days)


def test_nothing_after_the_day_is_seen():
    seen = view(activity(-1, 1), activity(0, 2), activity(1, 3))
    assert [item.id for item in seen.activities] == [1, 2]
    assert [item.id for item in seen.runs(7)] == [1, 2]
    assert [item.id for item in seen.at(back(1)).activities] == [1]


@given(st.lists(st.tuples(st.integers(-40, 3), st.sampled_from(["Run", "Ride", "TrailRun"]))), st.integers(0, 20))
def test_a_slice_of_a_history_is_that_history_as_of_its_day(days, earlier):
    made = [activity(day, number, sport) for number, (day, sport) in enumerate(days)]
    whole = view(*made).at(back(earlier))
    alone = view(*[item for item in made if item.day <= back(earlier)], as_of=back(earlier))
    assert whole.activities == alone.activities
    assert whole.first_day == alone.first_day
    for over, before in ((7, 0), (14, 3), (1, 1), (60, 0)):
        assert list(whole.window(over, before)) == list(alone.window(over, before))
        assert whole.runs(over, before) == [item for item in whole.window(over, before) if item.family == "run"]


def test_nights_are_found_by_their_morning():
    nights = tuple(Night(back(days)) for days in (9, 3, 0))
    assert [night.day for night in view(nights=nights).nights(4)] == [back(3), SUNDAY]
    assert [night.day for night in view(nights=nights).nights(7, before=3)] == [back(9), back(3)]


def test_a_shoe_was_last_used_on_the_last_day_up_to_now():
    seen = view(activity(-9, 1, gear_id="a"), activity(-2, 2, gear_id="a"), activity(-1, 3, gear_id="b"))
    assert (seen.last_use("a"), seen.at(back(3)).last_use("a")) == (back(2), back(9))
    assert (seen.at(back(3)).last_use("b"), seen.last_use("c")) == (None, None)


def test_races_ahead_are_planned_ones_and_races_run_have_an_activity():
    races = (Race(back(5), 5e3, activity=1), Race(back(2), 5e3, priority="C"), Race(back(-9), 10e3, priority="A"))
    seen = view(races=races)
    assert [race.day for race in seen.races_run(7)] == [back(5)]
    assert [race.day for race in seen.races_ahead(30)] == [back(-9)]
    assert seen.races_ahead(8) == seen.races_ahead(30, ("B",)) == []


PHASES = ((back(60), "build"), (back(40), "base"), (back(20), "base"), (back(-3), "taper"))


def test_the_phase_is_the_one_known_on_the_day():
    seen = view(phases=PHASES)
    assert [seen.phase(back(days)) for days in (61, 60, 41, 40, 0)] == ["steady", "build", "build", "base", "base"]
    assert (seen.phase_since(), seen.at(back(70)).phase_since()) == (back(40), None)


@pytest.mark.parametrize(("begun", "weeks"), [(6, 1), (7, 2), (41, 6), (42, 7)])
def test_the_weeks_of_a_phase_are_those_that_ended_in_it(begun, weeks):
    seen = view(activity(-90), phases=((back(begun), "base"),))
    assert ATHLETE["athlete.phase_weeks"].read(seen, None) == weeks


def test_a_phase_is_no_older_than_what_is_known():
    assert ATHLETE["athlete.phase_weeks"].read(view(activity(-10)), None) == 2
    assert ATHLETE["athlete.phase_weeks"].read(view(), None) == 0


def test_the_mode_declared_last_holds():
    modes = (Mode("holiday", back(9), back(1)), Mode("ill", back(3), back(2)))
    seen = view(athlete=Athlete(modes=modes))
    names = [mode and mode.name for mode in (seen.mode(back(days)) for days in (10, 9, 3, 1, 0))]
    assert names == [None, "holiday", "ill", "holiday", None]


def test_what_is_worked_out_once_is_not_worked_out_again():
    asked = []
    seen = view()
    assert [seen.once("key", lambda: asked.append(1) or 5) for _ in range(3)] == [5, 5, 5]
    assert len(asked) == 1
    assert seen.at(back(1)).once("key", lambda: 6) == 6


def test_the_calendar_knows_the_next_and_the_last_race():
    races = (Race(back(8), 5e3, "Old", activity=1), Race(back(-4), 5e3, "C", "C"), Race(back(-9), 10e3, "B", "B"))
    found = {name: field.read(view(races=races), None) for name, field in CALENDAR.items()}
    assert (found["next_race.days"], found["next_race.name"], found["next_goal.days"]) == (9 * DAY, "B", None)
    assert (found["last_race.days"], found["last_race.name"]) == (8 * DAY, "Old")


def test_heat_counts_outdoors_only():
    warm = {"temperature_c": 24.0, "dew_point_c": 16.0}
    assert ACTIVITY["heat_index"].read(activity(0, **warm)) == pytest.approx(136)
    assert ACTIVITY["heat_index"].read(activity(0, trainer=True, **warm)) is None


def test_a_slope_counts_by_heart_rate_or_by_energy():
    # 5 km up at 5 % and down again, raw 5:49 /km, are 5:33 by heart rate and 5:38 by energy.
    seconds = 5000 / 2.6 + 5000 / 3.2
    numbers = StreamNumbers(moving_s=seconds, graded_m=10_475.0, graded_minetti_m=10_310.0)
    hilly = {"distance_m": 10_000.0, "moving_s": seconds, "streams": numbers}
    run = activity(0, graded_speed=10_475.0 / seconds, **hilly)
    assert ACTIVITY["graded_pace"].read(run) * 1000 == pytest.approx(333, abs=1)
    assert ACTIVITY["energy_pace"].read(run) * 1000 == pytest.approx(338, abs=1)
    assert ACTIVITY["energy_pace"].read(activity(0, trainer=True, **hilly)) is None
    assert ACTIVITY["energy_pace"].read(activity(0, distance_m=10_000.0, moving_s=seconds)) is None


def test_cadence_is_brought_to_one_speed():
    # A mean of 157.2 at 2.82 m/s is 157.6 at 2.9 m/s.
    run = activity(0, cadence_spm=157.2, distance_m=2820.0, moving_s=1000.0)
    assert ACTIVITY["normal_cadence"].read(run) == pytest.approx(157.65, abs=0.01)


def test_a_tag_is_a_yes_or_no():
    run = activity(0, tags=frozenset({"sick"}))
    assert (ACTIVITY["tag.sick"].read(run), ACTIVITY["tag.dog"].read(run)) == (True, False)


@pytest.mark.parametrize("each", ["week", "day", "shoe", "race", "activity"])
def test_every_name_can_be_read_about_an_empty_history(each):
    subject = {"shoe": None, "race": Race(date(2025, 7, 1), 5e3), "activity": activity(0)}.get(each)
    for name, field in names_for(each).items():
        if not name.startswith("shoe."):
            field.read(view(), subject)


def test_every_name_says_what_it_means():
    every = [ACTIVITY, *(names_for(each) for each in ("week", "shoe", "race"))]
    assert all(field.meaning for names in every for field in names.values())


def worn(day, km, number, **fields):
    return activity(day, number, distance_m=km * 1000.0, gear_id="g", **fields)


def test_an_odometer_goes_back_by_what_was_run_later():
    today = Shoe("g", "Fox", 100_000.0, last_used=SUNDAY)
    seen = view(worn(-9, 10, 1), worn(-4, 7, 2), worn(0, 5, 3), shoes=(today,))
    assert seen.shoes == (today,)
    (then,) = seen.at(back(4)).shoes
    assert (then.distance_m, then.last_used) == (95_000.0, back(4))
    (earlier,) = seen.at(back(30)).shoes
    assert (earlier.distance_m, earlier.last_used) == (78_000.0, None)


def test_an_odometer_also_counts_what_rules_must_not_see():
    hidden = (worn(0, 5, 2, excluded="a duplicate"),)
    (then,) = view(worn(-4, 7, 1), shoes=(Shoe("g", "Fox", 100_000.0),), excluded=hidden).at(back(4)).shoes
    assert then.distance_m == 95_000.0


def test_a_pair_without_an_odometer_never_gets_one():
    (then,) = view(worn(0, 5, 1), shoes=(Shoe("g", "Fox"),)).at(back(1)).shoes
    assert then.distance_m is None


def test_a_pair_that_is_known_from_its_use_is_not_there_before():
    seen = view(worn(-4, 7, 1), worn(0, 5, 2), shoes=(Shoe("g", "Fox", 12_000.0, source="files"),))
    assert [shoe.distance_m for shoe in seen.at(back(4)).shoes] == [7_000.0]
    assert seen.at(back(5)).shoes == ()
