from datetime import UTC, date, datetime, timedelta

import pytest
from rule_samples import SUNDAY, problems_of, read_test

from coachd.language.view import View
from coachd.model import Bout, Mode, PhaseSpan


def history(text):
    return read_test(f"{text}, expect: {{outcome: fire}}").history


def only(text):
    (found,) = history(f"activities: [{{{text}}}]").activities
    return found


def problem(text):
    return problems_of(more=f"tests: [{{name: x, {text}, expect: {{outcome: fire}}}}]")


def test_a_run_is_easy_unless_the_test_says_otherwise():
    run = only("day: -1, distance: 10 km")
    assert (run.kind, run.hard, run.long, run.easy_intended, run.judged) == ("easy", False, False, True, None)
    assert (run.moving_s, run.tags, run.trail, run.streams) == (3600, frozenset(), False, None)


@pytest.mark.parametrize(
    ("written", "hard", "long", "easy"),
    [("race", True, False, False), ("workout", True, False, False), ("hard", True, False, False),
     ("long", False, True, True), ("recovery", False, False, True), ("unknown", None, None, False)],
)  # fmt: skip
def test_what_follows_from_the_kind(written, hard, long, easy):
    run = only(f"day: -1, distance: 10 km, kind: {written}")
    assert (run.hard, run.long, run.easy_intended) == (hard, long, easy)


def test_what_a_test_says_of_a_run_goes_before_what_follows():
    run = only("day: -1, kind: race, hard: false, long: unknown, easy_intended: true, judged: hot")
    assert (run.hard, run.long, run.easy_intended, run.judged) == (False, None, True, "hot")


def test_other_sports_are_not_classified():
    ride = only("day: -1, sport: ride, time: 1 h")
    assert (ride.sport, ride.kind, ride.hard, ride.easy_intended) == ("Ride", None, None, False)


def test_everything_that_can_be_known_of_an_activity_can_be_said():
    run = only(
        "day: -1, name: Hills, tags: [sick, dog], distance: 10 km, time: 1 h, elapsed: 65 min, at: '18:30',"
        " gain: 200 m, loss: 190 m, average_hr: 150 bpm, max_hr: 170 bpm, cadence: 168 spm,"
        " trail: true, above: 40%, strides: 5, work: 22 min, structure: tempo, load: 80,"
        " efficiency: 1.4, decoupling: 6%, temperature: 24 C, dew_point: 15 C, graded_pace: '5:00 /km', gear: p1,"
        " device: Watch, trainer: true, commute: true, manual: true"
    )
    assert run.start_local == datetime(2025, 6, 14, 18, 30)
    assert (run.name, run.tags, run.elapsed_s, run.gain_m, run.loss_m) == ("Hills", {"sick", "dog"}, 3900, 200, 190)
    assert (run.average_hr, run.max_hr, run.cadence_spm, run.trail) == (150, 170, 168, True)
    assert (run.above_share, run.strides, run.work_s, run.structure, run.load) == (0.4, 5, 1320, "tempo", 80)
    assert (run.efficiency, run.decoupling, run.temperature_c, run.dew_point_c) == (1.4, 0.06, 24, 15)
    assert (run.graded_speed, run.gear_id, run.device) == (pytest.approx(1 / 0.3), "p1", "Watch")
    assert (run.trainer, run.commute, run.manual) == (True, True, True)


def test_a_journey_shows_in_the_offset_of_the_local_clock():
    run = only("day: -1, distance: 8 km, at: '07:00', utc_offset: 9 h")
    assert (run.start_local, run.day) == (datetime(2025, 6, 14, 7), date(2025, 6, 14))
    assert run.start == datetime(2025, 6, 13, 22, tzinfo=UTC)
    assert only("day: -1, distance: 8 km, at: '07:00', utc_offset: -5 h").start == datetime(2025, 6, 14, 12, tzinfo=UTC)


