"""When a digest goes out: once for every week, whatever clocks, zones and machines do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from coachd.clock import local_instant
from coachd.history.week import closed_week
from coachd.model import WEEKDAYS, Athlete, Mode, Period
from coachd.timetable import CATCH_UP, MOST_PASSED_OVER, awaited, awake_from, decide, mended

ZONES = [
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC",
    "Pacific/Apia", "Africa/Casablanca",
]  # fmt: skip
HOUR = timedelta(hours=1)
NOVEMBER = datetime(2026, 11, 1, tzinfo=UTC)

athletes = st.builds(
    Athlete,
    zone=st.sampled_from(ZONES),
    week_start=st.sampled_from(["mon", "sat", "sun"]),
    digest_day=st.sampled_from(WEEKDAYS),
    digest_time=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)
starts = st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))


def kept(ticks, athlete_at, hold_at=lambda _now: False):
    """What is sent and what is missed, as (tick, period), when the schedule is looked at in these moments.

    As in the daemon, what was sent is remembered beside the schedule, and not sent again.
    """
    sent, missed, since, last_day = [], [], ticks[0], None
    for now in ticks:
        who = athlete_at(now)
        since, last_day = mended(who, since, last_day, now)
        decision = decide(who, since, last_day, now, hold=hold_at(now))
        if decision.period:
            done = {period.key for _, period in sent}
            late = [*decision.passed_over, *([decision.period] if decision.action == "missed" else [])]
            missed += [(now, period) for period in late if period.key not in done]
            if decision.action == "send" and decision.period.key not in done:
                sent.append((now, decision.period))
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


HOURS_OFF = st.one_of(st.integers(-30, 30), st.integers(-30 * 24, 30 * 24), st.integers(-3 * 8766, 3 * 8766))


@settings(max_examples=40, deadline=None)
@given(athletes, starts, st.lists(st.tuples(st.integers(1, 55 * 24), st.integers(1, 60), HOURS_OFF), max_size=4))
@example(Athlete(zone="Europe/Berlin", digest_time=time(0)), datetime(2025, 2, 3, 8, tzinfo=UTC), [(99, 60, 97)])
def test_a_clock_that_is_wrong_for_a_while_costs_no_week_and_doubles_none(athlete, start, excursions):
    """By hours or years, back or ahead, any number of times. A week is missed at most for what such a clock said."""
    ticks, right = [], []
    for number in range(60 * 24):
        off = next((shift for begin, length, shift in excursions if begin <= number < begin + length), 0)
        # A second beside the hour, so that what a wrong clock said is never taken for what the right one says later.
        ticks.append(start + HOUR * (number + off) + timedelta(seconds=bool(off)))
        right += [] if off else [ticks[-1]]
    sent, missed = kept(ticks, lambda _now: athlete)
    keys = [period.key for _, period in sent]
    assert len(set(keys)) == len(keys)
    for wish in wishes(athlete, start, ticks[-1] - CATCH_UP):
        key = closed_week(wish, athlete).key
        said_late = [tick for tick, period in missed if period.key == key]
        assert key in keys or said_late
        if key not in keys and any(wish <= tick <= wish + CATCH_UP for tick in right):
            assert not set(said_late) <= set(right)


@settings(max_examples=20, deadline=None)
@given(athletes, starts, st.lists(st.booleans(), min_size=24, max_size=24))
def test_a_digest_that_waits_for_data_goes_out_by_noon_of_its_day_and_once(athlete, start, hold):
    sent, missed = kept(hourly(start, 40 * 24), lambda _now: athlete, lambda now: hold[now.hour])
    keys = {period.key: tick for tick, period in sent}
    assert missed == []
    assert len(keys) == len(sent)
    for wish in wishes(athlete, start, start + timedelta(days=38)):
        noon = local_instant(wish.astimezone(athlete.tz).date(), time(12), athlete.tz)
        assert wish <= keys[closed_week(wish, athlete).key] < max(wish, noon) + HOUR


@settings(max_examples=20, deadline=None)
@given(athletes, starts, st.sampled_from(ZONES), st.integers(0, 40 * 24))
def test_a_change_of_zone_while_a_digest_waits_neither_doubles_nor_drops_it(athlete, start, zone, after):
    def there(now):
        return replace(athlete, zone=zone) if now >= start + HOUR * after else athlete

    sent, missed = kept(hourly(start, 60 * 24), there, lambda _now: True)
    assert [period for _, period in missed if period.last >= start.date()] == []
    assert all(later.first - earlier.first == timedelta(weeks=1) for (_, earlier), (_, later) in pairwise(sent))


def test_every_week_that_a_machine_slept_through_is_named():
    athlete = Athlete(digest_day="mon", digest_time=time(6, 0))
    decision = decide(athlete, NOVEMBER, date(2026, 11, 8), datetime(2026, 12, 2, tzinfo=UTC))
    assert (decision.action, decision.period.key) == ("missed", "2026-W48")
    assert [period.key for period in decision.passed_over] == ["2026-W46", "2026-W47"]


def test_a_clock_that_began_in_1970_names_no_half_century_of_weeks():
    decision = decide(Athlete(), datetime(1970, 1, 1, tzinfo=UTC), None, NOVEMBER)
    assert len(decision.passed_over) == MOST_PASSED_OVER


def test_weeks_from_before_the_schedule_are_not_owed():
    since = datetime(2026, 11, 18, tzinfo=UTC)
    assert decide(Athlete(), since, None, datetime(2026, 11, 30, 6, tzinfo=UTC)).passed_over == (
        Period("2026-W47", date(2026, 11, 16), date(2026, 11, 22)),
    )


# data on their way


WEEK = Period("2026-W47", date(2026, 11, 16), date(2026, 11, 22))
MONDAY = datetime(2026, 11, 23, 6, tzinfo=UTC)
FRESH = [MONDAY - HOUR]


@pytest.fixture(scope="module")
def sundays(make_activity):
    """A run on each of the four Sundays before the week."""
    return [make_activity(day=-1 - 7 * back) for back in range(4)]


def test_a_source_not_looked_at_since_the_week_ended_is_waited_for():
    assert awaited(Athlete(), WEEK, [MONDAY - 7 * HOUR], [], MONDAY)
    assert awaited(Athlete(), WEEK, [*FRESH, None], [], MONDAY)
    assert not awaited(Athlete(), WEEK, [MONDAY - 6 * HOUR], [], MONDAY)


def test_the_usual_run_of_the_last_day_is_waited_for(sundays, make_activity):
    assert awaited(Athlete(), WEEK, FRESH, sundays, MONDAY)
    assert awaited(Athlete(), WEEK, FRESH, sundays[1:], MONDAY)
    assert not awaited(Athlete(), WEEK, FRESH, sundays[2:], MONDAY)
    assert not awaited(Athlete(), WEEK, FRESH, [*sundays, make_activity(day=6)], MONDAY)


def test_a_ride_on_the_last_day_is_not_the_usual_run(sundays, make_activity):
    assert awaited(Athlete(), WEEK, FRESH, [*sundays, make_activity(day=6, sport="Ride")], MONDAY)


def test_what_came_later_shows_that_the_usual_run_was_left_out(sundays, make_activity):
    assert not awaited(Athlete(), WEEK, FRESH, [*sundays, make_activity(day=7, sport="Walk")], MONDAY)


def test_nobody_waits_for_a_run_of_somebody_ill_or_days_later_or_from_files(sundays):
    ill = Athlete(modes=(Mode("ill", date(2026, 11, 20)),))
    assert not awaited(ill, WEEK, FRESH, sundays, MONDAY)
    assert not awaited(Athlete(), WEEK, FRESH, sundays, MONDAY + timedelta(days=1))
    assert not awaited(Athlete(), WEEK, [], sundays, MONDAY)


# the night


@given(athletes, starts)
def test_who_sleeps_is_left_alone_until_eight(athlete, now):
    opens = awake_from(athlete, now)
    assert now <= opens <= now + timedelta(hours=36)
    assert time(8) <= opens.astimezone(athlete.tz).time() < time(21)
    if time(8) <= now.astimezone(athlete.tz).time() < time(21):
        assert opens == now


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
