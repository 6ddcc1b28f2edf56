"""Suggested profiles: each is found where it fits, and not in an ordinary runner."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from coachd.history.profiles import suggest
from coachd.model import Activity, Athlete, History, Race

TODAY = date(2026, 11, 22)  # a Sunday


def run(back: int, at: str = "07:00", metres: float = 11_000.0, **values) -> Activity:
    """A run `back` days ago."""
    start = datetime.fromisoformat(f"{TODAY - timedelta(days=back)}T{at}").replace(tzinfo=UTC)
    number = back * 10 + start.hour // 12
    return Activity(number, "Run", start, start.replace(tzinfo=None), distance_m=metres, **values)


def ordinary(*, since: int = 700, every: int = 2) -> list[Activity]:
    """Every other day at changing hours."""
    return [run(back, f"{7 + back % 12:02}:00") for back in range(since, 0, -every)]


def found(activities, *, races=(), **athlete) -> dict[str, str]:
    return dict(suggest(History(Athlete(**athlete), tuple(activities), races=tuple(races)), TODAY))


def race(ahead: int, metres: float, activity: int | None = None) -> Race:
    return Race(TODAY + timedelta(days=ahead), metres, activity=activity, priority=None if activity else "A")


def test_an_ordinary_runner_gets_no_suggestion():
    assert found(ordinary(), races=[race(30, 21_097.5)]) == {}


def test_nobody_gets_one_without_a_history():
    assert found([]) == {}


def test_eighty_days_with_a_run_of_ninety_make_a_streaker():
    assert found(ordinary(every=1)) == {"streaker": "a run on 89 of the last 90 days"}
    daily = [run(back) for back in range(300, -1, -1) if back > 89 or back >= 10]
    assert "streaker" in found(daily)
    assert "streaker" not in found([each for each in daily if each.day != TODAY - timedelta(days=10)])


def test_two_runs_on_one_day_are_one_day_of_a_streak():
    twice = [run(back, at) for back in range(400, -1, -1) for at in ("07:00", "19:00") if back >= 45]
    assert "streaker" not in found(twice)


@pytest.mark.parametrize(("year", "fits"), [(1986, True), (1987, False), (None, False)])
def test_masters_are_forty_this_year(year, fits):
    assert ("masters" in found(ordinary(), birth_year=year)) is fits


def test_a_first_short_run_of_this_year_makes_a_beginner():
    new = [run(back, f"{7 + back % 12:02}:00", 4_000.0) for back in range(60, 0, -3)]
    assert found(new) == {"beginner": "your first run is of 2026-09-23, and none was longer than 10 km yet"}
    assert found([*new, run(0, metres=12_000.0)]) == {}
    assert found(new[-3:]) == {}
    assert "beginner" not in found([run(400, metres=4_000.0), *new])


def test_a_declared_beginner_is_one():
    assert found(ordinary(), level="beginner") == {"beginner": "your level is beginner"}


def test_back_after_eight_weeks_makes_a_returner():
    away = [each for each in ordinary() if not 20 <= (TODAY - each.day).days < 90]
    reason = found(away)["returner"]
    assert reason.startswith("back since 2026-11-04 after ")
    assert "returner" not in found([each for each in ordinary() if not 100 <= (TODAY - each.day).days < 200])
    assert "returner" not in found([each for each in ordinary() if not 20 <= (TODAY - each.day).days < 50])


@pytest.mark.parametrize(
    ("races", "profiles"),
    [
        ([(90, 42_195.0)], ["marathon"]),
        ([(90, 50_000.0)], ["ultra"]),
        ([(90, 42_195.0), (200, 100_000.0)], ["ultra"]),
        ([(90, 21_097.5)], []),
        ([(400, 42_195.0)], []),
        ([(-30, 42_195.0)], []),
    ],
    ids=["marathon", "ultra", "both", "half", "far away", "planned and not run"],
)
def test_the_longest_race_of_the_year_makes_the_runner(races, profiles):
    assert list(found(ordinary(), races=[race(*each) for each in races])) == profiles


def test_a_marathon_that_was_run_counts_as_well():
    assert found(ordinary(), races=[race(-100, 42_195.0, activity=7)]) == {"marathon": "a race of 42 km on 2026-08-14"}


def test_a_session_of_every_tuesday_makes_a_club_runner():
    tuesdays = [run(5 + 7 * week, "19:00", kind="workout") for week in range(5)]
    assert found([*ordinary(), *tuesdays])["club"] == "a session every Tue: 5 of the last 8 weeks"
    assert "club" not in found([*ordinary(), *tuesdays[:4]])


def test_six_races_in_a_year_make_a_club_runner():
    raced = [race(-30 * month, 10_000.0, activity=month) for month in range(1, 7)]
    assert found(ordinary(), races=raced) == {"club": "6 races in a year"}
    assert found(ordinary(), races=raced[1:]) == {}


def commutes(weekdays: tuple[int, ...], hours=("08:00", "17:30")) -> list[Activity]:
    """There and back on these days of the week for eight weeks."""
    days = [back for back in range(56, 0, -1) if (TODAY - timedelta(days=back)).weekday() in weekdays]
    return [run(back, at, 6_000.0) for back in days for at in hours]


def test_the_same_runs_there_and_back_make_a_commuter():
    reason = found([*ordinary(since=700)[:300], *commutes((1, 3))])["commuter"]
    assert reason.endswith("Tue morning, Tue evening, Thu morning, Thu evening")


def test_the_same_loop_every_morning_is_no_commute():
    assert "commuter" not in found([*ordinary()[:300], *commutes((0, 1, 2, 3), hours=("08:00",))])


def test_a_slot_has_its_time_of_day_and_its_length():
    def scattered(change):
        return [change(each, number) for number, each in enumerate(commutes((1, 3)))]

    hidden = scattered(lambda each, n: replace(each, hidden_start=True))
    late = scattered(lambda each, n: replace(each, start_local=each.start_local + timedelta(hours=n % 3)))
    long = scattered(lambda each, n: replace(each, distance_m=4_000.0 + 1_000.0 * (n % 6)))
    for activities in (hidden, late, long):
        assert "commuter" not in found([*ordinary()[:300], *activities])


def test_runs_marked_as_commutes_need_no_pattern():
    marked = [run(back, commute=True) for back in range(5, 45, 5)]
    assert found([*ordinary(), *marked])["commuter"] == "8 runs marked as commutes in 8 weeks"
    assert "commuter" not in found([*ordinary(), *marked[1:]])


def test_a_profile_that_is_set_is_not_suggested_again():
    assert found(ordinary(), birth_year=1970, profiles=("masters",)) == {}