def test_stream_numbers_are_given_by_name():
    run = only(
        "day: -1, time: 1 h, streams: {hr_coverage: 90%, steady_hr_seconds: {150: 10 min, 151: 30},"
        " cadence_late: 160 spm,"
        " down_s: 5 min, threshold_speed: 4 m/s, strides: 4, hr_suspect: locked,"
        " bouts: [{start: 4 min, duration: 300 s}]}"
    )
    found = run.streams
    assert (found.moving_s, found.hr_coverage, found.steady_hr_seconds) == (3600, 0.9, {150: 600, 151: 30})
    assert (found.cadence_late, found.down_s, found.threshold_speed, found.strides) == (160, 300, 4, 4)
    assert (found.hr_suspect, found.bouts) == ("locked", (Bout(240, 300, 0),))


def test_a_series_repeats_an_activity():
    days = [run.day for run in history("activities: [{every: 3d, from: -6, to: 0, time: 1 h}]").activities]
    assert days == [SUNDAY - timedelta(days=back) for back in (6, 3, 0)]


def test_an_excluded_activity_is_not_seen():
    found = history("excluded: [{day: -1, distance: 10 km, reason: a duplicate}]")
    assert (found.activities, [item.excluded for item in found.excluded]) == ((), ["a duplicate"])


def test_an_athlete_is_as_described():
    found = history(
        "athlete: {units: mi, level: beginner, focus: drills, goal: trail, profiles: [streaker],"
        " tracks: [strength, no-sleep],"
        " starting: [mobility], rest_days: [mon], hr_max: 188 bpm, threshold_hr: 168 bpm, resting_hr: 50 bpm}"
    )
    athlete = found.athlete
    assert (athlete.units, athlete.level, athlete.focus, athlete.goal) == ("mi", "beginner", "drills", "trail")
    assert (athlete.profiles, athlete.starting) == (("streaker",), {"mobility"})
    assert athlete.tracks == {"strength": True, "sleep": False}
    assert (athlete.rest_days, athlete.hr_max, found.zones.threshold_hr) == (("mon",), 188, 168)
    assert found.zones.trusted


def test_anchors_from_age_are_not_trusted_and_none_have_no_source():
    assert not history("athlete: {hr_max: 188 bpm, hr_source: age}").zones.trusted
    assert history("athlete: {resting_hr: 50 bpm}").zones.source is None


def test_phases_and_modes_are_declared():
    found = history("athlete: {phase: base, phase_since: -41, mode: ill, mode_since: -3}")
    begun = SUNDAY - timedelta(days=41)
    assert (found.phases, found.athlete.phases) == (((begun, "base"),), (PhaseSpan("base", begun, None),))
    assert found.athlete.modes == (Mode("ill", SUNDAY - timedelta(days=3)),)


def test_one_phase_ends_where_the_next_begins():
    found = history("phases: [{since: -90, phase: build}], athlete: {phase: base, phase_since: -20}")
    view = View(found, SUNDAY, datetime(2025, 6, 16, 6))
    days = (91, 90, 21, 20, 0)
    assert [view.phase(SUNDAY - timedelta(days=back)) for back in days] == ["steady", "build", "build", "base", "base"]
    assert found.athlete.phases[0].last == SUNDAY - timedelta(days=21)


def test_a_vdot_is_known_for_a_month():
    view = View(history("athlete: {vdot: 45}"), SUNDAY, datetime(2025, 6, 16, 6))
    assert view.vdot() == (45, 30)


