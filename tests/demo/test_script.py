"""The language of Robin's script."""

from __future__ import annotations

from datetime import date

import pytest

from coachd.demo.script import entries, week_monday


def test_week_monday_counts_from_one():
    assert week_monday(1) == date(2025, 1, 6)
    assert week_monday(52) == date(2025, 12, 29)
    assert week_monday(2, date(2026, 1, 5)) == date(2026, 1, 12)


def test_an_entry_outside_the_language_is_refused_with_its_week():
    with pytest.raises(ValueError, match="'Q9' in week 1"):
        entries("1 base | - Q9 - - - - -")
