"""The bytes that travel, looked at as bytes: parsers forgive what mail readers do not."""

import email
import email.policy
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.errors import DeliveryProblem
from coachd.mime import as_bytes, bare_address
from coachd.model import Message

WRITTEN = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
LONG_ID = "<weekly." + "a" * 30 + ".coachd." + "b" * 40 + ".example.org>"


def a_message(**changes):
    fields = {
        "id": "0b2f@example.org",
        "to": "robin@example.org",
        "subject": "Your week: 47.0 km, 4 runs",
        "text": "47.0 km\n",
        "html": "<p>47.0 km</p>\n",
        "headers": {"From": "coachd <coach@example.org>"},
    }
    return Message(**(fields | changes))


def head_and_body(raw):
    head, _, body = raw.partition(b"\r\n\r\n")
    return head.decode("ascii").split("\r\n"), body


def test_the_whole_mail_is_as_written_here():
    raw = as_bytes(a_message(), WRITTEN)
    boundary = email.message_from_bytes(raw).get_boundary().encode()
    assert raw.replace(boundary, b"BOUNDARY") == (
        b"Subject: Your week: 47.0 km, 4 runs\r\n"
        b"Date: Mon, 23 Nov 2026 06:00:00 +0000\r\n"
        b"Message-ID: <0b2f@example.org>\r\n"
        b"To: robin@example.org\r\n"
        b"From: coachd <coach@example.org>\r\n"
        b"MIME-Version: 1.0\r\n"
        b"Content-Type: multipart/alternative;\r\n"
        b' boundary="BOUNDARY"\r\n'
        b"\r\n"
        b"--BOUNDARY\r\n"
        b'Content-Type: text/plain; charset="utf-8"\r\n'
        b"Content-Transfer-Encoding: quoted-printable\r\n"
        b"\r\n"
        b"47.0 km\r\n"
        b"\r\n"
        b"--BOUNDARY\r\n"
        b'Content-Type: text/html; charset="utf-8"\r\n'
        b"Content-Transfer-Encoding: quoted-printable\r\n"
        b"MIME-Version: 1.0\r\n"
        b"\r\n"
        b"<p>47.0 km</p>\r\n"
        b"\r\n"
        b"--BOUNDARY--\r\n"
    )


@pytest.mark.parametrize("name", ["List-Id", "References", "In-Reply-To"])
def test_a_long_id_in_angle_brackets_is_never_encoded(name):
    lines, _ = head_and_body(as_bytes(a_message(headers={"From": "coach@example.org", name: LONG_ID}), WRITTEN))
    assert f"{name}: {LONG_ID}" in lines


def test_two_unsubscribe_addresses_stand_on_two_lines():
    value = f"<https://coach.example.org/{'t' * 70}>, <mailto:stop@example.org>"
    lines, _ = head_and_body(as_bytes(a_message(headers={"List-Unsubscribe": value}), WRITTEN))
    at = lines.index(f"List-Unsubscribe: <https://coach.example.org/{'t' * 70}>,")
    assert lines[at + 1] == " <mailto:stop@example.org>"


def test_a_subject_with_umlauts_is_encoded_and_folded_and_comes_back():
    subject = "Deine Woche über Hügel und Täler: " + "schön " * 20
    raw = as_bytes(a_message(subject=subject.strip()), WRITTEN)
    lines, _ = head_and_body(raw)
    assert max(map(len, lines)) <= 78
    assert email.message_from_bytes(raw, policy=email.policy.default)["subject"] == subject.strip()


@pytest.mark.parametrize("name", ["From", "List-Id", "Coachd-Digest"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_a_line_break_in_a_header_is_refused(name, end):
    with pytest.raises(DeliveryProblem, match=f"its {name} header") as caught:
        as_bytes(a_message(headers={name: f"coach@example.org{end}Bcc: eve@example.org"}), WRITTEN)
    assert caught.value.permanent


def test_a_subject_or_recipient_that_cannot_be_a_header_is_refused():
    for changes in (
        {"subject": "a\r\nBcc: eve@example.org"},
        {"to": "robin@example.org\r\nBcc: eve@example.org"},
        {"to": "robin@"},
    ):
        with pytest.raises(DeliveryProblem):
            as_bytes(a_message(**changes), WRITTEN)


def test_a_list_id_that_is_not_plain_is_refused_before_anything_is_sent():
    with pytest.raises(DeliveryProblem, match="List-Id"):
        as_bytes(a_message(headers={"List-Id": "<wöchentlich.example.org>"}), WRITTEN)


def test_a_message_without_recipient_has_no_to_line():
    lines, _ = head_and_body(as_bytes(a_message(to=""), WRITTEN))
    assert not [line for line in lines if line.startswith("To:")]


@given(text=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=400))
def test_any_body_is_seven_bit_with_lines_of_at_most_76_and_comes_back(text):
    raw = as_bytes(a_message(text=text + "\n", html=f"<p>{text}</p>\n"), WRITTEN)
    _, body = head_and_body(raw)
    assert raw.isascii()
    assert max(len(line) for line in body.split(b"\r\n")) <= 76
    assert b"\n" not in raw.replace(b"\r\n", b"")
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    assert parsed.get_body(("plain",)).get_content().replace("\r\n", "\n") == text + "\n"


@pytest.mark.parametrize(
    "text", ["robin@example.org", "Robin <robin@example.org>", '"Runner, Robin" <robin@example.org>']
)
def test_an_address_is_found_with_or_without_a_name(text):
    assert bare_address(text) == "robin@example.org"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "robin",
        "robin@",
        "a@example.org, b@example.org",
        "robin@example.org\nBcc: eve@example.org",
        "robin@exämple.org",
        "röbin@example.org",
        "robin@example.org>\r\nRCPT TO:<eve@example.org",
    ],
)
def test_what_is_not_one_plain_address_is_refused(text):
    with pytest.raises(DeliveryProblem) as caught:
        bare_address(text)
    assert caught.value.permanent
