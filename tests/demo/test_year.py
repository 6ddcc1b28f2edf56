"""A year of the invented athlete through every part of coachd, on a moved clock, with real HTTP and real SMTP."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from coachd.demo.script import FIRST_MONDAY
from coachd.demo.season import ZONE
from coachd.demo.year import WEEKS, delivered, table
from coachd.history.week import week_of
from coachd.store import Store, activities
from coachd.store.outbox import FIRST, NOTICE, SAME_DAY, WEEKLY


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    return delivered(tmp_path_factory.mktemp("year"))


@pytest.fixture(scope="module")
def quarters(year):
    return list(year.quarters())


def test_every_week_has_its_digest_exactly_once(year):
    assert year.digests == [week_of(FIRST_MONDAY + timedelta(weeks=week), "mon").key for week in range(WEEKS)]


def test_everything_that_was_put_out_arrived_once(year):
    assert {row.state for row in year.put_out} == {"sent"}
    assert len(year.mails) == len(year.put_out) == len(set(year.mails))


def test_the_first_mail_comes_once_and_nothing_had_to_be_mended(year):
    kinds = Counter(row.kind for row in year.put_out)
    assert (kinds[FIRST], kinds[NOTICE]) == (1, 0)
    assert set(kinds) == {WEEKLY, SAME_DAY, FIRST}


def test_what_is_told_on_the_day_is_told_by_day_and_seldom(year):
    days = [row.created_at.astimezone(ZoneInfo(ZONE)) for row in year.put_out if row.kind == SAME_DAY]
    assert days, "there are two races"
    assert all(8 <= moment.hour < 21 for moment in days)
    assert all(later - earlier >= timedelta(days=7) for earlier, later in zip(days, days[2:], strict=False))


def test_nothing_is_told_twice(year):
    for row in year.put_out:
        if row.kind == SAME_DAY:
            near = {week_of(row.created_at.date() - timedelta(weeks=back), "mon").key for back in (0, 1)}
            digests = [each.body for each in year.put_out if each.kind == WEEKLY and each.period in near]
            nudge = row.body["nudge"]
            assert (nudge["rule"], nudge["subject"]) not in {
                (each["rule"], each["subject"]) for body in digests for each in body["nudges"]
            }


def test_every_nudge_was_told_or_taken_back(year):
    assert {each.state for each in year.told} <= {"sent", "corrected", "withdrawn"}


def test_there_is_at_most_a_nudge_a_week_and_as_much_praise_as_there_is_to_praise(quarters):
    told = sum((quarter.told for quarter in quarters), Counter())
    assert 20 <= told["nudge"] <= WEEKS
    assert told["praise"] >= 20
    assert all(quarter.told["nudge"] + quarter.told["praise"] > 0 for quarter in quarters)
    assert [quarter.digests for quarter in quarters] == [13] * 4
    assert 5 <= sum(quarter.silent for quarter in quarters) <= 26


def test_the_quarters_are_lines_of_a_table(quarters):
    lines = table(quarters)
    assert len(lines) == 5
    assert len({len(line) for line in lines[1:]}) == 1


@pytest.mark.parametrize("sources", [("garmin",), ("strava", "garmin")])
def test_it_is_lived_with_the_sources_that_are_asked_for(tmp_path, monkeypatch, sources):
    monkeypatch.setattr("coachd.demo.year.WEEKS", 1)
    delivered(tmp_path, sources)
    store = Store(f"sqlite:///{tmp_path / 'coachd.db'}")
    with store.read() as db:
        assert {source for each in activities.load(db, "me") for source in each.sources} == set(sources)
    store.close()