def test_a_race_that_was_run_joins_its_entry_in_the_calendar():
    found = history(
        "races: [{day: -7, distance: 10 km, name: Town run, priority: B}, {day: 21, distance: 42.2 km, priority: A}],"
        "activities: [{day: -7, kind: race, distance: 9.9 km, time: 45 min, vdot: 44, tags: [fun]},"
        "{day: -3, kind: race, distance: 5 km, time: 22 min}]"
    )
    run, unplanned, ahead = found.races
    assert (run.name, run.distance_m, run.activity, run.time_s, run.vdot, run.fun) == (
        "Town run", 10_000, 1, 2700, 44, True,
    )  # fmt: skip
    assert (unplanned.priority, unplanned.activity, unplanned.fun) == (None, 2, False)
    assert (ahead.priority, ahead.activity) == ("A", None)
    assert found.vdots == ((SUNDAY - timedelta(days=7), 44),)
    assert [race.priority for race in found.athlete.races] == ["B", "A"]


def test_nights_are_called_after_their_morning():
    found = history("nights: [{day: 0, sleep: 7 h, resting_hr: 50 bpm, hrv: 60, bedtime: '23:00'},"
                    "{day: -1, bedtime: '00:30'}]").nights  # fmt: skip
    assert [night.day for night in found] == [SUNDAY - timedelta(days=1), SUNDAY]
    assert (found[1].sleep_s, found[1].resting_hr, found[1].hrv_ms) == (25_200, 50, 60)
    assert [night.bedtime for night in found] == [datetime(2025, 6, 14, 0, 30), datetime(2025, 6, 14, 23, 0)]


def test_shoes_have_what_their_owner_says():
    (shoe,) = history("shoes: [{name: Hill, distance: 90 km, surface: trail, limit: 600 km, races: true}]").shoes
    assert (shoe.id, shoe.surface, shoe.limit_m, shoe.races) == ("Hill", "trail", 600_000, True)


def test_a_timeline_is_judged_step_by_step():
    case = read_test("timeline: [{day: -7, outcome: fire}, {day: 0, outcome: cooldown, message_contains: x}]")
    assert [step.period.last for step in case.timeline] == [SUNDAY - timedelta(days=7), SUNDAY]
    assert case.timeline[0].now.date() == SUNDAY - timedelta(days=6)
    assert (case.expected.outcome, case.expected.message_contains, case.period.last) == ("cooldown", ("x",), SUNDAY)


def test_the_last_day_follows_the_week_of_the_athlete():
    case = read_test("athlete: {week_start: sat}, expect: {outcome: fire}")
    assert case.period.last.weekday() == 4


@pytest.mark.parametrize(
    ("written", "problem_text"),
    [
        ("activities: [{day: -1, distance: 5 bpm}]", "'5 bpm' has the wrong unit for 'distance'"),
        ("activities: [{day: -1, tags: [sik]}]", "did you mean 'sick'?"),
        ("activities: [{day: -1, kind: hrad}]", "did you mean 'hard'?"),
        ("activities: [{day: -1, at: '25:00'}]", "'25:00' is not a time of day"),
        ("activities: [{day: 1}]", "'1' is not days before today"),
        ("activities: [{day: -1, streams: {hr_seconds: {x: 3 s}}}]", "'x' is not a name"),
        ("activities: [{day: -1, streams: {down_s: 3 km}}]", "'3 km' has the wrong unit for 'down_s'"),
        ("activities: [{day: -1, streams: {dwn_s: 3 min}}]", "did you mean 'down_s'?"),
        ("nights: [{day: -1, resting_hr: 50}]", "'50' has the wrong unit for 'resting_hr'"),
        ("excluded: [{day: -1}]", "missing: reason"),
        ("races: [{day: 3}]", "missing: distance"),
        ("athlete: {mode: il}", "did you mean 'ill'?"),
        ("athlete: {phase: bild}", "did you mean 'build'?"),
        ("timeline: [{day: 0, outcome: fire}]", "exactly one of these is needed: expect, timeline"),
    ],
)
def test_a_test_that_cannot_be_is_explained(written, problem_text):
    assert problem_text in problem(written)


def test_a_timeline_ascends():
    found = problems_of(more="tests: [{name: x, timeline: [{day: 0, outcome: fire}, {day: -7, outcome: fire}]}]")
    assert "a timeline has days in ascending order" in found
