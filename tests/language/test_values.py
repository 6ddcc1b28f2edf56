from datetime import timedelta

import pytest
from rule_samples import SUNDAY, activity, problems_of, read_rule, view

from coachd.language.evaluate import evaluate
from coachd.model import Night


def value(written, *activities, **named):
    found = evaluate(read_rule("found is known", f"found: {written}", **named), view(*activities))
    return found.context["found"]


RIDES = [activity(day, 10 - day, "Ride", moving_s=1200.0) for day in (-10, -8, -1)]


def test_a_measure_takes_its_own_window_where_the_rule_names_none():
    assert value("{measure: sessions}", *RIDES) == 1


def test_a_measure_takes_the_window_the_rule_names():
    assert value("{measure: sessions, over: 14d}", *RIDES) == 3
    assert value("{measure: sessions, over: 14d, before: 9d}", *RIDES) == 1


def test_a_window_of_a_measure_may_be_a_parameter():
    more = "params: {span: {default: 9 days, min: 2 days, max: 20 days}}"
    assert value("{measure: sessions, over: span}", *RIDES, more=more) == 2
    assert read_rule("found > 1", "found: {measure: sessions, over: span}", more=more).lookback_days == 30


def test_arguments_are_quantities_names_or_words():
    assert value("{measure: sessions, over: 14d, with: {shortest: 25 min}}", *RIDES) == 0
    more = "params: {least: {default: 20 min}}"
    assert value("{measure: sessions, over: 14d, with: {shortest: least}}", *RIDES, more=more) == 3
    assert value("{measure: sessions, over: 14d, with: {only: swim}}", *RIDES) == 0


def test_with_an_unknown_argument_the_measure_is_unknown():
    assert value("{measure: sessions, over: 14d, with: {shortest: next_race.days}}", *RIDES) is None


def test_the_look_back_of_a_measure_is_its_own_and_its_window():
    assert read_rule("n > 1", "n: {measure: sessions}").lookback_days == 17
    assert read_rule("n > 1", "n: {measure: sessions, over: 4w, before: 7d}").lookback_days == 45
    assert read_rule("n > 1", "n: {measure: always_three}").lookback_days == 30


@pytest.mark.parametrize(
    ("written", "problem", "hint"),
    [
        ("{measure: session}", "unknown measure 'session'", "did you mean 'sessions'?"),
        ("{measure: sessions, with: {shortst: 5 min}}", "no argument 'shortst'", "did you mean 'shortest'?"),
        ("{measure: sessions, with: {shortest: 5}}", "'shortest' takes a duration, this is a plain number", "45 min"),
        ("{measure: sessions, with: {shortest: leas}}", "unknown name 'leas'", ""),
        ("{measure: sessions, with: {only: swin}}", "'swin' is not one of: ride, swim", "did you mean 'swim'?"),
        ("{measure: always_three, with: {only: swim}}", "no argument 'only'", "it takes none"),
        ("{measure: always_three, before: 3d}", "'always_three' has no window to choose", "remove it"),
        ("{measure: own_distance}", "'own_distance' is a measure of one activity", "each: activity"),
        ("{measure: sessions, sport: run}", "'sport' does not go with 'measure'", "goes with an aggregate"),
        ("{mean: sleep, over: 7d, sport: run}", "a night has no sport", ""),
        ("{mean: slep, over: 7d}", "unknown field 'slep'", "did you mean 'sleep'?"),
        ("{mean: sleep, over: 7d, within: 2d}", "'within' does not go with 'mean'", "goes with latest"),
        ("{mean: sleep, over: 7d, with: {x: 2}}", "'with' does not go with 'mean'", "gives arguments"),
        ("{mean: sleep, over: 7d, where: distance > 5 km}", "unknown name 'distance'", ""),
        ("{mean: sleep, over: 7d, where: slep > 5 h}", "unknown name 'slep'", "did you mean 'sleep'?"),
        ("{mean: sleep, over: 7d, need: some}", "'some' is not the fewest values", "write for example 5"),
        ("{mean: sleep, over: 5000d}", "'5000d' is no number of whole days", ""),
        (f"{{mean: sleep, over: {'9' * 400}d}}", "is no window", ""),
        ("{sum: resting_hr, over: 7d}", "'sum' takes an amount", ""),
        ("{latest: sleep}", "'latest' needs a window", ""),
        ("{sum: time, over: 7d, whre: hard}", "unknown key 'whre'", "did you mean 'where'?"),
        ("{value: 3 km, sum: time}", "exactly one of these is needed", ""),
    ],
)
def test_a_value_that_cannot_be_is_explained(written, problem, hint):
    found = problems_of("found is known", f"found: {written}")
    assert problem in found
    assert hint in found


