"""The first mail: what is believed, where it comes from, and the command that puts it right."""

from __future__ import annotations

import re
from datetime import date, timedelta

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st
from runner_samples import MONDAY, SUNDAY, activity, history, weekly

from coachd import own, rulebook
from coachd.cli import cli
from coachd.digest.beliefs import beliefs_of
from coachd.model import Athlete, Mode, Night, Race, Shoe, Zones
from coachd.resources import shipped

ZONES = Zones(188.0, 168.0, 50.0, 149.5, "89 % of your threshold 168", "measured", "your own setting",
              "your own setting")  # fmt: skip
STEADY = weekly([12.0, 14.0, 16.0, 30.0, 13.0, 15.0], average_hr=140.0)


@pytest.fixture(scope="module")
def rules():
    return rulebook.load([shipped("rules")], tests=False).rules


def believed(*activities, rules=(), day=MONDAY, suggested=(), **fields):
    made = beliefs_of(history(*activities, **fields), day=day, rules=rules, profiles_suggested=suggested)
    return {belief.label: belief for belief in made.known}, {belief.label: belief for belief in made.unknown}


def test_the_usual_week_is_the_middle_of_the_last_four_that_are_over():
    week = believed(*STEADY)[0]["Usual week"]
    assert (week.value, week.origin) == (
        "27.5 km in 3 runs, the longest 15.5 km", "the middle of your last 4 full weeks",
    )  # fmt: skip
    assert believed(*STEADY, activity(MONDAY, 40_000.0))[0]["Usual week"] == week


def test_who_counts_time_reads_time():
    assert believed(*STEADY, athlete=Athlete(volume_unit="time"))[0]["Usual week"].value.startswith("2 h 30 min in 3")


def test_a_week_of_illness_is_not_usual():
    ill = Athlete(modes=(Mode("ill", SUNDAY - timedelta(days=6), SUNDAY),))
    assert "3 full weeks" in believed(*STEADY, athlete=ill)[0]["Usual week"].origin


def test_a_week_that_began_before_the_first_run_is_not_full():
    runs = [run for run in STEADY if (SUNDAY - run.day).days <= 10]
    assert believed(*runs)[0]["Usual week"].origin == "your last full week"
    assert "Usual week" not in believed(*runs[-1:])[0]


def test_heart_rates_are_named_with_their_origin():
    known, unknown = believed(*STEADY, zones=ZONES)
    easy = known["Easy ends at"]
    assert (easy.value, easy.origin, easy.correct) == (
        "150 bpm", "89 % of your threshold 168", "coachd athlete set easy_hr_ceiling=150",
    )  # fmt: skip
    assert known["Threshold heart rate"].correct == "coachd athlete set threshold_hr=168"
    assert known["Highest heart rate"].value == "188 bpm"
    assert "Easy running by heart rate" not in unknown


@pytest.mark.parametrize(
    ("zones", "heart", "why"),
    [(Zones(), 140.0, "neither your threshold nor"), (Zones(180.0, source="age"), 140.0, "a guess from your age"),
     (ZONES, None, "none of your last 12 runs has a heart rate")],
    ids=["no anchors", "only an age", "no heart rate"],
)  # fmt: skip
def test_why_heart_rate_says_nothing_is_said(zones, heart, why):
    assert why in believed(*weekly([12.0] * 6, average_hr=heart), zones=zones)[1]["Easy running by heart rate"].value


def test_the_race_behind_the_form_is_named():
    day = date(2026, 10, 4)
    half = Race(day, 21_097.5, "City Half", activity=1, vdot=46.0)
    form = believed(*STEADY, vdots=((day, 46.0),), races=(half,))[0]["Form"]
    assert (form.value, form.origin) == ("VDOT 46.0", "City Half on 4 October")
    assert believed(*STEADY, vdots=((day, 46.0),))[0]["Form"].origin == "a race or best effort on 4 October"
    assert "Form" not in believed(*STEADY)[0]


def test_shoes_in_use_are_named_the_most_worn_first(rules):
    worn = {"last_used": SUNDAY}
    shoes = (Shoe("a", "Fox", 100_000.0, **worn), Shoe("b", "Owl", 605_000.0, **worn), Shoe("c", "Old", 9e5),
             Shoe("d", "Gone", 9e5, retired=True, **worn), Shoe("e", "Blank", None, **worn))  # fmt: skip
    found = believed(*STEADY, shoes=shoes, rules=rules)[0]["Shoes"]
    assert found.value == "Owl 605 km, Fox 100 km"
    assert found.origin.endswith("I speak near 650 km")
    assert found.correct == "coachd rules set shoe-wear road=650km"


def test_many_shoes_are_counted_and_long_names_cut():
    shoes = tuple(Shoe(f"g{number}", f"Shoe {number} " * 20, 1e5 + number, last_used=SUNDAY) for number in range(9))
    value = believed(shoes=shoes)[0]["Shoes"].value
    assert value.endswith(", and 4 more")
    assert len(value) < 250


def test_profiles_that_seem_to_fit_come_with_the_reason():
    suggested = [("marathon", "Autumn Marathon of 42 km on 2027-04-11")]
    known = believed(*STEADY, suggested=suggested, athlete=Athlete(profiles=("masters",)))[0]
    assert (known["A profile that may fit"].value, known["A profile that may fit"].origin) == suggested[0]
    assert known["Profile"].value == "masters"


