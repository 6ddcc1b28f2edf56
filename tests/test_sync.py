"""The store in step with Strava: which listing is due, one page at a time, and what is gone."""

from __future__ import annotations

import json
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from coachd import config, crypto, migrations, sync
from coachd.clock import SteppedClock
from coachd.demo.strava import StravaStandIn, World
from coachd.demo.summary import summary_activity
from coachd.errors import TryLater
from coachd.history.merge import merge
from coachd.model import Recording
from coachd.sources import Page, Profile
from coachd.sources.strava import Strava
from coachd.store import Store, activities, athletes, connections, details, profile, recordings, skips
from coachd.store.connections import Pass, SourceState, Tokens
from coachd.sync import BEGINNING, Policy, brake, due_pass, resumed

REAL = Path(__file__).parents[1].parent / "shared" / "data"
NOW = datetime(2025, 10, 20, 12, 7, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)
POLICY = Policy(horizon=timedelta(days=427), retention=timedelta(days=7))
KEEP_ALL = replace(POLICY, retention=None)
LISTING = "/athlete/activities"


def run(number, days_ago, **fields):
    day = (NOW - days_ago * DAY).date()
    return summary_activity(number, day, time(7), BERLIN, **{"distance": 8000.0, "moving_time": 2700, **fields})


class Athlete:
    """Somebody on the stand-in, with a store of our own."""

    def __init__(self, world, stand_in, clock, folder):
        self.world, self.clock = world, clock
        env = {
            "STRAVA_CLIENT_ID": "12", "STRAVA_CLIENT_SECRET": "invented",
            "STRAVA_OAUTH_BASE": stand_in.oauth_base, "STRAVA_API_BASE": stand_in.api_base,
        }  # fmt: skip
        made = config.load(env, state=folder, dotenv=False)
        migrations.upgrade(made.database)
        self.store = Store(made.database)
        vault = crypto.Vault(["a key that is thirty-two characters long"])
        answer = stand_in.connect()
        tokens = Tokens(
            answer["access_token"], answer["refresh_token"], datetime.fromtimestamp(answer["expires_at"], UTC)
        )
        with self.store.begin() as db:
            athletes.ensure(db, "me", clock.now())
            connections.connect(db, vault, "me", "strava", "1", (), tokens, clock.now())
        self.source = Strava(self.store, vault, made, clock, "me")

    def close(self):
        self.source.close()
        self.store.close()

    @property
    def state(self):
        with self.store.read() as db:
            return connections.get(db, "me", "strava")

    def look(self, policy=POLICY, **options):
        return sync.run(self.store, self.source, self.state, policy, self.clock.now(), **options)

    def later(self, step, policy=POLICY, **options):
        self.clock.advance(step)
        return self.look(policy, **options)

    def stored(self):
        with self.store.read() as db:
            return activities.load(db, "me")

    def ids(self):
        return {int(activity.strava_id) for activity in self.stored() if activity.strava_id}

    def named(self, number):
        return next(activity for activity in self.stored() if activity.strava_id == str(number))

    def skips(self):
        with self.store.read() as db:
            return skips.every(db, "me")

    def requests(self, path=LISTING):
        return len(self.world.calls(path))

    @contextmanager
    def counted(self):
        """The number of list requests made inside."""
        before, made = self.requests(), []
        yield made
        made.append(self.requests() - before)

    def imported(self, *numbers):
        """Rows of the athlete's own export for these activities."""
        rows = [
            Recording("files", str(number), f"strava:{number}", "Run", NOW - 3 * DAY, datetime(2025, 10, 17, 7), "file")
            for number in numbers
        ]
        with self.store.begin() as db:
            saved = recordings.save(db, "me", rows, self.clock.now())
            recordings.derive(db, "me", saved.identities, merge)


@pytest.fixture
def clock():
    return SteppedClock(NOW)


@pytest.fixture
def athlete_on(clock, tmp_path):
    """Make the athlete of a world, with a database of their own."""
    with ExitStack() as stack:

        def made(world):
            world.limits.overall = world.limits.read = (100_000, 100_000)
            stand_in = stack.enter_context(StravaStandIn(world, clock))
            folder = tmp_path / f"{len(list(tmp_path.iterdir()))}"
            folder.mkdir()
            return stack.enter_context(closing(Athlete(world, stand_in, clock, folder)))

        yield made


