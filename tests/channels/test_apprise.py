"""Posts against a real HTTP server on loopback that can take, refuse or hang."""

import json
import logging
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from coachd.channels.apprise import LIMIT, Channel, short_form
from coachd.errors import DeliveryProblem
from coachd.model import Message

# Apprise still asks an old module of the standard library for the kind of a picture
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

TEXT = "47.0 km, 4 runs\nMon 16 to Sun 22 Nov 2026\n\n  Mon  8.2\n  Tue  rest\n\n" + "A paragraph.\n\n" * 200
MESSAGE = Message("1@example.org", "robin@example.org", "Your week: 47.0 km, 4 runs", TEXT, "<p>unused</p>")


@contextmanager
def service(answer):
    """A web service that answers with a status, or not at all (None). Gives its address and what it got."""
    got, release = [], threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            if answer is None:
                release.wait(10)
                return
            self.send_response(answer)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"json://robin:s3cret@127.0.0.1:{server.server_port}/topic-s3cret", got
    finally:
        release.set()
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_post_carries_the_subject_and_the_first_lines():
    with service(200) as (url, got):
        assert Channel(url).send(MESSAGE) == "post to json"
    assert got[0]["title"] == MESSAGE.subject
    assert got[0]["message"].startswith("47.0 km, 4 runs Mon 16 to Sun 22 Nov 2026")
    assert len(got[0]["title"]) + len(got[0]["message"]) <= LIMIT


def test_a_refused_post_is_worth_another_try_and_the_address_stays_secret(caplog):
    caplog.set_level(logging.DEBUG)
    with service(500) as (url, _), pytest.raises(DeliveryProblem, match="json service did not take") as caught:
        Channel(url).send(MESSAGE)
    assert not caught.value.permanent
    assert not caught.value.unknown
    told = (
        str(caught.value) + caught.value.advice + "".join(r.getMessage() for r in caplog.records if r.name == "apprise")
    )
    assert "s3cret" not in told


def test_a_service_that_hangs_may_have_taken_the_post():
    with service(None) as (url, _), pytest.raises(DeliveryProblem, match="may have arrived") as caught:
        Channel(url, timeout=0.3).send(MESSAGE)
    assert caught.value.unknown


@pytest.mark.parametrize("url", ["nosuch://s3cret/topic", "s3cret", "json://", "syslog://", "dbus://"])
def test_an_address_that_no_service_or_only_this_machine_answers_is_refused_for_good(url):
    with pytest.raises(DeliveryProblem, match="push address") as caught:
        Channel(url).send(MESSAGE)
    assert caught.value.permanent
    assert "s3cret" not in str(caught.value)


def test_the_address_is_not_in_the_channels_own_description():
    assert "s3cret" not in repr(Channel("ntfy://s3cret"))


def test_the_short_form_keeps_indented_lines_and_says_that_it_was_cut():
    assert short_form(MESSAGE, 75).endswith("\n\n  Mon  8.2\n  Tue  rest…")


def test_a_short_text_is_kept_whole():
    message = Message("1@example.org", "", "s", "one\ntwo\n\nthree\n", "")
    assert short_form(message, 100) == "one two\n\nthree"


def test_a_single_long_paragraph_is_cut_to_the_limit():
    assert len(short_form(Message("1@example.org", "", "s", "word " * 1000, ""), 90)) == 90
