"""Connecting and leaving: the invitation, the redirect, the code, the secrets on the way."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
import responses

from coachd import config
from coachd.errors import ConfigProblem, InputProblem, OperatorNeeded, ReconnectNeeded, TryLater
from coachd.sources.strava import oauth
from coachd.store.connections import Tokens

HERE = "http://localhost:8765/connected"


def visit(url):
    """Where a browser that opens this page is sent back to."""
    with requests.Session() as browser:
        browser.trust_env = False
        answer = browser.get(url, allow_redirects=False, timeout=5)
    return answer.headers["Location"]


@pytest.fixture
def invitation(settings):
    return oauth.invite(settings, HERE)


def back(invitation, **query):
    return f"{HERE}?{urlencode({'state': invitation.state, 'code': 'c0de', 'scope': ','.join(oauth.SCOPES), **query})}"


# the invitation


def test_the_page_to_open_lies_at_the_oauth_base_and_asks_for_what_is_needed(settings, invitation):
    url = urlsplit(invitation.url)
    query = {key: value for key, (value,) in parse_qs(url.query).items()}
    assert invitation.url.startswith(f"{settings.strava_oauth_base}/oauth/authorize?")
    assert query == {
        "client_id": "12", "redirect_uri": HERE, "response_type": "code", "approval_prompt": "auto",
        "scope": "read,activity:read_all,profile:read_all", "state": invitation.state,
    }  # fmt: skip


def test_each_invitation_has_a_state_of_its_own(settings, invitation):
    other = oauth.invite(settings, HERE)
    assert other.state != invitation.state
    assert len(other.state) >= 20


@pytest.mark.parametrize(
    ("env", "named"),
    [
        ({}, ["STRAVA_CLIENT_ID", "STRAVA_CLIENT_SECRET"]),
        ({"STRAVA_CLIENT_ID": "12"}, ["STRAVA_CLIENT_SECRET"]),
    ],
)
def test_missing_credentials_are_all_named_with_the_place_to_get_them(tmp_path, env, named):
    with pytest.raises(ConfigProblem) as caught:
        oauth.invite(config.load(env, state=tmp_path, dotenv=False), HERE)
    assert [problem.split(":")[0] for problem in caught.value.problems] == named
    assert "strava.com/settings/api" in caught.value.advice


# the redirect


def test_a_full_grant_loses_nothing(invitation):
    grant = oauth.granted(back(invitation), invitation)
    assert (grant.code, grant.scopes, grant.missing) == ("c0de", oauth.SCOPES, ())


def test_an_address_pasted_with_spaces_around_it_is_understood(invitation):
    assert oauth.granted(f"  {back(invitation)}\n", invitation).code == "c0de"


@pytest.mark.parametrize("state", ["", "somebody-elses", "stäte"])
def test_a_redirect_with_another_state_is_refused(invitation, state):
    with pytest.raises(InputProblem, match="does not belong"):
        oauth.granted(back(invitation, state=state), invitation)


def test_a_text_that_is_no_address_is_refused(invitation):
    with pytest.raises(InputProblem):
        oauth.granted("what?", invitation)


def test_a_refusal_is_told_as_one(invitation):
    refused = f"{HERE}?{urlencode({'state': invitation.state, 'error': 'access_denied'})}"
    with pytest.raises(ReconnectNeeded, match="told not to let coachd in"):
        oauth.granted(refused, invitation)


def test_an_address_without_a_code_is_told_as_one(invitation):
    with pytest.raises(InputProblem, match="no code"):
        oauth.granted(back(invitation, code=""), invitation)


def test_unticked_private_activities_and_profile_are_told_plainly(invitation):
    grant = oauth.granted(back(invitation, scope="read,activity:read"), invitation)
    hidden, shoes = grant.missing
    assert "only you can see" in hidden
    assert "shoes and heart-rate zones" in shoes


@pytest.mark.parametrize("scope", ["read", "", "read,profile:read_all"])
def test_without_any_activities_there_is_no_connection(invitation, scope):
    with pytest.raises(ReconnectNeeded) as caught:
        oauth.granted(back(invitation, scope=scope), invitation)
    assert caught.value.state == "missing_scope"


# the whole walk


def test_the_walk_through_the_browser_ends_with_tokens(settings, invitation, clock):
    grant = oauth.granted(visit(invitation.url), invitation)
    connected = oauth.exchange(settings, grant.code, clock.now())
    assert (connected.athlete_id, connected.name) == ("42", "Robin")
    assert connected.tokens.expires_at == clock.now() + timedelta(hours=6)


def test_an_athlete_who_says_no_is_understood(world, invitation):
    world.refuse_authorisation = True
    with pytest.raises(ReconnectNeeded):
        oauth.granted(visit(invitation.url), invitation)


def test_an_unticked_box_comes_back_in_the_redirect(world, invitation):
    world.granted_scopes = frozenset({"activity:read_all"})
    grant = oauth.granted(visit(invitation.url), invitation)
    assert grant.scopes == ("read", "activity:read_all")
    assert len(grant.missing) == 1


def test_a_code_works_once(settings, invitation, clock):
    grant = oauth.granted(visit(invitation.url), invitation)
    oauth.exchange(settings, grant.code, clock.now())
    with pytest.raises(ReconnectNeeded, match="did not accept the code"):
        oauth.exchange(settings, grant.code, clock.now())


def test_one_athlete_too_many_is_the_operators_business(world, settings, clock):
    page = "<h1>403: Limit of connected athletes exceeded</h1>"
    world.fail("/oauth/token", 403, body=page)
    with pytest.raises(OperatorNeeded) as caught:
        oauth.exchange(settings, "c0de", clock.now())
    assert caught.value.state == "athlete_limit"


def test_an_exchange_while_strava_is_down_is_no_bad_code(world, settings, clock):
    world.fail("/oauth/token", 503)
    with pytest.raises(TryLater):
        oauth.exchange(settings, "c0de", clock.now())


@responses.activate
def test_an_answer_without_an_athlete_still_connects(settings, clock):
    tokens = {"access_token": "a", "refresh_token": "r", "expires_at": 1751306820.0}
    responses.post(f"{settings.strava_oauth_base}/oauth/token", json=tokens)
    connected = oauth.exchange(settings, "c0de", clock.now())
    assert (connected.athlete_id, connected.name) == (None, "")


@pytest.mark.parametrize("odd", [{}, {"access_token": "a", "refresh_token": "r", "expires_at": 1e30}, []])
@responses.activate
def test_tokens_that_cannot_be_read_are_asked_for_again_later(settings, clock, odd):
    responses.post(f"{settings.strava_oauth_base}/oauth/token", json=odd)
    with pytest.raises(TryLater):
        oauth.refresh(settings, Tokens("a", "r", clock.now()), clock.now())


# revoking


def test_revoking_ends_the_access(world, settings, stand_in, clock):
    answer = stand_in.connect()
    assert oauth.revoke(settings, oauth._tokens(answer))
    (call,) = world.calls("/oauth/*")
    assert (call.method, call.path, dict(call.query)) == ("POST", "/oauth/revoke", {})
    with pytest.raises(ReconnectNeeded):
        oauth.refresh(settings, oauth._tokens(answer), clock.now())


def test_a_revocation_that_cannot_be_told_says_so(world, settings, stand_in):
    tokens = oauth._tokens(stand_in.connect())
    world.fail("/oauth/revoke", 503)
    assert not oauth.revoke(settings, tokens)
    assert not oauth.revoke(settings.model_copy(update={"strava_oauth_base": "http://127.0.0.1:9"}), tokens)


# secrets


def test_no_secret_shows_in_logs_reprs_errors_or_addresses(world, settings, invitation, clock, caplog):
    caplog.set_level(logging.DEBUG)
    grant = oauth.granted(visit(invitation.url), invitation)
    connected = oauth.exchange(settings, grant.code, clock.now())
    clock.advance(timedelta(hours=5, minutes=30))
    fresh = oauth.refresh(settings, connected.tokens, clock.now())
    oauth.revoke(settings, fresh)
    errors = []
    for doomed in (
        lambda: oauth.refresh(settings, fresh, clock.now()),
        lambda: oauth.exchange(settings, grant.code, clock.now()),
        lambda: oauth.refresh(
            settings.model_copy(update={"strava_oauth_base": "http://127.0.0.1:9"}), fresh, clock.now()
        ),
    ):
        with pytest.raises((ReconnectNeeded, TryLater)) as caught:
            doomed()
        errors.append(repr(caught.value) + caught.value.advice)
    secrets = [
        grant.code, settings.strava_client_secret.get_secret_value(), connected.tokens.access,
        connected.tokens.refresh, fresh.access, fresh.refresh,
    ]  # fmt: skip
    # The stand-in's browser logs its own address: what counts is what coachd itself says.
    logs = [record.getMessage() for record in caplog.records if "/oauth/authorize" not in record.getMessage()]
    addresses = [str(request.query) for request in world.calls("/oauth/[tr]*")]
    shown = "\n".join([repr(connected), repr(grant), repr(settings), *errors, *logs, *addresses])
    assert [secret for secret in secrets if secret in shown] == []


# the page that the browser comes back to


@pytest.fixture
def landing():
    with oauth.listening() as running:
        yield running


def ask(landing, path):
    port = urlsplit(landing.redirect_uri).port
    with requests.Session() as browser:
        browser.trust_env = False
        return browser.get(f"http://127.0.0.1:{port}{path}", timeout=5)


def test_the_landing_listens_on_loopback_only(landing):
    assert landing.server_address[0] == "127.0.0.1"
    assert urlsplit(landing.redirect_uri).hostname == "localhost"


def test_the_landing_hands_on_the_address_with_the_state(landing):
    assert ask(landing, "/connected?state=s1&code=c0de&scope=read").status_code == 200
    assert landing.wait(5) == f"{landing.redirect_uri}?state=s1&code=c0de&scope=read"


@pytest.mark.parametrize("path", ["/favicon.ico", "/", "/connected?code=c0de"])
def test_the_landing_turns_away_a_request_without_state_and_waits_on(landing, path):
    assert ask(landing, path).status_code == 404
    assert landing.wait(0) is None


def test_the_landing_writes_no_log(landing, capfd):
    ask(landing, "/connected?state=s1&code=c0de")
    landing.wait(5)
    assert "c0de" not in "".join(capfd.readouterr())


def test_a_browser_that_never_comes_back_ends_the_wait(landing):
    assert landing.wait(0.01) is None


def test_the_walk_ends_at_the_landing(settings, landing):
    invitation = oauth.invite(settings, landing.redirect_uri)
    target = urlsplit(visit(invitation.url))
    ask(landing, f"{target.path}?{target.query}")
    assert oauth.granted(landing.wait(5), invitation).scopes == oauth.SCOPES
    with pytest.raises(InputProblem):
        oauth.granted(landing.wait(5), replace(invitation, state="another"))
