"""The wire: where calls go, how long they wait, and what each refusal means."""

from __future__ import annotations

import logging
import socket
import threading
import warnings
from contextlib import suppress
from datetime import UTC, datetime

import pytest
import requests
import responses

from coachd.errors import OperatorNeeded, ReconnectNeeded, TryLater
from coachd.sources.strava import http, oauth
from coachd.store.connections import Tokens

NOW = datetime(2025, 6, 30, 12, 7, tzinfo=UTC)


def refusal(status, resource="", field="", code="", body=None):
    answer = requests.Response()
    answer.status_code = status
    if body is None:
        body = f'{{"message": "no", "errors": [{{"resource": "{resource}", "field": "{field}", "code": "{code}"}}]}}'
    answer._content = body.encode()
    return http.translated(answer, NOW)


@pytest.mark.parametrize(
    ("problem", "kind", "state"),
    [
        (refusal(401, "Athlete", "access_token", "invalid"), ReconnectNeeded, "revoked"),
        (refusal(401, body="<html>no</html>"), ReconnectNeeded, "revoked"),
        (refusal(400, "RefreshToken", "refresh_token", "invalid"), ReconnectNeeded, "revoked"),
        (refusal(401, "AccessToken", "activity:read_permission", "missing"), ReconnectNeeded, "missing_scope"),
        (refusal(403, "Application", "Status", "Inactive"), OperatorNeeded, "inactive"),
        (refusal(403, body="<h1>403: Limit of connected athletes exceeded</h1>"), OperatorNeeded, "athlete_limit"),
        (refusal(403, body="Forbidden"), OperatorNeeded, "forbidden"),
        (refusal(429, "Application", "rate limit", "exceeded"), TryLater, "waiting"),
        (refusal(429, body='{"message": "Rate Limit Exceeded", "errors": "a string (2018)"}'), TryLater, "waiting"),
        (refusal(502, body="<html>Bad Gateway</html>"), TryLater, "outage"),
        (refusal(400, "Application", "after", "future"), TryLater, "outage"),
        (refusal(418, body="[]"), TryLater, "outage"),
    ],
)  # fmt: skip
def test_a_refusal_says_by_its_type_what_to_do_next(problem, kind, state):
    assert type(problem) is kind
    assert problem.state == state
    assert str(problem).endswith(".")


def test_what_is_gone_and_what_is_broken_are_told_apart():
    assert isinstance(refusal(404, "Activity", "id", "invalid"), http.NotThereError)
    assert isinstance(refusal(500, body='{"message": "error"}'), http.BrokenError)


def test_the_missing_permission_is_named():
    assert "activity:read was not granted" in str(refusal(401, "AccessToken", "activity:read_permission", "missing"))


def test_an_inactive_application_names_the_page_to_go_to():
    assert "https://www.strava.com/settings/api" in refusal(403, "Application", "Status", "Inactive").advice


# where calls go


@pytest.mark.parametrize("prefix", ["https://api-v3.strava.com", "https://www.strava.com/api/v3"])
@responses.activate
def test_calls_go_to_the_base_in_the_settings_also_without_a_path(settings, prefix):
    responses.get(f"{prefix}/athlete", json={"id": 1})
    changed = settings.model_copy(update={"strava_api_base": prefix})
    with http.session(changed) as session:
        assert http.protocol(session).get("/athlete") == {"id": 1}


def test_the_stand_in_is_reached_under_the_new_host_form_too(settings, stand_in, world):
    token = stand_in.connect()["access_token"]
    with http.session(settings.model_copy(update={"strava_api_base": stand_in.base_url})) as session:
        protocol = http.protocol(session)
        protocol.access_token = token
        assert protocol.get("/athlete")["id"] == 42
    (call,) = world.calls("/athlete")
    assert call.base == ""


def test_oauth_goes_to_its_own_base(settings, world):
    with http.session(settings) as session:
        session.post(f"{http.HOST}/oauth/revoke", data={"token": "x"})
    assert [call.path for call in world.requests] == ["/oauth/revoke"]


def test_a_token_goes_out_in_the_header_and_never_in_the_address(settings, stand_in, world):
    token = stand_in.connect()["access_token"]
    with http.session(settings) as session:
        protocol = http.protocol(session)
        protocol.access_token = token
        protocol.get("/athlete/activities", page=1, per_page=2)
    (call,) = world.requests
    assert (call.status, dict(call.query)) == (200, {"page": "1", "per_page": "2"})


