from __future__ import annotations

import pytest


@pytest.fixture
def two(coachd):
    """Anna, who runs in miles in New York, beside the first athlete."""
    coachd("athlete", "show")
    assert coachd("athlete", "add", "anna", "zone=America/New_York", "units=mi").code == 0
    return coachd


def test_the_first_athlete_is_there_when_asked_for(coachd):
    assert coachd("athlete", "list", "--json").json == []
    assert coachd("athlete", "show", "--json").json["id"] == "me"
    assert [person["id"] for person in coachd("athlete", "list", "--json").json] == ["me"]


def test_adding_tells_what_comes_next(coachd):
    said = coachd("athlete", "add", "anna")
    assert said.out == "anna is added. Next: `coachd --athlete anna connect strava`.\n"


def test_athletes_are_listed_with_zone_and_sources(two):
    lines = two("athlete", "list").out.splitlines()
    assert [line.split()[0] for line in lines] == ["me", "anna"]
    assert "America/New_York" in lines[1]
    assert lines[1].endswith("no source")


def test_what_one_sets_the_others_do_not_get(two):
    two("--athlete", "anna", "athlete", "set", "tone=warm", "easy_hr_ceiling=151")
    anna = two("--athlete", "anna", "athlete", "show", "--json").json
    me = two("athlete", "show", "--json").json
    assert (anna["tone"], anna["units"], anna["easy_hr_ceiling"]) == ("warm", "mi", 151)
    assert (me["tone"], me["units"], me["easy_hr_ceiling"]) == ("plain", "km", None)


def test_what_one_imports_the_others_do_not_see(two, export):
    two("--athlete", "anna", "import", export)
    assert two("--athlete", "anna", "summary", "--json").json["activities"] > 100
    assert two("summary", "--json").json["activities"] == 0


def test_setting_says_what_is_in_force_now(two):
    said = two("--athlete", "anna", "athlete", "set", "digest_day=Sun", "digest_time=19:30")
    assert said.out == "digest_day        sun\ndigest_time       19:30\n"


def test_an_emptied_value_is_forgotten(two):
    two("--athlete", "anna", "athlete", "set", "units=")
    assert two("--athlete", "anna", "athlete", "show", "--json").json["units"] == "km"


def test_what_is_not_set_is_said_so(coachd):
    assert "easy_hr_ceiling   not set\n" in coachd("athlete", "show").out


def test_a_removed_athlete_is_gone_with_everything(two, export):
    two("--athlete", "anna", "import", export)
    assert two("athlete", "remove", "anna", "--yes").out == "anna is removed.\n"
    two("athlete", "add", "anna")
    assert two("--athlete", "anna", "summary", "--json").json["activities"] == 0


def test_nobody_is_removed_without_a_yes(two):
    for answer in ("", "n\n"):
        assert two("athlete", "remove", "anna", typed=answer).code == 130
    assert len(two("athlete", "list", "--json").json) == 2
    assert two("athlete", "remove", "anna", typed="y\n").code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["athlete", "add", "Anna B"], "cannot be an athlete's name"),
        (["athlete", "add", "me"], "There is an athlete called me already."),
        (["athlete", "add", "bob", "zoen=UTC"], "zoen: unknown"),
        (["athlete", "add", "bob", "zone=Mars/Base"], "zone: is not a time zone"),
        (["athlete", "set"], "Nothing to set."),
        (["athlete", "set", "units"], "'units' is not NAME=VALUE."),
        (["athlete", "set", "units=furlong"], "units: should be 'km' or 'mi'"),
        (["athlete", "set", "digest_time=25:00"], "digest_time:"),
        (["athlete", "set", "zoen="], "zoen: unknown"),
        (["athlete", "remove", "bob", "--yes"], "There is no athlete called bob."),
        (["--athlete", "bob", "athlete", "show"], "There is no athlete called bob."),
        (["--athlete", "bob", "summary"], "There is no athlete called bob."),
        (["--athlete", "bob", "judge"], "There is no athlete called bob."),
        (["--athlete", "bob", "run"], "There is no athlete called bob."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_done_is_said_with_advice_and_changes_nothing(coachd, arguments, words):
    before = coachd("athlete", "show").out
    said = coachd(*arguments)
    assert said.code == 2
    assert words in said.err
    assert len(said.err.strip().splitlines()) >= 2, "no advice"
    assert coachd("athlete", "show").out == before
    assert [person["id"] for person in coachd("athlete", "list", "--json").json] == ["me"]
