from __future__ import annotations

import shlex
import sys

import pytest
import yaml


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
    assert said.out == "anna is added. Next: `coachd --athlete anna connect strava` (or garmin, or import PATH).\n"


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
        (["athlete", "set", "zoen="], "zoen: unknown; did you mean zone?"),
        (["athlete", "set", "hr_max=fast"], "hr_max: is not a heart rate"),
        (["athlete", "set", "hr_max=150", "resting_hr=160"], "resting_hr:"),
        (["athlete", "set", "profiles=master"], "did you mean masters?"),
        (["athlete", "set", "races=half"], "races is more than one value."),
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


def test_thresholds_may_carry_their_unit_and_lists_their_commas(coachd):
    said = coachd("athlete", "set", "hr_max=188 bpm", "rest_days=Mon,fri", "tracks=strength,no-sleep")
    assert said.out.splitlines() == [
        "hr_max            188 bpm",
        "rest_days         mon, fri",
        "tracks            strength, no-sleep",
    ]
    shown = coachd("athlete", "show", "--json").json
    assert (shown["hr_max"], shown["rest_days"], shown["tracks"]) == (
        188.0, ["mon", "fri"], {"strength": True, "sleep": False},
    )  # fmt: skip


def test_what_a_week_adds_up_is_set_and_shown(coachd):
    assert coachd("athlete", "show", "--json").json["volume_unit"] == "distance"
    assert coachd("athlete", "set", "volume_unit=time").out == "volume_unit       time\n"
    assert "volume_unit       time\n" in coachd("athlete", "show").out
    assert "volume_unit: should be" in coachd("athlete", "set", "volume_unit=minutes").err


def test_a_value_that_contradicts_one_set_before_is_refused(coachd):
    coachd("athlete", "set", "easy_hr_ceiling=150")
    assert "easy_hr_ceiling: 150 is not below hr_max (145)" in coachd("athlete", "set", "hr_max=145").err
    assert coachd("athlete", "show", "--json").json["hr_max"] is None


def test_the_calendar_is_shown_in_words(coachd):
    coachd("race", "add", "2027-04-11", "half")
    coachd("mode", "holiday", "--from", "2027-01-01", "--until", "2027-01-05")
    lines = coachd("athlete", "show").out.splitlines()
    assert "races             A half on 2027-04-11" in lines
    assert "modes             holiday from 2027-01-01 until 2027-01-05" in lines


# edit


@pytest.fixture
def editing(coachd, tmp_path, monkeypatch):
    """`athlete edit` with an editor that replaces one text by another, or fails the test where it is not there."""
    program = tmp_path / "editor.py"
    program.write_text(
        "import pathlib, sys\n"
        "old, new, file = sys.argv[1:]\n"
        "text = pathlib.Path(file).read_text()\n"
        "assert old in text, text\n"
        "pathlib.Path(file).write_text(text.replace(old, new))\n"
    )

    def run(old: str, new: str):
        monkeypatch.setenv("VISUAL", shlex.join([sys.executable, str(program), old, new]))
        return coachd("athlete", "edit")

    return run


@pytest.fixture
def draft(state):
    return state / "athlete-me.yaml"


def test_what_was_edited_is_in_force(coachd, editing, draft):
    assert editing("# hr_max: 188 bpm", "hr_max: 181 bpm").out == "It is in force.\n"
    assert coachd("athlete", "show", "--json").json["hr_max"] == 181.0
    editing("hr_max: 181 bpm", "hr_max: ")
    assert coachd("athlete", "show", "--json").json["hr_max"] is None
    assert not draft.exists()


def test_everything_can_be_edited_at_once(coachd, editing):
    editing("# phases:\n# - {", "phases:\n- {")
    assert coachd("athlete", "show", "--json").json["phases"] == [
        {"phase": "base", "from": "2027-01-04", "until": "2027-02-21"}
    ]


def test_an_editor_that_changes_nothing_changes_nothing(editing):
    assert editing("units", "units").out == "Nothing was changed.\n"


def test_a_text_with_mistakes_is_refused_with_all_of_them_and_kept(coachd, editing, draft):
    said = editing("# hr_max: 188 bpm", "hr_max: fast\nzoen: UTC")
    assert said.code == 2
    assert "zoen: unknown; did you mean zone?" in said.err
    assert "hr_max: is not a heart rate" in said.err
    assert str(draft) in said.err
    assert coachd("athlete", "show", "--json").json["hr_max"] is None
    assert draft.stat().st_mode & 0o077 == 0
    assert editing("hr_max: fast\nzoen: UTC", "hr_max: 180").out == "It is in force.\n"
    assert coachd("athlete", "show", "--json").json["hr_max"] == 180.0
    assert not draft.exists()


def test_a_text_that_is_no_yaml_is_kept_too(editing, draft):
    assert "line" in editing("# units: km", "units: [").err
    assert "units: [" in draft.read_text()


def test_a_text_in_another_encoding_is_refused_in_words(coachd, tmp_path, monkeypatch):
    program = tmp_path / "latin.py"
    program.write_text("import pathlib, sys\npathlib.Path(sys.argv[1]).write_bytes(b'email: \\xff\\n')\n")
    monkeypatch.setenv("VISUAL", shlex.join([sys.executable, str(program)]))
    said = coachd("athlete", "edit")
    assert said.code == 2
    assert "The text is not in UTF-8, so nothing was changed." in said.err


def test_a_rule_that_does_not_exist_is_refused(coachd, editing):
    said = editing("# snooze:", "snooze: {no-such-rule-anywhere: 2027-01-01}")
    assert "no such rule" in said.err
    assert coachd("athlete", "show", "--json").json["snooze"] == {}


def test_what_was_set_meanwhile_is_not_written_over(coachd, tmp_path, state, draft, monkeypatch):
    program = tmp_path / "slow.py"
    program.write_text(
        "import pathlib, subprocess, sys\n"
        f"subprocess.run([sys.executable, '-m', 'coachd', '--state', {str(state)!r}, 'athlete', 'set', 'units=mi'])\n"
        "file = pathlib.Path(sys.argv[1])\n"
        "file.write_text(file.read_text().replace('# tone: plain', 'tone: warm'))\n"
    )
    coachd("athlete", "show")
    monkeypatch.setenv("VISUAL", shlex.join([sys.executable, str(program)]))
    assert "Something else was set while you edited." in coachd("athlete", "edit").err
    shown = coachd("athlete", "show", "--json").json
    assert (shown["units"], shown["tone"]) == ("mi", "plain")
    assert yaml.safe_load(draft.read_text()) == {"tone": "warm"}


# profiles


def test_a_profile_that_fits_is_shown_and_taken_when_it_is_confirmed(coachd, export):
    coachd("athlete", "set", "birth_year=1970")
    assert coachd("athlete", "suggest").out == "Nothing more seems to fit.\nProfiles: none\n"
    coachd("import", export)
    assert "The profile masters seems to fit: born in 1970." in coachd("athlete", "show").out
    assert coachd("athlete", "show", "--json").json["suggested"] == [{"profile": "masters", "reason": "born in 1970"}]
    coachd("athlete", "suggest", typed="n\n")
    assert coachd("athlete", "show", "--json").json["profiles"] == []
    coachd("athlete", "suggest", typed="y\n")
    shown = coachd("athlete", "show", "--json").json
    assert (shown["profiles"], shown["suggested"]) == (["masters"], [])
