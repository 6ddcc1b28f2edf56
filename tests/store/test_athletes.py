"""Athletes and what each of them set for themself."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import func, select

from coachd.history.merge import merge
from coachd.model import Finding, Night, Nudge, RuleState, Shoe
from coachd.store import (
    answers,
    athletes,
    channels,
    connections,
    details,
    files,
    judgements,
    nights,
    outbox,
    pairs,
    profile,
    recordings,
    schedule,
    skips,
)
from coachd.store import shoes as ledger
from coachd.store.answers import Grant
from coachd.store.channels import OwnChannel
from coachd.store.connections import Pass, Tokens
from coachd.store.files import Seen
from coachd.tables import metadata


def fill(db, vault, name, recording, now):
    """Something in every table for this athlete."""
    athletes.ensure(db, name, now)
    connections.connect(db, vault, name, "strava", "42", ["read"], Tokens("a", "r", now), now)
    connections.save_pass(db, name, "strava", Pass("full", now, now, 1, 0, None, now))
    connections.add_receipt(db, name, "strava", {"recordings": 1}, "", now)
    recordings.derive(db, name, recordings.save(db, name, [recording], now).identities, merge)
    details.save(db, name, "strava", "1", "streams", [], "", now)
    skips.note(db, name, "strava", {"2": "broken"}, now)
    profile.save(db, name, "strava", "zones", {}, now)
    profile.save_shoes(db, name, [(Shoe("g1", "Blue"), {})], now)
    nudge = Nudge("rule", "week", "nudge", 1, "rest", "A title", "A text")
    judgements.save(db, name, "2026-W47", [Finding("rule", "week", "fire")], [nudge], [RuleState("rule", "week")], now)
    outbox.put(db, name, "weekly", "2026-W47", ["email"], {}, now)
    schedule.save(db, schedule.Due(name, "weekly", now, now))
    channels.add(db, vault, OwnChannel(name, "phone", "ntfy", False, None, now), {"url": "https://ntfy.example/a"})
    answers.issue(db, {f"token of {name}": Grant(name, "useful", "2026-W47", "rule", "week", now)})
    nights.save(db, name, [(Night(date(2026, 11, 16), 26_100.0, source="garmin"), {})], now)
    files.note(db, name, [Seen("aa", "run.fit", 5_600, "read")], now)
    pairs.say(db, name, {("garmin:7", "strava:1"): False}, now)
    ledger.say(db, name, ["strava:1"], "own:blue")


def rows(db, name):
    """Table -> number of rows of this athlete."""
    return {
        table.name: db.scalar(select(func.count()).where(table.c.athlete == name))
        for table in metadata.sorted_tables
        if "athlete" in table.c
    }


def test_an_athlete_is_made_once(store, now):
    with store.begin() as db:
        athletes.add(db, "robin", {"units": "mi"}, now)
        athletes.ensure(db, "robin", now + timedelta(days=1))
        assert athletes.get(db, "robin") == ({"units": "mi"}, False)


def test_athletes_are_named_oldest_first(store, now):
    with store.begin() as db:
        for days, name in enumerate(["kim", "alex", "robin"]):
            athletes.ensure(db, name, now + timedelta(days=days))
        assert athletes.names(db) == ["kim", "alex", "robin"]


def test_an_unknown_athlete_is_none(store):
    with store.read() as db:
        assert athletes.get(db, "nobody") is None


def test_settings_and_the_pause_change_for_one_athlete_only(store, now):
    with store.begin() as db:
        athletes.ensure(db, "robin", now)
        athletes.ensure(db, "kim", now)
        athletes.change(db, "robin", {"zone": "Asia/Tokyo"})
        athletes.pause(db, "robin", True)
        assert athletes.get(db, "robin") == ({"zone": "Asia/Tokyo"}, True)
        assert athletes.get(db, "kim") == ({}, False)


def test_removing_an_athlete_takes_everything_of_theirs_and_nothing_of_others(store, vault, make_recording, now):
    with store.begin() as db:
        fill(db, vault, "robin", make_recording(), now)
        fill(db, vault, "kim", make_recording(), now)
        before = rows(db, "kim")
        assert 0 not in before.values()
        athletes.remove(db, "robin")
    with store.read() as db:
        assert set(rows(db, "robin").values()) == {0}
        assert rows(db, "kim") == before
        assert athletes.names(db) == ["kim"]
