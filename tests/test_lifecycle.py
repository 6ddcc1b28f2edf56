"""From the judging of a week to the day on which its mail went out, or did not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from coachd import config, dispatch, histories, lifecycle, review, rulebook, sameday
from coachd.clock import SteppedClock
from coachd.coach import Coach
from coachd.crypto import Vault
from coachd.errors import DeliveryProblem
from coachd.history.merge import merge
from coachd.model import FollowUp, Nudge, Period, RuleState, ShoeLevel
from coachd.store import athletes, judgements, nudges, outbox, recordings
from coachd.store.outbox import WEEKLY

WEEK = Period("2026-W47", date(2026, 11, 16), date(2026, 11, 22))
NEXT = Period("2026-W48", date(2026, 11, 23), date(2026, 11, 29))
MONDAY = datetime(2026, 11, 23, 6, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

RULES = """\
version: 1
rules:
- id: big-week
  title: A big week
  why: Legs like steps that are small.
  kind: nudge
  family: load
  each: week
  history: 7d
  params: {limit: {default: 40 km, min: 10 km, max: 90 km, label: a big week}}
  values:
    week: {sum: distance, sport: run, over: 7d, label: this week}
  when: week > limit
  cooldown: 14d
  helped: {after: 2w, when: week <= limit}
  message: {plain: "{{ week }} this week."}
- id: far-run
  title: A long way
  why: It may be felt for a while.
  kind: note
  family: load
  each: activity
  history: 7d
  values:
    far: {latest: distance, sport: run, over: 1d, label: this run}
  when: far > 20 km
  message: {plain: "{{ far }} in one go."}
- id: no-strength
  title: No strength lately
  why: Strong legs run well.
  kind: nudge
  family: strength
  each: week
  history: 7d
  values:
    sessions: {count: activities, sport: strength, over: 7d, label: sessions}
  when: sessions == 0
  cooldown: 6d
  message: {plain: "{{ sessions }} sessions this week."}
