"""A week in one line, day by day, and as bars."""

from dataclasses import replace
from datetime import timedelta

from coachd.compose import week
from coachd.compose.sample import MONDAY, QUIET, ROBIN, WEEKS
from coachd.model import DayStats, WeekStats

BY_TIME = replace(ROBIN, volume_unit="time")
NOTHING = WeekStats(MONDAY, 0.0, 0.0, 0, 0, 7)


def test_the_week_is_held_against_the_usual_one_after_all_that_is_its_own():
    assert week.facts(QUIET) == ["4 h 30 min", "2 strength sessions", "2 rest days", "usual week 44.0 km"]


def test_who_counts_time_reads_time_first():
    digest = replace(QUIET, athlete=BY_TIME, usual_time_s=15_000.0)
    assert week.headline(digest) == "4 h 30 min, 4 runs"
    assert (week.facts(digest)[0], week.facts(digest)[-1]) == ("47.0 km", "usual week 4 h 10 min")
    assert week.bars(digest)[-1].value == "4 h 30 min"
    assert "usual" not in " ".join(week.facts(replace(digest, usual_time_s=None)))


def test_a_week_without_strength_says_so_only_to_those_who_log_it():
    without = replace(WEEKS[-1], strength_sessions=0)
    assert "no strength session" in week.facts(replace(QUIET, week=without))
    never = tuple(replace(one, strength_sessions=0) for one in WEEKS)
    assert not [fact for fact in week.facts(replace(QUIET, week=without, weeks=never)) if "strength" in fact]


def test_bars_begin_with_the_first_week_that_has_a_run():
    empty = tuple(replace(NOTHING, first=one.first) for one in WEEKS[:7])
    bars = week.bars(replace(QUIET, weeks=(*empty, *WEEKS[7:])))
    assert [bar.label for bar in bars] == ["19 Oct", "26 Oct", "2 Nov", "9 Nov", "16 Nov"]


def test_a_week_off_in_between_is_an_empty_bar():
    bars = week.bars(replace(QUIET, weeks=(WEEKS[0], replace(NOTHING, first=WEEKS[1].first), *WEEKS[2:])))
    assert (bars[1].value, bars[1].percent) == ("0.0 km", 0)


def test_without_any_run_there_is_no_bar():
    assert week.bars(replace(QUIET, week=NOTHING, weeks=(NOTHING,))) == []


def test_the_longest_bar_is_whole_and_a_short_one_is_seen():
    weeks = tuple(replace(WEEKS[0], first=MONDAY - timedelta(weeks=back), run_distance_m=m) for back, m in
                  ((1, 100_000.0), (0, 300.0)))  # fmt: skip
    assert [(bar.percent, bar.current) for bar in week.bars(replace(QUIET, weeks=weeks))] == [(100, False), (2, True)]


def test_a_day_is_as_short_as_a_narrow_column():
    days = (
        DayStats(MONDAY, ("run",), 8_040.0, 2_700.0),
        DayStats(MONDAY, ("run", "strength"), 0.0, 4_500.0),
        DayStats(MONDAY, ("run",)),
        DayStats(MONDAY, ("strength", "cross")),
        DayStats(MONDAY, ()),
    )
    assert [day.cell for day in week.strip(replace(QUIET, days=days))] == ["8.0", "1:15 h+", "run", "+", "rest"]


def test_days_that_nobody_saw_are_no_rest_days():
    unseen = replace(QUIET, unseen_from=MONDAY + timedelta(days=4))
    assert [day.cell for day in week.strip(unseen)][3:6] == ["+", "?", "7.5"]
    assert not [fact for fact in week.facts(unseen) if "rest" in fact]
    assert week.unseen(unseen) == "Nothing could be read from Fri 20 Nov on: what came later is missing here."
    assert week.unseen(QUIET) == ""


def test_a_week_of_which_nothing_was_seen_had_no_runs_seen():
    assert week.headline(replace(QUIET, week=NOTHING, unseen_from=MONDAY)) == "no runs seen"
