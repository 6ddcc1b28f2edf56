"""Answers that come by mail, from the token that is in it to the mailbox that it lies in."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta

import pytest
from answers.mailed import JUDGED, NOW, ROBIN, RULE, TOLD, begin, says, token_for, told
from hypothesis import given
from hypothesis import strategies as st
from imap_server import ImapServer, certificate, mail, serving

from coachd.answers import AGAIN, replies
from coachd.answers.links import LIFETIME
from coachd.clock import SteppedClock
from coachd.coach import Coach, opened
from coachd.crypto import Vault
from coachd.errors import InputProblem
from coachd.letters import Letter
from coachd.rulebook import Rulebook
from coachd.store import Store, athletes, shared


def test_a_link_runs_out_after_sixty_days(coach):
    token = token_for(coach, "quiet")
    coach.clock.advance(LIFETIME - timedelta(seconds=1))
    assert "may speak again" in says(coach, token)
    other = token_for(coach, "helpful")
    coach.clock.advance(LIFETIME)
    with pytest.raises(InputProblem, match="run out"):
        says(coach, other)
    assert told(coach).feedback == "quiet"


@pytest.mark.parametrize("sender", ["anna@example.org", "", "robin@example.org.evil.org", "xrobin@example.org"])
def test_an_answer_from_another_address_changes_nothing(coach, sender):
    token = token_for(coach, "not_for_me")
    with pytest.raises(InputProblem, match="another address"):
        says(coach, token, sender=sender)
    assert told(coach).feedback == ""
    assert says(coach, token, sender="ROBIN@example.org") != AGAIN


def test_a_link_of_another_athlete_does_nothing(coach):
    with coach.store.begin() as db:
        athletes.add(db, "anna", {"email": "anna@example.org"}, NOW)
    begin(coach, TOLD, name="anna")
    token = token_for(coach, "quiet", name="anna")
    with pytest.raises(InputProblem):
        says(coach, token)
    assert told(coach, name="anna").feedback == ""


def test_an_athlete_without_an_address_answers_nothing_by_mail(coach):
    token = token_for(coach, "quiet")
    with coach.store.begin() as db:
        athletes.change(db, "me", {"email": ""})
    with pytest.raises(InputProblem):
        says(coach, token, sender="")


def test_a_guessed_or_truncated_token_is_unknown(coach):
    token = token_for(coach, "quiet")
    for wrong in (token[:-1], token + "A", token[:-1] + ("A" if token[-1] != "A" else "B"), "", "x" * 22):
        with pytest.raises(InputProblem, match="unknown"):
            says(coach, wrong)
    assert told(coach).feedback == ""


def test_an_answer_to_what_is_no_longer_known_says_so(coach):
    token = token_for(coach, "quiet", period="2026-W40")
    with pytest.raises(InputProblem, match="no longer known"):
        says(coach, token)


def test_a_second_use_changes_nothing_and_says_so(coach):
    token = token_for(coach, "quiet")
    says(coach, token)
    coach.amend("me", lambda document: {**document, "snooze": {}})
    coach.clock.advance(timedelta(days=1))
    assert says(coach, token) == AGAIN
    assert coach.athlete("me").snoozed == {}
    assert told(coach).feedback_at == NOW


def test_an_answer_is_used_once_however_many_hear_it_at_once(store, settings, server):
    coaches = [
        Coach(settings(IMAP_URL=server.url), other, Vault(["k" * 32]), SteppedClock(NOW))
        for other in (store, Store(store.url.render_as_string(hide_password=False)))
    ]
    begin(coaches[0], TOLD, JUDGED)
    tokens = [token_for(coaches[0], action, JUDGED) for action in ("not_for_me", "quiet", "helpful", "wrong_number")]
    said: list[list[str]] = [[], []]
    together = threading.Barrier(2, timeout=30)

    def hear(number: int) -> None:
        for token in tokens:
            together.wait()
            said[number].append(says(coaches[number], token, "155"))

    threads = [threading.Thread(target=hear, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    coaches[1].store.close()
    assert [(one == AGAIN) + (other == AGAIN) for one, other in zip(*said, strict=True)] == [1, 1, 1, 1]
    assert coaches[0].athlete("me").overrides == {}
    assert coaches[0].athlete("me").easy_hr_ceiling == 155


def reply(subject: str, text: str = "This tells coachd: quiet for 4 weeks.", sender: str = ROBIN, **headers) -> bytes:
    return mail(sender, subject, text, **headers)


def status(coach: Coach) -> shared.Heartbeat | None:
    with coach.store.read() as db:
        return shared.heartbeat(db, shared.MAILBOX)


def test_an_answer_by_mail_is_done_and_its_mail_is_marked_as_read(coach, server):
    server.receive(reply(f"coachd {token_for(coach, 'quiet')}"))
    assert replies.read(coach) == [f"{RULE} may speak again on 2026-12-22."]
    assert server.seen == {101}
    assert status(coach).detail == ""


@pytest.mark.parametrize(
    "mail",
    [
        lambda token: reply(f"Re: Coachd {token}"),
        lambda token: reply(f"coachd\t{token}"),
        lambda token: reply("", To=f"coachd+{token}@example.org"),
        lambda token: reply("Re: Your week", f"Hello\n\ncoachd {token}\n"),
        lambda token: f"From: {ROBIN}\r\nSubject: =?utf-8?q?coachd_{token.replace('_', '=5F')}?=\r\n\r\n".encode(),
        lambda token: f"From: {ROBIN}\r\nSubject: coachd\r\n {token}\r\n\r\n".encode(),
        lambda token: (
            f"From: {ROBIN}\r\nContent-Type: text/html; charset=x-unknown\r\n\r\n<p>coachd {token}<br>".encode()
        ),
    ],
    ids=["answered", "tab", "address", "text", "encoded", "folded", "html"],
)
def test_a_token_is_found_wherever_mail_programs_leave_it(coach, server, mail):
    server.receive(mail(token_for(coach, "quiet")))
    assert len(replies.read(coach)) == 1


@pytest.mark.parametrize(
    "mail",
    [
        lambda token: reply(f"coachd {token}", sender="anna@example.org"),
        lambda token: reply(f"coachd {token}", sender=f'"{ROBIN}" <anna@example.org>'),
        lambda token: reply(f"coachd {token}", Auto_Submitted="auto-replied"),
        lambda token: reply(f"coachd {token}", Precedence="bulk"),
        lambda token: reply(f"coachd {token[:-1]}"),
        lambda token: reply(f"coachd {token}x"),
        lambda token: reply("Re: Your week", f"Thanks!\n> coachd {token}\n"),
        lambda token: reply("Re: Your week", "one\ntwo\nthree\nfour\nfive\n" + f"coachd {token}"),
        lambda token: f"From: {ROBIN}\r\nFrom: anna@example.org\r\nSubject: coachd {token}\r\n\r\n".encode(),
        lambda token: b"\xff" * 1000 + f"\r\nFrom: {ROBIN}\r\nSubject: x\r\n\r\n".encode(),
    ],
    ids=["another", "name", "holiday", "bulk", "short", "long", "quoted", "far-below", "two-senders", "broken"],
)
def test_a_mail_without_a_valid_answer_is_left_alone(coach, server, mail):
    server.receive(mail(token_for(coach, "quiet")))
    assert replies.read(coach) == []
    assert server.seen == set()
    assert told(coach).feedback == ""
    assert status(coach).detail == ""


def test_a_monstrous_mail_does_not_hold_up_the_others(coach, server, caplog):
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (at, at) for at in range(5_000))
    server.receive(
        f"From: {ROBIN}\r\n".encode() + nested,
        reply("coachd " + "x" * 22, "x" * 400_000),
        reply(f"coachd {token_for(coach, 'quiet')}"),
    )
    assert len(replies.read(coach)) == 1
    assert server.seen == {103}
    assert "a surprise; it stays unread" in caplog.text


def test_the_same_answer_twice_by_mail_is_read_and_changes_nothing(coach, server):
    answer = reply(f"coachd {token_for(coach, 'quiet')}")
    server.receive(answer, answer)
    assert replies.read(coach)[1] == AGAIN
    assert server.seen == {101, 102}


def test_an_answer_that_cannot_be_kept_is_read_only_once(coach, server):
    server.receive(reply(f"coachd {token_for(coach, 'quiet')}"))
    coach.__dict__["rules"] = Rulebook(())
    (said,) = replies.read(coach)
    assert said.startswith("An answer could not be kept: snooze of 'strength-short'")
    assert server.seen == {101}


def test_an_athlete_whose_settings_are_broken_keeps_nobody_from_answering(coach, server):
    with coach.store.begin() as db:
        athletes.add(db, "anna", {"tone": "cold"}, NOW)
    server.receive(reply(f"coachd {token_for(coach, 'quiet')}"))
    assert len(replies.read(coach)) == 1


def test_the_mailbox_is_looked_at_every_five_minutes(coach, server):
    looks = lambda: len([line for line in server.asked if line.startswith("LOGIN")])  # noqa: E731
    replies.read(coach)
    coach.clock.advance(timedelta(minutes=4, seconds=59))
    replies.read(coach)
    assert looks() == 1
    coach.clock.advance(timedelta(seconds=1))
    replies.read(coach)
    assert looks() == 2
    coach.clock.advance(timedelta(days=-30))  # the machine's clock had run ahead
    replies.read(coach)
    assert looks() == 3


def test_without_a_mailbox_nothing_is_looked_at(settings):
    with opened(settings(), SteppedClock(NOW)) as coach:
        assert replies.read(coach) == []
        assert status(coach) is None


def test_a_broken_mailbox_is_a_state_that_is_logged_once_and_mends_itself(coach, server, caplog):
    server.answers["LOGIN"] = b"BAD nonsense\r\n"
    caplog.set_level(logging.WARNING, "coachd")
    for _ in range(3):
        assert replies.read(coach) == []
        coach.clock.advance(timedelta(minutes=5))
    state = status(coach)
    assert "could not be read" in state.detail
    assert "It is tried again by itself" in state.detail
    assert (state.started_at, state.at) == (NOW, NOW + timedelta(minutes=10))
    assert len(caplog.records) == 1
    server.answers.clear()
    server.receive(reply(f"coachd {token_for(coach, 'quiet')}"))
    assert len(replies.read(coach)) == 1
    assert status(coach).detail == ""
    assert status(coach).started_at == NOW + timedelta(minutes=15)


@pytest.mark.parametrize(
    "url", ["imaps://user:hush@127.0.0.1:1/INBOX", "imaps://user:hush@[broken", "ftp://user:hush@h"]
)
def test_a_mailbox_that_cannot_be_reached_is_said_without_its_password(settings, caplog, url):
    caplog.set_level(logging.DEBUG)
    with opened(settings(IMAP_URL=url), SteppedClock(NOW)) as coach:
        coach.athlete("me")
        assert replies.read(coach) == []
        assert status(coach).detail
        assert "hush" not in status(coach).detail + caplog.text


def test_a_surprise_of_the_server_is_logged_and_noted(coach, server, caplog, monkeypatch):
    def broken(*_arguments, **_options):
        raise AssertionError("nobody thought of this")

    monkeypatch.setattr("coachd.mailbox.Mailbox.unread", broken)
    assert replies.read(coach) == []
    assert "a surprise" in status(coach).detail
    assert "nobody thought of this" in caplog.text


def test_answers_come_over_an_encrypted_line_whose_authority_is_named(settings, tmp_path):
    cafile = certificate(tmp_path)
    with serving(ImapServer(), tls=tmp_path) as server:
        url = server.url.replace("imap://", "imaps://")
        with opened(settings(IMAP_URL=url, SMTP_CAFILE=str(cafile)), SteppedClock(NOW)) as coach:
            begin(coach, TOLD)
            server.receive(reply(f"coachd {token_for(coach, 'quiet')}"))
            assert len(replies.read(coach)) == 1


def test_nothing_that_is_logged_holds_a_token(coach, server, caplog):
    caplog.set_level(logging.DEBUG)
    tokens = [token_for(coach, "quiet"), token_for(coach, "helpful")]
    server.receive(reply(f"coachd {tokens[0]}"), reply(f"coachd {tokens[1]}", sender="x" + ROBIN))
    replies.read(coach)
    assert not any(token in caplog.text for token in tokens)


@given(st.text())
def test_whatever_is_written_has_no_token_and_no_number_that_is_not_there(text):
    letter = Letter(ROBIN, "", text, text)
    assert all(token in text for token in replies._tokens_in(letter))
    number = replies._number_in(text)
    assert number is None or number in text