@pytest.fixture
def world():
    return World([run(number, 2 * number) for number in range(1, 41)])


@pytest.fixture
def robin(athlete_on, world):
    return athlete_on(world)


# which pass is due

STATE = SourceState(
    "me", "strava", "1", (), "ok", NOW - 30 * DAY, "", 0, None, NOW - timedelta(hours=1),
    NOW - timedelta(hours=5), None, NOW - 30 * DAY,
)  # fmt: skip


def due(policy=POLICY, full=False, **changes):
    found = due_pass(replace(STATE, **changes), policy, NOW, full=full)
    return found.kind, found.after, found.before, found.page


TOMORROW = NOW + DAY


def test_the_first_look_goes_back_as_far_as_the_rules_do():
    assert due(passed_at=None) == ("backfill", NOW - POLICY.horizon, TOMORROW, 1)


def test_the_first_look_goes_back_to_the_beginning_when_everything_is_kept():
    assert due(KEEP_ALL, passed_at=None) == ("backfill", BEGINNING, TOMORROW, 1)


def test_a_later_look_reads_a_week_again():
    assert due() == ("poll", NOW - timedelta(days=7, hours=1), TOMORROW, 1)


def test_a_look_after_a_long_sleep_reads_from_a_week_before_the_last_one():
    kind, after, _, _ = due(synced_at=NOW - 30 * DAY, passed_at=NOW - timedelta(hours=1))
    assert (kind, after) == ("poll", NOW - 37 * DAY)


def test_the_horizon_is_listed_again_after_a_day():
    assert due(passed_at=NOW - DAY) == ("horizon", NOW - POLICY.horizon, TOMORROW, 1)


def test_a_look_while_the_clock_ran_ahead_does_not_put_off_the_next_ones():
    kind, after, *_ = due(passed_at=NOW + 300 * DAY, synced_at=NOW + 300 * DAY)
    assert (kind, after) == ("horizon", due(passed_at=NOW - 2 * DAY)[1])
    assert due(synced_at=NOW + 300 * DAY)[1] == due(synced_at=NOW)[1]


def test_while_the_brake_holds_only_polls_go_on():
    held = {"state": "brake", "passed_at": NOW - 3 * DAY}
    assert due(**held, next_try_at=NOW + timedelta(hours=6))[0] == "poll"
    assert due(**held, next_try_at=NOW)[0] == "horizon"


def test_allowing_deletions_lists_the_horizon_at_once():
    allowed = replace(POLICY, allow_deletions=True)
    assert due(allowed, state="brake", passed_at=NOW - 3 * DAY, next_try_at=NOW + DAY)[0] == "horizon"
    assert due(allowed)[0] == "horizon"


def test_a_full_look_goes_back_to_the_beginning():
    assert due(full=True) == ("full", BEGINNING, TOMORROW, 1)


FOUND = Pass("horizon", NOW - POLICY.horizon, TOMORROW, 1, 0, None, NOW)


def test_an_unfinished_pass_goes_on_one_page_before_it_stopped():
    stored = replace(FOUND, page=4, seen=600, started_at=NOW - timedelta(hours=2))
    assert resumed(stored, FOUND) == replace(stored, page=3)
    assert resumed(replace(stored, page=1), FOUND).page == 1


@pytest.mark.parametrize(
    "stored", [None, replace(FOUND, kind="poll"), replace(FOUND, page=9, started_at=NOW - timedelta(hours=25))]
)
def test_another_kind_or_an_old_pass_is_not_gone_on_with(stored):
    assert resumed(stored, FOUND) is FOUND


def test_a_poll_always_begins_anew():
    poll = replace(FOUND, kind="poll")
    assert resumed(replace(poll, page=3), poll) is poll


@pytest.mark.parametrize(
    ("missing", "stored", "held"),
    [(0, 0, False), (0, 50, False), (1, 1, True), (50, 50, True), (5, 9, False), (9, 10, False), (10, 25, False),
     (11, 25, True), (10, 10, True), (400, 1001, False), (401, 1001, True)],
)  # fmt: skip
def test_the_brake_holds_where_deletions_are_not_to_be_believed(missing, stored, held):
    assert bool(brake(missing, stored)) == held


# requests


