from datetime import UTC, date, datetime, timedelta

import pytest

from coachd.language.view import View
from coachd.measures.hard_days import (
    fast_for_easy,
    hard_days,
    hard_pair_days,
    hard_pairs,
    hot_recovery_runs,
    recovery_run_hr,
)
from coachd.model import Activity, Athlete, History
from coachd.units import DAY

SUNDAY = datetime(2025, 6, 15, 9)


def run(back, **values):
    at = SUNDAY - timedelta(days=back)
    usual = {"kind": "easy", "hard": False, "easy_intended": True, "moving_s": 2_800.0}
    return Activity(100 - back, "Run", at.replace(tzinfo=UTC), at, **{**usual, **values})


def view(*activities, **history):
    made = History(Athlete(), tuple(sorted(activities, key=lambda a: a.start)), **history)
    return View(made, SUNDAY.date(), SUNDAY.replace(tzinfo=UTC))


def test_two_hard_runs_of_one_day_are_one_hard_day():
    assert hard_days.compute(view(run(1, hard=True), run(1, hard=True), run(3, hard=True))).value == 2


def test_a_pair_may_begin_before_the_window():
    assert hard_pairs.compute(view(run(7, hard=True), run(6, hard=True))).value == 1
    assert hard_pairs.compute(view(run(8, hard=True), run(7, hard=True))).value == 0


def test_three_hard_days_in_a_row_are_two_pairs():
    seen = view(run(3, hard=True), run(2, hard=True), run(1, hard=True))
    assert hard_pairs.compute(seen).value == 2
    assert hard_pair_days.compute(seen).value == "Thursday and Friday"


def test_apart_widens_what_counts_as_a_pair():
    seen = view(run(4, hard=True), run(2, hard=True))
    assert hard_pairs.compute(seen).value == 0
    assert hard_pairs.compute(seen, apart=2 * DAY).value == 1


def test_no_pair_has_no_days():
    assert hard_pair_days.compute(view(run(4, hard=True))).value is None


def test_the_day_after_a_long_run_is_a_recovery_day_too():
    seen = view(run(4, long=True), run(3, average_hr=150.0), run(2, average_hr=155.0))
    assert hot_recovery_runs.compute(seen, limit=143).value == 1
    assert recovery_run_hr.compute(seen, limit=143).value == 150.0


def test_without_heart_rate_nobody_knows():
    assert hot_recovery_runs.compute(view(run(4, hard=True), run(3))).value is None
    assert recovery_run_hr.compute(view(run(4, hard=True), run(3))).value is None


def test_clearly_too_fast_is_three_quarters_of_what_the_last_race_showed():
    assert fast_for_easy.compute(view(vdots=((date(2025, 5, 1), 45.0),))).value == pytest.approx(0.313, abs=0.001)


def test_without_a_recent_race_there_is_no_limit():
    assert fast_for_easy.compute(view(vdots=((date(2024, 5, 1), 45.0),))).value is None
