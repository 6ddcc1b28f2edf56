from datetime import UTC, date, datetime, time, timedelta

import pytest

from coachd.language.view import View
from coachd.measures import registry
from coachd.model import Activity, Athlete, Bout, History, StreamNumbers

SUNDAY = date(2025, 6, 15)
HOUR = 3_600.0


def activity(back, at="09:00", sport="Run", minutes=60.0, **more):
    local = datetime.combine(SUNDAY - timedelta(days=back), time.fromisoformat(at))
    number = back * 10_000 + local.hour * 60 + local.minute
    return Activity(number, sport, local.replace(tzinfo=UTC), local, elapsed_s=minutes * 60, **more)


def session(back, lead=600.0, tail=600.0, at="09:00"):
    """A session of an hour: `lead` seconds before the first bout, `tail` after the last."""
    bouts = (Bout(lead, 60.0, 4.0), Bout(HOUR - tail - 60.0, 60.0, 4.0))
    return activity(back, at, kind="workout", hard=True, streams=StreamNumbers(bouts=bouts))


def measured(name, activities, **arguments):
    view = View(History(Athlete(), tuple(activities)), SUNDAY, datetime(2025, 6, 16, 6, tzinfo=UTC))
    return registry()[name].compute(view, **arguments)


def test_the_last_three_sessions_are_looked_at():
    sessions = [session(30, lead=60), session(20, lead=479), session(10, lead=480), session(1, lead=300)]
    found = measured("abrupt_starts", sessions)
    assert (found.value, len(found.activities)) == (2.0, 3)
    assert measured("abrupt_starts", sessions, sessions=4.0).value == 3.0
    assert measured("abrupt_starts", sessions, shortest=301.0).value == 1.0
    assert measured("start_times", sessions).value == "7:59, 8:00, 5:00"


def test_fewer_sessions_or_no_streams_are_unknown():
    no_streams = [activity(back, kind="workout") for back in (1, 2, 3)]
    older = [session(61), session(2), session(1)]
    races = [activity(back, kind="race", streams=session(1).streams) for back in (1, 2, 3)]
    for name in ("abrupt_starts", "start_times", "abrupt_ends", "end_times"):
        assert measured(name, no_streams).value is None
        assert measured(name, older).value is None
        assert measured(name, races).value is None


@pytest.mark.parametrize(
    ("sport", "at", "minutes", "cold"),
    [
        ("Run", "08:30", 12, 2.0),  # ended 18 minutes before
        ("Walk", "08:03", 12, 2.0),  # ended exactly 45 minutes before
        ("Run", "08:02", 12, 3.0),
        ("Ride", "08:30", 12, 3.0),
        ("Run", "10:30", 12, 3.0),
    ],
)
def test_a_jog_before_a_session_warms_up_for_it(sport, at, minutes, cold):
    sessions = [session(back, lead=60) for back in (8, 4, 0)]
    assert measured("abrupt_starts", [*sessions, activity(0, at, sport, minutes)]).value == cold


def test_a_jog_before_midnight_warms_up_for_a_session_after_it():
    sessions = [session(8, lead=60), session(4, lead=60), session(2, lead=60, at="00:05")]
    assert measured("abrupt_starts", [*sessions, activity(3, "23:45", minutes=15)]).value == 2.0


@pytest.mark.parametrize(("at", "cut"), [("10:10", 2.0), ("10:30", 2.0), ("10:31", 3.0), ("08:00", 3.0)])
def test_a_jog_after_a_session_runs_it_out(at, cut):
    sessions = [session(back, tail=60) for back in (8, 4, 0)]
    assert measured("abrupt_ends", [*sessions, activity(0, at, minutes=10)]).value == cut


def test_a_watch_stopped_at_the_last_bout_says_nothing():
    assert measured("abrupt_ends", [session(back, tail=15) for back in (3, 2, 1)]).value is None
    assert measured("abrupt_ends", [session(back, tail=16) for back in (3, 2, 1)]).value == 3.0
    assert (
        measured("end_times", [session(3, tail=60), session(2, tail=30), session(1, tail=480)]).value
        == "1:00, 0:30, 8:00"
    )


def test_five_minutes_at_the_end_are_enough():
    assert measured("abrupt_ends", [session(3, tail=299), session(2, tail=300), session(1, tail=301)]).value == 1.0