@pytest.mark.skipif(not REAL.is_dir(), reason="the real answers are not here")
def test_a_real_athletes_eight_years_take_seven_requests_and_add_up(athlete_on):
    real = athlete_on(World(json.loads((REAL / "strava-activities.json").read_text())))
    result = real.look(KEEP_ALL)
    assert (result.kind, result.saved.added, result.skipped, real.requests()) == ("backfill", 1132, 0, 7)
    stored = real.stored()
    runs = [activity for activity in stored if activity.sport in ("Run", "TrailRun")]
    assert len(stored) == 1132
    assert len(runs) == 908
    assert sum(activity.distance_m for activity in runs) == pytest.approx(9_423_154, abs=1)
    assert sum(activity.moving_s for activity in runs) == 3_185_593
    assert len({activity.day for activity in runs}) == 874
    assert (runs[0].day, runs[-1].day) == (date(2017, 10, 1), date(2025, 10, 19))
    with real.store.read() as db:
        used = profile.gear_use(db, "me")
    assert len(used) == 15
    assert (used["g12012300"].activities, round(used["g12012300"].distance_m / 1000, 2)) == (123, 1188.29)


def test_three_thousand_take_sixteen_requests(athlete_on):
    many = athlete_on(World([run(number, number / 3) for number in range(1, 3001)]))
    assert many.look(KEEP_ALL).saved.added == 3000
    assert many.requests() == 16


def test_a_look_that_finds_nothing_new_makes_two_requests_and_changes_nothing(robin):
    robin.look()
    before = robin.stored()
    with robin.counted() as made:
        result = robin.later(timedelta(minutes=30))
    assert made == [2]
    assert (result.kind, result.saved.added, result.saved.changed) == ("poll", 0, 0)
    assert robin.stored() == before


def test_short_pages_lose_nothing(athlete_on, world):
    for number in range(100, 400):
        world.add(run(number, number / 3))
    world.short_pages = True
    one = athlete_on(world)
    one.look()
    assert len(one.ids()) == 340
    assert one.requests() == 3


def test_progress_is_told_page_by_page(athlete_on):
    steps = []
    many = athlete_on(World([run(number, number / 3) for number in range(1, 451)]))
    many.look(told=steps.append)
    assert [(step.kind, step.page, step.seen, step.saved.added) for step in steps] == [
        ("backfill", 1, 200, 200), ("backfill", 2, 400, 200), ("backfill", 3, 450, 50),
    ]  # fmt: skip
    assert steps[0].oldest > steps[1].oldest > steps[2].oldest


# what happens on Strava reaches the store


def test_everything_that_changed_reaches_the_store_within_one_pass_over_the_horizon(robin, world, clock):
    world.add(run(90, 300), upload_at=NOW + timedelta(hours=2))
    robin.look()
    assert 90 not in robin.ids()
    world.edit(30, name="Renamed", gear_id="g9", workout_type=1, distance=4321.0)  # 60 days back
    world.delete(35)
    world.add(run(91, 200))  # entered by hand today, for a day long ago
    world.add(run(92, 0))
    result = robin.later(DAY)
    assert (result.kind, result.saved.added, result.saved.changed, result.withdrawn) == ("horizon", 3, 1, 1)
    assert robin.ids() == {*range(1, 41), 90, 91, 92} - {35}
    edited = robin.named(30)
    assert (edited.name, edited.gear_id, edited.workout_type, edited.distance_m) == ("Renamed", "g9", 1, 4321.0)


def test_a_poll_finds_what_came_late_within_a_week(robin, world):
    world.add(run(90, 5), upload_at=NOW + timedelta(hours=2))
    robin.look()
    assert robin.later(timedelta(hours=3)).kind == "poll"
    assert 90 in robin.ids()


def test_a_poll_deletes_nothing(robin, world):
    robin.look()
    world.delete(1)
    robin.later(timedelta(hours=3))
    assert 1 in robin.ids()


def test_an_activity_keeps_its_number_through_edits(robin, world):
    robin.look()
    number = robin.named(1).id
    world.edit(1, name="Again")
    robin.later(timedelta(hours=1))
    assert robin.named(1).id == number


def test_a_deleted_activity_takes_its_file_row_out_of_sight(robin, world):
    robin.look()
    robin.imported(1)
    world.delete(1)
    robin.later(DAY)
    assert 1 not in robin.ids()


