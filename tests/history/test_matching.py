"""Which recordings are of one workout: whatever came first, and only where it is clear."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
import season
from hypothesis import given
from hypothesis import strategies as st

from coachd.history.matching import all_one, doubtful, group, name_of, pair, taken_out

HOUR = 3600.0


@pytest.fixture(scope="session")
def rec(make_recording):
    """A recording that bears its own identity; `at` is in seconds."""

    def made(identity, at=0.0, **values):
        scheme, _, number = identity.partition(":")
        source = "files" if scheme == "file" else scheme
        return make_recording(source=source, external_id=number, identity=identity, at=at / HOUR, **values)

    return made


def workouts(*recordings, pairs=None):
    found = group(recordings, pairs or {})
    assert all(name in found[name] for name in found)
    return {frozenset(each) for each in found.values()}


def one(*identities):
    return {frozenset(identities)}


def apart(*identities):
    return {frozenset([identity]) for identity in identities}


def test_what_two_services_and_a_file_recorded_at_once_is_one_workout_named_by_strava(rec):
    three = [rec("file:aa", 2), rec("garmin:7"), rec("strava:1", 1)]
    assert group(three, {}) == {"strava:1": frozenset({"strava:1", "garmin:7", "file:aa"})}


@pytest.mark.parametrize(("seconds", "same"), [(120, True), (-120, True), (121, False), (600, False)])
def test_starts_may_differ_by_two_minutes(rec, seconds, same):
    expected = one("strava:1", "garmin:7") if same else apart("strava:1", "garmin:7")
    assert workouts(rec("strava:1"), rec("garmin:7", seconds)) == expected


@pytest.mark.parametrize(
    ("lengths", "same"),
    [
        ({"moving_s": 3_060.0, "elapsed_s": 3_500.0}, True),
        ({"moving_s": 2_500.0, "elapsed_s": 3_100.0}, True),  # Strava works the moving time out anew
        ({"moving_s": 3_260.0, "elapsed_s": 3_260.0}, True),  # 5 %
        ({"moving_s": 3_400.0, "elapsed_s": 3_400.0}, False),
        ({"moving_s": None, "elapsed_s": 3_000.0}, True),
        ({"moving_s": None, "elapsed_s": None}, False),
    ],
)
def test_one_length_of_each_has_to_agree(rec, lengths, same):
    expected = one("strava:1", "garmin:7") if same else apart("strava:1", "garmin:7")
    assert workouts(rec("strava:1"), rec("garmin:7", 30, **lengths)) == expected


@pytest.mark.parametrize(
    ("sport", "same"),
    [("TrailRun", True), ("Workout", True), ("Golf", True), ("Ride", False), ("WeightTraining", False)],
)
def test_the_family_has_to_be_the_same_and_an_unknown_one_matches_any(rec, sport, same):
    expected = one("strava:1", "garmin:7") if same else apart("strava:1", "garmin:7")
    assert workouts(rec("strava:1"), rec("garmin:7", 30, sport=sport)) == expected


def test_a_sport_that_was_put_right_on_strava_is_still_the_same_recording(rec):
    assert workouts(rec("strava:1", sport="Hike"), rec("garmin:7", 0.5)) == one("strava:1", "garmin:7")


def test_two_of_one_service_are_never_one(rec):
    assert workouts(rec("strava:1"), rec("strava:2", 1)) == apart("strava:1", "strava:2")


def test_two_candidates_of_one_service_leave_all_apart_and_say_so(rec):
    three = [rec("strava:1"), rec("strava:2", 40), rec("garmin:7", 20)]
    assert workouts(*three) == apart("strava:1", "strava:2", "garmin:7")
    assert doubtful(three, {}) == [frozenset({"strava:1", "strava:2", "garmin:7"})]


def test_a_clear_case_is_not_in_doubt(rec):
    assert doubtful([rec("strava:1"), rec("garmin:7"), rec("garmin:8", 9000)], {}) == []


def test_three_files_of_one_run_are_one(rec):
    three = [rec("file:aa"), rec("file:bb", 1, sport="Workout"), rec("file:cc", -1, distance_m=10_200.0)]
    assert workouts(*three) == one("file:aa", "file:bb", "file:cc")


def test_parts_of_one_file_are_different_workouts_of_which_each_meets_its_own(rec):
    swim, ride = {"sport": "Swim", "moving_s": 600.0, "elapsed_s": 600.0}, {"sport": "Ride"}
    parts = [rec("file:aa", **swim), rec("file:aa#2", 605, **ride)]
    there = [rec("strava:1", 1, **swim), rec("strava:2", 604, **ride)]
    assert workouts(*parts, *there) == one("strava:1", "file:aa") | one("strava:2", "file:aa#2")


def test_two_sessions_of_one_file_are_two_however_alike(rec):
    assert workouts(rec("file:aa"), rec("file:aa#2", 1)) == apart("file:aa", "file:aa#2")


def test_a_parent_that_begins_with_its_first_part_is_neither(rec):
    whole = {"sport": "Workout", "moving_s": 9_000.0, "elapsed_s": 9_000.0}
    leg = {"sport": "Swim", "moving_s": 900.0, "elapsed_s": 900.0}
    found = workouts(rec("garmin:6", **whole), rec("garmin:7", **leg), rec("strava:1", **leg))
    assert found == apart("garmin:6") | one("garmin:7", "strava:1")


def test_repetitions_that_are_recorded_one_by_one_stay_as_many(rec):
    short = {"moving_s": 80.0, "elapsed_s": 80.0, "distance_m": 400.0}
    both = [rec(f"{source}:{n}", 100 * n, **short) for n in range(6) for source in ("strava", "garmin")]
    assert workouts(*both) == {frozenset({f"strava:{n}", f"garmin:{n}"}) for n in range(6)}


def test_repetitions_in_files_are_not_taken_for_each_other(rec):
    short = {"moving_s": 80.0, "elapsed_s": 80.0, "distance_m": 400.0}
    assert workouts(rec("file:aa", **short), rec("file:bb", 100, **short)) == apart("file:aa", "file:bb")


def test_a_warm_up_before_a_race_stays_a_run_of_its_own(rec):
    warm_up = {"moving_s": 540.0, "elapsed_s": 560.0, "distance_m": 1_500.0}
    found = workouts(
        rec("strava:1", **warm_up), rec("garmin:1", 2, **warm_up), rec("strava:2", 600), rec("garmin:2", 601)
    )
    assert found == one("strava:1", "garmin:1") | one("strava:2", "garmin:2")


def test_a_hidden_start_is_found_by_its_day_and_length(rec):
    hidden = rec("strava:1").start.replace(hour=0, minute=0, second=1)
    local = hidden.replace(tzinfo=None)
    on_strava = rec("strava:1", start=hidden, start_local=local, hidden_start=True)
    morning, evening = rec("garmin:7"), rec("garmin:8", 9 * HOUR, moving_s=1_500.0, elapsed_s=1_500.0)
    assert workouts(on_strava, morning, evening) == one("strava:1", "garmin:7") | apart("garmin:8")
    longer = rec("garmin:7", distance_m=11_000.0)
    assert workouts(on_strava, longer) == apart("strava:1", "garmin:7")
    next_day = rec("garmin:7", 24 * HOUR)
    assert workouts(on_strava, next_day) == apart("strava:1", "garmin:7")


def test_devices_that_never_knew_the_time_are_not_held_to_it(rec):
    unset = datetime(1989, 12, 31, 0, 0, 5, tzinfo=UTC)
    both = [rec(name, start=unset, start_local=unset.replace(tzinfo=None)) for name in ("file:aa", "file:bb")]
    assert workouts(*both) == apart("file:aa", "file:bb")


# names


def test_what_names_the_other_is_the_same_however_it_was_cropped(rec):
    cropped = rec("strava:1", 900, moving_s=1_000.0, elapsed_s=1_000.0, also=("garmin:7",))
    assert workouts(cropped, rec("garmin:7")) == one("strava:1", "garmin:7")
    assert workouts(cropped, rec("garmin:7", 25 * HOUR)) == apart("strava:1", "garmin:7")


def test_a_name_settles_what_would_be_in_doubt(rec):
    three = [rec("strava:1", also=("garmin:7",)), rec("strava:2", 40), rec("garmin:7", 20)]
    assert workouts(*three) == one("strava:1", "garmin:7") | apart("strava:2")
    assert doubtful(three, {}) == []


def test_two_of_one_service_that_name_the_same_contradict_each_other(rec):
    three = [rec(f"strava:{n}", 900 * n, also=("garmin:7",)) for n in (1, 2)]
    assert workouts(*three, rec("garmin:7")) == apart("strava:1", "strava:2", "garmin:7")


def test_an_api_row_and_an_exports_row_of_one_id_are_one(rec, make_recording):
    row = make_recording(1, source="files", at=30)
    assert workouts(rec("strava:1"), row, rec("garmin:7")) == one("strava:1", "garmin:7")


# the athlete's word


def test_what_the_athlete_took_out_stays_out(rec):
    three = [rec("strava:1"), rec("garmin:7"), rec("file:aa")]
    said = taken_out("file:aa", ["strava:1", "garmin:7"])
    assert workouts(*three, pairs=said) == one("strava:1", "garmin:7") | apart("file:aa")
    assert doubtful(three, said) == []
    named = rec("strava:1", also=("garmin:7",))
    assert workouts(named, rec("garmin:7"), pairs=taken_out("garmin:7", ["strava:1"])) == apart("strava:1", "garmin:7")


def test_what_the_athlete_joined_is_one_however_far_apart(rec):
    clock_wrong = rec("file:aa", 400 * 24 * HOUR, sport="Ride", moving_s=9.0, elapsed_s=9.0)
    assert workouts(rec("strava:1"), clock_wrong, pairs=all_one(["file:aa", "strava:1"])) == one("strava:1", "file:aa")


def test_four_of_two_services_can_be_joined(rec):
    names = ["strava:1", "strava:2", "garmin:1", "garmin:2"]
    four = [rec(name, 300 * int(name[-1])) for name in names]
    assert workouts(*four, pairs=all_one(names)) == one(*names)


def test_a_third_that_fits_both_of_two_that_were_told_apart_is_in_doubt(rec):
    three = [rec("strava:1"), rec("garmin:7"), rec("file:aa")]
    said = {pair("strava:1", "garmin:7"): False}
    assert workouts(*three, pairs=said) == apart("strava:1", "garmin:7", "file:aa")
    assert doubtful(three, said) == [frozenset({"strava:1", "garmin:7", "file:aa"})]


def test_a_workout_is_named_by_strava_then_garmin_then_a_file():
    assert name_of(["file:aa", "garmin:9", "strava:3", "strava:20"]) == "strava:20"
    assert name_of(["file:aa", "garmin:9"]) == "garmin:9"


# whatever came first

seconds = st.integers(-400, 400)
lengths = st.sampled_from([80.0, 300.0, 3_000.0, 3_100.0])
sports = st.sampled_from(["Run", "Ride", "Workout"])
names = st.sampled_from([*(f"{s}:{n}" for s in ("strava", "garmin", "file") for n in (1, 2)), "file:1#2"])
some = st.dictionaries(
    names, st.tuples(seconds, lengths, sports, st.booleans(), st.lists(names, max_size=1)), max_size=7
)
words = st.dictionaries(st.tuples(names, names).filter(lambda two: two[0] < two[1]), st.booleans(), max_size=3)


@given(st.data(), some, words)
def test_the_workouts_depend_on_the_recordings_and_not_on_their_order(rec, data, given_ones, said):
    made = [
        rec(name, at, moving_s=length, elapsed_s=length, sport=sport, hidden_start=hidden, also=tuple(also))
        for name, (at, length, sport, hidden, also) in given_ones.items()
    ]
    found = group(made, said)
    assert group(data.draw(st.permutations(made)), said) == found
    parts = [own for workout in found.values() for own in workout]
    assert sorted(parts) == sorted(given_ones), "each is in exactly one"
    together = {two for two, word in said.items() if word and set(two) <= set(given_ones)}
    for workout in found.values():
        joined = {own for two in together if set(two) <= workout for own in two}
        for scheme in ("strava", "garmin"):
            assert sum(own.startswith(scheme) for own in workout - joined) <= 1 + len(joined)
    for one_of, other in together:
        assert any({one_of, other} <= workout for workout in found.values())
    if not together:
        for workout in found.values():
            assert not any(pair(a, b) in said for a in workout for b in workout if a < b)
            for scheme in ("strava", "garmin"):
                assert sum(own.startswith(scheme) for own in workout) <= 1


@given(some)
def test_what_lies_days_away_changes_nothing(rec, given_ones):
    made = [rec(name, at, moving_s=n, elapsed_s=n, sport=s) for name, (at, n, s, _, _) in given_ones.items()]
    far = [rec(f"garmin:{n}", (n - 90) * 86_400.0 * 3 + timedelta(days=9).total_seconds()) for n in range(90, 95)]
    found = group([*made, *far], {})
    assert {name: workout for name, workout in found.items() if name in group(made, {})} == group(made, {})


# a season


@pytest.mark.parametrize("seed", range(5))
def test_a_season_of_three_sources_has_exactly_the_workouts_that_there_were(seed):
    seen = season.seen_by_three(seed)
    everything = [recording for workout in seen for recording in workout]
    assert season.two_a_day(everything) > 4
    random.Random(seed).shuffle(everything)
    truth = {frozenset(recording.identity for recording in workout) for workout in seen}
    assert {frozenset(each) for each in group(everything, {}).values()} == truth
    assert doubtful(everything, {}) == []
