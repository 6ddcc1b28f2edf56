"""Words, numbers and dates as a runner reads them."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.compose import words
from coachd.model import Athlete

CODES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=200)


def test_right_to_left_names_do_not_turn_the_rest_of_the_line():
    assert words.one_line("ריצת בוקר", 60) == "\u2068ריצת בוקר\u2069"
    assert words.one_line("run \u202egnol", 60) == "run gnol"
    assert words.one_line("family 👨‍👩‍👧", 60) == "family 👨‍👩‍👧"


@given(text=st.text(max_size=200), limit=st.integers(1, 80))
def test_foreign_text_is_always_one_bounded_line(text, limit):
    line = words.one_line(text, limit)
    assert len(line) <= limit + 2
    assert len(line.splitlines()) <= 1
    line.encode()


@pytest.mark.parametrize(
    ("moment", "clock", "shown"),
    [
        (time(6, 0), "24h", "06:00"),
        (time(18, 30), "24h", "18:30"),
        (time(0, 5), "12h", "12:05 am"),
        (time(12, 0), "12h", "12:00 pm"),
        (time(18, 30), "12h", "6:30 pm"),
    ],
)
def test_a_time_is_shown_as_the_athlete_reads_the_clock(moment, clock, shown):
    assert words.time_of_day(moment, Athlete(clock=clock)) == shown


@pytest.mark.parametrize(
    ("metres", "seconds", "unit", "shown", "short"),
    [
        (11_750, 3_900, "distance", "11.8 km", "11.8"),
        (11_750, 3_900, "time", "1 h 05 min", "1:05 h"),
        (0, 2_700, "distance", "45 min", "0:45 h"),
        (11_750, 0, "time", "11.8 km", "11.8"),
    ],
)
def test_running_is_shown_as_its_runner_counts_it(metres, seconds, unit, shown, short):
    athlete = Athlete(volume_unit=unit)
    assert words.volume(metres, seconds, athlete) == shown
    assert words.short_volume(metres, seconds, athlete) == short


def test_another_athlete_types_their_name_with_each_command():
    assert words.typed(Athlete(), "rules list") == "coachd rules list"
    assert words.typed(Athlete(id="kay"), "rules list") == "coachd --athlete kay rules list"


@pytest.mark.parametrize(
    ("days", "shown"), [(["Mon"], "Mon"), (["Mon", "Fri"], "Mon and Fri"), (["Mon", "Wed", "Fri"], "Mon, Wed and Fri")]
)
def test_a_list_ends_with_and(days, shown):
    assert words.listed(days) == shown


def test_a_race_is_today_tomorrow_or_in_some_days():
    assert [words.in_days(days) for days in (0, 1, 2)] == ["today", "tomorrow", "in 2 days"]


@pytest.mark.parametrize(
    ("metres", "units", "shown"),
    [
        ((14_000, 16_000), "km", "14 to 16 km"),
        ((16_000, 16_300), "km", "16 km"),
        ((16_000, 19_400), "mi", "10 to 12 mi"),
    ],
)
def test_a_suggested_distance_is_whole_numbers(metres, units, shown):
    assert words.distance_range(metres, units) == shown


def test_a_sentence_has_a_beginning_and_one_end():
    assert words.sentence("from your Strava zones") == "From your Strava zones."
    assert words.sentence("Planned?") == "Planned?"
    assert words.sentence("") == ""


def test_a_day_is_named_alike_on_every_machine():
    assert words.day_name(date(2026, 10, 5)) == "Mon 5 Oct"


@given(text=CODES, indent=st.integers(0, 8))
def test_a_paragraph_keeps_its_words_within_the_columns(text, indent):
    lines = words.wrapped(text, indent).splitlines()
    assert all(len(line) <= words.COLUMNS for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(rows=st.lists(st.tuples(CODES.map(lambda t: t[:40]), CODES), max_size=6), indent=st.integers(0, 4))
def test_a_table_of_words_keeps_within_the_columns(rows, indent):
    assert all(len(line) <= words.COLUMNS for line in words.aligned(rows, indent))


def test_columns_begin_at_the_same_place():
    rows = [("", "then", "now"), ("days in a row", "12", "4"), ("runs", "3 of 6", "1 of 5")]
    assert words.aligned(rows, 2) == [
        "                 then    now",
        "  days in a row  12      4",
        "  runs           3 of 6  1 of 5",
    ]
