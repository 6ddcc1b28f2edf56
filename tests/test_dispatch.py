"""Messages of the outbox on their way out: real servers, a real store, a stepped clock."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from posts import DIGEST, NUDGE
from receiver import receiving

from coachd import channels, dispatch, review, sameday
from coachd.channels.email import Channel as Email
from coachd.channels.webhook import Channel as Webhook
from coachd.clock import SteppedClock
from coachd.model import Beliefs
from coachd.store import athletes, outbox
from coachd.store import channels as own_channels
from coachd.store.channels import OwnChannel
from coachd.store.outbox import FIRST, NOTICE, SAME_DAY, WEEKLY

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
SLEEP = replace(NUDGE, title="Short nights", text="5 of 7 nights were under 6 h.", subject="", fed_by=("garmin",))
BROKEN = {"source": "strava", "state": "revoked", "detail": "It is over."}


@pytest.fixture
def clock(now):
    return SteppedClock(now)


@pytest.fixture
def instance(open_coach, clock):
    """Opens the instance with these settings; a file as settings change."""
    return lambda **env: open_coach(clock, **{"MAIL_TO": "robin@example.org", "CHANNELS": "folder", **env})


def put(coach, *names, kind=WEEKLY, body=None, period="2026-W47", ways=None):
    """Put a message out for these athletes, as the pipeline does."""
    now = coach.clock.now()
    for name in names:
        with coach.store.begin() as db:
            athletes.ensure(db, name, now)
    for name in names:
        coach.amend(name, lambda document, name=name: {**document, "email": f"{name}@example.org"})
        made = review.to_json(replace(DIGEST, athlete=coach.athlete(name))) if body is None else body
        through = coach.channels_for(name, kind) if ways is None else ways
        with coach.store.begin() as db:
            outbox.put(db, name, kind, period, through, made, now)


def rows(coach, name="ada", kind=None):
    with coach.store.read() as db:
        found = outbox.recent(db, name, 50)
    return {row.channel: row for row in found if kind in (None, row.kind)}


class Relay:
    """Answers each recipient in turn with the next of `answers`, then takes everything."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.taken = []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd looks for this name
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer == "hang":
            await asyncio.sleep(30)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd looks for this name
        if self.answers[:1] == ["drop"]:
            self.answers.pop(0)
            server.transport.abort()
        self.taken.append((envelope.rcpt_tos[0], envelope.content))
        return "250 OK"


class OnLoopback(Controller):
    def __init__(self, handler):
        super().__init__(handler, hostname="127.0.0.1", port=0)

    def factory(self):
        return SMTP(self.handler)

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def relay(*answers):
    """Settings for a relay on loopback, and the relay."""
    handler = Relay(*answers)
    controller = OnLoopback(handler)
    controller.start()
    try:
        yield {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(controller.port), "SMTP_SECURITY": "none"}, handler
    finally:
        controller.stop()


@contextmanager
def silent():
    """A server that takes connections and says nothing; gives its port and what it heard."""
    heard = []

    def serve():
        with suppress(OSError):
            while True:
                heard.append(listening.accept()[0])

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listening.getsockname()[1], heard
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(5)
            for line in heard:
                line.close()


def own(coach, name, kind, options, *, athlete="ada", shared=False, confirmed=True):
    now = coach.clock.now()
    with coach.store.begin() as db:
        athletes.ensure(db, athlete, now)
        channel = OwnChannel(athlete, name, kind, shared, now if confirmed else None, now)
        own_channels.add(db, coach.vault, channel, options)


# faults of a relay


def test_a_greylisted_mail_is_taken_at_the_next_try(instance, clock):
    with relay("451 come back later") as (settings, handler):
        coach = instance(**settings, CHANNELS="email")
        put(coach, "ada")
        ((_, state, result),) = dispatch.deliver(coach)
        assert (state, "451" in result) == ("pending", True)
        clock.advance(MINUTE)
        dispatch.deliver(coach)
    assert rows(coach)["email"].state == "sent"
    assert [recipient for recipient, _ in handler.taken] == ["ada@example.org"]


