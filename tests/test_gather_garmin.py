"""A runner with a Garmin key alone: workouts, nights, zones and streams come from the stand-in, over HTTP."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from strava_connection import connect, settings_of
from stream_rules import RUNS, STRIDES, put_in_force

from coachd import gather, incidents
from coachd.clock import SteppedClock
from coachd.demo.fit_file import Workout, fit_file
from coachd.demo.garmin import KEY, GarminStandIn, Original, World
from coachd.demo.garmin_access import AREAS
from coachd.demo.garmin_days import invented_days
from coachd.demo.garmin_shapes import listed_activity
from coachd.demo.strava import StravaStandIn
from coachd.demo.strava import World as StravaWorld
from coachd.errors import InputProblem, ReconnectNeeded, TryLater
from coachd.histories import load
from coachd.sources.garmin import SLEEP
from coachd.sources.garmin.key import ACTIVITIES
from coachd.store import activities, connections, nights, profile

NOW = datetime(2025, 10, 20, 12, 7, tzinfo=UTC)
TODAY = NOW.date()
BERLIN = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)
YEAR = 365 * DAY
FILES = "/download-service/*"
RUNNING = {"sport": "RUNNING", "trainingMethod": "LACTATE_THRESHOLD", "zone3Floor": 150}


def began(days_ago):
    return datetime.combine(TODAY, datetime.min.time(), BERLIN) - days_ago * DAY + timedelta(hours=7)


def a_run(number, days_ago, **fields):
    measured = {"distance": 8000.0, "duration": 2700.0, "movingDuration": 2700.0, "elapsedDuration": 2750.0}
    return listed_activity(number, began(days_ago), BERLIN, **{**measured, **fields})


def recorded(days_ago):
    """The FIT file of a run of a quarter of an hour."""
    columns = {
        "time": list(range(900)), "distance": [3.0 * second for second in range(900)], "heartrate": [140] * 900,
        "cadence": [85] * 900, "altitude": [40.0] * 900,
    }  # fmt: skip
    workout = Workout(
        began(days_ago).astimezone(UTC), 1, 0, elapsed_s=900.0, timer_s=900.0, distance_m=2700.0, gain_m=0.0,
        average_hr=140.0, max_hr=145.0, cadence=85.0,
    )  # fmt: skip
    return fit_file(workout, columns)


@pytest.fixture
def clock():
    return SteppedClock(NOW)


@pytest.fixture
def world():
    """Ten runs, one every fourth day, the newest with the greatest number, and a watch worn for ten weeks."""
    ago = {number: 4 * (10 - number) + 1 for number in range(1, 11)}
    return World(
        [a_run(number, days, hrTimeInZone_2=2700.0, averageHR=141.0) for number, days in ago.items()],
        invented_days(TODAY - 70 * DAY, TODAY, BERLIN),
        zones=[RUNNING],
        originals={number: Original("fit", lambda days=days: recorded(days)) for number, days in ago.items()},
    )


@pytest.fixture
def stand_in(world, clock):
    with GarminStandIn(world, clock) as running:
        yield running


@pytest.fixture
def strava():
    with StravaStandIn(StravaWorld([]), SteppedClock(NOW)) as running:
        yield running


@pytest.fixture
def coach_of(stand_in, strava, clock, open_coach, tmp_path):
    """The instance with this rule alone, and its athlete without any source."""

    def instance(rule):
        coach = open_coach(
            clock, ATHLETE_ZONE="Europe/Berlin", CHANNELS="folder", MAIL_TO="robin@example.org",
            GARMIN_API_BASE=stand_in.api_base, **settings_of(strava),
        )  # fmt: skip
        put_in_force(coach, rule, tmp_path / "rules")
        coach.athlete("me")
        return coach

    return instance


@pytest.fixture
def coach(coach_of):
    made = coach_of(RUNS)
    gather.connect_garmin(made, "me", KEY, NOW + YEAR)
    return made


def look(coach, **options):
    (result,) = gather.sync_athlete(coach, "me", **options)
    return result


def stored(coach):
    with coach.store.read() as db:
        return [activity.name for activity in activities.load(db, "me")], nights.load(db, "me")


def state(coach):
    with coach.store.read() as db:
        return connections.get(db, "me", "garmin")


class TestConnecting:
    def test_a_key_is_kept_with_its_end_and_its_account(self, coach):
        assert (state(coach).ends_at, state(coach).external_id) == (NOW + YEAR, "80070070")

    def test_a_token_that_ends_sooner_knows_better_than_the_athlete(self, coach, world):
        world.keys.change(ends_at=NOW + timedelta(hours=3))
        gather.connect_garmin(coach, "me", KEY, NOW + YEAR)
        assert state(coach).ends_at == NOW + timedelta(hours=3)

    def test_a_key_of_another_account_is_refused_and_the_first_one_stays(self, coach, world):
        for number in world.ids():
            world.edit(number, ownerId=5)
        with pytest.raises(InputProblem, match="another Garmin account"):
            gather.connect_garmin(coach, "me", world.keys.make(), NOW + YEAR)
        assert state(coach).external_id == "80070070"
        with coach.store.read() as db:
            assert connections.tokens(db, coach.vault, "me", "garmin").refresh == KEY

    def test_a_new_key_mends_a_source_that_was_shut(self, coach, world):
        world.keys.delete()
        coach.clock.advance(DAY)
        with pytest.raises(ReconnectNeeded):
            look(coach)
        assert state(coach).state == "revoked"
        gather.connect_garmin(coach, "me", world.keys.make(), NOW + YEAR)
        assert look(coach).saved.added == 10

    def test_a_wrong_key_leaves_no_trace(self, coach_of):
        made = coach_of(RUNS)
        with pytest.raises(ReconnectNeeded):
            gather.connect_garmin(made, "me", "wrong", NOW + YEAR)
        assert state(made) is None

    @pytest.mark.parametrize(("left", "told"), [(15, []), (14, ["ends-14"]), (6, ["ends-7"]), (1, ["ends-1"])])
    def test_its_end_is_told_in_time(self, coach, left, told):
        look(coach)
        gather.connect_garmin(coach, "me", KEY, NOW + left * DAY)
        found = incidents.of_source(state(coach), NOW, operator=True)
        assert [trouble.key.rpartition(":")[2] for trouble in found] == told


class TestLooking:
    def test_everything_comes_with_the_first_look(self, coach):
        result = look(coach)
        assert (result.kind, result.saved.added, result.streams) == ("backfill", 10, 0)
        assert result.nights == len(stored(coach)[1]) > 60

    def test_a_day_with_nothing_new_asks_for_the_list_alone(self, coach, world):
        look(coach)
        before = len(world.requests)
        assert look(coach).kind == "poll"
        assert [call.path for call in list(world.requests)[before:]] == [ACTIVITIES, ACTIVITIES]

    def test_a_morning_is_about_five_requests(self, coach, world, clock):
        look(coach)
        clock.advance(timedelta(hours=18))  # 6 in the morning, Berlin wakes at 8
        world.add_day(invented_days(TODAY + DAY, TODAY + DAY, BERLIN)[0])
        before = len(world.requests)
        look(coach)
        assert len(world.requests) - before <= 7

    def test_last_night_is_asked_for_until_it_is_there(self, coach, world, clock):
        look(coach)
        clock.set(datetime(2025, 10, 21, 4, tzinfo=UTC))
        tomorrow = TODAY + DAY
        world.add_day(invented_days(tomorrow, tomorrow, BERLIN)[0])
        world.sync_day(tomorrow, clock.now() + timedelta(hours=5))
        look(coach)
        look(coach)
        assert stored(coach)[1][-1].day < tomorrow
        clock.advance(timedelta(hours=5))
        look(coach)
        assert stored(coach)[1][-1].day == tomorrow
        asked = len(world.calls(SLEEP))
        look(coach)
        assert len(world.calls(SLEEP)) == asked

    def test_edits_and_deletions_are_found(self, coach, world, clock):
        look(coach)
        world.edit(10, activityName="Berlin Race")
        world.delete(3)
        clock.advance(timedelta(hours=25))
        assert look(coach).withdrawn == 1
        names, _ = stored(coach)
        assert len(names) == 9
        assert names[-1] == "Berlin Race"

    def test_what_garmin_gave_does_not_lapse(self, coach, world, clock):
        look(coach)
        world.fail("*", 503)
        clock.advance(40 * DAY)
        assert gather.purge_overdue(coach, state(coach)) == 0
        assert len(stored(coach)[0]) == 10

    def test_workouts_stay_where_nights_fail(self, coach, world):
        world.fail(SLEEP, 503)
        result = look(coach)
        assert (result.saved.added, result.nights) == (10, 0)
        assert state(coach).state == "ok"

    def test_a_refusal_among_the_nights_is_heeded_by_the_next_look(self, coach, world, clock):
        world.fail(SLEEP, 429, times=1)
        look(coach)
        assert (state(coach).state, state(coach).next_try_at) == ("waiting", NOW + timedelta(minutes=1))
        assert not gather.worth_a_look(state(coach), clock.now())

    def test_a_refusal_of_the_list_waits(self, coach, world):
        world.fail(ACTIVITIES, 429, times=1)
        with pytest.raises(TryLater):
            look(coach)
        assert state(coach).state == "waiting"

    def test_a_key_for_nights_alone_never_deletes_a_workout(self, coach, world, clock):
        look(coach)
        world.keys.change(areas=AREAS - {"activities"})
        clock.advance(timedelta(hours=25))
        assert look(coach).braked
        assert len(stored(coach)[0]) == 10

    def test_zones_are_read_once_a_week(self, coach, world, clock):
        for _ in range(8):
            look(coach)
            clock.advance(DAY)
        assert len(world.calls("/biometric-service/*")) == 2

    def test_one_source_that_is_shut_does_not_keep_the_other_out(self, coach, strava):
        connect(coach, strava)
        strava.world.fail("*", 503)
        with pytest.raises(TryLater, match="Strava"):
            gather.sync_athlete(coach, "me")
        assert len(stored(coach)[0]) == 10


class TestStreams:
    @pytest.fixture
    def coach(self, coach_of):
        made = coach_of(STRIDES)
        gather.connect_garmin(made, "me", KEY, NOW + YEAR)
        return made

    def test_they_come_from_the_files_of_the_runs_that_a_rule_looks_at(self, coach, world):
        assert look(coach).streams == 9  # 28 days and a week
        assert [int(call.path.rpartition("/")[2]) for call in world.calls(FILES)] == [10, 9, 8, 7, 6, 5, 4, 3, 2]
        with coach.store.read() as db:
            run = activities.load(db, "me")[-1]
        assert run.streams.cadence_spm == 170.0
        assert run.streams.hr_coverage > 0.9

    def test_they_are_asked_for_once(self, coach, world):
        look(coach)
        look(coach)
        assert len(world.calls(FILES)) == 9


class TestHistory:
    def history(self, coach):
        return load(coach, coach.athlete("me"), TODAY - 28 * DAY, TODAY, NOW)

    def test_rules_see_the_nights(self, coach):
        look(coach)
        found = self.history(coach).nights
        assert found[-1].day == TODAY
        assert (TODAY - found[0].day).days >= 60  # the resting heart rate looks so far back

    def test_without_zones_on_strava_those_of_garmin_end_easy_running(self, coach):
        look(coach)
        history = self.history(coach)
        assert (history.easy_ceiling, history.easy_ceiling_source) == (149.0, "the top of zone 2 of your Garmin zones")
        assert history.zones.source == "measured"

    def test_zones_that_were_set_on_strava_go_first(self, coach):
        look(coach)
        zones = {"heart_rate": {"custom_zones": True, "zones": [{"max": 120}, {"max": 145}]}}
        with coach.store.begin() as db:
            profile.save(db, "me", "strava", "zones", zones, NOW)
        assert self.history(coach).easy_ceiling == 145
        zones["heart_rate"]["custom_zones"] = False
        with coach.store.begin() as db:
            profile.save(db, "me", "strava", "zones", zones, NOW)
        assert self.history(coach).easy_ceiling == 149.0

    def test_time_in_zones_judges_a_run_without_streams(self, coach, world):
        world.edit(10, hrTimeInZone_2=1000.0, hrTimeInZone_3=1700.0, averageHR=158.0)
        look(coach)
        runs = {run.day: run for run in self.history(coach).activities}
        assert runs[date(2025, 10, 15)].above_share == 0.0
        assert runs[date(2025, 10, 19)].above_share == pytest.approx(1700 / 2700)


def test_leaving_takes_everything_that_garmin_gave(coach):
    look(coach)
    receipt = gather.disconnect(coach, "me", "garmin")
    assert (receipt.counts["recordings"], receipt.revoked) == (10, False)
    assert receipt.counts["nights"] > 60
    assert stored(coach) == ([], [])
    assert state(coach) is None