def test_a_hidden_start_at_the_edge_of_the_horizon_is_not_taken_for_deleted(robin, world):
    """Strava lists it by its real start, 19:00 UTC the evening before, and shows it as the midnight after."""
    sydney = ZoneInfo("Australia/Sydney")
    edge = (NOW - POLICY.horizon + 2 * DAY).date()
    world.add(summary_activity(90, edge, time(5), sydney, hide_start=True))
    robin.look()
    assert robin.later(DAY + timedelta(hours=7)).withdrawn == 0
    assert 90 in robin.ids()


# odd rows


def test_one_odd_row_costs_one_row_and_is_reported_until_it_is_mended(robin, world):
    world.edit(3, start_date_local="whenever")
    result = robin.look()
    assert (result.saved.added, result.skipped) == (39, 1)
    assert robin.skips() == [("strava", "3", "its start_date_local 'whenever' cannot be read")]
    world.edit(3, start_date_local="2025-10-14T07:00:00Z")
    robin.later(timedelta(hours=1))
    assert robin.skips() == []
    assert 3 in robin.ids()


def test_a_row_that_becomes_unreadable_stays_as_it_was(robin, world):
    robin.look()
    world.edit(20, start_date_local="whenever")
    result = robin.later(DAY)
    assert (result.withdrawn, result.skipped) == (0, 1)
    assert robin.named(20).distance_m == 8000.0


def test_a_number_that_is_none_is_unknown_and_stops_nothing(robin, world):
    world.edit(3, average_heartrate=float("nan"), suffer_score=float("inf"))
    robin.look()
    assert robin.named(3).average_hr is None


# the brake


@pytest.mark.parametrize("left", [0, 20])
def test_a_list_that_is_suddenly_empty_or_much_shorter_deletes_nothing(robin, world, left):
    robin.look()
    for number in range(left + 1, 41):
        world.delete(number)
    result = robin.later(DAY)
    assert f"lacks {40 - left} of 40" in result.braked
    assert len(robin.ids()) == 40
    assert (robin.state.state, robin.state.passed_at) == ("brake", NOW)


def test_while_the_brake_holds_new_activities_still_come(robin, world):
    robin.look()
    for number in range(1, 41):
        world.delete(number)
    robin.later(DAY)
    world.add(run(90, -1))
    result = robin.later(timedelta(hours=1))
    assert (result.kind, robin.state.state) == ("poll", "brake")
    assert 90 in robin.ids()


def test_allowed_deletions_are_carried_out_at_once(robin, world):
    robin.look()
    for number in range(11, 41):
        world.delete(number)
    robin.later(DAY)
    result = robin.later(timedelta(minutes=1), replace(POLICY, allow_deletions=True))
    assert (result.withdrawn, result.braked) == (30, "")
    assert robin.ids() == set(range(1, 11))
    assert robin.state.state == "ok"


def test_a_list_that_is_whole_again_lifts_the_brake(robin, world):
    robin.look()
    for number in range(1, 41):
        world.delete(number)
    robin.later(DAY)
    for number in range(1, 41):
        world.add(run(number, 2 * number))
    assert robin.later(timedelta(hours=7)).kind == "horizon"
    assert robin.state.state == "ok"


# interrupted


LONG = [run(number, number / 3) for number in range(1, 701)]  # four pages and the empty one


def die(one, page, *, stored):
    """Let a look die at this page: before it comes, or right after it was stored."""
    real = one.source.page

    def failing(*bounds, live):
        if bounds[2] == page and not stored:
            raise TryLater("down", one.clock.now())
        return real(*bounds, live=live)

    def dying(step):
        if step.page == page and stored:
            raise KeyboardInterrupt

    one.source.page = failing
    with pytest.raises((TryLater, KeyboardInterrupt)):
        one.look(told=dying)
    one.source.page = real
    assert len(one.ids()) == min(200 * (page if stored else page - 1), 700)


AT_ANY_PAGE = pytest.mark.parametrize(
    ("page", "stored"),
    [(page, stored) for page in range(1, 6) for stored in (False, True) if (page, stored) != (5, True)],
)


@AT_ANY_PAGE
def test_a_look_that_died_at_any_page_ends_with_the_same_store(athlete_on, page, stored):
    died, whole = athlete_on(World(LONG)), athlete_on(World(LONG))
    whole.look()
    die(died, page, stored=stored)
    died.look()
    assert died.stored() == whole.stored()
    assert died.state.passed_at == NOW


