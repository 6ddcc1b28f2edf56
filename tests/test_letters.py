"""Mails of every kind, and what counts of them."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from imap_server import mail

from coachd.letters import read

ROBIN = "robin@example.org"


@pytest.mark.parametrize(
    ("headers", "automatic"),
    [
        ({"Auto_Submitted": "auto-replied; owner"}, True),
        ({"Auto_Submitted": "no"}, False),
        ({"Precedence": "bulk"}, True),
        ({"Precedence": "first-class"}, False),
    ],
)
def test_what_a_machine_wrote_is_known_as_such(headers, automatic):
    assert read(mail(**headers)).automatic is automatic


@pytest.mark.parametrize(
    "lines",
    [
        b"", b"From: \r\n", b"From: robin@example.org, anna@example.org\r\n",
        b"From: robin@example.org\r\nFrom: anna@example.org\r\n", b"From: robin\r\n",
        b"From: robin@example.org <anna@example.org>, <x@y>\r\n", b"From: " + b"x" * 100_000 + b"@example.org\r\n",
        b"From: r\xf6bin@example.org\r\n",
    ],
)  # fmt: skip
def test_without_one_address_that_it_is_from_a_mail_is_from_nobody(lines):
    assert read(lines + b"Subject: x\r\n\r\nHello").sender == ""


def test_the_name_beside_an_address_does_not_count():
    assert read(b'From: "robin@example.org" <evil@example.org>\r\n\r\n').sender == "evil@example.org"
    assert read(b"From: Robin\r\n <robin@example.org>\r\n\r\n").sender == ROBIN


def test_a_subject_is_read_however_it_was_encoded_or_folded():
    assert read(b"Subject: =?utf-8?q?Re:_coachd?=\r\n =?utf-8?b?IHRva2Vu?=\r\n\r\n").subject == "Re: coachd token"
    assert read(b"Subject: =?x-unknown?q?coachd?= token\r\n\r\n").subject.endswith("token")
    assert read(b"Subject: =?utf-8?b?x?= token\r\n\r\n").subject.endswith("token")


def test_of_a_mail_in_html_alone_the_words_are_read():
    page = "<html><style>p {top: 1}</style><p>The right number:&nbsp;150</p><div>Robin</div></html>"
    made = EmailMessage()
    made.set_content(page, subtype="html")
    lines = [line.strip() for line in read(made.as_bytes()).text.split("\n")]
    assert [line for line in lines if line] == ["The right number:\N{NO-BREAK SPACE}150", "Robin"]


def test_the_plain_text_goes_before_html_and_attachments():
    made = EmailMessage()
    made.set_content("<p>page</p>", subtype="html")
    made.add_attachment("attached", filename="a.txt")
    made.add_attachment(b"150", maintype="application", subtype="pdf")
    assert read(made.as_bytes()).text.strip() == "page"
    made = EmailMessage()
    made.set_content("text")
    made.add_alternative("<p>page</p>", subtype="html")
    assert read(made.as_bytes()).text.strip() == "text"


@pytest.mark.parametrize("charset", ["x-unknown", "rot13", "undefined", "idna", "utf-16", "utf-8"])
def test_a_wrong_charset_loses_nothing_plain(charset):
    raw = f"Content-Type: text/plain; charset={charset}\r\n\r\n150 caf\xe9\r\n".encode("latin-1")
    assert isinstance(read(raw).text, str)
    if charset not in ("utf-16", "idna"):
        assert read(raw).text.startswith("150 caf")


PIECES = [
    b"From: ", b"Content-Type: ", b"multipart/mixed; boundary=b", b"text/html", b"; charset=", b"utf-7", b"\r\n", b"\n",
    b"--b", b"--b--", b" ", b"=?utf-8?b?", b"?=", b"<p", b"&#", b"Content-Transfer-Encoding: base64", b"uuencode",
    b"\xff", b"filename*0*=x''%ff", b"Content-Disposition: attachment;", b"robin@example.org", b"begin 666 x",
]  # fmt: skip


@settings(max_examples=300)
@given(st.one_of(st.binary(), st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join)))
@example(b"\x00" * 100)
def test_a_mail_of_any_kind_is_read_without_a_stumble(raw):
    assert isinstance(read(raw).text, str)
