from datetime import UTC, date, datetime, timedelta

from coachd.language.view import View
from coachd.measures.health import (
    hard_after_illness,
    low_energy_signs,
    low_energy_signs_listed,
    niggle_days,
    resting_hr_baseline,
    since_hard_after_illness,
)
from coachd.model import Activity, Athlete, History, Mode, Night
from coachd.units import DAY

SUNDAY = datetime(2025, 6, 15, 9)


def run(back, **values):
    at = SUNDAY - timedelta(days=back)
    return Activity(100 - back, "Run", at.replace(tzinfo=UTC), at, **{"hard": False, **values})


def view(*activities, nights=(), **athlete):
    history = History(Athlete(**athlete), tuple(sorted(activities, key=lambda a: a.start)), nights=tuple(nights))
    return View(history, SUNDAY.date(), SUNDAY.replace(tzinfo=UTC))


def nights(pulse, oldest, latest):
    return [Night(SUNDAY.date() - timedelta(days=back), resting_hr=pulse) for back in range(oldest, latest - 1, -1)]


def test_two_tagged_runs_of_one_day_are_one_niggle():
    assert niggle_days.compute(view(run(3, tags=frozenset({"niggle"})), run(3, tags=frozenset({"pain"})))).value == 1


def test_a_baseline_needs_twenty_mornings():
    assert resting_hr_baseline.compute(view(nights=nights(50, 18, 0))).value is None
    assert resting_hr_baseline.compute(view(nights=nights(50, 19, 0))).value == 50


def test_the_days_after_a_declared_illness_count_from_the_first_run_back():
    ill = Mode("ill", date(2025, 6, 5), date(2025, 6, 8))
    seen = view(run(20), run(5), run(3, hard=True), modes=(ill,))
    assert hard_after_illness.compute(seen).value == 2 * DAY
    assert since_hard_after_illness.compute(seen).value == 3 * DAY


def test_a_run_tagged_sick_is_no_run_back():
    seen = view(run(6, tags=frozenset({"sick"}), hard=True), run(4), run(3, hard=True))
    assert hard_after_illness.compute(seen).value == DAY


def test_without_a_hard_session_there_is_nothing_to_say():
    assert hard_after_illness.compute(view(run(6, tags=frozenset({"sick"})), run(4))).value is None


def test_an_illness_that_goes_on_has_no_way_back_yet():
    ill = Mode("ill", date(2025, 6, 5), None)
    assert hard_after_illness.compute(view(run(3, hard=True), modes=(ill,))).value is None


def test_a_week_of_tags_is_one_illness():
    seen = view(run(9, tags=frozenset({"sick"})), run(6, tags=frozenset({"sick"})))
    assert low_energy_signs.compute(seen).value == 0


def test_signs_are_named():
    seen = view(nights=[*nights(50, 60, 28), *nights(57, 27, 0)])
    assert low_energy_signs_listed.compute(seen).value == "resting heart rate away from normal"


def test_no_sign_has_no_words():
    assert low_energy_signs_listed.compute(view()).value is None
