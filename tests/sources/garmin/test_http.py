"""The wire: paces, waits, refusals, and answers that make no sense."""

from __future__ import annotations

import logging
import socket
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from coachd.demo.garmin import KEY
from coachd.errors import CoachdError, ReconnectNeeded, TryLater
from coachd.sources.garmin import http
from coachd.sources.garmin.http import BrokenError, ForbiddenError, NotThereError, Wire
from coachd.sources.garmin.key import ACTIVITIES

NOW = datetime(2025, 6, 30, 12, 7, tzinfo=UTC)
FIRST = {"start": 0, "limit": 1}


@contextmanager
def answering(*pieces, apart_s=0.0):
    """Somebody who answers one call with these bytes, slowly if asked to."""
    listening = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def serve():
        with listening:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65_536)
                for piece in pieces:
                    if ended.wait(apart_s):
                        return
                    try:
                        connection.sendall(piece)
                    except OSError:
                        return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        ended.set()
        thread.join(5)


def asked(wire, path=ACTIVITIES, **params):
    token = wire.token(KEY, NOW)
    return wire.json(path, token, NOW, **{**FIRST, **params})


def test_the_key_becomes_a_token_that_opens_the_list(wire):
    assert [run["activityId"] for run in asked(wire)] == [10]


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_key_that_is_not_taken_has_to_be_made_anew(wire, world, status):
    world.fail(http.TOKEN, status)
    with pytest.raises(ReconnectNeeded, match="wrong, expired or deleted") as caught:
        wire.token(KEY, NOW)
    assert "coachd connect garmin" in caught.value.advice


def test_a_token_endpoint_that_is_not_there_is_no_bad_key(wire, world):
    world.fail(http.TOKEN, 404)
    with pytest.raises(TryLater, match="no such address"):
        wire.token(KEY, NOW)


@pytest.mark.parametrize("body", ["", "<html> <body>", "ein Schlüssel", "a b"])
def test_an_answer_to_the_key_that_is_no_token_is_an_outage(wire, world, body):
    world.fail(http.TOKEN, 200, body=body)
    with pytest.raises(TryLater, match="makes no sense"):
        wire.token(KEY, NOW)


def test_too_many_calls_wait_as_long_as_garmin_says(wire, world):
    world.pace.apart_s = 60.0
    assert asked(wire)
    with pytest.raises(TryLater) as caught:
        asked(wire)
    assert (caught.value.state, caught.value.until) == ("waiting", NOW + timedelta(seconds=14))


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("14", 14), ("0", 1), ("999999", 86_400), ("Mon, 30 Jun 2025 12:08:00 GMT", 60), ("soon", 60), (None, 60),
     ("Mon, 30 Jun 2025 12:00:00 GMT", 1), ("9" * 400, 60)],
)  # fmt: skip
def test_the_wait_is_read_in_seconds_or_as_a_date(said, seconds):
    assert http._retry_at(said, NOW) == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(("status", "error"), [(403, ForbiddenError), (404, NotThereError), (500, BrokenError),
                                               (400, BrokenError), (406, BrokenError)])  # fmt: skip
def test_what_fails_by_itself_is_told_from_an_outage(wire, world, status, error):
    world.fail(ACTIVITIES, status)
    with pytest.raises(error):
        asked(wire)


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_service_that_is_down_is_an_outage(wire, world, status):
    world.fail(ACTIVITIES, status)
    with pytest.raises(TryLater) as caught:
        asked(wire)
    assert (caught.value.state, caught.value.until) == ("outage", NOW + timedelta(minutes=5))


def test_a_page_of_more_than_forty_five_fails(wire):
    with pytest.raises(BrokenError, match="HTTP 500"):
        asked(wire, limit=46)


def test_no_content_is_nothing(wire):
    assert asked(wire, "/hrv-service/hrv/2020-01-01") is None


