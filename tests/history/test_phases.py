"""Phases of the year: what decides, in which order, and that nobody knows the future."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.history.phases import lead_up, phases
from coachd.model import Activity, Athlete, Mode, PhaseSpan, Race

DAY = date(2026, 6, 1)  # a Monday
HALF, MARATHON = 21_097.5, 42_195.0


def after(days: int) -> date:
    return DAY + timedelta(days=days)


def run(days: int, sport: str = "Run", tags: frozenset[str] = frozenset()) -> Activity:
    start = datetime(2026, 6, 1, 7, tzinfo=UTC) + timedelta(days=days)
    return Activity(days + 1000, sport, start, start.replace(tzinfo=None), tags=tags)


def race(days: int, metres: float, priority=None, *, raced: bool = True, fun: bool = False) -> Race:
    return Race(after(days), metres, priority=priority, activity=days + 1000 if raced else None, fun=fun)


def regular(first: int, last: int, every: int = 2) -> list[Activity]:
    return [run(days) for days in range(first, last + 1, every)]


def phase_on(days: int, *, athlete=None, activities=(), races=()) -> str:
    """The phase of a day, as it is known then."""
    return phases(athlete or Athlete(), activities, races, after(-400), after(days))[-1][1]


def test_who_plans_and_declares_nothing_is_in_no_phase():
    assert phases(Athlete(), regular(-60, 0), [], after(-60), DAY) == ((after(-60), "steady"),)


def test_no_days_have_no_phases():
    assert phases(Athlete(), [], [], DAY, after(-1)) == ()


@pytest.mark.parametrize(
    ("metres", "days"), [(5_020.0, 2), (10_000.0, 4), (HALF, 8), (MARATHON, 15)], ids=["5k", "10k", "half", "marathon"]
)
def test_recovery_is_a_day_for_every_three_kilometres_also_without_a_plan(metres, days):
    given_races = [race(0, metres)]
    activities = regular(-60, 30, every=1)
    assert phase_on(0, activities=activities, races=given_races) == "race"
    assert phase_on(days, activities=activities, races=given_races) == "recovery"
    assert phase_on(days + 1, activities=activities, races=given_races) == "steady"


def test_a_race_recorded_a_little_short_of_five_kilometres_is_one():
    assert phase_on(1, activities=regular(-60, 9), races=[race(0, 4_900.0)]) == "recovery"
    assert phase_on(1, activities=regular(-60, 9), races=[race(0, 3_000.0)]) == "steady"


def test_a_race_that_was_planned_but_not_run_needs_no_recovery():
    activities = regular(-60, 9)
    assert phase_on(1, activities=activities, races=[race(0, HALF, "B", raced=False)]) == "steady"


def test_a_race_for_fun_is_training():
    assert phase_on(1, activities=regular(-60, 9), races=[race(0, HALF, fun=True)]) == "steady"


def test_a_short_race_of_every_week_is_training_once_it_is_a_habit():
    weekly = [race(days, 5_000.0) for days in (5, 12, 19, 26)]
    activities = regular(-60, 40, every=1)
    found = [phase_on(days, activities=activities, races=weekly) for days in (5, 12, 19, 26)]
    assert found == ["race", "race", "steady", "steady"]
    longer = [race(days, 10_000.0) for days in (5, 12, 19, 26)]
    assert phase_on(26, activities=activities, races=longer) == "race"


@pytest.mark.parametrize(
    ("metres", "build", "taper"),
    [(MARATHON, 112, 21), (HALF, 84, 14), (15_000.0, 56, 7), (10_000.0, 56, 7), (5_000.0, 56, 4)],
    ids=["marathon", "half", "15k", "10k", "5k"],
)
def test_a_main_race_is_built_up_to_and_tapered_for(metres, build, taper):
    goal = [race(0, metres, "A", raced=False)]
    activities = regular(-200, 0)

    def on(days):
        return phase_on(days, activities=activities, races=goal)

    before, at_build, last_build, at_taper, eve = map(on, (-build - 1, -build, -taper - 1, -taper, -1))
    assert (before, at_build, last_build, at_taper, eve) == ("base", "build", "build", "taper", "taper")
    assert on(0) == "race"
    assert lead_up(goal[0]) == (after(-build), after(-taper))


def test_races_of_less_weight_shape_no_season():
    for priority in ("B", "C"):
        assert phase_on(-3, activities=regular(-60, 0), races=[race(0, HALF, priority, raced=False)]) == "steady"


def test_the_day_of_a_planned_race_is_one_unless_it_is_only_run_through():
    for priority, phase in (("A", "race"), ("B", "race"), ("C", "steady")):
        goal = race(0, 5_000.0, priority, raced=False)
        assert phase_on(0, activities=regular(-60, 0), races=[goal]) == phase


def test_after_a_main_race_comes_recovery_then_ten_weeks_of_base():
    activities = regular(-100, 100, every=1)
    found = [phase_on(days, activities=activities, races=[race(0, MARATHON, "A")]) for days in (15, 16, 70, 71)]
    assert found == ["recovery", "base", "base", "steady"]


def test_a_race_on_the_way_is_recovered_from_before_the_taper_goes_on():
    on_the_way = [race(-10, 10_000.0, "B"), race(0, MARATHON, "A", raced=False)]
    found = [phase_on(days, activities=regular(-60, 0, every=1), races=on_the_way) for days in (-11, -10, -6, -5)]
    assert found == ["taper", "race", "recovery", "taper"]


def test_seven_days_without_a_run_are_a_break_from_the_seventh_on():
    daily = regular(-60, 0, every=1)
    assert [phase_on(days, activities=daily) for days in (6, 7, 40)] == ["steady", "break", "break"]
    assert phase_on(10, activities=[*daily, run(10)]) == "steady"


def test_who_runs_once_a_week_is_on_a_break_after_three():
    weekly = regular(-84, 0, every=7)
    assert [phase_on(days, activities=weekly) for days in (20, 21)] == ["steady", "break"]


def test_only_runs_end_a_break():
    assert phase_on(8, activities=[*regular(-60, 0, every=1), run(5, sport="Ride")]) == "break"


def test_a_break_goes_before_what_was_planned_for_that_time_but_not_before_a_taper():
    daily = regular(-60, 0, every=1)
    assert phase_on(9, activities=daily, races=[race(60, MARATHON, "A", raced=False)]) == "break"
    assert phase_on(9, activities=daily, races=[race(12, MARATHON, "A", raced=False)]) == "taper"


def test_resting_after_a_race_is_recovery_and_only_then_a_break():
    activities, given_races = [*regular(-60, 0, every=1)], [race(0, MARATHON)]
    found = [phase_on(days, activities=activities, races=given_races) for days in (10, 15, 16)]
    assert found == ["recovery", "recovery", "break"]


@pytest.mark.parametrize(
    ("mode", "phase"),
    [("ill", "break"), ("injured", "break"), ("holiday", "break"), ("pregnant", "steady"), ("health", "steady")],
)
def test_some_modes_are_a_break(mode, phase):
    athlete = Athlete(modes=(Mode(mode, DAY, after(3)),))
    found = [phase_on(days, athlete=athlete, activities=regular(-60, 9)) for days in (-1, 0, 3, 4)]
    assert found == ["steady", phase, phase, "steady"]


def test_a_tag_is_a_break_for_the_rest_of_the_week():
    activities = [*regular(-60, 9), run(2, sport="Walk", tags=frozenset({"sick"}))]
    assert [phase_on(days, activities=activities) for days in (1, 2, 6, 7)] == ["steady", "break", "break", "steady"]


def test_of_declared_phases_that_overlap_the_later_one_counts():
    athlete = Athlete(phases=(PhaseSpan("build", after(5)), PhaseSpan("base", DAY)))
    assert [phase_on(days, athlete=athlete) for days in (4, 5)] == ["base", "build"]


def test_two_days_of_one_phase_are_one_entry():
    athlete = Athlete(phases=(PhaseSpan("base", DAY, after(1)), PhaseSpan("base", after(2), after(3))))
    assert phases(athlete, [], [], after(-1), after(9)) == (
        (after(-1), "steady"), (DAY, "base"), (after(4), "steady"),
    )  # fmt: skip


DAYS = st.integers(-150, 150)
RACES = st.builds(
    race, DAYS, st.sampled_from([3_000.0, 5_000.0, 10_000.0, HALF, MARATHON, 100_000.0]),
    st.sampled_from(["A", "B", "C", None]), raced=st.booleans(), fun=st.booleans(),
)  # fmt: skip
SPANS = st.builds(
    lambda phase, first, days: PhaseSpan(phase, after(first), None if days is None else after(first + days)),
    st.sampled_from(["steady", "base", "build", "taper", "race", "recovery", "break"]), DAYS,
    st.none() | st.integers(0, 60),
)  # fmt: skip
MODES = st.builds(
    lambda name, first: Mode(name, after(first), after(first + 9)), st.sampled_from(["ill", "health"]), DAYS
)
LIVES = st.fixed_dictionaries(
    {
        "athlete": st.builds(
            lambda spans, modes: Athlete(phases=tuple(spans), modes=tuple(modes)),
            st.lists(SPANS, max_size=3), st.lists(MODES, max_size=2),
        ),
        "activities": st.lists(DAYS, max_size=80).map(lambda days: [run(day) for day in sorted(days)]),
        "races": st.lists(RACES, max_size=5).map(lambda races: sorted(races, key=lambda race: race.day)),
    }
)  # fmt: skip


@given(LIVES, DAYS, st.integers(0, 200))
def test_every_day_has_exactly_one_phase_and_what_was_declared_wins(life, first, length):
    last = after(first + length)
    found = phases(**life, first=after(first), last=last)
    days = [day for day, _ in found]
    assert days[0] == after(first)
    assert days == sorted(set(days))
    assert days[-1] <= last
    assert all(one != other for (_, one), (_, other) in pairwise(found))
    for number in range(length + 1):
        day = after(first + number)
        declared = [span for span in life["athlete"].phases if span.first <= day <= (span.last or day)]
        if declared:
            phase = next(phase for change, phase in reversed(found) if change <= day)
            begun = max(span.first for span in declared)
            assert phase in {span.phase for span in declared if span.first == begun}


@given(LIVES, st.integers(-100, 100))
def test_what_happens_later_changes_no_day_before(life, today):
    """The calendar aside, which is dated: a race that will be run is on it, or not known yet."""
    whole = phases(**life, first=after(-150), last=after(150))
    then = {
        **life,
        "activities": [activity for activity in life["activities"] if activity.day <= after(today)],
        "races": [race for race in life["races"] if race.day <= after(today) or race.priority],
    }
    known = phases(**then, first=after(-150), last=after(today))
    assert known == tuple(change for change in whole if change[0] <= after(today))