def test_a_measure_of_the_subject_gets_it():
    rule = read_rule("own > 5 km", "own: {measure: own_distance}", each="activity")
    run = activity(-1, 4, distance_m=6000.0)
    verdict = evaluate(rule, view(run), run)
    assert (verdict.outcome, verdict.context.activities("own")) == ("true", (4,))


NIGHTS = tuple(
    Night(SUNDAY - timedelta(days=back), sleep_s=back * 3600.0, resting_hr=hr)
    for back, hr in ((9, 50.0), (8, 51.0), (7, None), (6, 52.0), (5, 60.0))
)


def of_nights(written):
    rule = read_rule("found is known", f"found: {written}")
    return evaluate(rule, view(nights=NIGHTS)).context["found"]


def test_aggregates_look_at_nights():
    assert of_nights("{count: nights, over: 7d}") == 2
    assert of_nights("{mean: sleep, over: 14d}") == 7 * 3600
    assert of_nights("{count: nights, over: 14d, where: sleep < 7 h}") == 2
    assert of_nights("{days_since: night, over: 14d, where: resting_hr < 52 bpm}") == 8 * 86_400


def test_a_baseline_is_the_median():
    assert of_nights("{baseline: resting_hr, over: 14d}") == 51.5


def test_with_fewer_values_than_needed_the_result_is_unknown():
    assert of_nights("{baseline: resting_hr, over: 14d, need: 4}") == 51.5
    assert of_nights("{baseline: resting_hr, over: 14d, need: 5}") is None
    assert value("{count: activities, over: 14d, need: 4}", *RIDES) is None


def test_the_latest_value_counts_only_if_it_is_recent():
    assert of_nights("{latest: resting_hr, over: 14d}") == 60
    assert of_nights("{latest: resting_hr, over: 14d, within: 5d}") is None
    assert of_nights("{latest: resting_hr, within: 6d}") == 60


def test_the_kinds_of_data_behind_a_rule_are_known():
    assert read_rule("n > 1", "n: {measure: sessions}").data == {"streams"}
    assert read_rule("n > 1", "n: {count: nights, over: 7d}").data == {"nights"}
    where = "n: {count: activities, over: 7d, where: average_hr > 150 bpm and tag.sick}"
    assert read_rule("n > 1", where).data == {"heart rate"}
    assert read_rule("athlete.hr_max > 180 bpm and next_race.days < 9 days").data == {"heart rate", "calendar"}
    assert read_rule("n > 1 km", "n: {sum: distance, over: 7d}").data == set()


def test_a_rule_has_a_bounded_number_of_values():
    many = ", ".join(f"v{number}: 3 km" for number in range(51))
    assert "a rule may have 50 values" in problems_of("v0 > 1 km", many)


def test_a_window_from_a_parameter_is_bounded():
    more = "params: {span: {default: 9 days, min: 2 days, max: 9000 days}}"
    found = problems_of("n > 1", "n: {count: activities, over: span}", more=more)
    assert "the parameter 'span' cannot be a window" in found


def test_asked_for_many_days_an_aggregate_says_the_same_as_for_one():
    runs = [activity(-day, day + 1, distance_m=1000.0 * (day % 3) or None) for day in range(60)]
    values = "limit: athlete.history, far: {sum: distance, over: 7d, before: 2d, where: distance > 1 km}"
    rule = read_rule("far > 1 km", values)
    whole = view(*runs)
    for back in range(59, -1, -1):
        day = SUNDAY - timedelta(days=back)
        often = evaluate(rule, whole.at(day)).evidence
        assert often == evaluate(rule, view(*runs, as_of=day)).evidence


def test_an_aggregate_whose_condition_changes_with_the_day_is_worked_out_anew():
    runs = [activity(-day, day + 1, distance_m=1000.0 + day) for day in range(40)]
    values = "usual: {mean: distance, over: 14d}, far: {count: activities, over: 7d, where: distance > usual}"
    rule = read_rule("far > 1", values)
    whole = view(*runs)
    for back in range(39, -1, -1):
        day = SUNDAY - timedelta(days=back)
        assert evaluate(rule, whole.at(day)).context["far"] == evaluate(rule, view(*runs, as_of=day)).context["far"]
