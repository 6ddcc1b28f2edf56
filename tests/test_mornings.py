"""Which nights are asked for, and when again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd import mornings
from coachd.errors import TryLater
from coachd.model import Night
from coachd.mornings import Progress, due, waits
from coachd.store import athletes, nights

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
DAY = timedelta(days=1)


class Watch:
    """A source that knows these nights."""

    name = "garmin"

    def __init__(self, *days):
        self.days = set(days)
        self.asked = []

    def slept(self, day):
        self.asked.append("slept")
        return day in self.days

    def nights(self, first, last):
        self.asked.append((first, last))
        return [(Night(day, sleep_s=25_000.0), {}) for day in sorted(self.days) if first <= day <= last]


@pytest.fixture
def look(sqlite_store):
    with sqlite_store.begin() as db:
        athletes.ensure(db, "robin", NOW)

    def looked(watch, today=TODAY, days=60):
        return mornings.read(sqlite_store, watch, "robin", today, days, NOW)

    return looked


def test_the_first_reading_goes_as_far_back_as_rules_look(look):
    watch = Watch(TODAY)
    assert look(watch) == 1
    assert watch.asked == [(TODAY - 60 * DAY, TODAY)]


def test_a_day_whose_night_is_known_is_not_asked_about_again(look):
    watch = Watch(TODAY)
    look(watch)
    assert look(watch) == 0
    assert len(watch.asked) == 1


def test_until_last_night_arrives_one_question_a_look_asks_for_it(look, sqlite_store):
    watch = Watch(TODAY - DAY)
    look(watch)
    look(watch)
    look(watch)
    assert watch.asked[1:] == ["slept", "slept"]
    watch.days.add(TODAY)
    assert look(watch) == 2
    assert watch.asked[3:] == ["slept", (TODAY - 6 * DAY, TODAY)]
    look(watch)
    assert len(watch.asked) == 5
    with sqlite_store.read() as db:
        assert [night.day for night in nights.load(db, "robin")] == [TODAY - DAY, TODAY]


def test_each_day_a_week_is_read_again(look):
    watch = Watch(TODAY)
    look(watch)
    look(watch, TODAY + DAY)
    assert watch.asked[1] == (TODAY - 6 * DAY, TODAY + DAY)


def test_after_a_long_silence_nothing_in_between_is_missing(look):
    watch = Watch(TODAY)
    look(watch)
    look(watch, TODAY + 30 * DAY)
    assert watch.asked[1] == (TODAY - 6 * DAY, TODAY + 30 * DAY)


def test_rules_that_look_back_further_bring_older_nights(look):
    watch = Watch(TODAY)
    look(watch, days=60)
    look(watch, days=90)
    assert watch.asked[1] == (TODAY - 90 * DAY, TODAY)
    look(watch, days=60)
    assert len(watch.asked) == 2


def test_what_failed_is_asked_again(look):
    class Failing(Watch):
        def nights(self, first, last):
            super().nights(first, last)
            raise TryLater("Not now.", NOW)

    with pytest.raises(TryLater):
        look(Failing())
    watch = Watch(TODAY)
    assert look(watch) == 1


@given(
    before=st.none() | st.builds(Progress, st.integers(-99, 0).map(lambda n: TODAY + n * DAY),
                                 st.integers(-40, 40).map(lambda n: TODAY + n * DAY), st.booleans()),
    days=st.integers(1, 120),
)  # fmt: skip
def test_what_is_due_never_lies_ahead_nor_beyond_what_is_looked_at(before, days):
    first = due(before, TODAY, days)
    if first is None:
        assert before is not None
        assert (before.on, before.whole) == (TODAY, True)
    else:
        assert TODAY - days * DAY <= first <= TODAY
    if waits(before, TODAY, days):
        assert first is not None
