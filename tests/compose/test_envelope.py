"""The head of each kind of mail, looked at as the bytes that travel."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from mail import samples

from coachd import compose
from coachd.compose import sample
from coachd.mime import as_bytes
from coachd.model import Athlete

WRITTEN = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
LONG = "https://coach.example.org/stop/" + "t" * 70
MAILTO = "mailto:answers@example.org?subject=coachd%20" + "A" * 60


def head(message):
    return as_bytes(message, WRITTEN).split(b"\r\n\r\n", 1)[0].decode("ascii").split("\r\n")


def weekly(**changes):
    return compose.weekly(sample.QUIET, mail_from=samples.FROM, message_key="k", **changes)


def of_robin(key="k", mail_from=samples.FROM, athlete=sample.ROBIN, **changes):
    """Every kind of mail of the athlete's list."""
    form = {"mail_from": mail_from, "message_key": key, **changes}
    return [
        compose.weekly(replace(sample.QUIET, athlete=athlete), **form),
        compose.same_day(athlete, sample.EASY, (), **form),
        compose.first(replace(sample.BELIEFS, athlete=athlete), **form),
    ]


def test_without_anybody_who_reads_it_there_is_no_way_to_unsubscribe_by_mail():
    assert not [line for line in head(weekly()) if "unsubscribe" in line.casefold()]


@pytest.mark.parametrize("number", range(3))
def test_a_mailbox_takes_an_unsubscribe_but_promises_no_single_click(number):
    lines = head(of_robin(unsubscribe=MAILTO)[number])
    assert f"List-Unsubscribe: <{MAILTO}>" in lines
    assert not [line for line in lines if "List-Unsubscribe-Post" in line]


def test_an_https_address_takes_it_with_one_click():
    lines = head(weekly(unsubscribe=LONG))
    assert f"List-Unsubscribe: <{LONG}>" in lines
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines


@pytest.mark.parametrize("order", ["{https} {mailto}", "{mailto} {https}"])
def test_of_two_ways_the_https_address_comes_first(order):
    lines = head(weekly(unsubscribe=order.format(https=LONG, mailto="mailto:stop@example.org")))
    at = lines.index(f"List-Unsubscribe: <{LONG}>,")
    assert lines[at + 1] == " <mailto:stop@example.org>"
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines


def test_plain_http_promises_no_single_click():
    assert "List-Unsubscribe-Post" not in weekly(unsubscribe="http://coach.example.org/stop").headers


@pytest.mark.parametrize("number", range(3))
def test_every_mail_names_its_list_and_stops_automatic_answers(number):
    lines = head(of_robin()[number])
    for line in (
        "From: coachd <coachd@example.org>",
        "To: robin@example.org",
        "List-Id: coachd weekly digest <weekly.coachd.example.org>",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
    ):
        assert line in lines


def test_all_kinds_of_mail_to_one_athlete_are_one_thread_and_no_others():
    robin, kim = of_robin(), of_robin(athlete=Athlete(id="kim"))
    (thread,) = {message.headers["References"] for message in robin}
    assert {message.headers["In-Reply-To"] for message in robin} == {thread}
    assert thread not in {message.headers["References"] for message in kim}
    assert all(f"References: {thread}" in head(message) for message in robin)


def test_the_key_and_the_senders_domain_make_the_id():
    assert {message.id for message in of_robin()} == {weekly().id}
    assert weekly().id != of_robin(key="other")[0].id
    assert of_robin(mail_from="coach@club.example")[0].id == weekly().id.replace("example.org", "club.example")
    assert f"Message-ID: <{weekly().id}>" in head(weekly())


def test_a_notice_stands_by_itself():
    headers = samples.all_mails()["notice"].headers
    assert headers["Auto-Submitted"] == "auto-generated"
    assert not headers.keys() & {"List-Id", "References", "List-Unsubscribe"}
