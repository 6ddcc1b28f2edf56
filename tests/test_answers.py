"""What athletes answer, from the link in a mail to what rules do then. It is Tuesday 24 November 2026."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imap_server import ImapServer, certificate, serving

from coachd import answers, config
from coachd.answers import AGAIN, LIFETIME, act, answer, for_digest, read_replies, unsubscribe
from coachd.clock import SteppedClock
from coachd.coach import Coach, opened
from coachd.crypto import Vault
from coachd.errors import ConfigProblem, DeliveryProblem, InputProblem
from coachd.judge import judge
from coachd.language.read import read_rules
from coachd.mailbox import Letter
from coachd.model import Action, History, Nudge, Period, RuleState, Told
from coachd.resources import shipped
from coachd.rulebook import Rulebook, load
from coachd.store import Store, athletes, judgements, nudges, shared

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
WEEK = "2026-W47"
ROBIN = "robin@example.org"
RULE, PACE = "strength-short", "easy-run-too-fast"

TOLD = Nudge(RULE, "", "nudge", 1, "strength", "Strength", "One session in four weeks.")
JUDGED = replace(TOLD, rule=PACE, judged_by="I use 150 bpm: your own setting", setting="easy_hr_ceiling")


@pytest.fixture
def server():
    with serving(ImapServer()) as running:
        yield running


@pytest.fixture
def settings(tmp_path):
    return lambda **more: config.load(
        {
            "COACHD_STATE_DIR": str(tmp_path),
            "ATHLETE_ZONE": "UTC",
            "MAIL_TO": ROBIN,
            "MAIL_FROM": "coachd@example.org",
            **more,
        },
        dotenv=False,
    )


def begin(coach: Coach, *chosen: Nudge, period: str = WEEK, name: str = "me") -> None:
    """The athlete was told this about a period."""
    coach.athlete(name)
    with coach.store.begin() as db:
        nudges.save(db, name, period, chosen, {}, coach.clock.now())
        nudges.set_state(db, name, period, "sent", of=("queued",), sent_at=coach.clock.now())


@pytest.fixture(scope="module")
def rules() -> Rulebook:
    """The shipped rules: reading them takes as long as all the rest of a test."""
    return load([shipped("rules")], tests=False)


@pytest.fixture
def coach(settings, server, rules):
    """An instance that reads a mailbox, whose athlete was told two things."""
    with opened(settings(IMAP_URL=server.url), SteppedClock(NOW)) as made:
        made.__dict__["rules"] = rules
        begin(made, TOLD, JUDGED)
        yield made


def told(coach: Coach, rule: str = RULE, period: str = WEEK, name: str = "me") -> Told:
    with coach.store.read() as db:
        return next(each for each in nudges.of_period(db, name, period) if each.nudge.rule == rule)


def token_for(coach: Coach, action: Action | str, nudge: Nudge = TOLD, period: str = WEEK, name: str = "me") -> str:
    """The token of the link that a mail would carry."""
    links = for_digest(coach, coach.athlete(name), period, [nudge], coach.clock.now())[nudge.rule, nudge.subject]
    return token_in(next(link.url for link in links if link.action == action))


def token_in(url: str) -> str:
    return parse_qs(urlsplit(url).query)["subject"][0].removeprefix("coachd ")


def says(coach: Coach, token: str, text: str = "", sender: str = ROBIN) -> str:
    return act(coach, token, sender=sender, text=text, now=coach.clock.now())


# The links


def test_a_nudge_is_answered_by_links_that_a_person_understands(coach):
    (links,) = for_digest(coach, coach.athlete("me"), WEEK, [JUDGED], NOW).values()
    assert [link.action for link in links] == ["helpful", "not_for_me", "quiet", "wrong_number"]
    assert [link.label for link in links] == ["helpful", "not for me", "quiet for 4 weeks", "this number is wrong"]
    assert all(link.url.startswith("mailto:coachd@example.org?subject=coachd%20") for link in links)
    assert unquote(links[1].url).endswith("&body=This tells coachd: not for me.")
    assert unquote(links[3].url).endswith("&body=The right number: ")
    assert not any(link.command for link in links)


def test_the_links_lead_to_the_address_that_was_set(settings, server):
    with opened(settings(IMAP_URL=server.url, ANSWERS_TO="answers+coachd@example.org"), SteppedClock(NOW)) as coach:
        url = unsubscribe(coach, coach.athlete("me"))
    assert url.startswith("mailto:answers%2Bcoachd@example.org?subject=coachd%20")


def test_an_address_that_is_none_is_a_problem_of_the_delivery(settings, server):
    wrong = settings(IMAP_URL=server.url, MAIL_FROM="nobody")
    with opened(wrong, SteppedClock(NOW)) as coach, pytest.raises(DeliveryProblem, match="'nobody'"):
        unsubscribe(coach, coach.athlete("me"))


def test_without_a_mailbox_there_is_a_command_to_type(settings):
    with opened(settings(), SteppedClock(NOW)) as coach:
        who = coach.athlete("me")
        (ways,) = for_digest(coach, who, WEEK, [JUDGED], NOW).values()
        assert unsubscribe(coach, who) == ""
        (others,) = for_digest(coach, replace(who, id="anna"), WEEK, [TOLD], NOW).values()
    assert [way.command for way in ways] == [
        f"coachd feedback {PACE} helpful",
        f"coachd feedback {PACE} not-for-me",
        f"coachd feedback {PACE} quiet",
        f"coachd feedback {PACE} wrong-number --value NUMBER",
    ]
    assert not any(way.url for way in ways)
    assert others[0].command == f"coachd --athlete anna feedback {RULE} helpful"


def test_where_no_number_of_the_athlete_had_a_say_none_can_be_called_wrong(coach):
    (links,) = for_digest(coach, coach.athlete("me"), WEEK, [TOLD], NOW).values()
    assert "wrong_number" not in [link.action for link in links]


def test_praise_and_notes_ask_for_no_answer(coach):
    chosen = [replace(TOLD, kind="praise"), replace(TOLD, kind="note")]
    assert for_digest(coach, coach.athlete("me"), WEEK, chosen, NOW) == {}


def test_a_mail_composed_again_has_the_same_links(coach):
    assert token_for(coach, "quiet") == token_for(coach, "quiet")
    assert unsubscribe(coach, coach.athlete("me")) == unsubscribe(coach, coach.athlete("me"))


def test_every_link_has_a_token_of_its_own(coach):
    tokens = {token_for(coach, action, nudge, period) for action in ("helpful", "quiet", "not_for_me")
              for nudge in (TOLD, JUDGED) for period in (WEEK, "2026-W46")}  # fmt: skip
    assert len(tokens) == 12
    assert {len(token) for token in tokens} == {22}


@given(st.lists(st.text(max_size=5), min_size=4, max_size=4), st.lists(st.text(max_size=5), min_size=4, max_size=4))
def test_no_two_things_share_a_token(one, other):
    coach = type("Keyed", (), {"vault": Vault(["k" * 32])})
    first, second = (
        answers._token(coach, answers.Grant(*(part.replace("\0", "") for part in parts), "s", NOW))
        for parts in (one, other)
    )
    same = [part.replace("\0", "") for part in one] == [part.replace("\0", "") for part in other]
    assert (first == second) is same


def test_another_instance_makes_other_tokens():
    grant = answers.Grant("me", "quiet", WEEK, RULE, "", NOW)
    made = {answers._token(type("Keyed", (), {"vault": Vault([key * 32])}), grant) for key in "kl"}
    assert len(made) == 2


def test_the_token_itself_is_nowhere_in_the_database(coach):
    token = token_for(coach, "quiet")
    says(coach, token)
    with coach.store.begin() as db:
        db.exec_driver_sql("SELECT 1")
    folder = coach.store.file.parent
    stored = b"".join(file.read_bytes() for file in folder.glob(f"{coach.store.file.name}*"))
    assert b"answers" in stored
    assert token.encode() not in stored
    assert token not in "".join(file.name for file in folder.iterdir())


# What is refused


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


# What answers do


def silent_until(coach: Coach, rule: str = RULE) -> date | None:
    return coach.athlete("me").snoozed.get(rule)


def remember(coach: Coach, *states: RuleState) -> None:
    with coach.store.begin() as db:
        judgements.save(db, "me", "2026-W46", [], [], states, NOW)


def test_what_was_helpful_is_told_as_if_it_had_been_heeded(coach):
    remember(coach, RuleState(RULE, "", date(2026, 11, 16), unheeded=2), RuleState(PACE, "", unheeded=1))
    assert says(coach, token_for(coach, "helpful")) == f"Thank you. {RULE} goes on as before."
    with coach.store.read() as db:
        states = judgements.states(db, "me")
    assert states[RULE, ""] == RuleState(RULE, "", date(2026, 11, 16), unheeded=0)
    assert states[PACE, ""].unheeded == 1
    assert (told(coach).feedback, told(coach).feedback_at) == ("helpful", NOW)


def test_quiet_is_four_weeks_of_silence(coach):
    assert says(coach, token_for(coach, "quiet")) == f"{RULE} may speak again on 2026-12-22."
    assert silent_until(coach) == date(2026, 12, 22)
    assert told(coach).feedback == "quiet"


def test_silence_that_was_asked_for_before_is_not_shortened(coach):
    coach.amend("me", lambda document: {**document, "snooze": {RULE: "2027-06-01"}})
    assert says(coach, token_for(coach, "quiet")) == f"{RULE} may speak again on 2027-06-01."
    assert silent_until(coach) == date(2027, 6, 1)


def test_not_for_me_is_twelve_weeks_of_silence_and_then_the_end(coach):
    assert says(coach, token_for(coach, "not_for_me")).startswith(f"{RULE} may speak again on 2027-02-16.")
    coach.clock.advance(timedelta(days=100))
    begin(coach, TOLD, period="2027-W09")
    said = says(coach, token_for(coach, "not_for_me", period="2027-W09"))
    assert said == f"{RULE} is off. `coachd rules set {RULE} on` brings it back."
    assert RULE in {rule.id for rule in coach.rules_for(coach.athlete("me")).off}


def test_not_for_me_about_one_nudge_is_said_once_however_often(coach):
    says(coach, token_for(coach, "not_for_me"))
    assert answer(coach, "me", told(coach), "quiet", NOW)
    answer(coach, "me", told(coach), "not_for_me", NOW)
    assert RULE not in coach.athlete("me").overrides


def test_not_for_me_long_ago_or_about_another_rule_does_not_count(coach):
    answer(coach, "me", told(coach), "not_for_me", NOW)
    answer(coach, "me", told(coach, PACE), "not_for_me", NOW)
    coach.clock.advance(timedelta(days=366))
    begin(coach, TOLD, period="2027-W47")
    answer(coach, "me", told(coach, period="2027-W47"), "not_for_me", coach.clock.now())
    assert coach.athlete("me").overrides == {}


def test_what_is_switched_off_keeps_its_own_numbers(coach):
    coach.amend("me", lambda document: {**document, "rules": {RULE: {"cooldown": "30d"}}})
    answer(coach, "me", told(coach), "not_for_me", NOW)
    begin(coach, TOLD, period="2026-W48")
    answer(coach, "me", told(coach, period="2026-W48"), "not_for_me", NOW)
    assert coach.athlete("me").overrides == {RULE: {"cooldown": "30d", "off": True}}


def test_a_doubted_number_silences_its_rule_until_it_is_corrected(coach):
    said = says(coach, token_for(coach, "wrong_number", JUDGED), "I do not know")
    assert said == (
        f"{PACE} may speak again on 2026-12-22. "
        "`coachd athlete set easy_hr_ceiling=` with the right number lets it speak at once."
    )
    coach.amend("me", lambda document: {**document, "units": "mi"})
    assert silent_until(coach, PACE) == date(2026, 12, 22)
    coach.amend("me", lambda document: {**document, "threshold_hr": "172"})
    assert silent_until(coach, PACE) is None


def test_a_corrected_number_leaves_the_silence_that_was_asked_for(coach):
    answer(coach, "me", told(coach, PACE), "wrong_number", NOW)
    coach.amend("me", lambda document: {**document, "snooze": {PACE: "2027-06-01", RULE: "2026-12-01"}})
    coach.amend("me", lambda document: {**document, "easy_hr_ceiling": "155"})
    assert coach.athlete("me").snoozed == {PACE: date(2027, 6, 1), RULE: date(2026, 12, 1)}


def test_a_document_that_is_no_such_thing_is_refused_in_words_while_a_number_waits(coach):
    answer(coach, "me", told(coach, PACE), "wrong_number", NOW)
    with pytest.raises(ConfigProblem, match="snooze"):
        coach.amend("me", lambda _: {"easy_hr_ceiling": "155", "snooze": "all of them"})


@pytest.mark.parametrize(
    "text", ["The right number: 155", "155", "\n155 bpm.\n--\nRobin", "The right number:155\n> The right number: 140"]
)
def test_a_reply_may_carry_the_right_number(coach, text):
    says(coach, token_for(coach, "wrong_number", JUDGED), text)
    assert coach.athlete("me").easy_hr_ceiling == 155
    assert silent_until(coach, PACE) is None
    assert told(coach, PACE).feedback == "wrong_number"


@pytest.mark.parametrize(
    "text", ["", "The right number: ", "> 155", "about a hundred and fifty", "\N{ARABIC-INDIC DIGIT ONE}55"]
)
def test_a_reply_without_a_number_only_doubts_the_old_one(coach, text):
    says(coach, token_for(coach, "wrong_number", JUDGED), text)
    assert coach.athlete("me").easy_hr_ceiling is None
    assert silent_until(coach, PACE) == date(2026, 12, 22)


def test_a_number_that_cannot_be_is_not_put_into_force_and_the_doubt_is_kept(coach):
    said = says(coach, token_for(coach, "wrong_number", JUDGED), "The right number: 300")
    assert "could not be used: easy_hr_ceiling" in said
    assert coach.athlete("me").easy_hr_ceiling is None
    assert told(coach, PACE).feedback == "wrong_number"
    assert silent_until(coach, PACE) == date(2026, 12, 22)


def test_a_typed_number_that_cannot_be_changes_nothing(coach):
    with pytest.raises(ConfigProblem, match="easy_hr_ceiling"):
        answer(coach, "me", told(coach, PACE), "wrong_number", NOW, "300")
    with pytest.raises(InputProblem, match="not judged by a number"):
        answer(coach, "me", told(coach), "wrong_number", NOW, "150")
    assert told(coach, PACE).feedback == told(coach).feedback == ""


def test_the_same_answer_typed_twice_changes_nothing(coach):
    answer(coach, "me", told(coach), "quiet", NOW)
    coach.clock.advance(timedelta(days=7))
    assert answer(coach, "me", told(coach), "quiet", coach.clock.now()) == AGAIN
    assert silent_until(coach) == date(2026, 12, 22)


def test_a_rule_that_is_gone_cannot_be_silenced_and_the_answer_is_not_kept(coach):
    coach.__dict__["rules"] = Rulebook(())
    with pytest.raises(ConfigProblem, match="no such rule"):
        answer(coach, "me", told(coach), "quiet", NOW)
    assert told(coach).feedback == ""


def test_a_mail_can_stop_the_mail_whenever_it_comes_again(coach):
    token = token_in(unsubscribe(coach, coach.athlete("me")))
    assert says(coach, token) == "The mail is paused. `coachd digest resume` brings it back."
    assert coach.athlete("me").paused
    assert says(coach, token) == AGAIN
    with coach.store.begin() as db:
        athletes.pause(db, "me", False)
    says(coach, token)
    assert coach.athlete("me").paused


SPEAKS = """
version: 1
rules:
- id: strength-short
  title: Always
  why: Because.
  kind: nudge
  family: load
  each: week
  history: 0 days
  values: {run: {count: activities, sport: run, over: 7d}}
  when: run > 0
  message: {plain: "Always the same."}
