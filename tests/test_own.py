"""What an athlete sets for themself: read as it is written, refused with every mistake at once."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd import own
from coachd.errors import ConfigProblem
from coachd.model import Mode, PhaseSpan, Race
from coachd.units import METRES_PER_MILE


def problems(document) -> list[str]:
    with pytest.raises(ConfigProblem) as wrong:
        own.checked(document)
    assert wrong.value.advice
    return wrong.value.problems


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("5k", 5_000), ("10K", 10_000), ("7.5 k", 7_500), ("half", 21_097.5), ("Half marathon", 21_097.5),
        ("marathon", 42_195), ("mile", 1_609.344), ("21.1 km", 21_100), ("13.1mi", 13.1 * METRES_PER_MILE),
        ("3000 m", 3_000),
    ],
)  # fmt: skip
def test_a_race_distance_is_written_as_runners_say_it(text, metres):
    assert own.distance_m(text) == pytest.approx(metres)


@pytest.mark.parametrize("text", ["", "10", "far", "5 min", "0 km", "-5 km", "5k run", "2000 km", "nan km", "1e9k"])
def test_what_is_no_race_distance_is_told_how_to_write_it(text):
    with pytest.raises(ValueError, match="is not a race distance; write for example 10k"):
        own.distance_m(text)


def test_nothing_set_is_nothing_given():
    assert own.checked({}).values() == {}


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("hr_max", "188", 188.0),
        ("hr_max", "188 bpm", 188.0),
        ("threshold_hr", 168, 168.0),
        ("digest_time", "6:30", time(6, 30)),
        ("week_start", "SUN", "sun"),
        ("volume_unit", "Time", "time"),
        ("sex", "F", "f"),
        ("birth_year", "1984", 1984),
        ("rest_days", "mon,fri", ("mon", "fri")),
        ("rest_days", ["mon", "fri"], ("mon", "fri")),
        ("profiles", "Masters", ("masters",)),
        ("tracks", "strength, no-sleep", {"strength": True, "sleep": False}),
        ("tracks", ["gear"], {"gear": True}),
        ("tracks", {"gear": "no"}, {"gear": False}),
        ("starting", "strength mobility", frozenset({"strength", "mobility"})),
    ],
)
def test_a_value_is_read_as_people_write_it(name, text, value):
    assert own.checked({name: text}).values() == {name: value}


def test_the_calendar_is_made_of_races_modes_and_phases():
    found = own.checked(
        {
            "races": [{"day": "2027-04-11", "distance": "half", "name": "City", "priority": "b", "gain": "1000 ft"}],
            "modes": [{"mode": "ill", "from": "2026-11-20"}],
            "phases": [{"phase": "base", "from": "2027-01-04", "until": "2027-02-21"}],
        }
    ).values()
    assert found["races"] == (Race(date(2027, 4, 11), 21_097.5, "City", "B", gain_m=pytest.approx(304.8)),)
    assert found["modes"] == (Mode("ill", date(2026, 11, 20)),)
    assert found["phases"] == (PhaseSpan("base", date(2027, 1, 4), date(2027, 2, 21)),)


def test_a_race_is_one_to_train_for_unless_it_is_said_otherwise():
    assert own.checked({"races": [{"day": "2027-04-11", "distance": "5k"}]}).races[0].priority == "A"


def test_words_on_rules_are_what_a_rulebook_takes():
    found = own.checked(
        {"rules": {"a": "off", "b": "on", "c": {"params": {"gap": "10 days"}, "cooldown": "28d"}, "d": {"off": "yes"}},
         "snooze": {"a": "2026-12-24"}}
    ).values()  # fmt: skip
    assert found["overrides"] == {
        "a": {"off": True}, "b": {"off": False}, "c": {"params": {"gap": "10 days"}, "cooldown": "28d"},
        "d": {"off": True},
    }  # fmt: skip
    assert found["snoozed"] == {"a": date(2026, 12, 24)}


def test_every_mistake_is_told_at_once_with_its_place():
    found = problems(
        {
            "zoen": "UTC",
            "hr_max": "fast",
            "level": "begginer",
            "races": [{"day": "2027-04-11", "distance": "half"}, {"day": "2027-13-01", "priorty": "A"}],
            "modes": [{"mode": "holiday", "from": "2027-02-02", "until": "2027-02-01"}],
            "rules": {"no-rest-day": {"cooldown": "3 km"}},
            "snooze": {"no-rest-day": "soon"},
            "resting_hr": "80",
            "easy_hr_ceiling": "80",
        }
    )
    assert found == [
        "zoen: unknown; did you mean zone?",
        "hr_max: is not a heart rate; write for example 150 or 150 bpm",
        "level: should be 'beginner' or 'experienced'; did you mean beginner?",
        "races 2, day: is not a day; write for example 2027-04-11",
        "races 2, distance: is missing",
        "races 2, priorty: unknown; did you mean priority?",
        "modes 1: ends on 2027-02-01, before it begins on 2027-02-02",
        "rules, no-rest-day, cooldown: is not a time; write for example 21d or 4 weeks",
        "snooze, no-rest-day: is not a day; write for example 2027-04-11",
        "resting_hr: 80 is not below easy_hr_ceiling (80)",
    ]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"tracks": "strenght"}, "tracks, strenght: should be"),
        ({"tracks": {"gear": "maybe"}}, "tracks, gear: is neither yes nor no"),
        ({"rest_days": "mon,fridy"}, "did you mean fri?"),
        ({"races": "half"}, "races: has another form"),
        ({"rules": ["a"]}, "rules: has another form"),
        ({"rules": {"a": {"of": "yes"}}}, "rules, a, of: unknown; did you mean off?"),
        ({"email": "a@example.org\x85Bcc: b@example.org"}, "email: must be one line"),
        ({"birth_year": "old"}, "birth_year: is not a number"),
        ({"hr_max": "nan"}, "hr_max:"),
        ({"hr_max": "320"}, "hr_max: should be less than or equal to 230"),
        ({"modes": [{"mode": "ill", "from": "9999-12-31"}]}, "modes 1, from: is too far away"),
        ({"email": "robin"}, "email: must be one mail address"),
        ({"email": "mailto:robin@example.org"}, "email: must be one mail address"),
        (
            {"email": "robin@läufe.example"},
            "email: must be one mail address, e.g. coach@example.org; a domain beyond a to z",
        ),
        ({"email": "J\udcff <robin@example.org>"}, "email: holds half a character"),
        ({"email": "a\x1b[31m@example.org"}, "email: holds an invisible sign"),
        ({"races": [{"day": "2027-04-11", "distance": "10k", "name": "\u202ex"}]}, "name: holds an invisible sign"),
        ({"races": [{"day": "2027-04-11", "distance": "10k", "name": "n" * 201}]}, "name: is longer than 200 letters"),
        ({"rules": {"a": {"cooldown": "99999999w"}}}, "cooldown: is longer than ten years"),
        ({"threshold_hr": "170", "hr_max": "165"}, "threshold_hr: 170 is not below hr_max (165)"),
        (
            {"races": [{"day": "2027-04-11", "distance": "10k"}, {"day": "2027-04-11", "distance": "10 km"}]},
            "races: 2027-04-11/10 km stands there twice",
        ),
        (
            {"phases": [{"phase": "build", "from": "2027-02-01"}, {"phase": "base", "from": "2027-01-01"}]},
            "phases: base from 2027-01-01 goes on when build begins on 2027-02-01",
        ),
    ],
)
def test_a_mistake_is_told_in_words(document, words):
    (found,) = problems(document)
    assert words in found


def test_of_very_many_mistakes_the_first_are_told():
    phases = [{"phase": "base", "from": f"2027-01-{day:02}"} for day in range(1, 31)]
    assert problems({"phases": phases})[-1] == "and 9 more"
    assert len(problems({"phases": phases})) == 21


TEXTS = st.text(max_size=12) | st.sampled_from(["2027-04-11", "half", "188 bpm", "off", "mon", "strength", "A", "inf"])
TREES = st.recursive(
    TEXTS | st.none() | st.booleans() | st.integers() | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
ENTRIES = st.dictionaries(
    st.sampled_from(["day", "distance", "priority", "mode", "phase", "from", "until", "gain", "trail"]), TEXTS | TREES
)


@given(st.dictionaries(st.sampled_from(list(own.Own.model_fields)) | TEXTS, TREES | st.lists(ENTRIES, max_size=3)))
def test_whatever_stands_in_a_document_it_is_taken_or_refused_in_words(document):
    try:
        own.checked(document).values()
        said = []
    except ConfigProblem as problem:
        said = problem.problems
    assert all(":" in sentence for sentence in said[: own.MOST_PROBLEMS])
