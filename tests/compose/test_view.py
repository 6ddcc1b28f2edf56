"""What stands between the nudges and the bars: follow-ups, corrections, what lies ahead, shoes, what was left out."""

from dataclasses import replace
from datetime import timedelta

import pytest

from coachd.compose import view
from coachd.compose.sample import FULL, MONDAY, QUIET, ROBIN
from coachd.model import Ahead, FollowUp, RaceAhead, ShoeLevel


def seen(**changes):
    return view.of_digest(replace(QUIET, **changes), {}, "")


def ahead(athlete=ROBIN, **changes):
    return seen(athlete=athlete, ahead=Ahead(MONDAY + timedelta(days=7), **changes))["ahead"]


def test_two_nudges_about_the_same_runs_link_them_once():
    kinds = {kind: view.of_digest(FULL, {}, "")[kind] for kind in ("praise", "nudges", "notes")}
    assert [len(one.links) for told in kinds.values() for one in told] == [0, 2, 0, 0]
    third = replace(FULL, nudges=(*FULL.nudges[1:2], replace(FULL.nudges[2], activities=(1, 3))),
                    links=(*FULL.links, replace(FULL.links[0], id=3, name="Another")))  # fmt: skip
    assert [len(one.links) for one in view.of_digest(third, {}, "")["nudges"]] == [2, 2]


@pytest.mark.parametrize(
    ("days", "words"), [(0, "today"), (1, "tomorrow"), (13, "in 13 days")], ids=["today", "tomorrow", "later"]
)
def test_a_race_is_counted_down(days, words):
    race = RaceAhead("Dunes half", MONDAY + timedelta(days=7 + days), days, 21_097.5, "A")
    (line,) = ahead(races=(race,))
    assert line.startswith("Dunes half, 21.1 km: ")
    assert line.endswith(f" Nov, {words}." if days < 8 else f" Dec, {words}.")


def test_a_race_without_a_name_is_yours():
    assert ahead(races=(RaceAhead("", MONDAY, 3, 10_000.0, "B"),))[0].startswith("Your race, 10.0 km: ")


def test_rest_days_are_named_and_last_weeks_are_told_without_blame():
    friday = MONDAY + timedelta(days=4)
    assert ahead(rest_days=(MONDAY + timedelta(days=7), friday + timedelta(days=7)), rest_days_kept=(MONDAY,),
                 rest_days_missed=(friday,)) == [
        "Rest days you named: Mon 23 Nov and Fri 27 Nov.",
        "Last week's rest days: kept on Mon, training on Fri.",
    ]  # fmt: skip


def test_a_long_run_that_fits_is_a_range_as_the_runner_counts():
    assert ahead(long_run_m=(14_000.0, 16_000.0)) == ["A long run of 14 to 16 km would fit."]
    assert ahead(replace(ROBIN, units="mi"), long_run_m=(14_000.0, 16_000.0)) == ["A long run of 9 to 10 mi would fit."]
    by_time = replace(ROBIN, volume_unit="time")
    assert ahead(by_time, long_run_m=(14_000.0, 16_000.0)) == [
        "A long run of 1 h 25 min to 1 h 35 min would fit.",
    ]
    assert ahead(long_run_m=(10_000.0, 12_000.0), lighter=True) == [
        "A long run of 10 to 12 km would fit, since a light week is due."
    ]


def test_nothing_ahead_is_no_heading():
    assert ahead() == seen()["ahead"] == []


def test_a_shoe_names_the_level_it_crossed():
    shoes = (ShoeLevel("Blue", 603_000.0, 640_000.0, 0.9), ShoeLevel("Red", 652_000.0, 640_000.0, 1.0))
    assert seen(shoes=shoes)["shoes"] == [
        "Blue passed 90% of its 640 km: 603 km now.",
        "Red passed its 640 km: 652 km now.",
    ]


@pytest.mark.parametrize(
    ("verdict", "words"),
    [("eased", "it has settled since"), ("same", "much as it was"), ("unknown", "too little to tell yet")],
)
def test_a_follow_up_says_what_became_of_it_and_claims_no_cause(verdict, words):
    one = FollowUp(
        "No rest day", (("days in a row", "12"), ("runs", "9")), (("days in a row", "4"), ("km", "31")), verdict
    )
    (followed,) = seen(follow_ups=(one,))["follow_ups"]
    assert followed.verdict == words
    assert followed.rows == (("days in a row", "12", "4"), ("runs", "9", ""), ("km", "", "31"))
    assert followed.answer == ""


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("helpful", "You found it helpful."),
        ("not_for_me", "You said that it is not for you."),
        ("quiet", "You asked for quiet."),
        ("wrong_number", "You said that its number is off."),
        ("ask me in May", "You said: ask me in May."),
    ],
)
def test_a_follow_up_remembers_the_answer(answer, said):
    one = FollowUp("No rest day", (), (), "same", answer)
    assert seen(follow_ups=(one,))["follow_ups"][0].answer == said


def test_a_long_list_is_cut_and_counted():
    lines = seen(left_out=tuple(f"Run {number}" for number in range(10)))["left_out"]
    assert lines == ["Run 0", "Run 1", "Run 2", "Run 3", "Run 4", "Run 5", "And 4 more."]


def test_a_correction_about_two_nudges_stands_there_whole():
    line = "Last Monday's mail counted " + "many words " * 30
    assert seen(corrections=(line,))["corrections"] == [line.strip()]


def test_the_easy_share_is_shown_only_where_it_is_known():
    assert view.of_digest(FULL, {}, "")["easy_share"] == "78%"
    assert seen()["easy_share"] == ""


def test_the_link_that_ends_mails_is_the_first_of_them():
    assert view.of_digest(QUIET, {}, "https://a.example/x mailto:b@example.org")["stop"] == "https://a.example/x"
    assert seen()["stop"] == ""