@AT_ANY_PAGE
def test_what_changed_while_a_look_was_cut_off_is_right_after_the_next_one(athlete_on, page, stored):
    world = World(LONG)
    one = athlete_on(world)
    die(one, page, stored=stored)
    world.delete(150)  # later rows move forward by one
    world.add(run(900, 0))
    one.later(timedelta(minutes=10))
    assert one.ids() >= {*range(1, 701)} - {150}
    one.later(DAY)
    assert one.ids() == {*range(1, 701), 900} - {150}
    numbers = [activity.id for activity in one.stored()]
    assert len(numbers) == len(set(numbers)) == 700


def test_a_pass_that_goes_on_does_not_begin_again(athlete_on):
    world = World([run(number, number / 3) for number in range(1, 701)])
    one = athlete_on(world)
    real, asked = one.source.page, []

    def noted(after, before, number, *, live):
        asked.append(number)
        if len(asked) == 3:
            raise TryLater("down", NOW)
        return real(after, before, number, live=live)

    one.source.page = noted
    with pytest.raises(TryLater):
        one.later(timedelta(minutes=1))
    one.later(timedelta(minutes=1))
    assert asked == [1, 2, 3, 2, 3, 4, 5]


def test_a_first_look_goes_on_window_by_window_and_leaves_its_share(athlete_on, clock):
    world = World([run(number, number / 3) for number in range(1, 1201)])
    one = athlete_on(world)
    world.limits.read = (4, 1000)
    for _ in range(2):
        with pytest.raises(TryLater) as caught:
            one.look()
        assert world.limits.usage(clock.now())[0] == 3  # the fourth is left to live work
        clock.set(caught.value.until)
    one.look()
    assert one.ids() == set(range(1, 1201))
    assert [call.query["page"] for call in world.calls(LISTING)] == list("123345567")


# retention


def test_a_row_beyond_the_horizon_leaves_a_week_after_it_was_last_confirmed(robin, world, clock):
    world.add(run(90, POLICY.horizon.days - 1))
    robin.look()
    for days in range(1, 9):
        robin.later(DAY)
        assert (90 in robin.ids()) == (days <= 7)
    assert len(robin.ids()) == 40


def test_everything_is_kept_when_retention_is_off(robin, world):
    world.add(run(90, POLICY.horizon.days - 1))
    robin.look(KEEP_ALL)
    for _ in range(12):
        robin.later(DAY, KEEP_ALL)
    assert 90 in robin.ids()
    assert sync.purge_overdue(robin.store, robin.state, KEEP_ALL, robin.clock.now() + 99 * DAY) == 0


def test_a_purge_waits_a_week_while_listings_fail_and_no_longer(robin, world, clock):
    robin.look()
    world.fail(LISTING, 503)
    for days in range(1, 15):
        with pytest.raises(TryLater):
            robin.later(DAY)
        assert sync.purge_overdue(robin.store, robin.state, POLICY, clock.now()) == 0, days
    clock.advance(timedelta(seconds=1))
    assert sync.purge_overdue(robin.store, robin.state, POLICY, clock.now()) == 40
    assert robin.stored() == []


def test_rows_from_the_athletes_own_files_stay(robin, world, clock):
    robin.look()
    robin.imported(1, 500)
    clock.advance(15 * DAY)
    sync.purge_overdue(robin.store, robin.state, POLICY, clock.now())
    assert [(activity.strava_id, activity.sources) for activity in robin.stored()] == [
        ("1", ("files",)), ("500", ("files",)),
    ]  # fmt: skip


def test_a_full_look_brings_years_that_leave_again(robin, world):
    world.add(run(90, 1500))
    robin.look()
    assert 90 not in robin.ids()
    assert robin.later(timedelta(hours=1), full=True).kind == "full"
    assert 90 in robin.ids()
    for _ in range(8):
        robin.later(DAY)
    assert 90 not in robin.ids()


# shoes, zones, totals


@pytest.fixture
def geared(robin, world):
    world.gear = {
        "g1": {"id": "g1", "name": "Reds", "distance": 700_000},
        "g2": {"id": "g2", "name": "Blues", "distance": 966_309, "retired": True},
        "g3": {"id": "g3", "name": "Spares", "distance": 1000},
    }
    world.edit(1, gear_id="g1")
    world.edit(2, gear_id="g2")
    world.edit(3, gear_id="b7")
    robin.look()
    return robin


