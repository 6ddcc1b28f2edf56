"""Logs: no secret gets through, in either form."""

from __future__ import annotations

import io
import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd import logs

WORDS = st.text(st.sampled_from("abcdefXYZ0123456789-_.~+/=,;:()'\"{}[]!$%"), min_size=6, max_size=60)
PLAIN = st.text("abcdefXYZ0123456789", min_size=12, max_size=60)  # as services make them
NAMES = st.sampled_from(
    ["access_token", "refresh_token", "client_secret", "password", "SMTP_PASSWORD", "COACHD_SECRET_KEY", "code",
     "token", "hub.verify_token", "api_key", "apikey"],
)  # fmt: skip


@pytest.fixture
def started(monkeypatch):
    """Starts logging in the given form onto a buffer, and puts everything back afterwards."""
    root, ours = logging.getLogger(), logging.getLogger("coachd")
    before = root.handlers[:], root.level, ours.level

    def start(form):
        buffer = io.StringIO()
        monkeypatch.setattr("sys.stderr", buffer)
        # pytest's own handlers would be closed by a new configuration
        root.handlers[:] = []
        logs.start(form)
        return buffer

    yield start
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    ours.setLevel(before[2])


@given(NAMES, PLAIN)
def test_a_named_secret_never_gets_through(name, secret):
    said = [f"{name}={secret}", f"{name}: {secret} and more", f"https://h.example/x?{name}={secret}&scope=read",
            json.dumps({"x": 1, name: secret}), repr({name: secret}), f"Settings({name}='{secret}')"]  # fmt: skip
    assert [text for text in said if secret in logs.redacted(text)] == []


@given(NAMES, WORDS)
def test_a_quoted_secret_never_gets_through_in_part(name, secret):
    said = logs.redacted(json.dumps({name: secret, "next": "stays"}))
    assert said == f'{{"{name}": ***, "next": "stays"}}'


@given(st.sampled_from(["Bearer", "bearer", "Basic"]), PLAIN)
def test_an_authorization_header_never_gets_through(scheme, secret):
    for said in (f"Authorization: {scheme} {secret}", repr({"Authorization": f"{scheme} {secret}"})):
        assert secret not in logs.redacted(said)


@given(
    st.sampled_from(["postgresql+psycopg", "https", "redis", "mailto"]),
    st.text("abcdef", max_size=5),
    st.text("ghijkl0123:@/+$", min_size=6, max_size=20),
)
def test_a_password_in_a_url_never_gets_through(scheme, user, password):
    said = logs.redacted(f"cannot reach {scheme}://{user}:{password}@host.example/coachd today")
    assert said == f"cannot reach {scheme}://***@host.example/coachd today"


@pytest.mark.parametrize(
    "text",
    ["GET https://www.strava.com/api/v3/athlete/activities?page=2", "status code: 404", "3 of 9 activities",
     "http://127.0.0.1:8080/x", "the token was refreshed"],
)  # fmt: skip
def test_what_is_no_secret_stays_readable(text):
    assert logs.redacted(text) == text


def test_a_long_message_is_redacted_at_once():
    assert logs.redacted("a" * 200_000) == "a" * 200_000


def test_the_json_form_is_one_object_a_line_with_its_subject(started):
    buffer = started("json")
    logging.getLogger("coachd").info("sync of %s\ndone", "strava", extra={"athlete": "robin", "source": "strava"})
    [line] = buffer.getvalue().splitlines()
    said = json.loads(line)
    assert said.pop("time")
    assert said == {
        "level": "info", "logger": "coachd", "message": "sync of strava\ndone", "athlete": "robin", "source": "strava",
    }  # fmt: skip


@pytest.mark.parametrize("form", ["text", "json"])
def test_secrets_are_blanked_in_messages_and_tracebacks(started, form):
    buffer = started(form)
    try:
        raise RuntimeError("refused: refresh_token=s3cr3t-in-error")
    except RuntimeError:
        logging.getLogger("coachd").exception("calling with access_token=%s", "s3cr3t-in-message")
    assert "RuntimeError" in buffer.getvalue()
    assert "s3cr3t" not in buffer.getvalue()


def test_what_is_not_a_terminal_gets_json(started):
    buffer = started("auto")
    logging.getLogger("coachd").warning("x")
    assert json.loads(buffer.getvalue())["message"] == "x"


def test_other_libraries_speak_from_warnings_on(started):
    buffer = started("text")
    logging.getLogger("urllib3").info("https://host/?code=x")
    logging.getLogger("coachd").info("heard")
    assert [line.split()[-1] for line in buffer.getvalue().splitlines()] == ["heard"]
