"""The athlete's key: what it may look like, what its token tells, and whose it is."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest

from coachd.demo.garmin import KEY
from coachd.demo.garmin_access import AREAS
from coachd.errors import InputProblem, ReconnectNeeded, TryLater
from coachd.sources.garmin import http
from coachd.sources.garmin.key import ACTIVITIES, LIFETIME, cleaned, connect, exchanged


def jwt(**claims):
    part = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"e30.{part}.c2ln"


@pytest.mark.parametrize("text", [f"  {KEY}\n", KEY, f"{KEY}\r\n"])
def test_what_copying_adds_is_taken_off(text):
    assert cleaned(text) == KEY


@pytest.mark.parametrize("text", ["", " \n", "two words", "a\nb", "Schlüssel", "x" * 5000, "a\x00b"])
def test_what_cannot_be_a_key_is_refused_and_not_shown(text):
    with pytest.raises(InputProblem) as caught:
        cleaned(text)
    assert not text.strip() or text not in str(caught.value)


def test_a_key_tells_whose_it_is_by_the_newest_workout(settings, clock):
    connected = connect(settings, KEY, clock.now())
    assert connected.account == "80070070"
    assert connected.tokens.refresh == KEY
    assert connected.tokens.expires_at == clock.now() + timedelta(hours=24)
    assert connected.ends_at is None


def test_without_a_workout_nothing_tells_whose_it_is(settings, clock, world):
    for number in range(1, 11):
        world.delete(number)
    assert connect(settings, KEY, clock.now()).account is None


def test_a_key_for_nights_alone_connects(settings, clock, world):
    world.keys.change(areas=AREAS - {"activities"})
    assert connect(settings, KEY, clock.now()).account is None


def test_a_wrong_key_does_not_connect(settings, clock):
    with pytest.raises(ReconnectNeeded):
        connect(settings, "another", clock.now())


def test_a_list_that_fails_leaves_it_for_later(settings, clock, world):
    world.fail(ACTIVITIES, 500)
    with pytest.raises(TryLater):
        connect(settings, KEY, clock.now())


def test_a_short_fresh_token_says_that_the_key_ends(settings, clock, world):
    world.keys.change(ends_at=clock.now() + timedelta(hours=5))
    connected = connect(settings, KEY, clock.now())
    assert connected.ends_at == connected.tokens.expires_at == clock.now() + timedelta(hours=5)


@pytest.mark.parametrize(
    "token",
    [
        "opaque",
        jwt(),
        jwt(exp=5),
        jwt(iat=10, exp=5),
        jwt(iat="x", exp="y"),
        "e30.!!!.x",
        "e30.W10.x",
        jwt(iat=0, exp=1e300),
    ],
)
def test_a_token_that_tells_nothing_is_taken_for_one_of_a_day(wire, world, clock, token):
    world.fail(http.TOKEN, 200, body=token)
    tokens, ends_at = exchanged(wire, KEY, clock.now())
    assert (tokens.access, tokens.expires_at, ends_at) == (token, clock.now() + LIFETIME, None)


def test_the_end_of_a_token_does_not_hang_on_two_clocks(wire, clock, stand_in):
    tokens, ends_at = exchanged(wire, KEY, clock.now() - timedelta(days=40))
    assert tokens.expires_at == clock.now() - timedelta(days=39)
    assert ends_at is None
