"""One athlete's Garmin, over HTTP against the stand-in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from coachd.crypto import Vault
from coachd.demo.garmin import KEY, Original
from coachd.demo.garmin_access import AREAS
from coachd.errors import ReconnectNeeded, TryLater
from coachd.sources import NightSource
from coachd.sources.garmin import BATTERY, DAYS, SLEEP, VARIABILITY, Garmin, http
from coachd.sources.garmin.http import Wire
from coachd.sources.garmin.key import ACTIVITIES
from coachd.store import connections, skips

FIRST = datetime(2025, 5, 1, tzinfo=UTC)
ATHLETE = "me"
FILES = "/download-service/*"


@pytest.fixture
def page(source, clock):
    def listed(number=1, after=FIRST, of=source):
        return of.page(after, clock.now() + timedelta(days=1), number, live=True)

    return listed


@pytest.fixture
def kept(store, vault):
    """The tokens and the state as they are in the store."""

    def read():
        with store.read() as db:
            return connections.tokens(db, vault, ATHLETE, "garmin"), connections.get(db, ATHLETE, "garmin")

    return read


@pytest.fixture
def left_out(store):
    def read():
        with store.read() as db:
            return {area: reason for source, area, reason in skips.every(db, ATHLETE) if source == "garmin"}

    return read


def exchanges(world):
    return len(world.calls(http.TOKEN))


class TestListing:
    def test_pages_come_newest_first_and_end_with_an_empty_one(self, page, world, a_run):
        for number in range(11, 51):
            world.add(a_run(number, 20, startTimeLocal=f"2025-06-20 07:{number:02d}:00"))
        first, second, third = page(1), page(2), page(3)
        assert (len(first.ids), first.ids[0], second.ids, third.ids) == (
            40,
            "50",
            tuple(map(str, range(10, 0, -1))),
            (),
        )

    def test_a_page_asks_for_local_days_that_surely_hold_its_bounds(self, page, world):
        page(after=datetime(2025, 6, 5, 1, tzinfo=UTC))
        (call,) = world.calls(ACTIVITIES)
        assert call.query == {
            "start": "0", "limit": "40", "excludeChildren": "false", "startDate": "2025-06-04", "endDate": "2025-07-02",
        }  # fmt: skip

    def test_everything_there_is_has_no_beginning(self, page, world):
        assert page(after=datetime(1970, 1, 2, tzinfo=UTC)).ids
        assert "startDate" not in world.calls(ACTIVITIES)[0].query

    def test_the_parts_of_a_multisport_day_come_without_the_whole(self, page, world, a_run):
        world.add(a_run(90, 21, kind="multi_sport", parent=True))
        world.add(a_run(91, 21, parentId=90))
        world.add(a_run(92, 21, kind="cycling", parentId=90))
        found = page()
        assert {"90", "91", "92"} <= set(found.ids)  # the page is not empty for a day of nothing but wholes
        assert {recording.external_id for recording in found.recordings} & {"90", "91", "92"} == {"91", "92"}
        assert found.skipped == {}

    def test_what_cannot_be_read_is_skipped_with_its_reason(self, page, world):
        world.fail(ACTIVITIES, 200, body=[{"activityId": 5}, "x", None], times=1)
        found = page()
        assert found.ids == ("5",)
        assert set(found.skipped) == {"5", "row 2", "row 3"}

    def test_a_page_of_nothing_readable_does_not_end_the_listing(self, page, world):
        world.fail(ACTIVITIES, 200, body=["x"], times=1)
        assert page().ids == ("row 1",)

    def test_no_content_is_an_empty_page(self, page, world):
        world.fail(ACTIVITIES, 204, times=1)
        assert page().ids == ()

    @pytest.mark.parametrize(("status", "body"), [(500, None), (404, None), (200, {"a": 1}), (200, "<html>")])
    def test_a_list_that_makes_no_sense_is_an_outage_and_never_an_empty_page(self, page, world, status, body):
        world.fail(ACTIVITIES, status, body=body)
        with pytest.raises(TryLater) as caught:
            page()
        assert caught.value.state == "outage"

    def test_a_key_that_may_not_read_activities_gives_none_and_says_so(self, page, world, left_out):
        world.keys.change(areas=AREAS - {"activities"})
        assert page().ids == ()
        assert left_out() == {"activities": "the key may not read this (HTTP 403)"}
        world.keys.change()
        assert page().ids
        assert left_out() == {}


class TestTokens:
    def test_a_token_is_exchanged_once_and_kept_sealed(self, page, again, world, kept):
        page()
        page(of=again())
        assert exchanges(world) == 1
        tokens, _ = kept()
        assert tokens.refresh == KEY
        assert tokens.access.count(".") == 2

    def test_a_token_is_renewed_within_its_last_hour(self, page, again, world, clock):
        page()
        clock.advance(timedelta(hours=22, minutes=59))
        page(of=again())
        assert exchanges(world) == 1
        clock.advance(timedelta(minutes=1))
        page(of=again())
        assert exchanges(world) == 2

    def test_a_token_that_died_early_is_replaced_once(self, page, world):
        page()
        world.keys.revoke_tokens()
        assert page().ids
        assert exchanges(world) == 2

    def test_a_deleted_key_has_to_be_made_anew(self, page, world):
        page()
        world.keys.delete()
        with pytest.raises(ReconnectNeeded, match="wrong, expired or deleted"):
            page()

    def test_a_fresh_token_that_is_refused_is_not_tried_for_ever(self, page, world):
        world.fail(ACTIVITIES, 401)
        with pytest.raises(ReconnectNeeded, match="no longer accepts"):
            page()
        assert (exchanges(world), len(world.calls(ACTIVITIES))) == (2, 2)

    def test_a_short_token_tells_when_the_key_ends(self, page, world, kept, clock):
        world.keys.change(ends_at=clock.now() + timedelta(hours=4))
        page()
        assert kept()[1].ends_at == clock.now() + timedelta(hours=4)

    def test_a_key_that_outlives_its_named_end_has_an_unknown_one(self, page, store, kept, clock):
        with store.begin() as db:
            connections.mark(db, ATHLETE, "garmin", ends_at=clock.now() - timedelta(hours=1))
        page()
        assert kept()[1].ends_at is None

    def test_a_key_that_goes_on_keeps_its_named_end(self, page, store, kept, clock):
        ends_at = clock.now() + timedelta(days=20)
        with store.begin() as db:
            connections.mark(db, ATHLETE, "garmin", ends_at=ends_at)
        page()
        assert kept()[1].ends_at == ends_at

    def test_another_key_to_the_vault_shuts_the_source(self, connected, store, settings, clock):
        source = Garmin(store, Vault(["another key that is long enough, too"]), settings, clock, ATHLETE)
        with pytest.raises(ReconnectNeeded) as caught:
            source.page(FIRST, clock.now(), 1, live=True)
        source.close()
        assert caught.value.state == "sealed"

    def test_without_a_connection_it_says_how_to_make_one(self, store, vault, settings, clock):
        source = Garmin(store, vault, settings, clock, ATHLETE)
        with pytest.raises(ReconnectNeeded, match="not connected"):
            source.page(FIRST, clock.now(), 1, live=True)
        source.close()


class TestWaiting:
    def test_after_a_refusal_nothing_is_asked_until_then(self, page, source, world, clock):
        page()
        world.pace.apart_s = 60.0
        with pytest.raises(TryLater, match="wait"):
            page()
        asked = len(world.requests)
        with pytest.raises(TryLater, match="wait"):
            source.slept(date(2025, 6, 30))
        assert len(world.requests) == asked
        world.pace.apart_s = 0.0
        clock.advance(timedelta(seconds=14))
        assert page().ids

    def test_calls_are_so_far_apart_that_none_is_refused(self, again, world, stand_in, page):
        world.pace.apart_s = 0.02
        source = again(Wire(stand_in.api_base, pace_s=0.03))
        source.nights(date(2025, 6, 1), date(2025, 6, 30))
        assert {call.status for call in world.requests} == {200}


class TestNights:
    def test_it_is_a_source_of_nights(self, source):
        assert isinstance(source, NightSource)

    def test_a_month_is_four_requests_and_every_range_is_short_enough(self, source, world):
        found = source.nights(date(2025, 5, 1), date(2025, 6, 30))
        assert [len(world.calls(path)) for path in (SLEEP, f"{VARIABILITY}/*", DAYS, BATTERY)] == [3, 3, 3, 3]
        assert {call.status for call in world.requests} <= {200, 204}
        assert found[0][0].day == date(2025, 6, 1)  # when the watch was first worn
        assert found[-1][0].day == date(2025, 6, 30)
        assert [night.day for night, _ in found] == sorted({night.day for night, _ in found})

    def test_every_value_comes_with_an_ordinary_night(self, source):
        ((night, raw),) = source.nights(date(2025, 6, 29), date(2025, 6, 29))
        assert None not in (night.sleep_s, night.resting_hr, night.hrv_ms, night.bedtime, night.sleep_score)
        assert None not in (night.body_battery, night.stress)
        assert set(raw) == {"sleep", "hrv", "day", "before"}

    def test_last_night_is_there_once_the_watch_was_synced(self, source, world, clock):
        today = clock.now().date()
        world.sync_day(today, clock.now() + timedelta(hours=1))
        assert not source.slept(today)
        assert [night.day for night, _ in source.nights(today, today)] == []
        clock.advance(timedelta(hours=1))
        assert source.slept(today)

    def test_an_area_that_fails_is_left_out_and_the_others_come(self, source, world, left_out):
        world.fail(DAYS, 500, times=1)
        world.fail(BATTERY, 403, times=1)
        ((night, _),) = source.nights(date(2025, 6, 29), date(2025, 6, 29))
        assert (night.resting_hr, night.body_battery) == (None, None)
        assert night.sleep_s
        assert set(left_out()) == {"daily summaries", "Body Battery"}
        source.nights(date(2025, 6, 29), date(2025, 6, 29))
        assert left_out() == {}

    def test_an_area_that_is_not_there_is_empty_and_no_fault(self, source, world, left_out):
        world.fail(f"{VARIABILITY}/*", 404)
        ((night, _),) = source.nights(date(2025, 6, 29), date(2025, 6, 29))
        assert night.hrv_ms is None
        assert left_out() == {}

    def test_what_was_left_out_before_is_known_to_the_next_look(self, source, again, world, left_out):
        world.fail(SLEEP, 403, times=1)
        source.slept(date(2025, 6, 30))
        assert set(left_out()) == {"sleep"}
        again().slept(date(2025, 6, 30))
        assert left_out() == {}

    def test_a_key_for_activities_alone_gives_no_nights(self, source, world, left_out):
        world.keys.change(areas=AREAS - {"wellness"})
        assert source.nights(date(2025, 6, 1), date(2025, 6, 30)) == []
        assert set(left_out()) == {"sleep", "heart-rate variability", "daily summaries", "Body Battery"}


class TestProfile:
    def test_zones_are_all_there_is(self, source, world):
        world.zones = [{"sport": "RUNNING", "zone3Floor": 150}]
        assert source.profile([], []).documents == {"zones": {"zones": world.zones}}
        assert source.profile([], []).shoes == ()

    def test_zones_that_may_not_be_read_are_none(self, source, world, left_out):
        world.keys.change(areas=AREAS - {"wellness"})
        assert source.profile([], []).documents == {}
        assert set(left_out()) == {"heart-rate zones"}

    def test_nobody_tells_how_many_activities_there_are(self, source):
        assert source.expected() is None


class TestStreams:
    def gpx(self):
        rows = "".join(
            f'<trkpt lat="52.5" lon="{13.4 + n / 5000}"><time>2025-06-20T05:00:0{n}Z</time></trkpt>' for n in range(5)
        )
        return f'<gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>{rows}</trkseg></trk></gpx>'.encode()

    def test_they_come_from_the_file_that_was_uploaded(self, source, world, a_run):
        world.add(a_run(60, 20), original=Original("gpx", self.gpx))
        raw, problem = source.answer("streams", "60")
        assert (raw["time"], problem) == ([0, 1, 2, 3, 4], "")

    def test_a_workout_entered_by_hand_has_no_file_and_that_is_no_fault(self, source):
        assert source.answer("streams", "1") == (None, "")

    def test_a_file_that_cannot_be_read_is_a_problem_of_its_own(self, source, world, a_run):
        world.add(a_run(60, 20), original=Original("fit", lambda: b"\x0e\x10"))
        raw, problem = source.answer("streams", "60")
        assert raw is None
        assert problem.startswith("its file cannot be used: ")

    def test_a_download_that_fails_is_one_too(self, source, world):
        world.fail(FILES, 500)
        assert source.answer("streams", "1") == (None, "Garmin fails on this (HTTP 500)")

    def test_a_key_that_may_not_read_files_is_asked_again_another_day(self, source, world, left_out):
        world.fail(FILES, 403)
        with pytest.raises(TryLater):
            source.answer("streams", "1")
        assert set(left_out()) == {"activity files"}

    def test_a_detail_is_kept_without_positions(self, source, world, a_run):
        world.add(a_run(60, 20, startLatitude=52.5))
        raw, _ = source.answer("detail", "60")
        assert raw["activityId"] == 60
        assert "startLatitude" not in raw["summaryDTO"]
        assert source.answer("detail", "999") == (None, "Garmin has no such record.")
