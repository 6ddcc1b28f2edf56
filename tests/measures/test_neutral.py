from datetime import UTC, date, datetime, timedelta

from coachd.language.view import View
from coachd.measures import registry
from coachd.model import Activity, Athlete, History, Mode, PhaseSpan

SUNDAY = date(2025, 6, 15)


def measured(name, athlete=None, activities=(), phases=(), **given):
    history = History(athlete or Athlete(), tuple(activities), phases=tuple(phases))
    return registry()[name].compute(View(history, SUNDAY, datetime(2025, 6, 16, 6, tzinfo=UTC)), **given).value


def ago(days):
    return SUNDAY - timedelta(days=days)


def a_run(back, *tags):
    start = datetime.combine(ago(back), datetime.min.time())
    return Activity(1, "Run", start.replace(tzinfo=UTC), start, tags=frozenset(tags))


def test_a_week_mostly_on_holiday_is_neutral():
    assert measured("neutral_weeks", Athlete(modes=(Mode("holiday", ago(10), ago(4)),)), over=14) == 1


def test_three_days_of_holiday_are_not_a_neutral_week():
    assert measured("neutral_weeks", Athlete(modes=(Mode("holiday", ago(2), ago(0)),)), over=14) == 0


def test_a_run_tagged_sick_makes_its_week_neutral():
    assert measured("neutral_weeks", activities=[a_run(0, "sick")], over=14) == 1


def test_recovery_from_a_race_is_neutral_and_an_undeclared_break_is_not():
    assert measured("neutral_weeks", phases=[(ago(6), "recovery")], over=14) == 1
    assert measured("neutral_weeks", phases=[(ago(6), "break")], over=14) == 0


def test_a_declared_break_is_neutral():
    assert measured("neutral_weeks", Athlete(phases=(PhaseSpan("break", ago(20)),)), over=21) == 3


def test_pregnancy_is_no_neutral_week():
    assert measured("neutral_weeks", Athlete(modes=(Mode("pregnant", ago(60)),)), over=28) == 0


def test_a_declaration_anywhere_in_the_window_counts():
    holiday = Athlete(modes=(Mode("holiday", ago(12), ago(9)),))
    assert measured("declared_off", holiday, over=14) is True
    assert measured("declared_off", holiday, over=7) is False
    assert measured("declared_off", activities=[a_run(9, "injured")], over=14) is True