def test_a_line_that_drops_after_the_mail_leaves_it_unknown_and_it_is_repeated_once(instance, clock):
    with relay("250 OK", "drop", "250 OK", "drop") as (settings, handler):
        coach = instance(**settings, CHANNELS="email")
        put(coach, "ada")
        for _ in range(5):
            dispatch.deliver(coach)
            clock.advance(10 * MINUTE)
    assert rows(coach)["email"].state == "unknown"
    ids = {line for _, content in handler.taken for line in content.split(b"\r\n") if line.startswith(b"Message-ID")}
    assert (len(handler.taken), len(ids)) == (2, 1)


def test_a_mailbox_that_is_refused_does_not_keep_the_mail_of_others(instance):
    with relay("550 no such user") as (settings, _):
        coach = instance(**settings, CHANNELS="email")
        put(coach, "ada", "kay")
        dispatch.deliver(coach)
    assert (rows(coach, "ada")["email"].state, rows(coach, "kay")["email"].state) == ("failed", "sent")


def test_a_relay_that_hangs_is_tried_once_a_tick_and_holds_no_other_channel_up(instance, clock):
    with silent() as (port, heard):
        coach = instance(CHANNELS="email folder", SMTP_HOST="127.0.0.1", SMTP_PORT=str(port), SMTP_SECURITY="none")
        slow = Email("127.0.0.1", port, "none", timeout=0.2, clock=clock)
        coach.__dict__["instance_channels"] = {**coach.instance_channels, "email": slow}
        put(coach, "ada", "kay", "lou")
        begin = time.monotonic()
        dispatch.deliver(coach)
        assert time.monotonic() - begin < 5
        assert len(heard) == 1
        assert [rows(coach, name)["folder"].state for name in ("ada", "kay", "lou")] == ["sent"] * 3
        waiting = [rows(coach, name)["email"] for name in ("ada", "kay", "lou")]
        assert [row.state for row in waiting] == ["pending"] * 3
        assert sorted(row.attempts for row in waiting) == [0, 0, 1]
        assert all("timed out" in row.result for row in waiting)
        clock.advance(MINUTE)
        dispatch.deliver(coach)
        assert len(heard) == 2, "the next tick tries again, once"


def test_ones_own_channel_that_hangs_leaves_the_others_own_channels_alone(instance, clock):
    with silent() as (port, _), receiving() as hook:
        coach = instance()
        own(coach, "home", "webhook", {"url": f"http://127.0.0.1:{port}/", "timeout": 0.2}, athlete="ada")
        own(coach, "home", "webhook", {"url": hook.url}, athlete="kay")
        put(coach, "ada", "kay")
        dispatch.deliver(coach)
    assert (rows(coach, "ada")["own:home"].state, rows(coach, "kay")["own:home"].state) == ("pending", "sent")
    assert [document["athlete"] for document in hook.documents] == ["kay"]


def test_a_put_back_message_keeps_its_tries_for_itself(instance, clock):
    with silent() as (port, _):
        coach = instance(CHANNELS="email", SMTP_HOST="127.0.0.1", SMTP_PORT=str(port), SMTP_SECURITY="none")
        coach.__dict__["instance_channels"] = {"email": Email("127.0.0.1", port, "none", timeout=0.05, clock=clock)}
        put(coach, "ada", "kay")
        dispatch.deliver(coach)
    (spared,) = [rows(coach, name)["email"] for name in ("ada", "kay") if not rows(coach, name)["email"].attempts]
    assert spared.next_try_at == clock.now() + MINUTE
    assert channels.retry_at(1, clock.now()) == clock.now() + MINUTE


# what is sent


