"""Connections: tokens that nobody else can read, states, and how far a sync has come."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from coachd.crypto import Vault
from coachd.errors import StoreProblem
from coachd.store import connections
from coachd.store.connections import Pass, Tokens
from coachd.tables import connections as table
from coachd.tables import receipts

HOUR = timedelta(hours=1)


@pytest.fixture
def tokens(now):
    return Tokens("access-71c0ffee", "refresh-71c0ffee", now + 6 * HOUR)


@pytest.fixture
def connected(store, vault, robin, tokens, now):
    """An athlete who is connected to Strava."""
    with store.begin() as db:
        connections.connect(db, vault, robin, "strava", "42", ["read", "activity:read_all"], tokens, now)
    return robin


def state_of(store, athlete):
    with store.read() as db:
        return connections.get(db, athlete, "strava")


def test_a_fresh_connection_is_ok_and_has_not_been_looked_at(store, connected, now):
    state = state_of(store, connected)
    assert (state.state, state.external_id, state.scopes) == ("ok", "42", ("read", "activity:read_all"))
    assert (state.connected_at, state.synced_at, state.passed_at, state.failures) == (now, None, None, 0)


def test_tokens_come_back_as_they_were(store, vault, connected, tokens):
    with store.read() as db:
        assert connections.tokens(db, vault, connected, "strava") == tokens
        assert connections.tokens(db, vault, connected, "garmin") is None


def test_rotated_tokens_replace_the_old_ones(store, vault, connected, now):
    fresh = Tokens("new", "newer", now + 12 * HOUR)
    with store.begin() as db:
        connections.rotate(db, vault, connected, "strava", fresh)
        assert connections.tokens(db, vault, connected, "strava") == fresh


def test_tokens_cannot_be_read_in_the_stored_row(store, connected, tokens):
    with store.read() as db:
        stored = str(db.execute(select(table)).all())
    assert tokens.access not in stored + repr(tokens)
    assert tokens.refresh not in stored + repr(tokens)


def test_tokens_cannot_be_read_in_the_database_file(sqlite_store, vault, tokens, now):
    from coachd.store import athletes

    with sqlite_store.begin() as db:
        athletes.ensure(db, "robin", now)
        connections.connect(db, vault, "robin", "strava", "42", [], tokens, now)
    files = list(sqlite_store.file.parent.glob("coachd.db*"))
    content = b"".join(file.read_bytes() for file in files)
    assert b"robin" in content
    assert b"71c0ffee" not in content


def test_another_key_opens_no_tokens_and_names_the_source_to_connect(store, vault, connected, tokens, now):
    with store.begin() as db:
        connections.connect(db, vault, connected, "garmin", None, [], tokens, now)
    for source in ("strava", "garmin"):
        with store.read() as db, pytest.raises(StoreProblem) as refused:
            connections.tokens(db, Vault(["x" * 32]), connected, source)
        assert f"coachd connect {source}" in refused.value.advice


def test_the_same_state_again_counts_and_keeps_its_beginning(store, connected, now):
    with store.begin() as db:
        connections.set_state(db, connected, "strava", "outage", "502", now + HOUR, now)
        connections.set_state(db, connected, "strava", "outage", "503", now + 2 * HOUR, now + HOUR)
    state = state_of(store, connected)
    assert (state.failures, state.state_since, state.detail) == (2, now, "503")
    assert state.next_try_at == now + 2 * HOUR


def test_another_state_begins_anew(store, connected, now):
    with store.begin() as db:
        connections.set_state(db, connected, "strava", "outage", "502", now + HOUR, now)
        connections.set_state(db, connected, "strava", "revoked", "401", None, now + HOUR)
    state = state_of(store, connected)
    assert (state.failures, state.state_since, state.next_try_at) == (1, now + HOUR, None)


def test_a_state_of_what_is_not_connected_is_not_kept(store, robin, now):
    with store.begin() as db:
        connections.set_state(db, robin, "garmin", "revoked", "", None, now)
        assert connections.every(db) == []


def test_a_good_look_ends_a_state_unless_it_is_one_to_keep(store, connected, now):
    with store.begin() as db:
        connections.set_state(db, connected, "strava", "brake", "too short", now + HOUR, now)
        connections.looked(db, connected, "strava", now, keep=("brake",))
        assert connections.get(db, connected, "strava").state == "brake"
        connections.looked(db, connected, "strava", now + HOUR)
    state = state_of(store, connected)
    assert (state.state, state.detail, state.failures, state.synced_at) == ("ok", "", 0, now + HOUR)


def test_connecting_again_heals_and_keeps_what_was_synced(store, vault, connected, tokens, now):
    with store.begin() as db:
        connections.looked(db, connected, "strava", now)
        connections.set_state(db, connected, "strava", "revoked", "401", None, now)
        connections.connect(db, vault, connected, "strava", "42", ["read"], tokens, now + HOUR)
    state = state_of(store, connected)
    assert (state.state, state.scopes, state.synced_at, state.connected_at) == ("ok", ("read",), now, now + HOUR)


def test_a_pass_goes_on_where_it_was_left(store, connected, now):
    begun = Pass("backfill", now - 100 * HOUR, now + HOUR, 1, 0, None, now)
    reached = replace(begun, page=3, seen=400, oldest=now - 50 * HOUR)
    with store.begin() as db:
        assert connections.current_pass(db, connected, "strava") is None
        connections.save_pass(db, connected, "strava", begun)
        connections.save_pass(db, connected, "strava", reached)
    with store.begin() as db:
        assert connections.current_pass(db, connected, "strava") == reached
        connections.end_pass(db, connected, "strava")
        assert connections.current_pass(db, connected, "strava") is None


def test_forgetting_a_connection_leaves_a_receipt(store, vault, connected, now):
    with store.begin() as db:
        connections.save_pass(db, connected, "strava", Pass("full", now, now, 1, 0, None, now))
        connections.forget(db, connected, "strava")
        connections.add_receipt(db, connected, "strava", {"recordings": 3}, "access revoked", now)
    with store.read() as db:
        assert connections.every(db, connected) == []
        assert connections.tokens(db, vault, connected, "strava") is None
        assert connections.current_pass(db, connected, "strava") is None
        assert db.execute(select(receipts.c.counts, receipts.c.at)).one() == ({"recordings": 3}, now)


def test_connections_are_listed_for_all_or_for_one(store, vault, connected, tokens, now):
    from coachd.store import athletes

    with store.begin() as db:
        athletes.ensure(db, "kim", now)
        connections.connect(db, vault, "kim", "strava", None, [], tokens, now)
        assert [state.athlete for state in connections.every(db)] == ["kim", "robin"]
        assert [state.athlete for state in connections.every(db, "kim")] == ["kim"]
