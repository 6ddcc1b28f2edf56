"""An answer by mail through a real mail server and a real mailbox, read by IMAP. Opt-in (`make test-mail`)."""

import smtplib
from datetime import UTC, datetime
from email.message import EmailMessage
from urllib.parse import parse_qs, urlsplit

import pytest
from mail import real

from coachd import config
from coachd.answers import replies
from coachd.answers.links import for_digest
from coachd.clock import SystemClock
from coachd.coach import opened
from coachd.model import Nudge
from coachd.store import nudges, shared
from coachd.store.shared import MAILBOX

NUDGE = Nudge("strength-short", "", "nudge", 1, "strength", "Strength", "One session in four weeks.")


@pytest.fixture
def coach(server, tmp_path):
    settings = config.load(
        {
            "COACHD_STATE_DIR": str(tmp_path), "ATHLETE_ZONE": "UTC", "MAIL_TO": "robin@example.org",
            "MAIL_FROM": "coach@example.org",
            "IMAP_URL": f"imap://coach:{real.PASSWORD}@127.0.0.1:{server.imap_port}/INBOX",
        },
        dotenv=False,
    )  # fmt: skip
    with opened(settings, SystemClock()) as made:
        made.athlete("me")
        now = made.clock.now()
        with made.store.begin() as db:
            nudges.save(db, "me", "2026-W47", [NUDGE], {}, now)
            nudges.set_state(db, "me", "2026-W47", "sent", of=("queued",), sent_at=now)
        yield made


def write(server, subject: str, sender: str = "robin@example.org") -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "coach@example.org", subject
    mail.set_content("This tells coachd: quiet for 4 weeks.")
    with smtplib.SMTP("127.0.0.1", server.smtp_port, timeout=20) as smtp:
        smtp.send_message(mail)


def test_the_link_of_a_nudge_comes_back_through_the_mailbox_and_only_that_mail_is_read(coach, server):
    links = for_digest(coach, coach.athlete("me"), "2026-W47", [NUDGE], datetime.now(UTC))["strength-short", ""]
    subject = parse_qs(urlsplit(next(link.url for link in links if link.action == "quiet")).query)["subject"][0]
    write(server, "Lunch on Friday")
    write(server, subject, sender="operator@example.org")
    write(server, subject)
    server.received("coach", 3)
    (said,) = replies.read(coach)
    assert said.startswith("strength-short may speak again on ")
    with coach.store.read() as db:
        assert shared.heartbeat(db, MAILBOX).detail == ""
