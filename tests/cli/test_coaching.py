from __future__ import annotations

from email import message_from_bytes, policy
from pathlib import Path

import pytest
from receiver import receiving

SUNDAY = "2025-08-24"  # seen from here, the closed week is that to 17 August


def mails(state: Path) -> list[Path]:
    return sorted((state / "mail").glob("*.eml"))


@pytest.fixture
def quiet_runner(runner):
    """The runner with every rule off that has something to say, who wants no mail of a quiet week."""
    runner("athlete", "set", "quiet_weeks=skip")
    while told := runner("judge", "--dry-run", "--on", SUNDAY, "--json").json["nudges"]:
        for nudge in told:
            runner("rules", "set", nudge["rule"], "off")
    return runner


class TestJudge:
    def test_a_dry_run_stores_nothing_and_puts_nothing_out(self, runner, state):
        first = runner("judge", "--dry-run", "--on", SUNDAY, "--json").json
        assert (first["period"], first["first"], first["last"]) == ("2025-W33", "2025-08-11", "2025-08-17")
        assert first["put_out"] is False
        assert runner("judge", "--dry-run", "--on", SUNDAY, "--json").json == first
        assert runner("status", "--json").json["athletes"][0]["deliveries"] == []

    def test_what_there_is_to_tell_is_told_with_its_evidence(self, runner):
        told = runner("judge", "--dry-run", "--on", SUNDAY, "--json").json
        assert "consistency" in [nudge["rule"] for nudge in told["nudges"]]
        fired = next(finding for finding in told["findings"] if finding["rule"] == "consistency")
        assert fired["outcome"] == "fire"
        assert fired["evidence"]["weeks"] == "32 weeks"
        words = runner("judge", "--dry-run", "--on", SUNDAY).out
        assert words.startswith(f"2025-08-11 to 2025-08-17: {len(told['nudges'])} to tell\n")
        assert "\nWeek after week\n" in words

    def test_a_week_is_put_out_once(self, runner):
        assert runner("judge", "--on", SUNDAY).out.endswith("\nThe digest is put out.\n")
        again = runner("judge", "--on", SUNDAY).out
        assert again.endswith("\nThis week's digest was put out before.\n")
        assert len(runner("status", "--json").json["athletes"][0]["deliveries"]) == 1

    def test_a_quiet_week_that_nobody_wants_a_mail_of_is_not_put_out(self, quiet_runner):
        said = quiet_runner("judge", "--on", SUNDAY)
        assert said.out.endswith("\nNo mail is put out: there is nothing to say, and you want none then.\n")
        assert quiet_runner("judge", "--on", SUNDAY, "--json").json["put_out"] is False

    def test_why_nothing_is_said_stands_there(self, coachd):
        said = coachd("judge", "--dry-run", "--on", SUNDAY)
        assert "nothing to tell" in said.out
        assert "no_data    no-rest-day: " in said.out


class TestDigest:
    def test_a_preview_is_the_mail_and_is_not_stored(self, runner, state):
        said = runner("digest", "preview", "--on", SUNDAY)
        assert said.out.startswith("40.0 km, 4 runs\nMon 11 to Sun 17 Aug 2025\n")
        assert runner("digest", "preview", "--html", "--on", SUNDAY).out.startswith("<!DOCTYPE html>")
        assert mails(state) == []

    def test_the_first_mail_can_be_looked_at_and_is_not_stored(self, runner, state):
        said = runner("digest", "preview", "--first", "--on", SUNDAY).out
        assert "Usual week" in said
        assert "coachd race add DATE DISTANCE" in said
        assert mails(state) == []

    @pytest.mark.parametrize("part", ["preview", "send"])
    def test_without_any_activity_there_is_no_mail_but_a_next_step(self, coachd, state, part):
        said = coachd("digest", part)
        assert said.code == 2
        assert "no activity is stored" in said.err
        assert "coachd import PATH" in said.err
        assert mails(state) == []

    def test_it_is_sent_once_and_again_only_when_asked(self, runner, state):
        sent = runner("digest", "send", "--on", SUNDAY)
        assert sent.code == 0
        assert sent.out == f"weekly 2025-W33 by folder: sent, {state}/mail/2025-W33-me.html\n"
        (mail,) = mails(state)
        first = message_from_bytes(mail.read_bytes(), policy=policy.default)
        mail.unlink()

        held = runner("digest", "send", "--on", SUNDAY)
        assert held.out == ("The digest of 2025-08-11 to 2025-08-17 went out before; --again sends it once more.\n")
        assert mails(state) == []

        runner("digest", "send", "--again", "--on", SUNDAY)
        (mail,) = mails(state)
        second = message_from_bytes(mail.read_bytes(), policy=policy.default)
        assert second["Message-ID"] == first["Message-ID"]

    def test_a_quiet_week_that_nobody_wants_a_mail_of_is_not_sent(self, quiet_runner, state):
        for _ in range(2):
            said = quiet_runner("digest", "send", "--on", SUNDAY)
            assert said.out == (
                "The digest of 2025-08-11 to 2025-08-17 is not sent: there is nothing to say, and you want no mail "
                "then (`coachd athlete set quiet_weeks=send`).\n"
            )
        assert mails(state) == []

    def test_a_mail_that_failed_is_not_said_to_have_gone_out(self, runner, monkeypatch):
        with receiving(410) as gone:
            for name, value in {"CHANNELS": "webhook", "WEBHOOK_URL": gone.url, "WEBHOOK_SECRET": "s" * 16}.items():
                monkeypatch.setenv(name, value)
            assert runner("digest", "send", "--on", SUNDAY).code == 6
            said = runner("digest", "send", "--on", SUNDAY).out
        assert " ended as failed: " in said
        assert said.endswith(" --again tries once more.\n")

    def test_a_relay_that_is_down_is_tried_later_and_said_so(self, runner, monkeypatch):
        for name, value in {
            "CHANNELS": "email", "MAIL_TO": "robin@example.org", "SMTP_HOST": "127.0.0.1", "SMTP_PORT": "1",
            "SMTP_SECURITY": "none",
        }.items():  # fmt: skip
            monkeypatch.setenv(name, value)
        said = runner("digest", "send", "--on", SUNDAY)
        assert said.out.startswith("weekly 2025-W33 by email: pending, ")
        later = runner("digest", "send", "--on", SUNDAY)
        assert "waits for its next try; --again tries now" in later.out

    def test_paused_and_resumed_shows_in_the_status(self, coachd):
        assert coachd("digest", "pause").out == "Paused. `coachd digest resume` brings the mail back.\n"
        assert coachd("status", "--json").json["athletes"][0]["paused"] is True
        assert "mail paused" in coachd("status").out
        assert coachd("digest", "resume").out == "The mail comes again.\n"
        assert coachd("status", "--json").json["athletes"][0]["paused"] is False

    def test_a_day_written_wrongly_is_shown_how(self, coachd):
        said = coachd("digest", "preview", "--on", "2025-02-30")
        assert said.code == 2
        assert "2025-02-30 is not a day; write for example 2025-10-20." in said.err

    @pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
    def test_a_day_at_the_end_of_the_calendar_is_refused(self, coachd, day):
        said = coachd("digest", "preview", "--on", day)
        assert said.code == 2
        assert f"{day} is too far away; name a day from 1900-01-01 to 2199-12-31." in said.err