def read_profile(one, step=timedelta()):
    one.clock.advance(step)
    return sync.refresh_profile(one.store, one.source, one.state, one.clock.now())


def shoes(one):
    with one.store.read() as db:
        return {shoe.id: shoe for shoe in profile.load_shoes(db, "me")}


def test_all_shoes_are_known_the_retired_ones_too(geared):
    assert read_profile(geared)
    assert {key: (shoe.retired, shoe.distance_m) for key, shoe in shoes(geared).items()} == {
        "g1": (False, 700_000.0), "g2": (True, 966_309.0), "g3": (False, 1000.0),
    }  # fmt: skip
    assert [call.path for call in geared.world.calls("/gear/*")] == ["/gear/g2"]


def test_shoes_zones_and_totals_are_read_once_a_day(geared):
    read_profile(geared)
    assert not read_profile(geared, timedelta(hours=23))
    assert read_profile(geared, timedelta(hours=1))
    assert [geared.requests(path) for path in ("/athlete", "/athlete/zones", "/athletes/1/stats")] == [2, 2, 2]
    assert geared.requests("/gear/*") == 1


@pytest.mark.parametrize("shoe", ["g1", "g3"])
def test_a_shoe_retired_later_is_seen_to_be_so_used_lately_or_not(geared, shoe):
    read_profile(geared)
    geared.world.edit_gear(shoe, retired=True)
    read_profile(geared, DAY)
    assert shoes(geared)[shoe].retired


def test_custom_zones_are_kept_as_strava_gave_them(geared):
    geared.world.zones = {"heart_rate": {"custom_zones": True, "zones": [{"min": 0, "max": 120}]}}
    read_profile(geared)
    with geared.store.read() as db:
        assert profile.read(db, "me", "strava", "zones") == geared.world.zones


# details and streams


def fetch(one, kind, *numbers, derive=lambda _id, raw: dict(raw)):
    ids = [str(number) for number in numbers]
    return sync.fetch(one.store, one.source, "me", kind, ids, one.clock.now(), derive)


def test_details_come_newest_first_and_are_asked_for_once(robin, world):
    robin.look()
    assert fetch(robin, "detail", 2, 10, 9) == 3
    assert [call.path for call in world.calls("/activities/*")] == [f"/activities/{number}" for number in (10, 9, 2)]
    assert fetch(robin, "detail", 2, 10, 9) == 0
    assert robin.requests("/activities/*") == 3


def test_an_activity_broken_for_ever_is_skipped_and_reported_while_others_come(robin, world):
    robin.look()
    world.fail("/activities/9", 500)
    assert fetch(robin, "detail", 8, 9, 10) == 2
    assert fetch(robin, "detail", 8, 9, 10) == 0
    assert robin.requests("/activities/9") == 1
    robin.later(timedelta(hours=1))
    assert robin.skips() == [("strava", "9 detail", "Strava fails on this record (HTTP 500).")]


def test_details_that_came_before_an_outage_are_kept(robin, world):
    robin.look()
    world.fail("/activities/9", 503, times=1)
    with pytest.raises(TryLater):
        fetch(robin, "detail", 8, 9, 10)
    assert fetch(robin, "detail", 8, 9, 10) == 2
    assert robin.requests("/activities/10") == 1


def test_of_streams_only_what_is_derived_from_them_is_kept(robin, world):
    world.streams[8] = {"time": [0, 1, 2], "heartrate": [100, 110, 120], "latlng": [[1, 2]] * 3}
    robin.look()
    asked = []

    def derive(external_id, raw):
        asked.append((external_id, sorted(raw)))
        return {"seconds": len(raw["time"])}

    assert fetch(robin, "streams", 8, 9, derive=derive) == 1
    assert asked == [("8", ["heartrate", "time"])]
    with robin.store.read() as db:
        assert details.get(db, "me", "strava", "8", "streams") == ({"seconds": 3}, "")
        assert details.get(db, "me", "strava", "9", "streams") == (None, "")


# an estimate


