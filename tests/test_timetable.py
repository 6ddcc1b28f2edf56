"""When a digest goes out: once for every week, whatever clocks, zones and machines do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coachd.clock import local_instant
from coachd.history.week import closed_week
from coachd.model import WEEKDAYS, Athlete
from coachd.timetable import CATCH_UP, decide

ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"]
HOUR = timedelta(hours=1)

athletes = st.builds(
    Athlete,
    zone=st.sampled_from(ZONES),
    week_start=st.sampled_from(["mon", "sat", "sun"]),
    digest_day=st.sampled_from(WEEKDAYS),
    digest_time=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)
starts = st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))


def kept(ticks, athlete_at):
    """What is sent and what is missed, as (tick, period), when the schedule is looked at in these moments."""
    sent, missed, last_day = [], [], None
    for now in ticks:
        decision = decide(athlete_at(now), ticks[0], last_day, now)
        if decision.period:
            (sent if decision.action == "send" else missed).append((now, decision.period))
            last_day = decision.period.last
    return sent, missed


def wishes(athlete, first, last):
    """Every moment between the two at which this athlete wants a digest."""
    days = (first.date() + timedelta(days=offset) for offset in range(-2, (last - first).days + 3))
    moments = (
        local_instant(day, athlete.digest_time, athlete.tz)
        for day in days
        if WEEKDAYS[day.weekday()] == athlete.digest_day
    )
    return [moment for moment in moments if first <= moment <= last]


def hourly(start, hours):
    return [start + HOUR * number for number in range(hours)]


@settings(max_examples=20, deadline=None)
@given(athletes, starts)
def test_a_year_of_hours_sends_every_week_once_within_the_hour(athlete, start):
    ticks = hourly(start, 366 * 24)
    sent, missed = kept(ticks, lambda _now: athlete)
    wanted = wishes(athlete, start, ticks[-1])
    assert missed == []
    assert [period for _, period in sent] == [closed_week(wish, athlete) for wish in wanted]
    assert all(timedelta() <= tick - wish < HOUR for (tick, _), wish in zip(sent, wanted, strict=True))
    assert len({period.key for _, period in sent}) == len(sent)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Lord_Howe"])
@pytest.mark.parametrize("at", [time(0, 0), time(2, 15), time(2, 59)])
def test_the_days_on_which_clocks_change_send_once_looked_at_every_minute(zone, at):
    athlete = Athlete(zone=zone, digest_day="sun", digest_time=at)
    for change in (date(2026, 3, 29), date(2026, 10, 25), date(2026, 4, 5), date(2026, 10, 4)):
        start = datetime.combine(change, time(), UTC) - timedelta(days=1)
        sent, missed = kept([start + timedelta(minutes=number) for number in range(3 * 24 * 60)], lambda _now: athlete)
        assert [tick for tick, _ in sent] == [local_instant(change, at, ZoneInfo(zone))]
        assert missed == []


@settings(max_examples=20, deadline=None)
@given(athletes, starts, st.lists(st.tuples(st.integers(0, 60 * 24), st.integers(1, 400)), max_size=5))
def test_a_machine_that_was_off_sends_late_or_says_what_it_missed(athlete, start, pauses):
    off = [(start + HOUR * begin, start + HOUR * (begin + length)) for begin, length in pauses]
    ticks = [tick for tick in hourly(start, 75 * 24) if not any(begin < tick < end for begin, end in off)]
    sent, missed = kept(ticks, lambda _now: athlete)
    keys = [period.key for _, period in sent]
    assert len(set(keys)) == len(keys)
    for wish in wishes(athlete, ticks[0], ticks[-1] - CATCH_UP):
        in_time = any(wish <= tick <= wish + CATCH_UP for tick in ticks)
        assert (closed_week(wish, athlete).key in keys) == in_time
    assert all(period.key not in keys for _, period in missed)


@settings(max_examples=20, deadline=None)
@given(
    athletes, starts,
    st.lists(st.tuples(st.integers(0, 40 * 24), st.sampled_from(ZONES)), min_size=1, max_size=6).map(sorted),
)  # fmt: skip
def test_a_runner_who_travels_gets_every_week_once(athlete, start, journey):
    def there(now):
        zones = [zone for hours, zone in journey if start + HOUR * hours <= now]
        return replace(athlete, zone=zones[-1]) if zones else athlete

    sent, missed = kept(hourly(start, 50 * 24), there)
    assert [period for _, period in missed if period.last >= start.date()] == []  # the week before it all is not owed
    assert len(sent) >= 6
    assert all(later.first - earlier.first == timedelta(weeks=1) for (_, earlier), (_, later) in pairwise(sent))


@settings(max_examples=20, deadline=None)
@given(athletes, starts, st.lists(st.integers(-30 * 24, 30 * 24), min_size=1, max_size=6))
def test_a_clock_that_is_set_back_or_ahead_never_repeats_a_week(athlete, start, jumps):
    ticks, now = [], start
    for jump in jumps:
        ticks += hourly(now, 15 * 24)
        now = ticks[-1] + HOUR * jump
    sent, _ = kept(ticks, lambda _now: athlete)
    assert all(earlier.last < later.last for (_, earlier), (_, later) in pairwise(sent))
    assert len({period.key for _, period in sent}) == len(sent)


@settings(max_examples=20, deadline=None)
@given(st.lists(athletes, min_size=2, max_size=4), starts)
def test_a_change_of_mind_never_repeats_a_week(wished, start):
    def wish(now):
        return wished[int((now - start) / timedelta(days=10)) % len(wished)]

    sent, _ = kept(hourly(start, 60 * 24), wish)
    assert all(earlier.last < later.last for (_, earlier), (_, later) in pairwise(sent))


@given(athletes, starts)
def test_the_next_wish_lies_ahead_and_is_the_first_one(athlete, now):
    due = decide(athlete, now, None, now).next_due
    assert due > now
    assert wishes(athlete, now, due)[-1:] == [due]
    assert [wish for wish in wishes(athlete, now, due) if now < wish < due] == []


def test_a_new_instance_does_not_catch_up_on_the_week_before_it(now):
    athlete = Athlete(digest_day="sun", digest_time=time(6, 0))
    assert decide(athlete, now, None, now).action == "wait"
    assert decide(athlete, now - timedelta(days=1), None, now).action == "send"


def test_a_digest_is_late_up_to_36_hours_and_then_missed():
    athlete = Athlete(digest_day="mon", digest_time=time(6, 0))
    wish, since = datetime(2026, 11, 23, 6, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
    assert decide(athlete, since, None, wish - timedelta(seconds=1)).period.key == "2026-W46"
    assert decide(athlete, since, None, wish).action == "send"
    assert decide(athlete, since, None, wish + CATCH_UP).action == "send"
    late = decide(athlete, since, None, wish + CATCH_UP + timedelta(seconds=1))
    assert (late.action, late.period.key) == ("missed", "2026-W47")


def test_a_day_that_the_zone_left_out_still_has_its_digest():
    apia = Athlete(zone="Pacific/Apia", digest_day="fri", digest_time=time(6, 0))
    since = datetime(2011, 12, 26, tzinfo=UTC)
    left_out = datetime(2011, 12, 30, 10, tzinfo=UTC)  # the day before ends, and the next day but one begins
    assert decide(apia, since, None, left_out - timedelta(seconds=1)).action == "wait"
    assert decide(apia, since, None, left_out).action == "send"