def test_every_kind_of_message_goes_out_by_every_kind_of_channel(instance, tmp_path):
    beliefs = Beliefs(DIGEST.athlete, DIGEST.period.last, ())
    bodies = {
        WEEKLY: review.to_json(DIGEST), NOTICE: BROKEN, SAME_DAY: sameday.to_json(sameday.OnTheDay(NUDGE, ())),
        FIRST: _dumped(beliefs),
    }  # fmt: skip
    with relay() as (settings, handler), receiving() as hook:
        coach = instance(**settings, CHANNELS="email folder console webhook", WEBHOOK_URL=hook.url)
        for kind, body in bodies.items():
            put(coach, "ada", kind=kind, body=body)
        dispatch.deliver(coach)
        with coach.store.read() as db:
            states = {(row.kind, row.channel): row.state for row in outbox.recent(db, "ada", 50)}
    assert set(states.values()) == {"sent"}
    assert (len(states), len(handler.taken)) == (16, 4)
    assert {document["kind"] for document in hook.documents} == set(bodies)
    assert len({document["id"] for document in hook.documents}) == 4


def _dumped(beliefs):
    from pydantic import TypeAdapter

    return TypeAdapter(Beliefs).dump_python(beliefs, mode="json")


def test_what_the_athlete_wishes_now_counts_not_what_they_wished_when_it_was_judged(instance):
    with relay() as (settings, handler):
        coach = instance(**settings, CHANNELS="email")
        put(coach, "ada")
        coach.amend("ada", lambda document: {**document, "email": "new@example.org", "units": "mi"})
        dispatch.deliver(coach)
    (recipient, content) = handler.taken[0]
    assert recipient == "new@example.org"
    assert b"29.2 mi" in content


def test_what_the_operator_has_to_mend_goes_to_the_operators_address(instance):
    with relay() as (settings, handler):
        coach = instance(**settings, CHANNELS="email", OPERATOR_MAIL="operator@example.org")
        put(coach, "ada", kind=NOTICE, body={**BROKEN, "for": "operator"}, period="a")
        put(coach, "ada", kind=NOTICE, body=BROKEN, period="b")
        dispatch.deliver(coach)
    assert sorted(recipient for recipient, _ in handler.taken) == ["ada@example.org", "operator@example.org"]


def test_a_template_of_ones_own_is_used(instance, tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "digest.txt.j2").write_text("My words: {{ subject }}\n")
    coach = instance(TEMPLATES_DIR=str(tmp_path / "templates"))
    put(coach, "ada")
    dispatch.deliver(coach)
    (mail,) = (tmp_path / "state" / "mail").glob("*.eml")
    assert "My words: Your week: 47.0 km, 4 runs" in mail.read_text()


def test_a_message_on_the_day_is_of_no_use_a_day_later_and_never_repeated(instance, clock):
    body = sameday.to_json(sameday.OnTheDay(NUDGE, ()))
    with relay("250 OK", "drop") as (settings, handler):
        coach = instance(**settings, CHANNELS="email")
        put(coach, "ada", kind=SAME_DAY, body=body, period="day-2026-11-22")
        dispatch.deliver(coach)
        assert rows(coach)["email"].state == "unknown"
        put(coach, "kay", kind=SAME_DAY, body=body, period="day-2026-11-22")
        clock.advance(DAY + MINUTE)
        dispatch.deliver(coach)
    assert (rows(coach)["email"].state, rows(coach, "kay")["email"].state) == ("unknown", "expired")
    assert len(handler.taken) == 1


# who gets it where


def test_push_addresses_and_webhooks_of_the_instance_are_the_operators(instance, clock):
    coach = instance(CHANNELS="folder apprise webhook", APPRISE_URLS="json://h", WEBHOOK_URL="https://h/x")
    with coach.store.begin() as db:
        athletes.ensure(db, "ada", clock.now())
    assert coach.channels_for("ada") == ["folder", "apprise-1", "webhook"]
    clock.advance(MINUTE)
    with coach.store.begin() as db:
        athletes.ensure(db, "kay", clock.now())
    assert coach.channels_for("kay") == ["folder"]
    own(coach, "phone", "apprise", {"url": "ntfy://x"}, athlete="kay")
    assert coach.channels_for("kay") == ["folder", "own:phone"]
    assert coach.channels_for("ada") == ["folder", "apprise-1", "webhook"]


