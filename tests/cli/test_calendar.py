"""`race` and `mode`, on Sunday 22 November 2026."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from coachd.clock import SteppedClock


@pytest.fixture(autouse=True)
def sunday(monkeypatch):
    monkeypatch.setenv("ATHLETE_ZONE", "UTC")
    monkeypatch.setattr("coachd.cli.common.SystemClock", lambda: SteppedClock(datetime(2026, 11, 22, 12, tzinfo=UTC)))


@pytest.fixture
def modes(coachd):
    """What `mode` gives a machine, as (mode, from, until)."""
    return lambda *words: [tuple(mode.values()) for mode in coachd("mode", *words, "--json").json]


def test_a_race_is_added_and_says_what_follows_from_it(coachd):
    said = coachd("race", "add", "2027-04-11", "half", "--name", "City Half")
    assert said.out == (
        "City Half, half on Sunday 11 April 2027, in 20 weeks.\n"
        "You train for it: build from 2027-01-17, taper from 2027-03-28. --priority B for one you just race.\n"
    )


def test_a_race_of_less_weight_says_no_more_than_when_it_is(coachd):
    assert coachd("race", "add", "2026-11-29", "10k", "--priority", "b").out == (
        "10k on Sunday 29 November 2026, in 7 days.\n"
    )


def test_races_are_listed_by_day_for_people_and_for_machines(coachd):
    coachd("race", "add", "2027-06-05", "30 km", "--trail", "--gain", "1000ft", "--name", "Hills")
    coachd("race", "add", "2026-11-22", "5k", "--priority", "C")
    coachd("race", "add", "2026-01-01", "marathon")
    assert [" ".join(line.split()) for line in coachd("race", "list").out.splitlines()] == [
        "2026-01-01 A Marathon past",
        "2026-11-22 C 5k today",
        "2027-06-05 A Hills, 30.0 km, trail, 305 m up in 27 weeks",
    ]
    assert coachd("race", "list", "--json").json[2] == {
        "day": "2027-06-05", "distance_m": 30_000.0, "name": "Hills", "priority": "A", "trail": True, "gain_m": 304.8,
    }  # fmt: skip


def test_distances_are_in_the_athletes_units(coachd):
    coachd("athlete", "set", "units=mi")
    coachd("race", "add", "2027-06-05", "20 mi")
    assert "20.0 mi" in coachd("race", "list").out


def test_an_empty_calendar_says_how_to_fill_it(coachd):
    assert "coachd race add" in coachd("race", "list").out
    assert coachd("race", "list", "--json").json == []


def test_a_race_is_removed_by_its_day(coachd):
    coachd("race", "add", "2027-04-11", "half")
    coachd("race", "add", "2027-05-11", "10k")
    assert coachd("race", "remove", "2027-04-11").out == "Half on 2027-04-11 is removed.\n"
    assert [race["day"] for race in coachd("race", "list", "--json").json] == ["2027-05-11"]


def test_of_two_races_on_one_day_the_distance_says_which(coachd):
    coachd("race", "add", "2027-04-11", "half")
    coachd("race", "add", "2027-04-11", "5k")
    assert "More than one race" in coachd("race", "remove", "2027-04-11").err
    coachd("race", "remove", "2027-04-11", "5k")
    assert [race["distance_m"] for race in coachd("race", "list", "--json").json] == [21_097.5]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["race", "add", "2027-04-11", "halff"], "races 1, distance: is not a race distance"),
        (["race", "add", "11.4.2027", "half"], "is not a day"),
        (["race", "add", "2027-04-11", "half", "--gain", "300"], "races 1, gain: is not a height"),
        (["race", "add", "1870-04-11", "half"], "1870-04-11 is too far away"),
        (["race", "remove", "2027-04-11"], "No race is planned for 2027-04-11."),
        (["mode", "ill", "--until", "2026-11-01"], "modes 1: ends on 2026-11-01, before it begins on 2026-11-22"),
        (["mode", "lazy"], "'lazy' is not one of"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_planned_is_said_and_changes_nothing(coachd, modes, arguments, words):
    said = coachd(*arguments)
    assert said.code == 2
    assert words in said.err
    assert coachd("race", "list", "--json").json == modes() == []


def test_a_distance_to_remove_that_is_none_is_told(coachd):
    coachd("race", "add", "2027-04-11", "half")
    assert "'halff' is not a race distance" in coachd("race", "remove", "2027-04-11", "halff").err


def test_without_a_mode_all_is_as_usual(coachd):
    assert coachd("mode").out == "All as usual.\n"


def test_a_mode_holds_until_it_is_ended(coachd, modes):
    assert coachd("mode", "ill", "--from", "2026-11-20").out == "ill from 2026-11-20 on\n"
    assert coachd("mode", "off").out == "All as usual.\n"
    assert modes() == [("ill", "2026-11-20", "2026-11-21")]


def test_a_mode_that_is_declared_twice_holds_once(modes):
    modes("ill")
    assert modes("ill") == [("ill", "2026-11-22", None)]


def test_a_mode_may_say_when_it_ends(coachd, modes):
    coachd("mode", "holiday", "--until", "2026-12-06")
    assert modes() == [("holiday", "2026-11-22", "2026-12-06")]


def test_a_mode_that_is_ended_on_its_first_day_never_was(modes):
    modes("injured")
    assert modes("off") == []


def test_a_mode_can_be_ended_on_its_last_day(modes):
    modes("ill", "--from", "2026-11-20", "--until", "2026-11-22")
    assert modes("off") == [("ill", "2026-11-20", "2026-11-21")]


def test_ending_leaves_what_is_over_and_what_is_to_come(modes):
    modes("ill", "--from", "2026-01-01", "--until", "2026-01-05")
    modes("holiday", "--from", "2026-12-20", "--until", "2026-12-27")
    modes("pregnant", "--from", "2026-06-01")
    assert modes("off", "--from", "2026-11-20") == [
        ("ill", "2026-01-01", "2026-01-05"),
        ("holiday", "2026-12-20", "2026-12-27"),
        ("pregnant", "2026-06-01", "2026-11-19"),
    ]


def test_one_athletes_calendar_is_not_anothers(coachd, modes):
    coachd("athlete", "add", "anna")
    coachd("--athlete", "anna", "race", "add", "2027-04-11", "half")
    coachd("--athlete", "anna", "mode", "ill")
    assert coachd("race", "list", "--json").json == modes() == []


def test_a_phase_ends_where_the_next_one_begins(coachd):
    assert coachd("phase").out == "None declared: races in the calendar decide.\n"
    assert coachd("phase", "base", "--from", "2026-11-02").out == "base from 2026-11-02 on\n"
    assert coachd("phase", "build").out == "build from 2026-11-22 on\n"
    assert coachd("phase", "--json").json == [
        {"phase": "base", "from": "2026-11-02", "until": "2026-11-21"},
        {"phase": "build", "from": "2026-11-22", "until": None},
    ]


def test_a_phase_can_be_taken_back(coachd):
    coachd("phase", "base", "--from", "2026-11-02", "--until", "2026-12-20")
    assert coachd("phase", "off").out == "None declared: races in the calendar decide.\n"
    assert coachd("phase", "--json").json == [{"phase": "base", "from": "2026-11-02", "until": "2026-11-21"}]
