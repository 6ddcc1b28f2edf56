from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd.language.view import View
from coachd.measures import registry
from coachd.model import Activity, Athlete, History, Shoe

SUNDAY = date(2025, 6, 15)
KM = 1000.0


def run(number, back=0, km=10.0, gear="a", sport="Run", **fields):
    start = datetime.combine(SUNDAY - timedelta(days=back), datetime.min.time().replace(hour=9))
    return Activity(number, sport, start.replace(tzinfo=UTC), start, distance_m=km * KM, gear_id=gear, **fields)


def measured(name, activities=(), shoes=(), subject=None, **arguments):
    ordered = tuple(sorted(activities, key=lambda activity: activity.start))
    view = View(History(Athlete(), ordered, tuple(shoes)), SUNDAY, datetime(2025, 6, 16, 6, tzinfo=UTC))
    positional = (view,) if subject is None else (view, subject)
    return registry()[name].compute(*positional, **arguments).value


@pytest.mark.parametrize(
    ("shoe", "km"),
    [
        (Shoe("a", "Road"), 650),
        (Shoe("a", "Road", surface="hybrid"), 650),
        (Shoe("a", "Trail", surface="trail"), 600),
        (Shoe("a", "Racer", races=True), 350),
        (Shoe("a", "Trail racer", surface="trail", races=True), 350),
        (Shoe("a", "Racer", races=True, limit_m=200 * KM), 200),
    ],
)
def test_a_shoe_has_its_owners_limit_or_that_of_its_type(shoe, km):
    assert measured("shoe_limit", subject=shoe) == km * KM


def test_the_most_worn_share_is_of_shoes_in_use():
    shoes = [
        Shoe("a", "A", 325 * KM), Shoe("b", "B", 600 * KM), Shoe("c", "C", 640 * KM, retired=True), Shoe("d", "D"),
    ]  # fmt: skip
    activities = [run(1, 3, gear="a"), run(2, 56, gear="b"), run(3, 4, gear="c"), run(4, 5, gear="d")]
    assert measured("most_worn_share", activities, shoes) == 0.5
    assert measured("most_worn_share", activities[3:], shoes) is None


def test_a_shoe_that_was_never_used_is_not_known():
    shoes = [Shoe("a", "A", 5.0), Shoe("b", "B"), Shoe("c", "C", 0.0), Shoe("d", "D", last_used=SUNDAY)]
    assert measured("shoes_known", (), shoes) == 2.0


def test_the_main_shoe_carries_most_of_the_distance():
    activities = [run(1, 1, 8.0, "a"), run(2, 2, 8.0, "a"), run(3, 3, 10.0, "b"), run(4, 4, 6.0, None)]
    shoes = [Shoe("a", "Road A"), Shoe("b", "Road B")]
    assert measured("main_shoe", activities, shoes) == "Road A"
    assert measured("main_shoe", activities) == "a"
    assert measured("main_shoe_distance", activities) == 16 * KM
    assert measured("main_shoe_share", activities) == 0.5


@pytest.mark.parametrize("name", ["main_shoe", "main_shoe_distance", "main_shoe_share"])
def test_without_a_recorded_shoe_there_is_no_main_one(name):
    assert measured(name, [run(1, gear=None)]) is None
    assert measured(name) is None


@pytest.mark.parametrize(
    ("trail_km", "road_km", "surface"),
    [(80, 20, "trail"), (20, 80, "road"), (50, 50, None), (79, 21, None), (0, 99, None), (0, 100, "road")],
)
def test_a_shoes_ground_is_known_by_its_use(trail_km, road_km, surface):
    activities = [run(1, 3, trail_km, trail=True), run(2, 4, road_km), run(3, 5, 500, trainer=True)]
    assert measured("shoe_surface", activities, subject=Shoe("a", "A")) == surface


def test_what_its_owner_says_of_its_ground_goes_first():
    assert measured("shoe_surface", [run(1, 3, 200)], subject=Shoe("a", "A", surface="hybrid")) == "hybrid"


def test_only_the_last_distance_on_roads_counts():
    activities = [run(1, 9, 300), run(2, 5, 60, trail=True), run(3, 2, 30), run(4, 1, 40, gear="b")]
    assert measured("shoe_road_distance", activities, subject=Shoe("a", "A")) == 40 * KM
    assert measured("shoe_road_distance", activities, subject=Shoe("x", "X")) is None


@given(st.lists(st.tuples(st.floats(0, 60), st.booleans()), min_size=1, max_size=20), st.floats(1, 200))
def test_never_more_on_roads_than_was_looked_at(runs, last):
    activities = [run(number, number, km, trail=trail) for number, (km, trail) in enumerate(runs)]
    road = measured("shoe_road_distance", activities, subject=Shoe("a", "A"), last=last * KM)
    assert 0 <= road <= last * KM + 1e-6


def test_the_distance_before_a_run_leaves_out_everything_since():
    activities = [run(1, 8, 7.0), run(2, 2, 20.0), run(3, 1, 5.0), run(4, 1, 9.0, "b")]
    shoes = [Shoe("a", "A", 37 * KM)]
    assert measured("shoe_distance_before", activities, shoes, activities[1]) == 12 * KM
    assert measured("shoe_distance_before", activities, [Shoe("a", "A", 3 * KM)], activities[1]) == 0.0


@pytest.mark.parametrize("name", ["shoe_name", "shoe_distance_before", "shoe_familiar"])
def test_nothing_is_known_of_a_shoe_that_was_not_recorded(name):
    assert measured(name, [], [Shoe("a", "A", 30 * KM)], run(1, gear=None)) is None
    assert measured(name, [], [], run(1)) is None


@pytest.mark.parametrize(
    ("shoe", "other", "familiar"),
    [
        (Shoe("a", "Fox 3", 10.0), Shoe("b", "Fox 3", 500 * KM), True),
        (Shoe("a", "Fox 3 (2)", 10.0), Shoe("b", "fox 3", 500 * KM), True),
        (Shoe("a", "Fox 3 #2", 10.0), Shoe("b", "Fox 3 #1", 500 * KM), True),
        (Shoe("a", "Fox 4", 10.0), Shoe("b", "Fox 3", 500 * KM), False),
        (Shoe("a", "Fox 3", 10.0), Shoe("b", "Fox 3"), False),
        (Shoe("a", "Kestrel", 10.0, races=True), Shoe("b", "Fox 3", 500 * KM), True),
    ],
)
def test_a_racing_shoe_and_a_model_worn_before_are_familiar(shoe, other, familiar):
    assert measured("shoe_familiar", [], [shoe, other], run(1)) is familiar