"""


class Post:
    """A way out that does what it is told, one thing for each message, and takes all that come after."""

    def __init__(self, *doings):
        self.doings = list(doings)
        self.given = []

    def send(self, message):
        self.given.append(message)
        if self.doings and (problem := self.doings.pop(0)):
            raise problem
        return "posted"


BUSY = DeliveryProblem("The relay is busy.")


@pytest.fixture
def run(make_recording):
    """Builds a run at a pace that can be believed."""

    def make(number, distance_m=10_000.0, **values):
        return make_recording(number, distance_m=distance_m, **{"moving_s": (distance_m or 3000.0) / 3, **values})

    return make


@pytest.fixture
def clock():
    return SteppedClock(MONDAY)


@pytest.fixture
def rules(tmp_path):
    (tmp_path / "rules.yaml").write_text(RULES)
    return rulebook.load([tmp_path / "rules.yaml"])


@pytest.fixture
def coach(store, clock, rules, tmp_path):
    return opened(store, clock, rules, tmp_path)


def opened(store, clock, rules, folder, **env):
    given = {"COACHD_STATE_DIR": str(folder), "ATHLETE_ZONE": "UTC", "CHANNELS": "folder", **env}
    made = Coach(config.load(given, dotenv=False), store, Vault(["k" * 32]), clock)
    made.rules = rules
    with store.begin() as db:
        athletes.ensure(db, "me", clock.now())
    return made


@pytest.fixture
def post(monkeypatch):
    post = Post()
    monkeypatch.setattr(dispatch, "channel", lambda *_: post)
    return post


def record(coach, *made):
    with coach.store.begin() as db:
        saved = recordings.save(db, "me", made, coach.clock.now())
        recordings.derive(db, "me", saved.identities, merge, now=coach.clock.now())


def remove(coach, number):
    with coach.store.begin() as db:
        gone = recordings.withdraw(db, "me", "strava", [str(number)], coach.clock.now())
        recordings.derive(db, "me", gone.identities, merge)


@pytest.fixture
def big_week(coach, run):
    """Five weeks of a run every other day, and a last one of 45 km: 25 km of them on the Saturday, run number 99."""
    record(
        coach,
        *(run(number, at=-48.0 * number, distance_m=5_000.0) for number in range(1, 18)),
        *(run(20 + number, at=48.0 * number, distance_m=10_000.0) for number in range(2)),
        run(99, at=5 * 24.0, distance_m=25_000.0, name="Evening run"),
        run(98, at=12.0, sport="WeightTraining", distance_m=None, name="Gym"),
    )
    return coach


def judged(coach, period=WEEK):
    return review.judge_week(coach, "me", period)


def states(coach, period=WEEK):
    with coach.store.read() as db:
        return {each.nudge.rule: each.state for each in nudges.of_period(db, "me", period.key)}


def memory(coach):
    with coach.store.read() as db:
        return {rule: state.last_sent for (rule, _), state in judgements.states(db, "me").items()}


def everything_remembered(coach):
    with coach.store.read() as db:
        return judgements.states(db, "me")


def row(coach, period=WEEK):
    with coach.store.read() as db:
        (found,) = outbox.of_period(db, "me", WEEKLY, period.key)
    return found


# sent


def test_what_goes_out_was_sent_at_that_moment(big_week, post, clock):
    assert {each.rule for each in judged(big_week).judgement.nudges} == {"big-week", "far-run"}
    assert states(big_week) == {"big-week": "queued", "far-run": "queued"}
    dispatch.deliver(big_week)
    assert states(big_week) == {"big-week": "sent", "far-run": "sent"}
    with big_week.store.read() as db:
        assert {each.sent_at for each in nudges.of_period(db, "me", WEEK.key)} == {clock.now()}


def test_a_digest_just_judged_is_not_judged_again(big_week, post, monkeypatch):
    judged(big_week)
    monkeypatch.setattr(review, "consider", lambda *_: pytest.fail("judged again"))
    dispatch.deliver(big_week)
    assert post.given


# decided at the moment of sending


def test_a_run_deleted_while_the_relay_was_busy_takes_its_nudges_with_it(big_week, post, clock):
    post.doings = [BUSY] * 5
    judged(big_week)
    while clock.now() < MONDAY + 6 * HOUR:
        dispatch.deliver(big_week)
        clock.advance(timedelta(minutes=10))
        if len(post.given) == 3:
            remove(big_week, 99)
    assert "45" in post.given[0].text
    assert "25" not in post.given[-1].text, "the week is told without the run"
    assert states(big_week) == {"big-week": "withdrawn", "far-run": "withdrawn"}
    assert memory(big_week).get("big-week") is None, "what was never told does not rest"
    assert row(big_week).state == "sent"


def test_a_run_edited_before_its_mail_went_out_is_told_as_it_is_now(big_week, post, clock, run):
    post.doings = [BUSY]
    judged(big_week)
    dispatch.deliver(big_week)
    record(big_week, run(99, at=5 * 24.0, distance_m=22_000.0, name="Evening run"))
    clock.advance(HOUR)
    dispatch.deliver(big_week)
    assert states(big_week) == {"big-week": "sent", "far-run": "sent"}
    with big_week.store.read() as db:
        told = {each.nudge.rule: each.nudge.text for each in nudges.of_period(db, "me", WEEK.key)}
    assert told["big-week"] == "42.0 km this week."
    assert "42.0 km this week." in post.given[-1].text


def test_a_rule_snoozed_while_its_mail_waited_is_not_told(big_week, post, clock):
    post.doings = [BUSY]
    judged(big_week)
    dispatch.deliver(big_week)
    big_week.amend("me", lambda document: {**document, "snooze": {"big-week": "2026-12-24"}})
    clock.advance(HOUR)
    dispatch.deliver(big_week)
    assert states(big_week) == {"big-week": "withdrawn", "far-run": "sent"}


def test_mail_paused_while_it_waited_does_not_go_out(big_week, post, clock):
    post.doings = [BUSY]
    judged(big_week)
    dispatch.deliver(big_week)
    with big_week.store.begin() as db:
        athletes.pause(db, "me", True)
    clock.advance(HOUR)
    dispatch.deliver(big_week)
    assert len(post.given) == 1
    assert row(big_week).state == "withdrawn"
    assert set(states(big_week).values()) == {"withdrawn"}
    assert memory(big_week).get("big-week") is None


def test_a_week_left_with_nothing_to_say_is_not_mailed_to_those_who_want_none(big_week, post, clock):
    big_week.amend("me", lambda document: {**document, "quiet_weeks": "skip"})
    post.doings = [BUSY]
    judged(big_week)
    dispatch.deliver(big_week)
    remove(big_week, 99)
    clock.advance(HOUR)
    dispatch.deliver(big_week)
    assert row(big_week).state == "withdrawn"


def test_a_quiet_week_is_judged_and_not_put_out_for_those_who_want_no_mail_then(coach, run, post):
    record(coach, *(run(number, at=-48.0 * number) for number in range(1, 18)))
    record(coach, run(98, at=12.0, sport="WeightTraining", distance_m=None))
    coach.amend("me", lambda document: {**document, "quiet_weeks": "skip"})
    assert not judged(coach).mailed
    with coach.store.read() as db:
        assert not outbox.exists(db, "me", WEEKLY, WEEK.key)
        assert judgements.judging(db, "me", WEEK.key)


def test_a_shoe_that_crossed_a_level_is_worth_a_mail_and_what_became_of_a_nudge_is_none(coach, run):
    record(coach, *(run(number, at=-48.0 * number) for number in range(1, 18)))
    record(coach, run(98, at=12.0, sport="WeightTraining", distance_m=None))
    coach.amend("me", lambda document: {**document, "quiet_weeks": "skip"})
    quiet = judged(coach)
    shoe, earlier = ShoeLevel("Blue", 600_000.0, 640_000.0, 0.9), FollowUp("A big week", (), (), "eased")
    assert replace(quiet, digest=replace(quiet.digest, shoes=(shoe,))).mailed
    assert not replace(quiet, digest=replace(quiet.digest, follow_ups=(earlier,))).mailed


def deliver_before_and_after_its_longest_run_went(coach, clock, run):
    record(coach, *(run(number, at=-48.0 * number) for number in range(1, 18)))
    record(coach, run(99, at=5 * 24.0, distance_m=45_000.0))
    judged(coach)
    dispatch.deliver(coach)
    remove(coach, 99)
    clock.advance(HOUR)
    dispatch.deliver(coach)


def test_where_one_way_out_has_sent_the_week_the_others_send_the_same(store, clock, rules, tmp_path, monkeypatch,
                                                                      run):  # fmt: skip
    both = opened(store, clock, rules, tmp_path, CHANNELS="console folder")
    posts = {"console": Post(), "folder": Post(BUSY)}
    monkeypatch.setattr(dispatch, "channel", lambda _coach, name, *_: posts[name])
    deliver_before_and_after_its_longest_run_went(both, clock, run)
    assert posts["folder"].given[-1].text == posts["console"].given[0].text


def test_a_week_judged_again_for_one_way_out_is_judged_again_for_all(store, clock, rules, tmp_path, monkeypatch, run):
    both = opened(store, clock, rules, tmp_path, CHANNELS="console folder")
    posts = {"console": Post(BUSY), "folder": Post(BUSY)}
    monkeypatch.setattr(dispatch, "channel", lambda _coach, name, *_: posts[name])
    deliver_before_and_after_its_longest_run_went(both, clock, run)
    assert "45.0 km" in posts["folder"].given[0].text
    assert "45.0 km" not in posts["folder"].given[-1].text
    assert posts["folder"].given[-1].text == posts["console"].given[-1].text


def test_what_may_have_arrived_goes_out_again_as_it_was(big_week, post, clock):
    post.doings = [DeliveryProblem("The line broke.", unknown=True)]
    judged(big_week)
    dispatch.deliver(big_week)
    remove(big_week, 99)
    clock.advance(HOUR)
    dispatch.deliver(big_week)
    assert [message.text for message in post.given] == [post.given[0].text] * 2
    assert set(states(big_week).values()) == {"sent"}


# never sent


def test_a_digest_that_never_went_out_is_forgotten_by_the_rules(big_week, post, clock, run):
    before = everything_remembered(big_week)
    judged(big_week)
    assert memory(big_week)["big-week"] == date(2026, 11, 23)
    clock.advance(4 * DAY)
    dispatch.deliver(big_week)
    assert row(big_week).state == "expired"
    assert set(states(big_week).values()) == {"expired"}
    assert everything_remembered(big_week) == before
    clock.set(MONDAY + 7 * DAY)
    record(big_week, run(100, at=9 * 24.0, distance_m=45_000.0))
    assert "big-week" in {each.rule for each in judged(big_week, NEXT).judgement.nudges}, "nothing rests"


def test_what_changed_since_is_not_taken_back_with_it(big_week, post, clock):
    judged(big_week)
    with big_week.store.begin() as db:
        known = judgements.states(db, "me")["big-week", ""]
        later = replace(known, last_sent=date(2026, 11, 26))
        judgements.save(db, "me", "day-2026-11-25", [], [], [later], clock.now())
    clock.advance(4 * DAY)
    dispatch.deliver(big_week)
    assert memory(big_week)["big-week"] == date(2026, 11, 26)


# crashes and company


def test_killed_between_judging_and_sending_the_next_start_sends_what_holds_then(big_week, post, clock):
    judged(big_week)
    remove(big_week, 99)
    clock.advance(3 * HOUR)
    dispatch.deliver(big_week)
    assert len(post.given) == 1
    assert "20.0 km" in post.given[0].text
    assert set(states(big_week).values()) == {"withdrawn"}


def test_killed_between_sending_and_settling_is_settled_with_the_next_digest(big_week, post, clock, monkeypatch):
    judged(big_week)
    with monkeypatch.context() as patch:
        patch.setattr(lifecycle, "after_sending", lambda *_: None)
        dispatch.deliver(big_week)
    sent = clock.now()
    assert states(big_week)["big-week"] == "queued"
    clock.set(MONDAY + 7 * DAY)
    judged(big_week, NEXT)
    dispatch.deliver(big_week)
    assert states(big_week) == {"big-week": "sent", "far-run": "sent"}
    with big_week.store.read() as db:
        assert {each.sent_at for each in nudges.of_period(db, "me", WEEK.key)} == {sent}


def test_killed_while_it_was_sending_the_same_goes_out_once_more(big_week, post, clock):
    judged(big_week)
    with big_week.store.begin() as db:
        outbox.claim(db, clock.now())
    remove(big_week, 99)
    clock.advance(HOUR)
    dispatch.deliver(big_week)
    assert "45.0 km" in post.given[0].text


def test_two_processes_judge_again_and_send_once(big_week, post, clock):
    judged(big_week)
    remove(big_week, 99)
    clock.advance(HOUR)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(dispatch.deliver, [big_week, replace_coach(big_week)]))
    assert len(post.given) == 1
    assert set(states(big_week).values()) == {"withdrawn"}


def replace_coach(coach):
    other = Coach(coach.settings, coach.store, coach.vault, coach.clock)
    other.rules = coach.rules
    return other


def test_of_two_that_judge_again_the_slower_one_sends_what_the_faster_one_wrote(big_week, post, clock, monkeypatch):
    judged(big_week)
    clock.advance(HOUR)
    with big_week.store.begin() as db:
        delivery = outbox.claim(db, clock.now())
    consider = review.consider

    def slowly(*given):
        with big_week.store.begin() as db:
            judgements.save(db, "me", WEEK.key, [], [], [], clock.now())
            outbox.rewrite(db, delivery, {"by": "the faster one"})
        return consider(*given)

    monkeypatch.setattr(review, "consider", slowly)
    assert lifecycle.before_sending(big_week, delivery).body == {"by": "the faster one"}


# a week later


def sent_week(coach, post, period=WEEK):
    judged(coach, period)
    dispatch.deliver(coach)
    return post.given[-1]


def next_monday(coach, clock):
    clock.set(MONDAY + 7 * DAY)
    return judged(coach, NEXT).digest


def test_the_next_digest_says_what_became_of_a_nudge(big_week, post, clock):
    sent_week(big_week, post)
    with big_week.store.begin() as db:
        nudges.set_feedback(db, "me", nudges.Identity(WEEK.key, "big-week", ""), "helpful", clock.now())
    (followed,) = next_monday(big_week, clock).follow_ups
    assert (followed.title, followed.verdict, followed.answer) == ("A big week", "eased", "helpful")
    assert (followed.then, followed.now) == ((("this week", "45.0 km"),), (("this week", "0.0 km"),))


def test_what_goes_on_is_the_same(big_week, post, clock, run):
    sent_week(big_week, post)
    record(big_week, *(run(200 + day, at=24.0 * (7 + day), distance_m=15_000.0) for day in range(3)))
    (followed,) = next_monday(big_week, clock).follow_ups
    assert (followed.verdict, followed.now) == ("same", (("this week", "45.0 km"),))


def test_what_never_went_out_is_not_followed_up(big_week, post, clock):
    judged(big_week)
    clock.set(MONDAY + 4 * DAY)
    dispatch.deliver(big_week)
    assert next_monday(big_week, clock).follow_ups == ()


def test_two_weeks_later_nothing_is_said_of_it(big_week, post, clock):
    sent_week(big_week, post)
    clock.set(MONDAY + 14 * DAY)
    later = Period("2026-W49", date(2026, 11, 30), date(2026, 12, 6))
    assert judged(big_week, later).digest.follow_ups == ()


# put right


def test_a_run_deleted_after_its_mail_is_put_right_in_the_next_one_and_once(big_week, post, clock):
    sent_week(big_week, post)
    remove(big_week, 99)
    digest = next_monday(big_week, clock)
    (line,) = digest.corrections
    assert line == (
        "Last Monday's mail counted “Evening run” (Sat 21 Nov) for “A big week” and “A long way”; it was removed "
        "since, and these no longer hold."
    )
    assert states(big_week)["big-week"] == "sent", "so it stays until the line went out"
    dispatch.deliver(big_week)
    assert "Evening run" in post.given[-1].text
    assert states(big_week) == {"big-week": "corrected", "far-run": "corrected"}
    clock.set(MONDAY + 14 * DAY)
    later = Period("2026-W49", date(2026, 11, 30), date(2026, 12, 6))
    assert judged(big_week, later).digest.corrections == ()


def test_a_run_edited_after_its_mail_is_put_right_with_the_new_figures(big_week, post, clock, run):
    sent_week(big_week, post)
    record(big_week, run(99, at=5 * 24.0, distance_m=23_000.0, name="Evening run"))
    assert next_monday(big_week, clock).corrections[0] == (
        "Last Monday's mail counted “Evening run” (Sat 21 Nov) for “A big week” and “A long way”; it was edited "
        "since: “A big week” with this week 43.0 km instead of 45.0 km; “A long way” with this run 23.0 km instead of "
        "25.0 km."
    )


def test_an_edit_that_changes_nothing_that_was_said_needs_no_word(big_week, post, clock, run):
    sent_week(big_week, post)
    record(big_week, run(99, at=5 * 24.0, distance_m=25_000.0, name="Another name"))
    assert next_monday(big_week, clock).corrections == ()


def test_a_session_that_was_uploaded_late_puts_right_that_there_was_none(coach, run, post, clock):
    record(coach, *(run(number, at=-48.0 * number) for number in range(-3, 18)))
    assert "no-strength" in {each.rule for each in judged(coach).judgement.nudges}
    dispatch.deliver(coach)
    clock.advance(DAY)
    record(coach, run(98, at=12.0, sport="WeightTraining", distance_m=None))
    (line,) = next_monday(coach, clock).corrections
    assert line == (
        "Last Monday's mail said “No strength lately”; what is recorded of those days has changed since, and that no "
        "longer holds."
    )


def test_a_setting_changed_since_puts_nothing_right(big_week, post, clock):
    sent_week(big_week, post)
    big_week.amend("me", lambda document: {**document, "rules": {"big-week": {"params": {"limit": "60 km"}}}})
    assert next_monday(big_week, clock).corrections == ()


def test_nothing_is_put_right_about_a_source_that_was_disconnected(big_week, post, clock):
    sent_week(big_week, post)
    with big_week.store.begin() as db:
        judgements.blank(db, "me")
    remove(big_week, 99)
    digest = next_monday(big_week, clock)
    assert (digest.corrections, digest.follow_ups) == ((), ())


def test_a_correction_whose_mail_never_went_out_comes_with_the_next(big_week, post, clock):
    sent_week(big_week, post)
    remove(big_week, 99)
    clock.set(MONDAY + 7 * DAY)
    judged(big_week, NEXT)
    clock.advance(4 * DAY)
    dispatch.deliver(big_week)
    assert states(big_week)["big-week"] == "sent"
    clock.set(MONDAY + 14 * DAY)
    later = Period("2026-W49", date(2026, 11, 30), date(2026, 12, 6))
    (line,) = judged(big_week, later).digest.corrections
    assert line.startswith("The mail of Mon 23 Nov counted")


def test_of_days_that_a_digest_does_not_look_at_nothing_is_put_right(big_week, post, clock):
    """A message of the Monday itself is about a day after the week."""
    clock.set(MONDAY + 7 * DAY)
    nudge = Nudge("far-run", "7", "note", 1, "load", "A long way", "25 km in one go.", activities=(7,))
    with big_week.store.begin() as db:
        basis = {("far-run", "7"): {"7": "x 2026-11-30 Morning run"}}
        nudges.save(db, "me", "day-2026-11-30", [nudge], basis, clock.now())
        nudges.set_state(db, "me", "day-2026-11-30", "sent", of=["queued"], sent_at=clock.now())
    assert judged(big_week, NEXT).digest.corrections == ()


def test_what_was_answered_while_a_week_was_judged_stays(big_week, clock):
    logic = next(each.fingerprint for each in big_week.rules.rules if each.id == "no-strength")
    before = RuleState("no-strength", "", date(2026, 11, 2), unheeded=2, fingerprint=logic)
    with big_week.store.begin() as db:
        judgements.save(db, "me", "2026-W44", [], [], [before], clock.now() - 20 * DAY)
    big_week.amend("me", lambda document: {**document, "modes": [{"mode": "ill", "from": "2026-11-16"}]})
    stored = histories.read_weeks(big_week, [(big_week.athlete("me"), WEEK)], big_week.clock.now())["me"]
    with big_week.store.begin() as db:
        judgements.unmute(db, "me", "no-strength")
    review.judge_week(big_week, "me", WEEK, stored)
    assert everything_remembered(big_week)["no-strength", ""].unheeded == 0


# some weeks later


def change_of(coach, rule="big-week"):
    with coach.store.read() as db:
        (found,) = [each.change for each in nudges.of_period(db, "me", WEEK.key) if each.nudge.rule == rule]
    return found


def week(number):
    first = WEEK.first + number * 7 * DAY
    return Period(f"week {number}", first, first + 6 * DAY)


@pytest.mark.parametrize(("distance_m", "change"), [(5_000.0, "helped"), (45_000.0, "unchanged")])
def test_whether_it_helped_is_seen_some_weeks_later_and_kept(big_week, post, clock, run, distance_m, change):
    sent_week(big_week, post)
    record(big_week, run(300, at=24.0 * 8), run(301, at=24.0 * 15, distance_m=distance_m))
    for number, seen in ((1, ""), (2, change), (3, change)):
        clock.set(MONDAY + number * 7 * DAY)
        judged(big_week, week(number))
        assert change_of(big_week) == seen


def test_of_what_was_never_told_nobody_asks_whether_it_helped(big_week, post, clock):
    judged(big_week)
    clock.advance(4 * DAY)
    dispatch.deliver(big_week)
    clock.set(MONDAY + 14 * DAY)
    judged(big_week, week(2))
    assert change_of(big_week) == ""


# told on the day

ON_THE_DAY = """\
version: 1
rules:
- id: very-far
  title: Very far
  why: It may be felt tomorrow.
  kind: note
  family: load
  each: activity
  deliver: same_day
  history: 7d
  cooldown: 7d
  values:
    far: {latest: distance, sport: run, over: 1d, label: this run}
  when: far > 30 km
  message: {plain: "{{ far }} in one go."}