def test_a_netrc_of_the_machine_cannot_replace_our_token(settings, stand_in, tmp_path, monkeypatch):
    (tmp_path / "netrc").write_text("default login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with http.session(settings) as session:
        protocol = http.protocol(session)
        protocol.access_token = stand_in.connect()["access_token"]
        assert protocol.get("/athlete")["id"] == 42


# when nobody answers


def called(settings, path="/athlete"):
    with http.session(settings) as session:
        protocol = http.protocol(session)
        return http.call(lambda: protocol.get(path), NOW)


def test_a_slow_answer_is_given_up(settings, world, impatient):
    world.fail("/athlete", delay=5)
    with pytest.raises(TryLater, match="did not answer in time") as caught:
        called(settings)
    assert caught.value.state == "outage"
    assert len(world.calls("/athlete")) <= 1  # sent once: it may have been counted


def test_a_dead_port_is_an_outage(settings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(TryLater, match="cannot be reached"):
        called(settings.model_copy(update={"strava_api_base": base}))


def test_a_page_for_humans_is_an_outage(settings, world):
    world.fail("/athlete", 200, body="<html>We will be right back</html>")
    with pytest.raises(TryLater, match="not JSON"):
        called(settings)


@responses.activate
def test_an_answer_that_breaks_off_is_an_outage(settings):
    responses.get(f"{settings.strava_api_base}/athlete", body=requests.exceptions.ChunkedEncodingError("broken"))
    with pytest.raises(TryLater) as caught:
        called(settings)
    assert caught.value.until == NOW + http.OUTAGE


@pytest.mark.parametrize("body", ["[" * 100_000, "\x00"])
def test_an_answer_that_cannot_be_read_is_an_outage(settings, world, body):
    world.fail("/athlete", 200, body=body)
    with pytest.raises(TryLater) as caught:
        called(settings)
    assert caught.value.state == "outage"


@pytest.fixture
def answers_with():
    """A server that gives every caller the same bytes, and then more of `rest` every hundredth of a second."""
    closing = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve(head, rest):
            with suppress(OSError):  # the caller hung up, or the test is over
                while True:
                    caller = server.accept()[0]
                    with caller:
                        caller.recv(65536)
                        caller.sendall(head)
                        while rest and not closing.wait(0.01):
                            caller.sendall(rest)

        def started(head, rest=b""):
            threading.Thread(target=serve, args=(head.encode(), rest), daemon=True).start()
            return f"http://127.0.0.1:{server.getsockname()[1]}"

        yield started
        closing.set()
        server.shutdown(socket.SHUT_RDWR)


ENDLESS = "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n["


def test_an_answer_that_drips_for_ever_is_given_up(settings, answers_with, monkeypatch):
    monkeypatch.setattr(http, "LONGEST", 0.1)
    with pytest.raises(TryLater, match="did not answer in time"):
        called(settings.model_copy(update={"strava_api_base": answers_with(ENDLESS, b" ")}))


def test_an_answer_larger_than_any_is_given_up(settings, answers_with, monkeypatch):
    monkeypatch.setattr(http, "LARGEST", 10_000)
    with pytest.raises(TryLater, match="did not answer in time"):
        called(settings.model_copy(update={"strava_api_base": answers_with(ENDLESS, b" " * 5_000)}))


@pytest.mark.parametrize("status", [302, 307])
def test_a_secret_does_not_follow_a_redirect(settings, answers_with, world, status):
    elsewhere = f"{settings.strava_oauth_base}/oauth/token"
    head = f"HTTP/1.1 {status} Elsewhere\r\nLocation: {elsewhere}\r\nContent-Length: 0\r\n\r\n"
    moved = settings.model_copy(update={"strava_oauth_base": answers_with(head)})
    with pytest.raises(TryLater, match="does not follow"):
        oauth.refresh(moved, Tokens("access", "refresh", NOW), NOW)
    assert not world.requests


def test_a_refusal_that_names_a_time_to_wait_is_still_a_refusal(settings, answers_with):
    head = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 99999\r\nContent-Length: 2\r\n\r\n{}"
    with pytest.raises(TryLater) as caught:
        called(settings.model_copy(update={"strava_api_base": answers_with(head)}))
    assert caught.value.state == "waiting"


# a guest that keeps the house as it was


def test_stravalib_leaves_the_process_as_it_was(settings):
    filters, handlers = list(warnings.filters), list(logging.root.handlers)
    with http.session(settings) as session:
        http.protocol(session)
    assert warnings.filters == filters
    assert logging.root.handlers == handlers
    assert logging._warnings_showwarning is None
