"""What is told on the day: when it may be, about what, and that the digest does not say it again."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strava_connection import connect, settings_of

from coachd import gather, pipeline, sameday
from coachd.clock import SteppedClock
from coachd.demo.strava import StravaStandIn, World
from coachd.demo.summary import summary_activity
from coachd.model import Activity, Athlete
from coachd.sameday import FRESH, MOST_A_WEEK, next_chance
from coachd.store import athletes, nudges, outbox, schedule
from coachd.store.outbox import SAME_DAY, WEEKLY

BERLIN = ZoneInfo("Europe/Berlin")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ZONES = ["Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "America/Los_Angeles", "Africa/Casablanca"]
SATURDAY = date(2025, 10, 4)


def at(day, hour, minute=0):
    """An instant by the clocks of Berlin."""
    return datetime.combine(day, time(hour, minute), BERLIN).astimezone(UTC)


def ran(day, hour, number=1):
    start = at(day, hour)
    return Activity(number, "Run", start, start.astimezone(BERLIN).replace(tzinfo=None), distance_m=10e3)


WHO = Athlete(zone="Europe/Berlin")
MORNING_RUN = ran(SATURDAY, 9)


# when


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(SATURDAY, 11), at(SATURDAY, 18)),
        (at(SATURDAY, 19), at(SATURDAY, 19)),
        (at(SATURDAY, 21), at(SATURDAY + DAY, 8)),
        (at(SATURDAY + DAY, 3), at(SATURDAY + DAY, 8)),
        (at(SATURDAY + DAY, 12), at(SATURDAY + DAY, 12)),
        (at(SATURDAY + 2 * DAY, 8), at(SATURDAY + 2 * DAY, 8)),
        (at(SATURDAY + 2 * DAY, 9), None),
        (at(SATURDAY, 8), None),  # it has not begun
    ],
)
def test_todays_run_has_its_turn_in_the_evening_and_later_by_day_until_it_is_two_days_old(now, expected):
    assert next_chance(WHO, [MORNING_RUN], (), now) == expected


def test_one_message_a_day_and_two_in_seven_days_are_enough():
    evening = at(SATURDAY, 19)
    assert next_chance(WHO, [MORNING_RUN], {SATURDAY}, evening) == at(SATURDAY + DAY, 8)
    assert next_chance(WHO, [MORNING_RUN], {SATURDAY - DAY, SATURDAY - 6 * DAY}, evening) == at(SATURDAY + DAY, 8)
    assert next_chance(WHO, [MORNING_RUN], {SATURDAY - DAY, SATURDAY - 2 * DAY}, evening) is None


runners = st.builds(Athlete, zone=st.sampled_from(ZONES))
moments = st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))


@given(runners, moments, st.timedeltas(timedelta(), timedelta(hours=50)), st.sets(st.integers(-9, 2), max_size=3))
def test_nothing_is_said_at_night_about_old_runs_or_too_often(who, start, age, days):
    activity = Activity(1, "Run", start, start.astimezone(who.tz).replace(tzinfo=None))
    now = start + age
    today = now.astimezone(who.tz).date()
    told = {today + DAY * number for number in days}
    chance = next_chance(who, [activity], told, now)
    if chance is None:
        return
    local = chance.astimezone(who.tz)
    assert now <= chance < start + FRESH
    assert time(8) <= local.time() < time(21)
    assert local.date() > activity.day or local.time() >= time(18)
    assert local.date() not in told
    assert len({day for day in told if local.date() - 7 * DAY < day <= local.date()}) < MOST_A_WEEK
    assert next_chance(who, [activity], told, chance) == chance


# from a sync to a mail


def run(number, day, hour=9, **fields):
    return summary_activity(number, day, time(hour), BERLIN, **{"distance": 8000.0, "moving_time": 2700, **fields})


RACE = {"name": "Harbour Half", "workout_type": 1, "distance": 21_150.0, "moving_time": 5400, "elapsed_time": 5400}


@pytest.fixture
def world():
    return World([run(number, date(2025, 7, 1) + 2 * number * DAY) for number in range(1, 45)])


@pytest.fixture
def clock():
    return SteppedClock(at(SATURDAY - 3 * DAY, 12))


@pytest.fixture
def coach(world, clock, open_coach):
    with StravaStandIn(world, clock) as stand_in:
        made = open_coach(
            clock, ATHLETE_ZONE="Europe/Berlin", CHANNELS="folder", MAIL_TO="robin@example.org", **settings_of(stand_in)
        )
        connect(made, stand_in)
        gather.sync_athlete(made, "me")
        pipeline.tick(made)
        yield made


def sent(coach, kind=SAME_DAY):
    with coach.store.read() as db:
        return sorted((row for row in outbox.recent(db, "me", 99) if row.kind == kind), key=lambda row: row.created_at)


def said(coach, kind=SAME_DAY):
    rows = [row.body for row in sent(coach, kind)]
    return [body["nudge"]["rule"] for body in rows] if kind == SAME_DAY else rows


def until(coach, moment, step=HOUR):
    """An hour at a time: a look at the source, and a tick."""
    while coach.clock.now() < moment:
        coach.clock.set(min(coach.clock.now() + step, moment))
        pipeline.sync_due(coach)
        pipeline.tick(coach)


def test_a_race_is_told_on_its_evening_and_once(coach, world):
    until(coach, at(SATURDAY, 8))
    world.add(run(900, SATURDAY, **RACE))
    until(coach, at(SATURDAY, 17))
    assert sent(coach) == []
    until(coach, at(SATURDAY, 23))
    (row,) = sent(coach)
    assert row.body["nudge"]["rule"] == "race-mark"
    assert "Harbour Half" in row.body["nudge"]["text"]
    assert [link["name"] for link in row.body["links"]] == ["Harbour Half"]
    assert (row.state, row.period, row.created_at) == ("sent", "day-2025-10-04", at(SATURDAY, 18))


def test_what_was_told_on_the_day_is_not_in_the_digest(coach, world):
    until(coach, at(SATURDAY, 8))
    world.add(run(900, SATURDAY, **RACE))
    until(coach, at(SATURDAY + 2 * DAY, 23))
    (digest,) = sent(coach, WEEKLY)
    assert said(coach) == ["race-mark", "post-race-plan"]  # the second on the next morning
    assert not {nudge["rule"] for nudge in digest.body["nudges"]} & set(said(coach))
    with coach.store.read() as db:
        told = {each.nudge.rule: each.state for each in nudges.since(db, "me")}
    assert told["race-mark"] == told["post-race-plan"] == "sent"


def test_what_comes_too_late_for_the_day_is_in_the_digest(coach, world):
    until(coach, at(SATURDAY + DAY, 22))
    world.add(run(900, SATURDAY - DAY, 7, **RACE))
    until(coach, at(SATURDAY + 2 * DAY, 23))
    (digest,) = sent(coach, WEEKLY)
    assert said(coach) == []
    assert "race-mark" in {nudge["rule"] for nudge in digest.body["nudges"]}


def test_ordinary_runs_are_no_reason_to_write(coach, world):
    world.add(run(900, SATURDAY))
    until(coach, at(SATURDAY + DAY, 23))
    assert sent(coach) == []
    with coach.store.read() as db:
        assert schedule.of_kind(db, SAME_DAY) == []


def test_a_race_deleted_before_the_evening_is_not_told(coach, world):
    until(coach, at(SATURDAY, 8))
    world.add(run(900, SATURDAY, **RACE))
    until(coach, at(SATURDAY, 12))
    world.delete(900)
    coach.clock.set(at(SATURDAY, 17))
    gather.sync_athlete(coach, "me", full=True)
    until(coach, at(SATURDAY, 23))
    assert sent(coach) == []


def test_a_paused_athlete_hears_nothing(coach, world):
    with coach.store.begin() as db:
        athletes.pause(db, "me", True)
    world.add(run(900, SATURDAY, **RACE))
    until(coach, at(SATURDAY, 23))
    assert sent(coach) == []


def test_a_look_noted_by_a_clock_that_ran_ahead_is_not_waited_for(coach, world, clock):
    with coach.store.begin() as db:
        schedule.save(db, schedule.Due("me", SAME_DAY, clock.now() + 400 * DAY, clock.now() + 400 * DAY))
    pipeline.tick(coach)
    with coach.store.read() as db:
        assert schedule.of_kind(db, SAME_DAY) == []


def test_a_message_that_did_not_go_out_by_night_waits_for_the_morning(coach, world, clock):
    until(coach, at(SATURDAY, 8))
    world.add(run(900, SATURDAY, **RACE))
    until(coach, at(SATURDAY, 17))
    clock.set(at(SATURDAY, 20, 59))
    assert sameday.speak(coach, "me")
    clock.set(at(SATURDAY, 21, 1))
    pipeline.deliver(coach)
    assert [row.state for row in sent(coach)] == ["pending"]
    assert sent(coach)[0].next_try_at == at(SATURDAY + DAY, 8)
    clock.set(at(SATURDAY + DAY, 8))
    pipeline.deliver(coach)
    assert [row.state for row in sent(coach)] == ["sent"]


def test_what_lies_in_the_outbox_reads_back_as_it_was(coach, world):
    until(coach, at(SATURDAY, 8))
    world.add(run(900, SATURDAY, **RACE))
    until(coach, at(SATURDAY, 18))
    told = sameday.from_json(sent(coach)[0].body)
    assert sameday.from_json(sameday.to_json(told)) == told
