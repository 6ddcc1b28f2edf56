"""Sync, judge and deliver together, over weeks on a stepped clock."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import requests
from sqlalchemy import select
from strava_connection import connect, settings_of

from coachd import channels, dispatch, gather, histories, incidents, pipeline, review
from coachd.clock import SteppedClock
from coachd.demo.strava import StravaStandIn, World
from coachd.demo.summary import summary_activity
from coachd.errors import DeliveryProblem, InputProblem, OperatorNeeded, ReconnectNeeded, TryLater
from coachd.history.merge import merge
from coachd.model import Period, Recording, RuleState
from coachd.sources.strava import oauth
from coachd.store import activities, athletes, connections, judgements, outbox, profile, recordings, schedule
from coachd.store import incidents as stored_incidents
from coachd.store.outbox import NOTICE, WEEKLY
from coachd.tables import activities as activity_rows
from coachd.tables import findings, nudges, receipts

WEDNESDAY = datetime(2025, 10, 1, 12, 0, tzinfo=UTC)
MONDAY = datetime(2025, 10, 6, 4, 0, tzinfo=UTC)  # six o'clock in Berlin: the first digest
WEEK_40 = Period("2025-W40", date(2025, 9, 29), date(2025, 10, 5))
BERLIN = ZoneInfo("Europe/Berlin")
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
LISTING = "/athlete/activities"


def run(number, day, at=time(7), **fields):
    return summary_activity(number, day, at, BERLIN, **{"distance": 8000.0, "moving_time": 2700, **fields})


@pytest.fixture
def clock():
    return SteppedClock(WEDNESDAY)


@pytest.fixture
def world():
    """Somebody who runs every other day, from August to the end of the year."""
    return World([run(number, date(2025, 8, 1) + 2 * number * DAY) for number in range(1, 75)])


@pytest.fixture
def stand_in(world, clock):
    with StravaStandIn(world, clock) as running:
        yield running


@pytest.fixture
def coach_with(stand_in, clock, open_coach):
    """Open the instance with these settings changed, as another process on the same folder would."""
    given = {"ATHLETE_ZONE": "Europe/Berlin", "CHANNELS": "folder", "MAIL_TO": "robin@example.org"}
    return lambda **changed: open_coach(clock, **{**given, **settings_of(stand_in), **changed})


@pytest.fixture
def coach(coach_with):
    return coach_with()


@pytest.fixture
def connected(coach, stand_in):
    connect(coach, stand_in)
    return coach


@pytest.fixture
def running(connected):
    """Connected, synced, and the schedule begun."""
    gather.sync_athlete(connected, "me")
    pipeline.tick(connected)
    return connected


def wait(coach, until, step=HOUR, do=pipeline.tick):
    while coach.clock.now() < until:
        coach.clock.set(min(coach.clock.now() + step, until))
        do(coach)


def sent(coach, kind=WEEKLY, name="me"):
    with coach.store.read() as db:
        return sorted((row for row in outbox.recent(db, name, 100) if row.kind == kind), key=lambda row: row.created_at)


def keys(coach, name="me"):
    return [row.period for row in sent(coach, name=name)]


def state(coach, name="me"):
    with coach.store.read() as db:
        return connections.get(db, name, "strava")


def due(coach):
    with coach.store.read() as db:
        return schedule.get(db, "me", WEEKLY)


# a digest a week


def test_each_week_brings_one_digest_and_each_is_sent_once(running, tmp_path):
    wait(running, WEDNESDAY + 4 * WEEK)
    assert keys(running) == ["2025-W40", "2025-W41", "2025-W42", "2025-W43"]
    assert {row.state for row in sent(running)} == {"sent"}
    assert len({row.result for row in sent(running)}) == 4
    assert all(Path(row.result).parent == tmp_path / "state" / "mail" for row in sent(running))


def test_a_digest_comes_at_six_in_the_athletes_zone_whatever_the_clocks_do(running):
    wait(running, WEDNESDAY + 4 * WEEK, step=timedelta(minutes=30))
    local = [row.created_at.astimezone(BERLIN) for row in sent(running)]  # the clocks went back on 26 October
    assert [(moment.strftime("%a"), moment.time()) for moment in local] == [("Mon", time(6))] * 4


def test_sunday_evenings_run_is_in_mondays_digest(running, world):
    wait(running, MONDAY - HOUR)
    world.add(run(900, date(2025, 10, 5), time(21), distance=12_345.0))
    wait(running, MONDAY)
    (row,) = sent(running)
    assert row.body["week"]["run_distance_m"] == 8000.0 * 3 + 12_345.0


def test_a_clock_that_ran_a_year_ahead_silences_no_week_afterwards(running):
    wait(running, MONDAY + HOUR)
    running.clock.set(WEDNESDAY + 57 * WEEK)
    pipeline.tick(running)
    running.clock.set(WEDNESDAY + WEEK)
    wait(running, WEDNESDAY + 4 * WEEK)
    assert keys(running)[:4] == ["2025-W40", "2025-W41", "2025-W42", "2025-W43"]


def test_a_source_that_failed_while_the_clock_ran_ahead_is_looked_at_again(running, world):
    start = running.clock.now()
    running.clock.set(start + 57 * WEEK)
    world.fail("*", 503)
    pipeline.sync_due(running)
    world.heal()
    running.clock.set(start + HOUR)
    pipeline.sync_due(running)
    assert state(running).state == "ok"


def test_a_surprise_in_one_source_does_not_keep_the_others_from_theirs(running, stand_in, monkeypatch, caplog):
    connect(running, stand_in, name="anna")
    looked = []

    def sync_source(_coach, source, *_bounds, **_options):
        looked.append(source.athlete)
        raise ZeroDivisionError

    monkeypatch.setattr(gather, "sync_source", sync_source)
    pipeline.sync_due(running)
    assert looked == ["anna", "me"]
    assert "a surprise" in caplog.text


def test_a_source_that_is_down_holds_a_digest_up_until_noon(running, world):
    world.fail("*", 503)
    wait(running, MONDAY + 5 * HOUR)
    assert (keys(running), due(running).next_due) == ([], MONDAY + 6 * HOUR)
    wait(running, MONDAY + 6 * HOUR)
    assert [(row.period, row.state) for row in sent(running)] == [("2025-W40", "sent")]
    assert state(running).state == "outage"


def test_a_source_that_comes_back_in_the_morning_ends_the_wait(running, world):
    world.fail("*", 503)
    wait(running, MONDAY + HOUR)
    world.heal()
    running.clock.set(MONDAY + 3 * HOUR)
    pipeline.sync_due(running)
    pipeline.tick(running)
    assert keys(running) == ["2025-W40"]


def test_while_a_digest_waits_no_source_is_asked_every_minute(running, world):
    world.fail("*", 503)
    wait(running, MONDAY)
    asked = len(world.requests)
    wait(running, MONDAY + HOUR, step=timedelta(minutes=1))
    assert len(world.requests) == asked


def test_the_first_digest_waits_for_the_first_wish_after_the_start(running):
    pipeline.tick(running)
    assert keys(running) == []
    assert due(running).next_due == MONDAY


def test_who_ends_in_the_last_look_leaves_the_digest_to_the_next_start(running, clock):
    def ending(_step):
        raise TryLater("coachd ends.", clock.now(), state="ending")

    clock.set(MONDAY)
    pipeline.tick(running, ending)
    assert (keys(running), state(running).state) == ([], "ok")
    pipeline.tick(running)
    assert keys(running) == ["2025-W40"]


def test_a_paused_athlete_gets_none_and_no_backlog_afterwards(running):
    with running.store.begin() as db:
        athletes.pause(db, "me", True)
    wait(running, WEDNESDAY + 2 * WEEK)
    assert keys(running) == []
    with running.store.begin() as db:
        athletes.pause(db, "me", False)
    wait(running, WEDNESDAY + 3 * WEEK)
    assert keys(running) == ["2025-W42"]


def test_an_athlete_without_any_activity_gets_none(coach):
    coach.athlete("me")
    pipeline.tick(coach)
    wait(coach, WEDNESDAY + WEEK)
    assert keys(coach) == []


@pytest.mark.parametrize(("late", "what"), [(35, ["2025-W40"]), (36, ["2025-W40"]), (37, [])])
def test_a_machine_that_was_off_catches_up_for_36_hours(running, clock, late, what):
    clock.set(MONDAY + late * HOUR)
    pipeline.tick(running)
    assert keys(running) == what
    assert due(running).missed == ("" if what else "2025-W40")


def test_after_a_missed_digest_the_next_one_comes_as_usual(running, clock):
    clock.set(MONDAY + 3 * DAY)
    pipeline.tick(running)
    wait(running, MONDAY + WEEK)
    assert keys(running) == ["2025-W41"]


def test_a_clock_set_back_repeats_nothing(running, clock):
    wait(running, MONDAY + HOUR)
    clock.set(MONDAY - 2 * HOUR)
    wait(running, MONDAY + 2 * HOUR)
    assert keys(running) == ["2025-W40"]


def has_nothing_to_say(coach):
    coach.rules = replace(coach.rules, rules=())


def test_a_week_with_nothing_to_say_is_judged_and_not_mailed_to_who_wants_no_such_mail(running):
    has_nothing_to_say(running)
    running.amend("me", lambda own: own | {"quiet_weeks": "skip"})
    wait(running, MONDAY + HOUR)
    assert keys(running) == []
    assert (due(running).quiet, due(running).last_day, due(running).missed) == ("2025-W40", WEEK_40.last, "")
    with running.store.read() as db:
        assert judgements.judging(db, "me", "2025-W40")


def test_a_quiet_week_is_not_mailed_after_all_when_the_clock_is_set_back(running, clock):
    has_nothing_to_say(running)
    running.amend("me", lambda own: own | {"quiet_weeks": "skip"})
    wait(running, MONDAY + HOUR)
    running.amend("me", lambda own: own | {"quiet_weeks": "send"})
    clock.set(MONDAY - 2 * DAY)
    wait(running, MONDAY + 2 * HOUR)
    assert (keys(running), due(running).quiet) == ([], "2025-W40")


def test_weeks_that_a_machine_slept_through_are_named(running, clock):
    clock.set(MONDAY + 3 * WEEK + HOUR)
    pipeline.tick(running)
    assert (keys(running), due(running).missed) == (["2025-W43"], "2025-W40 to 2025-W42")


def test_a_week_that_was_sent_is_not_called_missed_by_a_clock_that_comes_back(running, clock):
    wait(running, MONDAY + HOUR)
    clock.set(MONDAY + 57 * WEEK)
    pipeline.tick(running)
    clock.set(MONDAY + 3 * DAY)
    wait(running, MONDAY + WEEK)
    assert [key for key in keys(running) if key < "2026"] == ["2025-W40", "2025-W41"]


def test_a_run_that_comes_after_its_digest_is_judged_for_the_next_one(running, world):
    wait(running, MONDAY + HOUR)
    world.add(run(900, date(2025, 10, 5), time(8), distance=19_000.0, moving_time=6600))
    wait(running, MONDAY + WEEK)
    told = {nudge["rule"]: nudge for row in sent(running)[1:] for nudge in row.body["nudges"]}
    assert "longest-run-spike" in told or "first-time" in told
    with running.store.read() as db:
        late = activities.late_of_each(db, {"me": WEEK_40})
    assert late["me"]


# judging


def rows(coach, table):
    with coach.store.read() as db:
        return [tuple(row) for row in db.execute(select(table))]


def test_judging_the_same_week_again_changes_nothing(running, clock):
    clock.set(MONDAY)
    assert review.judge_week(running, "me", WEEK_40)
    before = [rows(running, table) for table in (findings, nudges)], sent(running)
    clock.advance(HOUR)
    assert review.judge_week(running, "me", WEEK_40) is None
    assert ([rows(running, table) for table in (findings, nudges)], sent(running)) == before


def test_a_week_judged_late_takes_back_nothing_that_was_told_since(running, clock):
    clock.set(MONDAY + 2 * WEEK)
    later = RuleState("consistency", "", last_sent=MONDAY.date() + WEEK, told_mark=8 * WEEK.total_seconds())
    with running.store.begin() as db:
        judgements.save(db, "me", "2025-W41", [], [], [later], clock.now())
    assert review.judge_week(running, "me", WEEK_40)
    with running.store.read() as db:
        assert judgements.states(db, "me")["consistency", ""] == later


def test_two_processes_that_judge_at_once_make_one_digest(running, coach_with, clock):
    clock.set(MONDAY)
    other, start = coach_with(), threading.Barrier(2)

    def judged(coach):
        start.wait(5)
        return review.judge_week(coach, "me", WEEK_40)

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(judged, [running, other]))
    assert Counter(result is None for result in results) == {True: 1, False: 1}
    assert keys(running) == ["2025-W40"]


def test_a_digest_and_what_it_says_are_stored_together_or_not_at_all(running, clock, monkeypatch):
    clock.set(MONDAY)
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "put", lambda *_args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            review.judge_week(running, "me", WEEK_40)
    assert rows(running, findings) == rows(running, nudges) == []
    assert review.judge_week(running, "me", WEEK_40)


def test_considering_a_week_stores_nothing(running, clock):
    clock.set(MONDAY)
    assert review.consider(running, "me", WEEK_40, MONDAY).digest.week.runs == 1
    assert rows(running, findings) == []
    assert keys(running) == []


def test_one_athletes_broken_settings_hold_nobody_else_up(running):
    with running.store.begin() as db:
        athletes.add(db, "ada", {"zone": "Mars/Olympus"}, WEDNESDAY - DAY)
    wait(running, MONDAY)
    assert [(row.period, row.state) for row in sent(running)] == [("2025-W40", "sent")]


def ran(coach, name, since=WEDNESDAY - DAY):
    """Another athlete, whose schedule began before, with one run in the week to judge."""
    with coach.store.begin() as db:
        athletes.ensure(db, name, since)
        start = datetime(2025, 10, 1, 7, tzinfo=UTC)
        one = Recording(
            "files", "1", "files:1", "Run", start, start.replace(tzinfo=None), distance_m=5e3, moving_s=1800
        )
        recordings.derive(db, name, recordings.save(db, name, [one], since).identities, merge)
        schedule.save(db, schedule.Due(name, WEEKLY, since, since))


def told_of(coach, name):
    with coach.store.read() as db:
        return outbox.exists(db, name, WEEKLY, "2025-W40"), schedule.get(db, name, WEEKLY).last_day


DONE, LEFT = (True, WEEK_40.last), (False, None)


def test_everyone_whose_digest_is_due_is_judged(running, clock, monkeypatch):
    monkeypatch.setattr(histories, "CHUNK", 2)
    for name in ("ada", "kim"):
        ran(running, name)
    clock.set(MONDAY)
    pipeline.judge_due(running)
    assert [told_of(running, name) for name in ("me", "ada", "kim")] == [DONE, DONE, DONE]


def test_an_athlete_whose_rows_cannot_be_read_holds_nobody_else_up(running, clock):
    for name in ("ada", "kim"):
        ran(running, name)
    with running.store.begin() as db:
        db.execute(activity_rows.update().where(activity_rows.c.athlete == "ada").values(values="["))
    clock.set(MONDAY)
    pipeline.judge_due(running)
    assert [told_of(running, name) for name in ("me", "ada", "kim")] == [DONE, LEFT, DONE]


def test_an_athlete_whose_week_cannot_be_judged_is_tried_again_and_holds_nobody_else_up(running, clock, monkeypatch):
    ran(running, "ada")
    judge_week, broken = review.judge_week, {"me"}

    def judged(coach, name, *more):
        return 1 / 0 if name in broken else judge_week(coach, name, *more)

    monkeypatch.setattr(review, "judge_week", judged)
    clock.set(MONDAY)
    pipeline.judge_due(running)
    assert [told_of(running, name) for name in ("me", "ada")] == [LEFT, DONE]
    broken.clear()
    pipeline.judge_due(running)
    assert told_of(running, "me") == DONE


def test_a_schedule_is_written_only_when_it_changes(running, monkeypatch):
    monkeypatch.setattr(schedule, "save", lambda *_args: pytest.fail("nothing is due, and nothing changed"))
    pipeline.judge_due(running)


def test_a_shoe_has_the_miles_it_had_on_the_last_day_of_the_week(running, world):
    world.gear["g1"] = {"id": "g1", "name": "Reds", "distance": 500_000}
    for number in (25, 27, 29, 31):
        world.edit(number, gear_id="g1")  # 20, 24 and 28 September, 2 October
    running.clock.set(datetime(2025, 10, 3, 12, tzinfo=UTC))
    gather.sync_athlete(running, "me")
    who = running.athlete("me")
    then = histories.load(running, who, date(2025, 9, 1), date(2025, 9, 26), running.clock.now())
    (shoe,) = then.shoes
    assert (shoe.distance_m, shoe.last_used) == (500_000 - 2 * 8000, date(2025, 9, 24))


# delivering


class Post:
    """A channel that fails as it is told, and keeps what it was given."""

    def __init__(self, *problems):
        self.problems = list(problems)
        self.given = []

    def send(self, message):
        self.given.append(message)
        if self.problems:
            raise self.problems.pop(0)
        return "posted"


def through(monkeypatch, post):
    monkeypatch.setattr(dispatch, "channel", lambda *_args: post)
    return post


@pytest.fixture
def judged(running, clock):
    clock.set(MONDAY)
    review.judge_week(running, "me", WEEK_40)
    return running


def only(coach):
    (row,) = sent(coach)
    return row


def test_a_channel_that_fails_is_tried_again_when_it_says_and_others_go_out(coach_with, stand_in, clock):
    with_mail = coach_with(CHANNELS="email folder", SMTP_HOST="127.0.0.1", SMTP_PORT="1", SMTP_SECURITY="none")
    connect(with_mail, stand_in)
    gather.sync_athlete(with_mail, "me")
    clock.set(MONDAY)
    review.judge_week(with_mail, "me", WEEK_40)
    pipeline.deliver(with_mail)
    rows = {row.channel: row for row in sent(with_mail)}
    assert rows["folder"].state == "sent"
    assert (rows["email"].state, rows["email"].attempts) == ("pending", 1)
    assert rows["email"].next_try_at == channels.retry_at(1, MONDAY) == MONDAY + timedelta(minutes=1)
    assert rows["email"].result


def test_the_waits_between_tries_grow_and_a_try_that_works_ends_them(judged, monkeypatch, clock):
    post = through(monkeypatch, Post(*[DeliveryProblem("The relay is busy.")] * 3))
    tried = []
    while only(judged).state == "pending":
        clock.set(only(judged).next_try_at)
        pipeline.deliver(judged)
        tried.append(clock.now() - MONDAY)
    assert tried == [timedelta(minutes=minutes) for minutes in (0, 1, 6, 36)]
    assert (only(judged).state, only(judged).result, len(post.given)) == ("sent", "posted", 4)


def test_a_channel_that_never_works_is_given_up_after_a_day(judged, monkeypatch, clock):
    post = through(monkeypatch, Post(*[DeliveryProblem("The relay is busy.")] * 99))
    wait(judged, MONDAY + 2 * DAY, step=timedelta(minutes=10), do=pipeline.deliver)
    assert only(judged).state == "failed"
    assert 20 < len(post.given) < 30


def test_a_lasting_refusal_is_not_tried_again(judged, monkeypatch):
    post = through(monkeypatch, Post(DeliveryProblem("No such address.", permanent=True, advice="Check MAIL_TO.")))
    wait(judged, MONDAY + DAY, do=pipeline.deliver)
    assert (only(judged).state, only(judged).result) == ("failed", "No such address. Check MAIL_TO.")
    assert len(post.given) == 1


def test_a_lasting_refusal_is_told_by_the_other_channels(coach_with, stand_in, clock, monkeypatch):
    both = coach_with(CHANNELS="email folder", SMTP_HOST="127.0.0.1", SMTP_SECURITY="none")
    connect(both, stand_in)
    gather.sync_athlete(both, "me")
    clock.set(MONDAY)
    review.judge_week(both, "me", WEEK_40)
    posts = {"email": Post(DeliveryProblem("No such address.", permanent=True)), "folder": Post()}
    monkeypatch.setattr(dispatch, "channel", lambda _coach, name, _athlete: posts[name])
    pipeline.deliver(both)
    assert len(posts["email"].given) == 1
    assert [message.subject for message in posts["folder"].given][1:] == ["Your weekly mail did not go out by email"]
    assert "No such address." in posts["folder"].given[-1].text


def test_a_digest_that_may_have_arrived_goes_out_once_more_under_the_same_id(judged, monkeypatch):
    busy, lost = DeliveryProblem("Come back later."), DeliveryProblem("The line broke.", unknown=True)
    post = through(monkeypatch, Post(busy, lost, busy, lost, lost))
    wait(judged, MONDAY + DAY, step=timedelta(minutes=5), do=pipeline.deliver)
    assert len(post.given) == 4, "twice it was not taken, twice it may have been"
    assert len({message.id for message in post.given}) == 1
    assert only(judged).state == "unknown"


def test_a_digest_older_than_three_days_is_not_sent(judged, monkeypatch, clock):
    post = through(monkeypatch, Post())
    clock.set(MONDAY + 3 * DAY + timedelta(seconds=1))
    pipeline.deliver(judged)
    assert (only(judged).state, post.given) == ("expired", [])


def test_a_sender_that_died_loses_the_message_after_its_lease(judged, monkeypatch, clock):
    with judged.store.begin() as db:
        assert outbox.claim(db, clock.now())
    assert pipeline.deliver(judged) == []
    clock.advance(outbox.LEASE + timedelta(seconds=1))
    post = through(monkeypatch, Post())
    pipeline.deliver(judged)
    assert (only(judged).state, len(post.given)) == ("sent", 1)


def test_two_senders_at_once_send_once(judged, coach_with, monkeypatch):
    post, start = through(monkeypatch, Post()), threading.Barrier(2)
    other = coach_with()

    def deliver(coach):
        start.wait(5)
        pipeline.deliver(coach)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(deliver, [judged, other]))
    assert len(post.given) == 1


def test_a_push_address_taken_out_of_the_settings_holds_nothing_else_up(coach_with, stand_in, clock):
    pushing = coach_with(CHANNELS="apprise folder", APPRISE_URLS="json://127.0.0.1:1/ json://127.0.0.1:1/b")
    connect(pushing, stand_in)
    gather.sync_athlete(pushing, "me")
    clock.set(MONDAY)
    review.judge_week(pushing, "me", WEEK_40)
    pipeline.deliver(coach_with())
    assert {row.channel: row.state for row in sent(pushing)} == {
        "apprise-1": "failed", "apprise-2": "failed", "folder": "sent",
    }  # fmt: skip


# what keeps a source out


def notices(coach):
    return [(row.period.rpartition(":")[0].rpartition("T")[0], row.state) for row in sent(coach, NOTICE)]


def open_incidents(coach):
    with coach.store.read() as db:
        return [incident.key for incident in stored_incidents.open(db)]


def look(coach):
    pipeline.sync_due(coach)
    incidents.watch(coach)
    pipeline.deliver(coach)


@pytest.mark.parametrize(
    ("wrong", "named", "asked"),
    [
        ("inactive", "inactive", 5), ("athlete_limit", "athlete_limit", 5), ("missing_scope", "missing_scope", 1),
        ("revoked", "revoked", 1),
    ],
)  # fmt: skip
def test_a_state_that_somebody_has_to_end_is_told_once_and_not_hammered(
    coach, stand_in, world, clock, wrong, named, asked
):
    connect(coach, stand_in, *(["read"] if wrong == "missing_scope" else []))
    world.inactive = wrong == "inactive"
    if wrong == "athlete_limit":
        world.fail(LISTING, 403, body="<h1>403: Limit of connected athletes exceeded</h1>")
    if wrong == "revoked":
        world.revoke_all()
    wait(coach, WEDNESDAY + DAY + timedelta(minutes=30), step=timedelta(minutes=30), do=look)
    assert state(coach).state == named
    assert len(world.calls(LISTING)) == asked  # at once, then every six hours, or never again
    assert notices(coach) == [(f"strava@me:{named}:2025-10-01", "sent")]


def test_a_lost_key_is_told_once_and_ends_when_the_key_is_back(connected, coach_with, world):
    other = coach_with(COACHD_SECRET_KEY="another key that is long enough for anybody".replace(" ", "-"))
    wait(other, WEDNESDAY + 3 * HOUR, do=look)
    assert (state(other).state, list(world.requests)) == ("sealed", [])
    assert notices(other) == [("strava@me:sealed:2025-10-01", "sent")]
    look(connected)
    assert state(connected).state == "ok"


def test_a_reactivated_application_is_noticed_by_itself(connected, world):
    world.inactive = True
    wait(connected, WEDNESDAY + HOUR, do=look)
    world.inactive = False
    wait(connected, WEDNESDAY + 8 * HOUR, do=look)
    assert (state(connected).state, open_incidents(connected)) == ("ok", [])


def test_connecting_again_ends_a_revoked_state(connected, stand_in, world):
    world.revoke_all()
    look(connected)
    assert state(connected).state == "revoked"
    connect(connected, stand_in)
    look(connected)
    assert (state(connected).state, state(connected).synced_at) == ("ok", WEDNESDAY)


def test_an_outage_that_lasts_two_days_is_told_once(connected, world):
    world.fail(LISTING, 503)
    wait(connected, WEDNESDAY + 2 * DAY, do=look)
    assert notices(connected) == []
    wait(connected, WEDNESDAY + 5 * DAY, do=look)
    assert notices(connected) == [("strava@me:stale:2025-10-03", "sent")]


def test_an_outage_is_met_with_longer_and_longer_waits_and_at_first_no_message(connected, world, clock):
    world.fail(LISTING, 500)
    waits = []
    for _ in range(9):
        look(connected)
        waits.append(state(connected).next_try_at - clock.now())
        clock.set(state(connected).next_try_at)
    assert waits == [timedelta(minutes=min(5 * 2**number, 360)) for number in range(9)]
    assert notices(connected) == []


def test_during_an_outage_nobody_asks_before_the_time(connected, world):
    world.fail(LISTING, 502)
    look(connected)
    wait(connected, WEDNESDAY + timedelta(minutes=4), step=timedelta(minutes=1), do=look)
    assert len(world.calls(LISTING)) == 1


def test_a_429_is_a_wait_until_the_window_turns(connected, world):
    world.fail(LISTING, 429, times=1)
    look(connected)
    assert (state(connected).state, state(connected).next_try_at) == ("waiting", WEDNESDAY.replace(minute=15, second=5))
    wait(connected, WEDNESDAY + timedelta(minutes=15), step=timedelta(minutes=1), do=look)
    assert len(world.requests) == 1
    wait(connected, WEDNESDAY + timedelta(minutes=16), step=timedelta(minutes=1), do=look)
    assert state(connected).state == "ok"


@pytest.mark.parametrize(
    ("wrong", "kind"), [("inactive", OperatorNeeded), ("revoked", ReconnectNeeded), ("down", TryLater)]
)
def test_a_sync_by_hand_says_what_is_wrong(connected, world, wrong, kind):
    world.inactive = wrong == "inactive"
    if wrong == "revoked":
        world.revoke_all()
    if wrong == "down":
        world.fail(LISTING, 503)
    with pytest.raises(kind):
        gather.sync_athlete(connected, "me")
    assert state(connected).state != "ok"


def test_one_athletes_trouble_does_not_keep_the_others_waiting(coach, stand_in):
    connect(coach, stand_in, "read", name="ada")
    connect(coach, stand_in)
    look(coach)
    assert (state(coach, "ada").state, state(coach).state) == ("missing_scope", "ok")


def test_the_brake_is_told_once_and_deletions_can_be_allowed(running, world, clock):
    for number in range(1, 75):
        world.delete(number)
    clock.advance(DAY)
    wait(running, WEDNESDAY + 3 * DAY, do=look)
    assert notices(running) == [("strava@me:brake:2025-10-02", "sent")]
    with running.store.read() as db:
        assert activities.first_day(db, "me")
    (result,) = gather.sync_athlete(running, "me", allow_deletions=True)
    assert (result.withdrawn, result.braked) == (30, "")
    assert state(running).state == "ok"


def test_a_purge_after_two_weeks_of_failing_is_told_once(running, world):
    world.add(run(901, WEDNESDAY.date() - running.policy.horizon + 2 * DAY))
    world.add(run(902, WEDNESDAY.date() - running.policy.horizon + 4 * DAY))
    wait(running, WEDNESDAY + 6 * DAY, step=6 * HOUR, do=look)
    world.fail(LISTING, 503)
    purge_days = set()

    def day(coach):
        look(coach)
        before = len(rows(coach, activity_rows))
        pipeline.housekeeping(coach)
        if len(rows(coach, activity_rows)) < before:
            purge_days.add(coach.clock.now().date())

    wait(running, WEDNESDAY + 23 * DAY, step=DAY, do=day)
    assert len(purge_days) > 1
    assert rows(running, activity_rows) == []
    assert [period for period, _ in notices(running) if "purged" in period] == ["strava:purged:2025-10-07"]
    with running.store.read() as db:
        assert profile.read(db, "me", "strava", "athlete") is None


# connecting and leaving


def test_another_account_is_never_mixed_with_the_one_before(connected, stand_in, world):
    world.athlete["id"] = 2
    invitation = oauth.invite(connected.settings, "http://localhost:1/connected")
    with requests.Session() as browser:
        browser.trust_env = False
        back = browser.get(invitation.url, allow_redirects=False, timeout=5).headers["Location"]
    with pytest.raises(InputProblem, match="somebody else"):
        gather.connect_strava(connected, "me", oauth.granted(back, invitation))
    assert state(connected).external_id == "1"
    assert [call.path for call in world.requests][-1] == "/oauth/revoke"


def test_connecting_trades_the_code_for_sealed_tokens(coach, stand_in, clock):
    coach.athlete("me")
    invitation = oauth.invite(coach.settings, "http://localhost:1/connected")
    with requests.Session() as browser:
        browser.trust_env = False
        back = browser.get(invitation.url, allow_redirects=False, timeout=5).headers["Location"]
    connected = gather.connect_strava(coach, "me", oauth.granted(back, invitation))
    assert (state(coach).scopes, state(coach).external_id) == (oauth.SCOPES, "1")
    with coach.store.read() as db:
        assert connections.tokens(db, coach.vault, "me", "strava") == connected.tokens


def test_leaving_revokes_purges_blanks_and_writes_a_receipt(running, world, clock):
    file_row = Recording("files", "31", "strava:31", "Run", WEDNESDAY, datetime(2025, 10, 1, 9), "from a file")
    with running.store.begin() as db:
        recordings.derive(db, "me", recordings.save(db, "me", [file_row], WEDNESDAY).identities, merge)
    wait(running, MONDAY)
    receipt = gather.disconnect(running, "me", "strava")
    assert receipt.revoked
    assert [(call.method, call.status) for call in world.calls("/oauth/revoke")] == [("POST", 200)]
    with running.store.read() as db:
        assert [activity.sources for activity in activities.load(db, "me")] == [("files",)]
        assert profile.load_shoes(db, "me") == []
        assert profile.read(db, "me", "strava", "athlete") is None
        assert connections.every(db) == []
        (written,) = db.execute(select(receipts)).all()
    assert (written.counts, written.detail) == (dict(receipt.counts), "access revoked")
    assert receipt.counts["recordings"] == 32
    assert [row.body for row in sent(running)] == [{}]
    assert all(not row.body for row in _named(running, nudges))
    assert all(not row.evidence for row in _named(running, findings))


def _named(coach, table):
    with coach.store.read() as db:
        return db.execute(select(table)).all()


def test_a_digest_on_its_way_is_withdrawn_when_its_source_leaves(judged):
    gather.disconnect(judged, "me", "strava")
    pipeline.deliver(judged)
    assert (only(judged).state, only(judged).body) == ("withdrawn", {})


def test_leaving_works_while_strava_is_down_and_says_what_is_left_to_do(running, world):
    world.fail("/oauth/*", 503)
    receipt = gather.disconnect(running, "me", "strava")
    assert not receipt.revoked
    with running.store.read() as db:
        assert activities.load(db, "me") == []
        assert "own settings page" in db.scalar(select(receipts.c.detail))


@pytest.mark.parametrize("lost", ["credentials", "key"])
def test_leaving_works_without_the_credentials_or_the_key(running, coach_with, lost):
    changed = (
        {"STRAVA_CLIENT_SECRET": ""}
        if lost == "credentials"
        else {"COACHD_SECRET_KEY": "another-key-of-thirty-two-characters-or-more"}
    )
    receipt = gather.disconnect(coach_with(**changed), "me", "strava")
    assert not receipt.revoked
    with running.store.read() as db:
        assert activities.load(db, "me") == []


def test_leaving_what_is_not_connected_says_so(coach):
    coach.athlete("me")
    with pytest.raises(InputProblem, match="not connected"):
        gather.disconnect(coach, "me", "strava")
