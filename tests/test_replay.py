from datetime import UTC, date, datetime, timedelta

import pytest
from rule_samples import SUNDAY, activity, read_rule

from coachd.judge import judge
from coachd.language.view import View
from coachd.model import Athlete, History, Period, Shoe
from coachd.replay import counts, difference, replay, told
from coachd.rulebook import with_params

KM = 1000.0
LONG = read_rule(
    "km > limit",
    "km: {sum: distance, sport: run, over: 7d}",
    more=["params: {limit: {default: 20 km, min: 5 km, max: 90 km}}", "history: 1d", "cooldown: 14d"],
)


def run(day, km=30.0, **fields):
    return activity(day, 1000 + day, distance_m=km * KM, **fields)


def history(*runs, **fields):
    return History(fields.pop("athlete", Athlete()), tuple(sorted(runs, key=lambda each: each.start)), **fields)


def days_told(rules, seen, first=SUNDAY - timedelta(days=60), last=SUNDAY, step="week"):
    return [day for day, _ in told(list(replay(rules, seen, first, last, step)))]


def back(days):
    return SUNDAY - timedelta(days=days)


RUNS = history(run(-100, 1.0), *(run(-7 * week - 2) for week in range(8)))


def test_a_cooldown_holds_in_a_replay_as_it_does_in_the_mail():
    assert days_told([LONG], RUNS, back(35)) == [back(35), back(21), back(7)]


def test_what_was_told_before_the_first_day_is_not_remembered():
    assert days_told([LONG], RUNS, back(28)) == [back(28), back(14), SUNDAY]


@pytest.mark.parametrize("step", ["week", "day"])
def test_a_week_is_judged_when_it_is_over(step):
    assert {day.weekday() for day in days_told([LONG], RUNS, step=step)} == {6}


def test_day_by_day_other_rules_are_asked_each_day():
    rule = read_rule("activity.distance > 20 km", each="activity", more=["history: 1d", "cooldown: 5d"])
    assert days_told([rule], RUNS, back(6)) == [SUNDAY]
    assert days_told([rule], RUNS, back(6), step="day") == [back(2)]


def test_what_lies_ahead_is_counted_from_the_morning_after_where_the_athlete_is():
    rule = read_rule("after > 0 days", "after: told.after", plain="{{ after }}", more=["history: 1d", "cooldown: 1d"])
    for zone in ("Pacific/Honolulu", "Pacific/Kiritimati"):
        seen = history(*RUNS.activities, athlete=Athlete(zone=zone))
        (said,) = told(list(replay([rule], seen, SUNDAY, SUNDAY)))
        assert said[1].text == "1 day"


def test_weeks_are_those_of_the_athlete():
    seen = history(*RUNS.activities, athlete=Athlete(week_start="sun"))
    assert {day.weekday() for day in days_told([LONG], seen)} == {5}


def test_an_activity_is_not_seen_before_it_began():
    assert days_told([LONG], history(run(-100, 1.0), run(-2)), last=back(3)) == []


def test_shoes_stand_in_it_as_they_stood_then():
    shoe = read_rule("shoe.distance >= 600 km", each="shoe", more=["history: 1d", "once_per: subject"])
    worn = history(
        run(-100, 1.0),
        *(run(-7 * week - 2, gear_id="g") for week in range(4)),
        shoes=(Shoe("g", "Fox", 650 * KM, last_used=back(2)),),
    )
    assert days_told([shoe], worn) == [back(7)]


def test_replay_and_the_judge_of_one_week_agree_about_shoes():
    shoe = read_rule("true", "km: shoe.distance", each="shoe", more="history: 1d")
    runs = [run(-9, gear_id="g"), run(-2, gear_id="g")]
    (replayed,) = replay([shoe], history(*runs, shoes=(Shoe("g", "Fox", 100 * KM),)), back(7), back(7))
    then = history(runs[0], shoes=(Shoe("g", "Fox", 70 * KM, last_used=back(9)),))
    period, now = Period("then", back(13), back(7)), datetime.combine(back(6), datetime.min.time(), UTC)
    alone = judge([shoe], then, {}, period, now, view=View(then, back(7), now))
    assert [each.evidence for each in replayed.judgement.findings] == [each.evidence for each in alone.findings]


def test_the_minimum_history_counts_from_the_first_activity():
    rule = read_rule("true", more="status: stable")
    seen = history(*(run(-day, 5.0) for day in range(0, 61, 2)))
    assert min(days_told([rule], seen)) == back(28)


def test_every_outcome_is_counted():
    found = counts(list(replay([LONG], RUNS, back(34), SUNDAY)))["some-rule"]
    assert found == {"fire": 3, "cooldown": 2}
    quiet = counts(list(replay([with_params(LONG, {"limit": "90 km"})], RUNS, back(34), SUNDAY)))
    assert quiet["some-rule"] == {"clear": 5}


def test_the_evidence_of_what_is_clear_is_there_when_asked_for():
    rule = with_params(LONG, {"limit": "90 km"})
    for asked in (False, True):
        (step,) = replay([rule], RUNS, SUNDAY, SUNDAY, evidence_of_silent=asked)
        (clear,) = step.judgement.clear
        assert [value.name for value in clear.evidence] == (["km", "limit"] if asked else [])


def test_a_difference_is_what_only_one_of_two_replays_says():
    seen = history(run(-100, 1.0), run(-23, 25.0), run(-2, 40.0))

    def steps(limit):
        return list(replay([with_params(LONG, {"limit": limit})], seen, back(40), SUNDAY))

    stricter = difference(steps("20 km"), steps("30 km"))
    assert ([day for day, _ in stricter.gained], [day for day, _ in stricter.lost]) == ([], [back(21)])
    assert [day for day, _ in difference(steps("30 km"), steps("20 km")).gained] == [back(21)]


def test_no_day_is_judged_twice_or_left_out():
    rule = read_rule("true", each="day", more="history: 1d")
    steps = list(replay([rule], RUNS, date(2025, 3, 25), date(2025, 4, 5), "day"))
    assert [step.period.last for step in steps] == [date(2025, 3, 25) + timedelta(days=number) for number in range(12)]
