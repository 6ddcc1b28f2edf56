"""A digest through a real mail server into a real mailbox, looked at as raw bytes and as a mail program reads it.

Opt-in (`make test-mail`): it needs Debian's packages and root to start them.
"""

import re
from dataclasses import replace
from email.utils import parsedate_to_datetime

import pytest
from mail import real, samples
from processes import Home

from coachd.channels.email import Channel


@pytest.fixture
def home(server, tmp_path):
    return Home(
        tmp_path,
        {
            "SMTP_HOST": "localhost",
            "SMTP_PORT": str(server.smtp_port),
            "SMTP_CAFILE": str(server.certificate),
            "MAIL_TO": "robin@example.org",
            "MAIL_FROM": samples.FROM,
        },
    )


def test_doctor_reaches_the_relay_and_checks_its_certificate(home):
    told = home.run("doctor").stdout
    assert re.search(r"ok\s+channel email: .*, starttls, certificate until ", told), told


def test_the_test_mail_arrives(home, server):
    sent = home.run("digest", "send", "--test")
    assert sent.returncode == 0, sent.stdout + sent.stderr
    assert [real.parsed(raw)["Subject"][:13] for raw in server.received("robin")] == ["coachd test: "]


def test_a_digest_arrives_with_its_headers_whole_and_both_parts(server):
    digest = replace(samples.all_mails()["weekly"], to="operator@example.org")
    Channel("localhost", server.smtp_port, cafile=str(server.certificate)).send(digest)
    (raw,) = server.received("operator")
    mail, head = real.parsed(raw), raw.partition(b"\r\n\r\n")[0]
    assert b"with ESMTPS" in head
    assert b"\r\nAuto-Submitted: auto-generated\r\n" in head
    assert b"\r\nList-Id: " in head
    assert b"\r\nList-Unsubscribe: <mailto:coach@example.org?subject=coachd%20" in head
    assert f"\r\nMessage-ID: <{digest.id}>\r\n".lower().encode() in head.lower()
    assert b"=?utf-8?q?=3C" not in head  # no address is folded into an encoded word
    assert (mail["Subject"], mail["To"]) == (digest.subject, "operator@example.org")
    assert parsedate_to_datetime(mail["Date"]).tzinfo is not None
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert text.replace("\r\n", "\n").strip() == digest.text.strip()
    assert html.replace("\r\n", "\n").strip() == digest.html.strip()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
