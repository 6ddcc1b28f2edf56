import json
import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.sources.files import garmin_json
from coachd.sources.files.garmin_json import objects

rows = st.lists(st.dictionaries(st.text(), st.one_of(st.integers(), st.text(), st.lists(st.integers()))), max_size=5)


@given(rows, rows)
def test_every_object_of_every_list_is_given(first, second):
    made = json.dumps([{"export": first}, {"other": 1, "export": second}])
    if "export" not in json.dumps([*first, *second]):
        assert list(objects(made.encode(), "export")) == [*first, *second]
    assert list(objects(json.dumps(first).encode())) == first


def test_a_list_without_its_wrapper_is_read_too():
    assert list(objects(b'[{"a": 1}]', "export")) == [{"a": 1}]


def test_what_is_no_object_is_passed_over():
    assert list(objects(b'\xef\xbb\xbf[1, null, "x", {"a": 1}, []]')) == [{"a": 1}]


def test_of_a_text_that_breaks_off_the_objects_before_are_given():
    found = []
    with pytest.raises(ValueError, match=r"delimiter|Expecting|Unterminated"):
        found.extend(objects(b'[{"a": 1}, {"b": '))
    reading = objects(b'[{"a": 1}, {"b": ')
    assert next(reading) == {"a": 1}


@pytest.mark.parametrize("text", [b"", b"no JSON", b"{}", b"[" * 100_000, b"[{]"])
def test_anything_else_is_a_value_error(text):
    with pytest.raises(ValueError):
        list(objects(text))


@pytest.mark.parametrize("value", [None, "12", True, math.nan, math.inf, [], 10**400])
def test_what_is_no_number_is_unknown(value):
    assert garmin_json.number({"a": value}, "a") is None
    assert garmin_json.number(value, "a") is None


def test_moments_come_as_milliseconds_and_as_texts():
    at = datetime(2026, 5, 3, 7, 30, tzinfo=UTC)
    assert garmin_json.moment({"a": at.timestamp() * 1000}, "a") == at
    assert garmin_json.moment({"a": "2026-05-03T07:30:00.0"}, "a") == at
    assert garmin_json.moment({"a": None}, "a") is None


@pytest.mark.parametrize("value", [1e30, -1e15, "yesterday", "0001-01-01T00:00:00"])
def test_an_impossible_moment_is_a_value_error(value):
    with pytest.raises(ValueError):
        garmin_json.moment({"a": value}, "a")


@pytest.mark.parametrize(("value", "text"), [(5, "5"), ("17", "17"), (True, ""), (5.5, ""), ("a", ""), ("١", "")])
def test_an_id_is_a_whole_number(value, text):
    assert garmin_json.identifier({"id": value}, "id") == text


def test_only_single_values_are_kept():
    raw = {"a": 1, "b": "x", "c": [1], "d": {"e": 1}, "f": math.nan, "g": None, "h": 2}
    assert garmin_json.kept(raw, frozenset({"h"})) == {"a": 1, "b": "x"}