def test_what_is_not_json_is_broken(wire, world):
    world.fail(ACTIVITIES, 200, body="<html>")
    with pytest.raises(BrokenError, match="not JSON"):
        asked(wire)


def test_a_download_asks_for_the_zip_that_garmin_wants(wire, world):
    world.fail("/download-service/*", 200, body="a file", times=1)
    assert wire.file("/download-service/files/activity/1", wire.token(KEY, NOW), NOW) == b"a file"
    with pytest.raises(BrokenError, match="406"):
        # Anything but Garmin's own type of ZIP is refused.
        wire.json("/download-service/files/activity/1", wire.token(KEY, NOW), NOW)


def test_calls_keep_their_distance(stand_in):
    slept = []

    def sleep(seconds):
        slept.append(seconds)
        wire._free_at -= seconds  # the time has passed

    wire = Wire(stand_in.api_base, pace_s=100.0, sleep=sleep)
    asked(wire)
    wire.close()
    assert len(slept) == 1  # the second call waits for the first, which waits for none
    assert 99.0 < slept[0] <= 100.0


def test_garmin_is_spared_and_a_stand_in_on_this_machine_is_not():
    hosts = ("personal.connectapi.garmin.com", "127.0.0.1:1", "localhost:1", "[::1]:1", "192.168.1.4")
    assert [Wire(f"http://{host}")._pace_s for host in hosts] == [0.5, 0.0, 0.0, 0.0, 0.5]


def test_nobody_there_is_an_outage():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        base = f"http://127.0.0.1:{taken.getsockname()[1]}"
    with pytest.raises(TryLater, match="cannot be reached"):
        Wire(base).token(KEY, NOW)


def test_an_answer_that_does_not_come_is_given_up(wire, world, impatient):
    world.fail(ACTIVITIES, delay=30)
    token = wire.token(KEY, NOW)
    began = time.monotonic()
    with pytest.raises(TryLater, match="in time"):
        wire.json(ACTIVITIES, token, NOW)
    assert time.monotonic() - began < 10


def test_an_answer_that_drips_is_given_up(monkeypatch):
    monkeypatch.setattr(http, "LONGEST", 0.2)
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
    with answering(head, *[b"x"] * 200, apart_s=0.05) as base, pytest.raises(TryLater, match="in time"):
        Wire(base).token(KEY, NOW)


def test_an_answer_that_breaks_off_is_an_outage():
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf"
    with answering(half) as base, pytest.raises(TryLater, match="cannot be reached"):
        Wire(base).token(KEY, NOW)


def test_an_answer_larger_than_any_real_one_is_not_read_to_its_end(wire, world, monkeypatch):
    monkeypatch.setattr(http, "LARGEST", 1000)
    world.fail(ACTIVITIES, 200, body=["x" * 5000])
    with pytest.raises(BrokenError, match="larger"):
        asked(wire)


def test_a_redirection_is_not_followed():
    elsewhere = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"
    with answering(elsewhere) as base, pytest.raises(TryLater, match="another address"):
        Wire(base).token(KEY, NOW)


def test_a_netrc_does_not_replace_the_key(stand_in, tmp_path, monkeypatch):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    wire = Wire(stand_in.api_base)
    assert wire.token(KEY, NOW)
    wire.close()


def test_neither_key_nor_token_is_ever_logged_or_shown(wire, world, caplog):
    with caplog.at_level(logging.DEBUG):
        token = wire.token(KEY, NOW)
        wire.json(ACTIVITIES, token, NOW, **FIRST)
        said = []
        for path, status in ((http.TOKEN, 401), (http.TOKEN, 503), (ACTIVITIES, 401), (ACTIVITIES, 500)):
            world.heal()
            world.fail(path, status)
            with pytest.raises(CoachdError) as caught:
                asked(wire)
            said += [str(caught.value), caught.value.advice, repr(caught.value.__cause__)]
    told = caplog.text + "".join(said)
    assert "personal-api-key/token" in told  # it does log
    assert KEY not in told
    assert token not in told
