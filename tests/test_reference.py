import re

import pytest

from coachd import reference
from coachd.language.aggregates import KINDS
from coachd.language.format import FILE
from coachd.language.shape import Either, ListOf, MapOf, Record
from coachd.language.vocabulary import ACTIVITY, ATHLETE, CALENDAR, NIGHT, RACE, SHOE
from coachd.measures import registry


def keys(shape):
    """Every key that a shape knows, however deep."""
    match shape:
        case Record(fields=fields):
            return fields.keys() | {key for inner in fields.values() for key in keys(inner)}
        case ListOf(item=inner) | MapOf(value=inner):
            return keys(inner)
        case Either(shapes=shapes):
            return {key for inner in shapes for key in keys(inner)}
    return set()


def test_everything_that_a_rule_may_name_is_on_the_page():
    names = [*KINDS, *registry(), *ACTIVITY, *NIGHT, *ATHLETE, *CALENDAR, *SHOE, *RACE]
    page = reference.measures_page()
    assert [name for name in names if f"`{name}`" not in page] == []


def test_every_key_of_a_rule_file_is_in_the_table():
    table = reference.fields_table()
    assert [key for key in keys(FILE) if f"`{key}`" not in table] == []


def test_a_measure_stands_with_its_kind_window_data_and_arguments():
    page = reference.measures_page()
    entry = page[page.index("#### `cadence_fades`") :].partition("####")[2].partition("####")[0]
    assert "count · window 60 days · data: cadence, streams" in entry
    assert "| `shortest` | duration, `1 h 05 min` | 1 h 15 min |" in entry


def test_no_table_has_a_row_of_another_length():
    for text in (reference.measures_page(), reference.fields_table()):
        for table in re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE):
            assert len({row.count(" | ") for row in table.splitlines()}) == 1


def test_a_part_of_a_page_is_filled_and_the_rest_stays():
    begin, end = (mark.format(name="fields") for mark in reference.MARKS)
    assert reference.filled(f"before\n{begin}old\n{end}after\n", "fields", "new\n") == (
        f"before\n{begin}new\n{end}after\n"
    )


def test_a_page_without_the_marks_is_refused():
    with pytest.raises(ValueError, match="no marks"):
        reference.filled("nothing to fill", "fields", "new\n")
