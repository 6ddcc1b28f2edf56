import pytest
from rule_samples import SUNDAY, activity, read_rule, view

from coachd.explaining.lacking import lacking, not_held
from coachd.language.evaluate import evaluate
from coachd.model import Athlete, Night, Race, Shoe, StreamNumbers

EVERY = ("heart rate", "streams", "cadence", "elevation", "gear", "nights", "weather", "calendar")


def missing(when, values="", *activities, more="status: stable"):
    seen = view(*activities)
    return lacking(evaluate(read_rule(when, values, more=more), seen), seen.history)


@pytest.mark.parametrize(
    ("when", "values", "kinds"),
    [
        ("hr > 150 bpm", "hr: {mean: average_hr, over: 7d}", ("heart rate",)),
        ("worse", "hr: {mean: average_hr, over: 7d}, worse: hr > 150 bpm", ("heart rate",)),
        ("rest > 60 bpm", "rest: {latest: resting_hr, within: 3d}", ("nights",)),
        ("next_race.days < 9 days", "", ("calendar",)),
        ("n > 3", "n: {measure: sessions}", ()),
        ("km > 3 km", "km: {sum: distance, over: 7d}", ()),
    ],
)
def test_an_unknown_leads_to_the_data_it_would_be_made_from(when, values, kinds):
    assert missing(when, values, activity(-1)) == kinds


def test_a_need_that_is_not_met_counts_what_it_looks_for():
    hot = "n: {count: activities, over: 7d, where: average_hr > 150 bpm}"
    assert missing("true", hot, activity(-1), more="needs: n > 3") == ("heart rate",)


def test_data_that_is_there_is_not_what_is_missing():
    values = "hr: {mean: average_hr, over: 7d}"
    assert missing("hr > 150 bpm", values, activity(-30, average_hr=140.0)) == ()


def test_a_history_with_everything_lacks_nothing():
    full = view(
        activity(-1, average_hr=140.0, streams=StreamNumbers(), cadence_spm=170.0, gain_m=1.0, temperature_c=9.0),
        athlete=Athlete(races=(Race(SUNDAY, 1e4),)),
        shoes=(Shoe("g", "G"),),
        nights=(Night(SUNDAY),),
    ).history
    assert not_held(EVERY, full) == ()
    assert not_held(EVERY, view().history) == tuple(sorted(EVERY))