"""
SATURDAY = datetime(2026, 11, 21, 18, 30, tzinfo=UTC)


@pytest.fixture
def spoken(store, clock, tmp_path, run, post):
    """Something told on a Saturday evening, whose first attempt failed."""
    clock.set(SATURDAY)
    (tmp_path / "day.yaml").write_text(ON_THE_DAY)
    coach = opened(store, clock, rulebook.load([tmp_path / "day.yaml"]), tmp_path)
    record(coach, *(run(number, at=-48.0 * number) for number in range(1, 18)))
    record(coach, run(99, at=5 * 24.0, distance_m=35_000.0))
    assert sameday.speak(coach, "me").rule == "very-far"
    post.doings = [BUSY]
    dispatch.deliver(coach)
    clock.advance(HOUR)
    return coach


SATURDAYS = Period("day-2026-11-21", date(2026, 11, 19), date(2026, 11, 21))


def test_what_is_told_on_the_day_goes_out_as_it_is_then(spoken, post, run):
    record(spoken, run(99, at=5 * 24.0, distance_m=33_000.0))
    dispatch.deliver(spoken)
    assert "33.0 km in one go." in post.given[-1].text
    assert states(spoken, SATURDAYS) == {"very-far": "sent"}
    assert memory(spoken)["very-far"] == SATURDAY.date()


def test_what_was_to_be_told_on_the_day_of_a_run_that_is_gone_is_not_told(spoken, post):
    remove(spoken, 99)
    dispatch.deliver(spoken)
    assert len(post.given) == 1
    assert states(spoken, SATURDAYS) == {"very-far": "withdrawn"}
    assert memory(spoken).get("very-far") is None