@pytest.mark.parametrize(
    ("after", "seen", "oldest", "expected", "done"),
    [
        (BEGINNING, 300, NOW - 90 * DAY, 1200, 0.25),
        (BEGINNING, 1500, NOW - 900 * DAY, 1200, 1.0),
        (BEGINNING, 300, NOW - 90 * DAY, None, None),
        (NOW - 400 * DAY, 200, NOW - 100 * DAY, None, 0.25),
        (NOW - 400 * DAY, 0, None, None, None),
        (NOW - 400 * DAY, 1, NOW + DAY, None, 0.0),
    ],
)
def test_the_share_done_is_of_the_expected_number_or_of_the_days(after, seen, oldest, expected, done):
    current = Pass("backfill", after, NOW + DAY, 2, seen, oldest, NOW)
    assert sync.share_done(current, expected) == (None if done is None else pytest.approx(done))


def test_a_backfill_tells_about_how_far_it_is(robin):
    told = []
    robin.look(KEEP_ALL, told=told.append)
    assert [step.done for step in told] == [1.0]
    assert robin.requests("/athletes/*/stats") == 1


# a list without an end


def test_a_list_that_gives_the_same_page_for_ever_is_given_up_and_deletes_nothing(athlete_on):
    robin = athlete_on(World([run(number, number) for number in range(1, 251)]))
    robin.look()
    page = robin.source.page
    robin.source.page = lambda after, before, _number, *, live: page(after, before, 1, live=live)
    with pytest.raises(TryLater, match="does not end"):
        robin.later(DAY)
    robin.source.page = page
    robin.later(timedelta(hours=1))
    assert len(robin.stored()) == 250


def test_a_list_that_is_longer_than_any_life_is_given_up(robin, monkeypatch):
    monkeypatch.setattr(sync, "MOST_PAGES", 3)
    robin.source.page = lambda _after, _before, number, *, live: Page((str(number),), (recording(number),))
    with pytest.raises(TryLater, match="does not end"):
        robin.look()
    assert len(robin.stored()) == 3


# any order, any paging


class Served:
    """A source that serves rows in whatever pages it is given."""

    name = "strava"

    def __init__(self, pages):
        self.pages = pages

    def page(self, after, before, number, *, live):
        rows = tuple(self.pages[number - 1]) if number <= len(self.pages) else ()
        return Page(tuple(row.external_id for row in rows), rows)

    def profile(self, gear, retired):
        return Profile()

    def expected(self):
        return None


@pytest.fixture(scope="module")
def shared_store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("any-order")
    url = config.load({}, state=folder, dotenv=False).database
    migrations.upgrade(url)
    opened = Store(url)
    yield opened
    opened.close()


def recording(number):
    start = NOW - number * timedelta(hours=5)
    return Recording(
        "strava", str(number), f"strava:{number}", "Run", start, start.replace(tzinfo=None), f"no {number}",
        distance_m=1000.0 * number,
    )  # fmt: skip


someones = count()


def synced(store, pages):
    """What a fresh athlete's store holds after these pages."""
    name = f"a{next(someones)}"
    state = replace(STATE, athlete=name, passed_at=None, synced_at=None)
    with store.begin() as db:
        athletes.ensure(db, name, NOW)
    sync.run(store, Served(pages), state, POLICY, NOW)
    with store.read() as db:
        return [replace(activity, id=0) for activity in activities.load(db, name)]


@st.composite
def pagings(draw):
    """A set of activities, and pages of any order and size that hold each of them at least once.

    Of two pages in a row one brings something new, as in every listing that comes to an end.
    """
    numbers = draw(st.sets(st.integers(1, 60), max_size=25))
    rows = draw(st.permutations(sorted(numbers) + draw(st.lists(st.sampled_from(sorted(numbers)))))) if numbers else []
    pages = []
    while rows:
        size = draw(st.integers(1, len(rows)))
        pages.append([recording(number) for number in rows[:size]])
        rows = rows[size:]
    listed = [{row.external_id for page in pages[:place] for row in page} for place in range(len(pages) + 1)]
    assume(all(before < after for before, after in zip(listed, listed[2:], strict=False)))
    return sorted(numbers), pages


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(pagings())
def test_any_order_and_any_paging_give_the_same_store(shared_store, paging):
    numbers, pages = paging
    assert synced(shared_store, pages) == synced(
        shared_store, [[recording(number) for number in numbers]] if numbers else []
    )
