"""What all sources share: pages of a vendor's rows, and its instants."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from coachd.sources import instant, read_page


def test_a_row_that_is_no_workout_is_on_the_page_and_no_recording(make_recording):
    page = read_page([1, 2], str, lambda raw: make_recording(raw) if raw == 1 else None)
    assert page.ids == ("1", "2")
    assert [recording.external_id for recording in page.recordings] == ["1"]
    assert page.skipped == {}


def test_a_row_without_an_id_is_named_by_its_place(make_recording):
    page = read_page(["1", "x"], lambda raw: str(int(raw)), lambda raw: make_recording(int(raw)))
    assert page.ids == ("1",)
    assert list(page.skipped) == ["row 2"]


def test_a_page_of_nothing_but_unreadable_rows_does_not_look_like_the_end_of_a_listing():
    page = read_page(["x"], lambda raw: str(int(raw)), lambda _: None)
    assert (page.ids, page.recordings) == (("row 1",), ())
    assert read_page([], str, lambda _: None).ids == ()


@pytest.mark.parametrize("text", ["2026-11-22T12:00:00", "2026-11-22 12:00:00", "2026-11-22T12:00:00Z",
                                  "2026-11-22T14:00:00+02:00"])  # fmt: skip
def test_an_instant_without_a_zone_is_one_in_utc(text):
    assert instant({"start": text}, "start") == datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize("text", [None, "soon", 7, "0001-01-01T00:00:00+14:00"])
def test_what_is_no_instant_is_said_by_its_name(text):
    with pytest.raises(ValueError, match=r"its start '.*' cannot be read"):
        instant({"start": text}, "start")