"""


@pytest.mark.parametrize(("action", "rests"), [("helpful", 0), ("quiet", 4), ("not_for_me", 12), ("wrong_number", 4)])
def test_a_rule_that_is_always_true_says_nothing_for_so_many_weeks_after_an_answer(coach, make_activity, action, rests):
    (rule,) = read_rules(SPEAKS, "speaks.yaml", {})
    answer(coach, "me", told(coach), action, NOW)
    who, silent = coach.athlete("me"), 0
    for week in range(20):
        last = date(2026, 11, 29) + timedelta(weeks=week)
        now = datetime(last.year, last.month, last.day, 23, tzinfo=UTC)
        run = make_activity(day=(last - date(2026, 11, 16)).days)
        judged = judge([rule], History(who, (run,)), {}, Period("x", last - timedelta(days=6), last), now,
                       needs_minimum_history=False)  # fmt: skip
        if judged.nudges:
            break
        silent += 1
    assert silent == rests


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


# Answers by mail


def reply(subject: str, text: str = "This tells coachd: quiet for 4 weeks.", sender: str = ROBIN, **headers) -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, headers.pop("To", "coachd@example.org"), subject
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made.as_bytes()


def status(coach: Coach) -> shared.Heartbeat | None:
    with coach.store.read() as db:
        return shared.heartbeat(db, answers.MAILBOX)


def test_an_answer_by_mail_is_done_and_its_mail_is_marked_as_read(coach, server):
    server.receive(reply(f"coachd {token_for(coach, 'quiet')}"))
    assert read_replies(coach) == [f"{RULE} may speak again on 2026-12-22."]
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
    assert len(read_replies(coach)) == 1


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
    assert read_replies(coach) == []
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
    assert len(read_replies(coach)) == 1
    assert server.seen == {103}
    assert "a surprise; it stays unread" in caplog.text


def test_the_same_answer_twice_by_mail_is_read_and_changes_nothing(coach, server):
    mail = reply(f"coachd {token_for(coach, 'quiet')}")
    server.receive(mail, mail)
    assert read_replies(coach)[1] == AGAIN
    assert server.seen == {101, 102}


def test_an_answer_that_cannot_be_kept_is_read_only_once(coach, server):
    server.receive(reply(f"coachd {token_for(coach, 'quiet')}"))
    coach.__dict__["rules"] = Rulebook(())
    (said,) = read_replies(coach)
    assert said.startswith("An answer could not be kept: snooze of 'strength-short'")
    assert server.seen == {101}


def test_an_athlete_whose_settings_are_broken_keeps_nobody_from_answering(coach, server):
    with coach.store.begin() as db:
        athletes.add(db, "anna", {"tone": "cold"}, NOW)
    server.receive(reply(f"coachd {token_for(coach, 'quiet')}"))
    assert len(read_replies(coach)) == 1


def test_the_mailbox_is_looked_at_every_five_minutes(coach, server):
    looks = lambda: len([line for line in server.asked if line.startswith("LOGIN")])  # noqa: E731
    read_replies(coach)
    coach.clock.advance(timedelta(minutes=4, seconds=59))
    read_replies(coach)
    assert looks() == 1
    coach.clock.advance(timedelta(seconds=1))
    read_replies(coach)
    assert looks() == 2
    coach.clock.advance(timedelta(days=-30))  # the machine's clock had run ahead
    read_replies(coach)
    assert looks() == 3


def test_without_a_mailbox_nothing_is_looked_at(settings):
    with opened(settings(), SteppedClock(NOW)) as coach:
        assert read_replies(coach) == []
        assert status(coach) is None


def test_a_broken_mailbox_is_a_state_that_is_logged_once_and_mends_itself(coach, server, caplog):
    server.answers["LOGIN"] = b"BAD nonsense\r\n"
    caplog.set_level(logging.WARNING, "coachd")
    for _ in range(3):
        assert read_replies(coach) == []
        coach.clock.advance(timedelta(minutes=5))
    state = status(coach)
    assert "could not be read" in state.detail
    assert "It is tried again by itself" in state.detail
    assert (state.started_at, state.at) == (NOW, NOW + timedelta(minutes=10))
    assert len(caplog.records) == 1
    server.answers.clear()
    server.receive(reply(f"coachd {token_for(coach, 'quiet')}"))
    assert len(read_replies(coach)) == 1
    assert status(coach).detail == ""
    assert status(coach).started_at == NOW + timedelta(minutes=15)


@pytest.mark.parametrize(
    "url", ["imaps://user:hush@127.0.0.1:1/INBOX", "imaps://user:hush@[broken", "ftp://user:hush@h"]
)
def test_a_mailbox_that_cannot_be_reached_is_said_without_its_password(settings, caplog, url):
    caplog.set_level(logging.DEBUG)
    with opened(settings(IMAP_URL=url), SteppedClock(NOW)) as coach:
        coach.athlete("me")
        assert read_replies(coach) == []
        assert status(coach).detail
        assert "hush" not in status(coach).detail + caplog.text


def test_a_surprise_of_the_server_is_logged_and_noted(coach, server, caplog, monkeypatch):
    def broken(*_arguments, **_options):
        raise AssertionError("nobody thought of this")

    monkeypatch.setattr("coachd.mailbox.Mailbox.unread", broken)
    assert read_replies(coach) == []
    assert "a surprise" in status(coach).detail
    assert "nobody thought of this" in caplog.text


def test_answers_come_over_an_encrypted_line_whose_authority_is_named(settings, tmp_path):
    cafile = certificate(tmp_path)
    with serving(ImapServer(), tls=tmp_path) as server:
        url = server.url.replace("imap://", "imaps://")
        with opened(settings(IMAP_URL=url, SMTP_CAFILE=str(cafile)), SteppedClock(NOW)) as coach:
            begin(coach, TOLD)
            server.receive(reply(f"coachd {token_for(coach, 'quiet')}"))
            assert len(read_replies(coach)) == 1


def test_nothing_that_is_logged_holds_a_token(coach, server, caplog):
    caplog.set_level(logging.DEBUG)
    tokens = [token_for(coach, "quiet"), token_for(coach, "helpful")]
    server.receive(reply(f"coachd {tokens[0]}"), reply(f"coachd {tokens[1]}", sender="x" + ROBIN))
    read_replies(coach)
    assert not any(token in caplog.text for token in tokens)


@given(st.text())
def test_whatever_is_written_has_no_token_and_no_number_that_is_not_there(text):
    letter = Letter(ROBIN, "", text, text)
    assert all(token in text for token in answers._tokens_in(letter))
    number = answers._number_in(text)
    assert number is None or number in text