def test_what_is_logged_is_not_called_unknown():
    nights = tuple(Night(SUNDAY - timedelta(days=back), sleep_s=27_000.0) for back in range(6, -1, -1))
    lifts = [activity(SUNDAY - timedelta(days=back), None, "WeightTraining") for back in range(0, 28, 7)]
    worn = weekly([12.0] * 6, gear_id="g1")
    habits = {"Strength", "Sleep", "Wear of shoes"}
    assert habits <= believed(*STEADY)[1].keys()
    assert not habits & believed(*worn, *lifts, nights=nights)[1].keys()


def test_the_few_records_of_a_habit_are_counted():
    lifts = [activity(SUNDAY - timedelta(days=back), None, "WeightTraining", moving_s=1_500.0) for back in (1, 9)]
    unknown = believed(*STEADY, *lifts, nights=(Night(SUNDAY, sleep_s=27_000.0),))[1]
    assert unknown["Strength"].value == "2 sessions recorded in six weeks are too few to tell"
    assert unknown["Sleep"].value == "1 night recorded in six weeks is too few to tell"
    assert unknown["Wear of shoes"].value == "no run with a shoe in six weeks"


def test_who_said_that_they_do_not_log_a_thing_is_not_asked_again():
    unknown = believed(*STEADY, athlete=Athlete(tracks={"sleep": False, "cadence": True}))[1]
    assert "Sleep" not in unknown
    assert unknown["Strength"].correct == "coachd athlete set tracks=no-sleep,cadence,no-strength"


def test_a_new_runner_hears_what_most_rules_wait_for():
    assert "nudges begin after 28 days and 8 runs" in believed(activity(SUNDAY))[1]["Most rules"].value
    assert "Most rules" not in believed(*STEADY)[1]


def test_races_and_rest_days_are_believed_or_asked_for():
    race = Race(MONDAY + timedelta(days=140), 21_097.5, "City Half", "A")
    known, unknown = believed(*STEADY, races=(race,), athlete=Athlete(rest_days=("mon", "fri")))
    assert known["Races ahead"].value == "City Half on 12 April 2027"
    assert known["Rest days"].value == "Monday and Friday"
    assert not {"Tapers and race weeks", "Your own rest days"} & unknown.keys()
    assert {"Tapers and race weeks", "Your own rest days"} <= believed(*STEADY)[1].keys()


def test_another_athlete_types_their_name():
    known, unknown = believed(*STEADY, zones=ZONES, athlete=Athlete(id="anna"))
    commands = [belief.correct for belief in [*known.values(), *unknown.values()] if belief.correct]
    assert all(command.startswith("coachd --athlete anna ") for command in commands)


def everything(rules):
    half = Race(date(2026, 10, 4), 21_097.5, "City Half", activity=1, vdot=46.0)
    ahead = Race(MONDAY + timedelta(days=40), 42_195.0, "Marathon", "A")
    athlete = Athlete(rest_days=("mon",), profiles=("masters",), zone="Europe/Berlin")
    full = history(*STEADY, zones=ZONES, athlete=athlete, races=(half, ahead), vdots=((half.day, 46.0),),
                   shoes=(Shoe("a", "Fox", 1e5, last_used=SUNDAY),))  # fmt: skip
    bare = history(*weekly([12.0] * 2, average_hr=140.0))
    made = [beliefs_of(each, day=MONDAY, rules=rules, profiles_suggested=[("club", "x")]) for each in (full, bare)]
    return [belief for each in made for belief in [*each.known, *each.unknown]]


def test_every_command_is_one_that_coachd_has(rules):
    """Also what it sets passes the check of `athlete set`; a word in capitals stands for the athlete's number."""
    for belief in everything(rules):
        program, *words = belief.correct.split()
        assert program == "coachd"
        command = cli
        with click.Context(command) as ctx:
            while isinstance(command, click.Group):
                command = command.get_command(ctx, words.pop(0))
        assert command is not None, belief
        if belief.correct.startswith("coachd athlete set"):
            values = dict(word.split("=") for word in words)
            own.checked({name: value for name, value in values.items() if value != "BPM"})


def test_it_speaks_kindly(rules):
    banned = r"\b(must|should|need to|wrong|bad|fail\w*|lazy|danger\w*|overtrained|warning|alert|red|weight)\b|!"
    for belief in everything(rules):
        assert not re.search(banned, f"{belief.label} {belief.value} {belief.origin}", re.IGNORECASE), belief


@given(st.lists(st.integers(0, 200), max_size=30), st.sampled_from(["mon", "sat", "sun"]), st.integers(0, 3_000))
def test_any_history_gives_beliefs(days_back, start, shift):
    day = date(2022, 1, 1) + timedelta(days=shift)
    runs = [activity(day - timedelta(days=back), number=number) for number, back in enumerate(days_back)]
    made = beliefs_of(history(*runs, athlete=Athlete(week_start=start)), day=day, rules=())
    assert all(belief.label and belief.value for belief in [*made.known, *made.unknown])
