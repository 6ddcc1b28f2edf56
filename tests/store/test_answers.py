"""What the tokens in mails may do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from coachd.store import answers, athletes
from coachd.store.answers import Grant
from coachd.tables import answers as table


@pytest.fixture
def grant(robin, now) -> Grant:
    return Grant(robin, "quiet", "2026-W47", "strength-short", "", now + timedelta(days=60))


def test_a_token_is_found_again_and_no_other(store, grant):
    with store.begin() as db:
        answers.issue(db, {"token": grant})
        assert answers.find(db, "token") == grant
        assert answers.find(db, "Token") is None


def test_a_token_is_not_stored(store, grant):
    with store.begin() as db:
        answers.issue(db, {"token": grant})
        (stored,) = db.scalars(select(table.c.token))
    assert len(stored) == 32
    assert b"token" not in stored


def test_a_token_is_used_once(store, grant, now):
    with store.begin() as db:
        answers.issue(db, {"token": grant, "other": grant})
        assert answers.use(db, "token", now)
        assert not answers.use(db, "token", now + timedelta(days=1))
        assert not answers.use(db, "unknown", now)
        assert answers.find(db, "token").used_at == now
        assert answers.find(db, "other").used_at is None


def test_one_issued_again_lasts_longer_and_stays_used(store, grant, now):
    with store.begin() as db:
        answers.issue(db, {"token": grant})
        answers.use(db, "token", now)
        later = replace(grant, expires_at=grant.expires_at + timedelta(days=7))
        answers.issue(db, {"token": later})
        assert answers.find(db, "token") == replace(later, used_at=now)


def test_nothing_to_issue_is_no_problem(store):
    with store.begin() as db:
        answers.issue(db, {})


def test_only_what_ran_out_long_ago_is_forgotten(store, grant, now):
    with store.begin() as db:
        athletes.ensure(db, "anna", now)
        answers.issue(db, {"old": replace(grant, expires_at=now), "new": grant})
        answers.issue(db, {"hers": replace(grant, athlete="anna", expires_at=now)})
        answers.forget(db, grant.athlete, now + timedelta(seconds=1))
        assert [answers.find(db, token) is None for token in ("old", "new", "hers")] == [True, False, False]


def test_an_athlete_who_goes_takes_their_tokens_along(store, grant):
    with store.begin() as db:
        answers.issue(db, {"token": grant})
        athletes.remove(db, grant.athlete)
        assert answers.find(db, "token") is None
