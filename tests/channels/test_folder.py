from datetime import UTC, datetime
from pathlib import Path

import pytest

from coachd.channels.folder import Channel
from coachd.clock import SteppedClock
from coachd.errors import DeliveryProblem
from coachd.model import Message

CLOCK = SteppedClock(datetime(2026, 11, 23, 6, 0, tzinfo=UTC))


def a_message(digest="2026-W47-robin", html="<p>one</p>"):
    headers = {"From": "coach@example.org"} | ({"Coachd-Digest": digest} if digest else {})
    return Message("0b2f@example.org", "robin@example.org", "Your week", "one\n", html, headers)


def test_the_mail_and_its_page_are_written_for_the_owner_only(tmp_path):
    page = Path(Channel(tmp_path / "out", CLOCK).send(a_message()))
    assert page == tmp_path / "out" / "2026-W47-robin.html"
    assert page.read_text() == "<p>one</p>"
    mail = page.with_suffix(".eml")
    assert b"Date: Mon, 23 Nov 2026 06:00:00 +0000" in mail.read_bytes()
    assert {path.stat().st_mode & 0o777 for path in (page, mail)} == {0o600}


def test_the_same_digest_again_replaces_its_files_and_leaves_no_others(tmp_path):
    channel = Channel(str(tmp_path), CLOCK)
    channel.send(a_message())
    channel.send(a_message(html="<p>two</p>"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2026-W47-robin.eml", "2026-W47-robin.html"]
    assert (tmp_path / "2026-W47-robin.html").read_text() == "<p>two</p>"


def test_a_message_that_is_no_digest_is_named_by_its_id(tmp_path):
    assert Path(Channel(tmp_path, CLOCK).send(a_message(digest=None))).name == "0b2f_example.org.html"


@pytest.mark.parametrize("digest", ["../../etc/passwd", "/etc/passwd", "..", "a\0b", "x" * 4000])
def test_no_name_leads_out_of_the_folder(tmp_path, digest):
    inside = tmp_path / "out"
    assert Path(Channel(inside, CLOCK).send(a_message(digest=digest))).resolve().parent == inside.resolve()


def test_a_folder_that_cannot_be_written_is_worth_another_try(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DeliveryProblem, match="could not be written") as caught:
        Channel(tmp_path / "file", CLOCK).send(a_message())
    assert not caught.value.permanent
    assert "writable" in caught.value.advice


def test_a_failed_write_leaves_no_half_file(tmp_path):
    (tmp_path / "2026-W47-robin.html").mkdir()
    with pytest.raises(DeliveryProblem):
        Channel(tmp_path, CLOCK).send(a_message())
    assert not list(tmp_path.glob(".*"))
