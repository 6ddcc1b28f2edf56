"""A digest through a real mail server into a real mailbox, looked at as raw bytes and as a mail program reads it.

Opt-in (`make test-mail`): it needs Debian's packages and root to start them.
"""

import re
from email.utils import parsedate_to_datetime

import pytest
from mail import real, samples
from processes import Home


@pytest.fixture(scope="module")
def server(tmp_path_factory, request):
    if not request.config.getoption("--real-mail"):
        pytest.skip("asked for with --real-mail")
    if missing := real.missing():
        pytest.fail(missing)
    with real.running(tmp_path_factory.mktemp("server", numbered=True)) as running:
        yield running


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
    assert re.search(r"ok\s+email.*starttls", told), told


def test_the_test_mail_arrives_with_its_headers_whole_and_both_parts(home, server):
    sent = home.run("digest", "send", "--test")
    assert sent.returncode == 0, sent.stdout + sent.stderr
    raw = server.received("robin")[-1]
    mail = real.parsed(raw)
    head = raw.partition(b"\r\n\r\n")[0]
    assert b"with ESMTPS" in head
    assert b"\r\nAuto-Submitted: auto-generated\r\n" in head
    assert re.search(rb"\r\nMessage-I[Dd]: <[0-9a-f-]{36}@example\.org>\r\n", head)
    assert b"=?utf-8?q?=3C" not in head  # no address is folded into an encoded word
    assert mail["Subject"].startswith("coachd test: ")
    assert parsedate_to_datetime(mail["Date"]).tzinfo is not None
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert "not medical advice" in text.get_content()
    assert "<html" in html.get_content()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
