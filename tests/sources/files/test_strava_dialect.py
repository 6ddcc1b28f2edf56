from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.sources.files.strava_dialect import field_of, moment, number, sport_of, yes

ENGLISH = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
DUTCH = "jan. feb. mrt. apr. mei jun. jul. aug. sep. okt. nov. dec."
GERMAN = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
moments = st.datetimes(datetime(2008, 1, 1), datetime(2035, 1, 1)).map(lambda d: d.replace(microsecond=0, tzinfo=UTC))


@pytest.mark.parametrize(
    "text",
    [
        "Aug 1, 2025, 5:00:00 PM",
        "Aug 1, 2025, 5:00:00\u202fPM",
        "Aug 1, 2025, 5:00:00\xa0PM",
        "1 Aug 2025, 17:00:00",
        "01.08.2025, 17:00:00",
        "1 aug. 2025 17:00:00",
        "1 augustus 2025 om 17:00:00",
        "1. August 2025 um 17:00",
        "01-08-2025 17:00:00",
        "2025-08-01 17:00:00",
        "2025-08-01 17:00:00 UTC",
        "2025-08-01T17:00:00Z",
        "2025-08-01T19:00:00+02:00",
    ],
)
def test_every_way_of_writing_a_date_means_the_same_instant(text):
    assert moment(text) == datetime(2025, 8, 1, 17, tzinfo=UTC)
    assert moment(text).tzinfo is UTC


@given(moments, st.sampled_from([ENGLISH, DUTCH, GERMAN]))
def test_a_date_written_day_first_is_read_back(when, months):
    assert moment(f"{when.day} {months.split()[when.month - 1]} {when.year}, {when:%H:%M:%S}") == when


@given(moments)
def test_a_date_on_a_twelve_hour_clock_is_read_back(when):
    hour, half = when.hour % 12 or 12, "AM" if when.hour < 12 else "PM"
    assert moment(f"{ENGLISH.split()[when.month - 1]} {when.day}, {when.year}, {hour}:{when:%M:%S} {half}") == when


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2025-08-01", "08/01/2025, 17:00", "31 feb. 2025 10:00:00", "Aug 1, 2025, 17:00:00 PM",
             "1 foo 2025 10:00:00", "1 junk 2025 10:00:00", "Aug 1, 2025, 0:00:00 AM", "32.13.2025, 25:61:61"]
)  # fmt: skip
def test_what_is_no_clear_date_with_a_time_is_refused(text):
    with pytest.raises(ValueError):
        moment(text)


@given(st.text(max_size=40))
def test_any_text_is_a_moment_or_a_value_error(text):
    with suppress(ValueError, OverflowError):
        assert moment(text).tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "value"),
    [("3322.95", 3322.95), ("9,44", 9.44), ("1.043,27", 1043.27), ("1,043.27", 1043.27), ("0.0", 0.0), ("1e3", 1000.0),
     ("1 043,5", 1043.5)],
)  # fmt: skip
def test_a_number_is_read_with_either_decimal_sign(text, value):
    assert number(text) == value


@pytest.mark.parametrize("text", ["", "-", "abc", "-5", "nan", "inf", "1e999", "1_000", "0x10", "1.2.3"])
def test_what_is_no_number_stays_unknown(text):
    assert number(text) is None


@pytest.mark.parametrize(
    ("label", "sport"),
    [("Run", "Run"), ("Trail Run", "TrailRun"), ("Weight Training", "WeightTraining"), ("E-Bike Ride", "EBikeRide"),
     ("Hardloopsessie", "Run"), ("Hardlopen", "Run"), ("Trailrun", "TrailRun"), ("Rit", "Ride"), ("Fietsrit", "Ride"),
     ("Wandeling", "Walk"), ("Krachttraining", "WeightTraining"), ("Lauf", "Run"), ("Traillauf", "TrailRun"),
     ("Radfahrt", "Ride"), ("Krafttraining", "WeightTraining"), ("Training", "Workout"),
     ("Stair-Stepper", "StairStepper"), ("TrailRun", "TrailRun"),
     ("Underwater Hockey", "UnderwaterHockey"), ("", "")],
)  # fmt: skip
def test_a_sport_has_one_name_in_every_language(label, sport):
    assert sport_of(label) == sport


@pytest.mark.parametrize(
    ("header", "field"),
    [("Activity ID", "id"), ("Aktivitäts-ID", "id"), ("Aktivita\u0308ts-ID", "id"), ("Activiteits-ID", "id"),
     ("translation missing: nl.lib.export.portability_exporter.activities.horton_values.moving_time", "moving"),
     ('<span title="translation missing: en-US.lib.export.x.long_run">Long Run</span>', "long_run"),
     ("Gear", None), ("Type", None), ("Art", None), ("Moon Phase", None)],
)  # fmt: skip
def test_a_column_is_known_by_its_header(header, field):
    assert field_of(header) == field


def test_flags_are_read_in_three_languages():
    assert all(map(yes, ("true", "TRUE", "1.0", "1", "ja", "wahr", "waar", "yes")))
    assert not any(map(yes, ("", "false", "0.0", "nee", "nein")))