def test_a_shared_channel_gets_what_is_about_training_once_it_is_confirmed(instance):
    coach = instance()
    own(coach, "club", "webhook", {"url": "https://h/x"}, shared=True, confirmed=False)
    assert coach.channels_for("ada", WEEKLY) == ["folder"]
    own(coach, "club", "webhook", {"url": "https://h/x"}, shared=True)
    assert coach.channels_for("ada", WEEKLY) == coach.channels_for("ada", SAME_DAY) == ["folder", "own:club"]
    assert coach.channels_for("ada", NOTICE) == coach.channels_for("ada", FIRST) == ["folder"]


def test_on_a_shared_channel_nothing_of_stravas_is_posted(instance):
    with receiving() as hook:
        coach = instance()
        own(coach, "club", "webhook", {"url": hook.url}, shared=True)
        put(coach, "ada", body=review.to_json(replace(DIGEST, fed_by=("strava",), nudges=(NUDGE, SLEEP))))
        dispatch.deliver(coach)
    assert rows(coach)["own:club"].state == "sent"
    (posted,) = hook.documents
    assert "5 of 7 nights" in posted["text"]
    assert (posted["numbers"], posted["nudges"]) == (None, [])
    assert "702" not in json.dumps(posted)
    assert "47" not in json.dumps(posted).replace(posted["id"], "")


def test_with_nothing_left_to_post_a_shared_channel_gets_nothing_and_says_so(instance):
    with receiving() as hook:
        coach = instance()
        own(coach, "club", "webhook", {"url": hook.url}, shared=True)
        put(coach, "ada", body=review.to_json(replace(DIGEST, fed_by=("strava",))))
        put(coach, "ada", kind=SAME_DAY, body=sameday.to_json(sameday.OnTheDay(NUDGE, ())), period="day-2026-11-22")
        dispatch.deliver(coach)
    assert hook.got == []
    assert {rows(coach, kind=kind)["own:club"].state for kind in (WEEKLY, SAME_DAY)} == {"withheld"}
    assert "may be posted there" in rows(coach, kind=WEEKLY)["own:club"].result


@pytest.mark.parametrize("how", ["removed", "taken back"])
def test_a_channel_that_is_gone_ends_its_messages_and_no_others(instance, how):
    coach = instance()
    own(coach, "club", "webhook", {"url": "https://127.0.0.1:1/"}, shared=how == "taken back")
    put(coach, "ada")
    if how == "removed":
        with coach.store.begin() as db:
            own_channels.remove(db, "ada", "club")
    else:
        own(coach, "club", "webhook", {"url": "https://127.0.0.1:1/"}, shared=True, confirmed=False)
    dispatch.deliver(coach)
    assert (rows(coach)["own:club"].state, rows(coach)["folder"].state) == ("failed", "sent")
    assert rows(coach, kind=NOTICE) == {}, "who removed it knows"


def test_a_sealed_channel_whose_key_is_lost_holds_no_other_up(instance):
    coach = instance()
    own(coach, "home", "webhook", {"url": "https://127.0.0.1:1/"})
    put(coach, "ada")
    locked = instance(COACHD_SECRET_KEY="another-key-of-thirty-two-characters-or-more")
    dispatch.deliver(locked)
    assert (rows(coach, kind=WEEKLY)["own:home"].state, rows(coach, kind=WEEKLY)["folder"].state) == ("failed", "sent")


def test_the_address_of_a_webhook_that_fails_is_in_no_row_and_no_log(instance, caplog):
    caplog.set_level("DEBUG")
    coach = instance(CHANNELS="folder webhook", WEBHOOK_URL="http://127.0.0.1:1/s3cret", WEBHOOK_SECRET="k3y-s3cret")
    put(coach, "ada")
    dispatch.deliver(coach)
    assert rows(coach)["webhook"].state == "pending"
    assert "s3cret" not in caplog.text + rows(coach)["webhook"].result + repr(Webhook("http://h/s3cret", "s3cret"))
