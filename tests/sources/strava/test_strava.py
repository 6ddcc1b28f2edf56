"""One athlete's access to the API: tokens, limits and refusals, over real HTTP."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import responses
from sqlalchemy import select

from coachd.errors import OperatorNeeded, ReconnectNeeded, TryLater
from coachd.sources.strava import REFRESH_BEFORE, Strava, oauth
from coachd.store import connections, shared
from coachd.tables import connections as connection_rows

LISTING, TOKEN = "/athlete/activities", "/oauth/token"
FAR = timedelta(days=400)


def listed(source, *, live=True, page=1):
    now = source._clock.now()
    return source.page(now - FAR, now + timedelta(days=1), page, live=live)


def calls(world, path):
    return len(world.calls(path))


# pages


def test_a_page_is_newest_first_and_an_empty_one_ends_the_list(connect, source_of):
    connect()
    source = source_of()
    assert listed(source).ids == tuple(str(number) for number in range(10, 0, -1))
    assert listed(source, page=2).ids == ()


def test_a_page_asks_for_two_hundred_between_fixed_bounds_in_seconds(connect, source_of, world, clock):
    connect()
    listed(source_of(), page=3)
    (call,) = world.calls(LISTING)
    now = clock.now()
    assert dict(call.query) == {
        "after": str(int((now - FAR).timestamp())), "before": str(int((now + timedelta(days=1)).timestamp())),
        "page": "3", "per_page": "200",
    }  # fmt: skip


def test_activities_only_the_athlete_may_see_are_in_the_list(connect, source_of, world, a_run):
    connect()
    world.add(a_run(11, 11, private=True, visibility="only_me"))
    assert "11" in listed(source_of()).ids


# tokens


def test_a_token_with_more_than_an_hour_left_is_used_as_it_is(connect, source_of, world, clock):
    connect()
    clock.advance(timedelta(hours=5) - timedelta(seconds=1))
    listed(source_of())
    assert calls(world, TOKEN) == 0


def test_a_token_is_renewed_when_an_hour_or_less_is_left(connect, source_of, world, clock, stored_tokens):
    old = connect()
    clock.set(old.expires_at - REFRESH_BEFORE)
    listed(source_of())
    new = stored_tokens()
    assert calls(world, TOKEN) == 1
    assert new.access != old.access
    assert new.refresh != old.refresh
    assert new.expires_at == clock.now() + timedelta(hours=6)


def test_a_rotated_token_is_stored_before_it_is_used(connect, source_of, clock, stored_tokens, monkeypatch):
    old = connect()
    clock.advance(timedelta(hours=5, minutes=30))
    source = source_of()

    def die(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(source, "_call", die)
    with pytest.raises(KeyboardInterrupt):
        listed(source)
    assert stored_tokens().refresh != old.refresh
    # ... and whoever comes next gets on with it
    assert listed(source_of()).ids


def test_a_process_that_dies_while_it_renews_holds_nobody_up(connect, source_of, world, clock, monkeypatch):
    connect()
    clock.advance(timedelta(hours=5, minutes=30))
    with monkeypatch.context() as patch:
        patch.setattr(Strava, "_release", lambda *_args: None)
        patch.setattr(oauth, "refresh", lambda *_args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            listed(source_of())
    assert listed(source_of()).ids  # with the old token, which is still good
    assert calls(world, TOKEN) == 0
    clock.advance(timedelta(minutes=3))
    listed(source_of())
    assert calls(world, TOKEN) == 1


def test_two_that_renew_at_once_make_one_request_and_both_go_on(connect, source_of, world, clock):
    connect()
    clock.advance(timedelta(hours=5, minutes=30))
    world.fail(TOKEN, delay=0.2, times=1)
    start = threading.Barrier(2)

    def look(source):
        start.wait(5)
        return listed(source).ids

    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(look, [source_of(), source_of()]))
    assert [len(ids) for ids in both] == [10, 10]
    assert calls(world, TOKEN) == 1


def test_one_that_waited_uses_the_tokens_the_other_stored(connect, source_of, world, clock, stored_tokens):
    old = connect()
    clock.advance(timedelta(hours=5, minutes=30))
    listed(source_of())
    assert source_of()._fresh(old, refused=False) == stored_tokens()
    assert calls(world, TOKEN) == 1


def test_a_refused_token_is_not_used_again_while_somebody_else_renews_it(connect, source_of, world, store, clock):
    old = connect()
    with store.begin() as db:
        shared.acquire(db, "token:strava:me", "somebody else", clock.now(), timedelta(minutes=2))
    with pytest.raises(TryLater):
        source_of()._fresh(old, refused=True)
    assert source_of()._fresh(old, refused=False) == old
    assert calls(world, TOKEN) == 0


def test_a_dead_refresh_token_is_a_revoked_connection_after_one_try(connect, source_of, world, clock):
    connect()
    world.revoke_all()
    clock.advance(timedelta(hours=7))
    with pytest.raises(ReconnectNeeded) as caught:
        listed(source_of())
    assert caught.value.state == "revoked"
    assert (calls(world, TOKEN), calls(world, LISTING)) == (1, 0)


def test_a_401_in_the_middle_gets_one_fresh_token_and_goes_on(connect, source_of, world):
    connect()
    source = source_of()
    listed(source)
    world.fail(LISTING, 401, times=1)
    assert len(listed(source, page=1).ids) == 10
    assert (calls(world, TOKEN), calls(world, LISTING)) == (1, 3)


def test_a_401_that_stays_is_given_up_after_one_fresh_token(connect, source_of, world):
    connect()
    world.fail(LISTING, 401)
    with pytest.raises(ReconnectNeeded):
        listed(source_of())
    assert (calls(world, TOKEN), calls(world, LISTING)) == (1, 2)


def test_a_revocation_on_the_website_is_noticed(connect, source_of, world):
    connect()
    world.revoke_all()
    with pytest.raises(ReconnectNeeded) as caught:
        listed(source_of())
    assert caught.value.state == "revoked"


def test_without_a_connection_nothing_is_asked(connect, source_of, world, store):
    connect()
    with store.begin() as db:
        connections.forget(db, "me", "strava")
    with pytest.raises(ReconnectNeeded, match="not connected"):
        listed(source_of())
    assert not world.requests


def test_no_token_shows_in_logs_addresses_or_the_database(
    connect, source_of, world, clock, store, stored_tokens, caplog
):
    caplog.set_level(logging.DEBUG)
    old = connect()
    clock.advance(timedelta(hours=5, minutes=30))
    listed(source_of())
    new = stored_tokens()
    with store.read() as db:
        rows = repr(db.execute(select(connection_rows)).all())
    shown = "\n".join([repr(new), rows, caplog.text, *(str(call.query) for call in world.requests)])
    secrets = [old.access, old.refresh, new.access, new.refresh, "hush-hush-client-secret"]
    assert [secret for secret in secrets if secret in shown] == []


# limits


def test_a_spent_quarter_hour_stops_every_request_until_it_turns(connect, source_of, world, clock):
    connect()
    world.limits.read = (3, 1000)
    source = source_of()
    for _ in range(3):
        listed(source)
    asked = len(world.requests)
    turn = clock.now().replace(minute=15, second=5)
    for waiting in (source, source_of(), source_of()):  # a new process knows it too
        with pytest.raises(TryLater) as caught:
            listed(waiting)
        assert (caught.value.state, caught.value.until) == ("waiting", turn)
    assert len(world.requests) == asked
    clock.set(turn)
    assert listed(source).ids


def test_an_unexpected_429_is_believed_at_once(connect, source_of, world, clock):
    connect()
    world.fail(LISTING, 429, times=1)
    for _ in range(5):
        with pytest.raises(TryLater) as caught:
            listed(source_of())
        assert caught.value.until == clock.now().replace(minute=15, second=5)
    assert len(world.requests) == 1
    clock.set(caught.value.until)
    assert listed(source_of()).ids


def test_a_spent_day_waits_for_midnight_utc(connect, source_of, world, clock):
    connect()
    world.limits.read = (100, 2)
    listed(source_of())
    listed(source_of())
    with pytest.raises(TryLater) as caught:
        listed(source_of())
    assert caught.value.until == datetime(2025, 7, 1, 0, 0, 5, tzinfo=clock.now().tzinfo)
    assert len(world.requests) == 2


def test_a_backfill_leaves_its_share_to_polls(connect, source_of, world):
    connect()
    world.limits.read = (10, 1000)
    source = source_of()
    for _ in range(7):
        listed(source, live=False)
    with pytest.raises(TryLater, match="share of requests for older data"):
        listed(source, live=False)
    for _ in range(3):
        listed(source, live=True)
    with pytest.raises(TryLater, match="limit is reached"):
        listed(source, live=True)
    assert calls(world, LISTING) == 10


def test_the_budget_belongs_to_the_application(connect, source_of, world):
    connect()
    world.limits.read = (1, 1000)
    listed(source_of())
    with pytest.raises(TryLater):
        listed(source_of())
    world.limits.read = (100, 1000)
    assert listed(source_of(strava_client_id="13")).ids


# refusals


def test_an_inactive_application_is_the_operators_business(connect, source_of, world):
    connect()
    world.inactive = True
    with pytest.raises(OperatorNeeded) as caught:
        listed(source_of())
    assert caught.value.state == "inactive"
    assert calls(world, LISTING) == 1


def test_a_token_without_the_activities_scope_says_which_is_missing(connect, source_of, world):
    connect("read")
    with pytest.raises(ReconnectNeeded, match="activity:read") as caught:
        listed(source_of())
    assert caught.value.state == "missing_scope"
    assert (calls(world, LISTING), calls(world, TOKEN)) == (1, 0)


@pytest.mark.parametrize("status", [404, 500, 502, 503])
def test_a_listing_that_fails_is_an_outage(connect, source_of, world, status):
    connect()
    world.fail(LISTING, status)
    with pytest.raises(TryLater) as caught:
        listed(source_of())
    assert caught.value.state == "outage"


@pytest.mark.parametrize("body", [{"rows": []}, "<html>Maintenance</html>"])
def test_a_listing_that_is_no_list_is_an_outage_and_not_the_end(connect, source_of, world, body):
    connect()
    world.fail(LISTING, 200, body=body)
    with pytest.raises(TryLater):
        listed(source_of())


@pytest.mark.parametrize("path", ["/athlete", LISTING])
def test_a_slow_strava_is_given_up(connect, source_of, world, impatient, path):
    connect()
    world.fail(path, delay=5)
    source = source_of()
    with pytest.raises(TryLater, match="in time"):
        source.profile([], []) if path == "/athlete" else listed(source)


# profile


SHOES = [
    {"id": "g1", "name": "Reds", "entered_distance": 600_000},
    {"id": "g2", "name": "Blues", "distance": 966309, "retired": True},
    {"id": "b1", "name": "Bike", "distance": 5},
]


@pytest.fixture
def geared(world):
    for item in SHOES:
        world.gear[item["id"]] = dict(item)
    return world


def test_retired_shoes_are_asked_for_one_by_one_and_bikes_are_not(connect, source_of, geared):
    connect()
    found = source_of().profile({"g1", "g2"}, ())
    shoes = {shoe.id: shoe for shoe, _ in found.shoes}
    assert set(shoes) == {"g1", "g2"}
    assert (shoes["g2"].retired, shoes["g2"].distance_m) == (True, 966309.0)
    assert [call.path for call in geared.calls("/gear/*")] == ["/gear/g2"]


def test_a_shoe_known_to_be_retired_is_not_asked_for_again(connect, source_of, geared):
    connect()
    source_of().profile({"g1", "g2"}, {"g2"})
    assert calls(geared, "/gear/*") == 0


def test_a_shoe_that_is_gone_or_broken_costs_itself_only(connect, source_of, geared):
    connect()
    geared.fail("/gear/g2", 500)
    assert [shoe.id for shoe, _ in source_of().profile({"g1", "g2", "g404"}, ()).shoes] == ["g1"]


def test_the_athlete_zones_and_totals_are_kept(connect, source_of, geared):
    connect()
    geared.zones = {"heart_rate": {"custom_zones": True, "zones": [{"min": 0, "max": 120}, {"min": 120, "max": 148}]}}
    documents = source_of().profile((), ()).documents
    assert documents["zones"] == geared.zones
    assert documents["athlete"]["firstname"] == "Robin"
    assert documents["stats"]["all_run_totals"]["count"] == 10


def test_without_the_profile_scope_activities_still_come_and_the_rest_is_unknown(connect, source_of, geared):
    connect("read", "activity:read_all")
    source = source_of()
    assert listed(source).ids
    found = source.profile((), ())
    assert found.shoes == ()
    assert "zones" not in found.documents


@pytest.mark.parametrize("status", [404, 500])
def test_a_profile_that_fails_is_an_outage(connect, source_of, world, status):
    connect()
    world.fail("/athlete", status)
    with pytest.raises(TryLater) as caught:
        source_of().profile((), ())
    assert caught.value.state == "outage"


@responses.activate
def test_an_odd_shoe_costs_itself_only(connect, source_of, settings):
    connect()
    shoes = [None, "g9", {"id": "g1", "name": "Reds", "distance": "many"}]
    responses.get(f"{settings.strava_api_base}/athlete", json={"id": 42, "shoes": shoes})
    responses.get(f"{settings.strava_api_base}/athlete/zones", json=[])
    responses.get(f"{settings.strava_api_base}/athletes/42/stats", json={})
    found = source_of().profile((), ())
    assert [(shoe.id, shoe.distance_m) for shoe, _ in found.shoes] == [("g1", None)]
    assert "zones" not in found.documents


# details and streams


def test_a_detail_comes_without_its_route(connect, source_of, world):
    connect()
    world.edit(3, description="Felt good")
    raw, problem = source_of().answer("detail", "3")
    assert (raw["description"], problem) == ("Felt good", "")
    assert not {"map", "start_latlng", "segment_efforts"} & set(raw)


def test_streams_never_ask_for_positions(connect, source_of, world):
    connect()
    world.streams[3] = {"time": [0, 1], "latlng": [[1, 2], [1, 2]], "heartrate": [120, 121]}
    raw, problem = source_of().answer("streams", "3")
    assert (sorted(raw), problem) == (["heartrate", "time"], "")
    (call,) = world.calls("/activities/*")
    assert "latlng" not in call.query["keys"]


@pytest.mark.parametrize("body", [[], {}, {"time": [0, 1]}, {"time": {"data": None}}])
def test_streams_of_another_form_are_a_problem_in_words(connect, source_of, world, body):
    connect()
    world.fail("/activities/3/streams", 200, body=body)
    assert source_of().answer("streams", "3") == (None, "Strava's streams of this record cannot be read.")


@pytest.mark.parametrize(("status", "said"), [(500, "HTTP 500"), (404, "no such record")])
def test_one_broken_activity_is_a_problem_in_words(connect, source_of, world, status, said):
    connect()
    world.fail("/activities/3", status)
    raw, problem = source_of().answer("detail", "3")
    assert raw is None
    assert said in problem
    assert source_of().answer("detail", "4")[0]["id"] == 4


def test_an_outage_in_the_middle_of_details_is_no_broken_activity(connect, source_of, world):
    connect()
    world.fail("/activities/*", 503)
    with pytest.raises(TryLater):
        source_of().answer("detail", "3")
