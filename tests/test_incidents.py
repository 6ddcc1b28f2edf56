"""What somebody has to mend is told once, and once more only when it comes back later."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imap_server import ImapServer, serving

from coachd import compose, incidents
from coachd.answers import replies
from coachd.clock import SteppedClock
from coachd.compose.notices import NOTICES
from coachd.dispatch import message_of
from coachd.incidents import Trouble, changes, of_deliveries, of_disk, of_rules, of_schedule, of_source
from coachd.model import Athlete
from coachd.store import athletes, connections, outbox
from coachd.store import incidents as stored
from coachd.store.connections import SourceState
from coachd.store.outbox import NOTICE, WEEKLY, Failing
from coachd.store.schedule import Due

NOW = datetime(2025, 10, 20, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GB = 10**9


def source(state="ok", looked=HOUR, **fields):
    given = {
        "athlete": "me", "source": "strava", "external_id": "1", "scopes": (), "state": state, "detail": "So it is.",
        "state_since": NOW - DAY, "failures": 0, "next_try_at": None, "synced_at": NOW - looked, "passed_at": None,
        "profile_at": None, "connected_at": NOW - 90 * DAY,
    }  # fmt: skip
    return SourceState(**{**given, **fields})


def keys(*arguments, **options):
    return [trouble.key for trouble in of_source(*arguments, NOW, operator=True, **options)]


def test_a_source_in_order_is_no_trouble():
    assert keys(source()) == keys(source("waiting")) == keys(source("outage")) == []


def test_a_state_that_does_not_end_by_itself_is_told_at_once():
    assert keys(source("revoked")) == ["strava@me:revoked"]
    assert keys(source("brake")) == ["strava@me:brake"]


def test_a_source_is_stale_after_two_days_without_a_look():
    assert keys(source(looked=2 * DAY)) == []
    assert keys(source("outage", looked=2 * DAY + HOUR)) == ["strava@me:stale"]


def test_one_that_never_was_looked_at_is_stale_two_days_after_it_was_connected():
    assert keys(source(synced_at=None, connected_at=NOW - DAY)) == []
    assert keys(source(synced_at=None, connected_at=NOW - 3 * DAY)) == ["strava@me:stale"]


def test_what_is_told_by_its_state_is_not_told_as_stale_too():
    assert keys(source("inactive", looked=9 * DAY)) == ["strava@me:inactive"]


@pytest.mark.parametrize(
    ("days", "told"), [(15, []), (14, [14]), (8, [14]), (7, [7]), (2, [7]), (1, [1]), (0, [1]), (-3, [1])]
)
def test_a_key_that_ends_is_told_two_weeks_one_week_and_a_day_before(days, told):
    assert keys(source(ends_at=NOW + days * DAY)) == [f"strava@me:ends-{number}" for number in told]


def test_somebody_elses_source_is_named_with_them():
    (trouble,) = of_source(source("revoked", athlete="anna"), NOW, operator=False)
    assert (trouble.key, trouble.detail) == ("strava@anna:revoked", "For anna: So it is.")


@pytest.mark.parametrize(
    ("total", "free", "full"),
    [
        (32 * GB, 3 * GB, False), (32 * GB, 1 * GB, True), (1 * GB, 190_000_000, True), (1 * GB, 210_000_000, False),
        (4000 * GB, 100 * GB, False), (4000 * GB, 4 * GB, True),
    ],
)  # fmt: skip
def test_a_disk_is_nearly_full_by_share_or_by_bytes(total, free, full):
    assert bool(list(of_disk(total, free))) == full


def test_rule_files_are_one_trouble_by_what_is_wrong_with_them():
    assert list(of_rules([])) == []
    (one,), (other,) = of_rules(["a.yaml:1: no"]), of_rules(["a.yaml:2: no"])
    assert one.key != other.key
    assert one.alike == other.alike == "rules"


def test_a_weekly_mail_that_is_due_for_a_day_is_one_that_could_not_be_written():
    due = [Due(name, WEEKLY, NOW - 7 * DAY, NOW - ago) for name, ago in (("anna", DAY), ("me", DAY - timedelta(1e-5)))]
    (trouble,) = of_schedule(due, NOW)
    assert (trouble.key, trouble.source) == ("digest@anna:overdue", "anna")
    assert "The mail for anna is due since Sun 19 Oct 12:00 UTC." in trouble.detail


def test_a_way_out_that_is_closed_is_told_under_the_key_of_the_notice_that_its_failure_wrote():
    (trouble,) = of_deliveries([Failing("me", "email", "2025-W42", NOW - DAY, "The relay is busy.")])
    assert (trouble.key, trouble.period) == ("email@me:undelivered", "email:undelivered:2025-W42")
    assert "since Sun 19 Oct 12:00 UTC. The relay is busy." in trouble.detail


@pytest.mark.parametrize("state", ["stale", "ends", "disk", "rules", "overdue", "undelivered", "revoked", "unread"])
def test_there_are_words_for_every_trouble(state):
    assert state in NOTICES
    body = {"source": "strava", "state": state, "detail": "So it is."}
    message = compose.notice(Athlete(email="me@example.org"), body, mail_from="c@example.org", message_key="k")
    assert "So it is." in message.text
    assert "{" not in message.subject + message.text


# what is told when

REVOKED = Trouble("strava@me:revoked", "revoked", "strava", "It was taken back.")


def lived(times):
    """The moments at which the trouble is told, when it is there (or not) at these times."""
    known, told = {}, []
    for moment, there in times:
        for incident, news in changes(known, [REVOKED] if there else [], moment):
            known[incident.key] = incident
            told += [moment] if news else []
    return told, known


def test_it_is_told_once_however_long_it_lasts():
    told, known = lived([(NOW + hours * HOUR, True) for hours in range(500)])
    assert told == [NOW]
    assert known[REVOKED.key].began_at == NOW


def test_its_end_is_noted_and_a_new_one_after_a_day_is_told():
    times = [(NOW, True), (NOW + HOUR, False), (NOW + 2 * DAY, True), (NOW + 3 * DAY, True)]
    told, known = lived(times)
    assert told == [NOW, NOW + 2 * DAY]
    assert known[REVOKED.key].ended_at is None
    assert lived(times[:2])[1][REVOKED.key].ended_at == NOW + HOUR


def test_one_that_comes_and_goes_is_told_again_only_when_it_is_there_a_day_later():
    times = [(NOW + hours * HOUR, hours % 2 == 0) for hours in range(20)]
    assert lived(times)[0] == [NOW]
    assert lived([*times, (NOW + 20 * HOUR, True), (NOW + 25 * HOUR, True)])[0] == [NOW, NOW + 25 * HOUR]


def test_nothing_changes_while_nothing_changes():
    known = {incident.key: incident for incident, _ in changes({}, [REVOKED], NOW)}
    assert changes(known, [REVOKED], NOW + HOUR) == []
    assert changes({}, [], NOW) == []


@given(st.lists(st.tuples(st.integers(-5000, 5000), st.booleans()), max_size=30))
def test_a_clock_that_jumps_never_silences_what_is_wrong_for_long(steps):
    _, known = lived([(NOW + hours * HOUR, there) for hours, there in steps])
    told_later = []
    for hours in range(50):
        moment = NOW + hours * HOUR
        for incident, news in changes(known, [REVOKED], moment):
            known[incident.key] = incident
            told_later += [news] if news else []
    incident = known[REVOKED.key]
    assert incident.told_at >= incident.began_at
    assert len(told_later) <= 1


# at the instance


@pytest.fixture
def clock():
    return SteppedClock(NOW)


@pytest.fixture
def coach(open_coach, clock):
    made = open_coach(clock, MAIL_TO="me@example.org", OPERATOR_MAIL="ops@example.org")
    with made.store.begin() as db:
        athletes.ensure(db, "me", NOW - DAY)
        athletes.ensure(db, "anna", NOW)
    return made


def notices(coach, name="me"):
    with coach.store.read() as db:
        return [row for row in outbox.recent(db, name) if row.kind == NOTICE]


def test_the_operator_hears_of_everybodys_sources_at_their_own_address(coach):
    tokens = connections.Tokens("a", "r", NOW + DAY)
    with coach.store.begin() as db:
        connections.connect(db, coach.vault, "anna", "strava", "2", [], tokens, NOW)
        connections.set_state(db, "anna", "strava", "revoked", "The access was taken back.", None, NOW)
    incidents.watch(coach)
    incidents.watch(coach)
    (row,) = notices(coach)
    assert notices(coach, "anna") == []
    message = message_of(coach, row, NOW)
    assert message.to == "ops@example.org"
    assert "For anna: The access was taken back." in message.text


def test_a_disk_that_fills_up_is_an_incident_until_there_is_room(coach, clock, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(total=GB, free=0))
    incidents.watch(coach)
    with coach.store.read() as db:
        assert [incident.key for incident in stored.open(db)] == ["disk:full"]
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(total=GB, free=GB))
    clock.advance(HOUR)
    incidents.watch(coach)
    with coach.store.read() as db:
        assert stored.open(db) == []
    assert [row.body["state"] for row in notices(coach)] == ["disk"]


def test_a_mailbox_that_cannot_be_read_for_a_day_is_told_once_and_over_when_it_can(open_coach, clock):
    with serving(ImapServer()) as server:
        coach = open_coach(clock, MAIL_TO="me@example.org", IMAP_URL=server.url)
        coach.athlete("me")
        server.answers["LOGIN"] = b"BAD nonsense\r\n"

        def ticks(hours):
            for _ in range(hours):
                clock.advance(HOUR)
                replies.read(coach)
                incidents.watch(coach)
            with coach.store.read() as db:
                return [incident.key for incident in stored.open(db)]

        assert ticks(24) == [], "most failures end by themselves"
        assert ticks(48) == ["mailbox:unread"]
        server.answers.clear()
        assert ticks(1) == []
    (row,) = notices(coach)
    message = message_of(coach, row, NOW)
    assert message.subject == "Answers by mail cannot be read"
    assert "not read since" in message.text


def put(coach, at, state, channel="email"):
    with coach.store.begin() as db:
        outbox.put(db, "me", WEEKLY, f"{at:%Y-%m-%d}", [channel], {"a": 1}, at)
        row = next(row for row in outbox.recent(db, "me", 99) if row.period == f"{at:%Y-%m-%d}")
        if state == "pending":
            claimed = outbox.claim(db, at)
            outbox.retry(db, claimed, at + 30 * DAY, "busy")
        else:
            outbox.finish(db, row, state, "busy", at)


@pytest.mark.parametrize(
    ("rows", "closed"),
    [
        ([(DAY + HOUR, "failed")], True), ([(DAY + HOUR, "pending")], True), ([(HOUR, "failed")], False),
        ([(DAY + HOUR, "sent")], False), ([(3 * DAY, "failed"), (DAY, "sent")], False),
        ([(3 * DAY, "sent"), (2 * DAY, "failed")], True), ([(15 * DAY, "failed")], False),
    ],
)  # fmt: skip
def test_a_way_out_is_closed_when_nothing_went_out_for_a_day(coach, rows, closed):
    for age, state in rows:
        put(coach, NOW - age, state)
    incidents.watch(coach)
    assert [row.body["state"] for row in notices(coach)] == ["undelivered"] * closed
