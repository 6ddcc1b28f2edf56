import pytest
from fitdecode.profile import FIELD_TYPES

from coachd.formats.sports import _INDOORS, _OF_BOTH, _OF_KIND, _OF_SPORT, device, named, worded
from coachd.model import family_of


def test_every_word_is_one_of_fit():
    sports, kinds = (set(FIELD_TYPES[name].enum.values()) for name in ("sport", "sub_sport"))
    assert set(_OF_SPORT) <= sports
    assert set(_OF_KIND) <= kinds
    assert kinds >= _INDOORS
    assert all(sport in sports and kind in kinds for sport, kind in _OF_BOTH)


def test_a_sport_without_a_name_of_ours_is_a_workout():
    assert named("jumpmaster", "generic") == ("Workout", False)
    assert named("", "") == ("Workout", False)


def test_stretching_is_mobility():
    assert family_of(named("training", "flexibility_training")[0]) == "mobility"


@pytest.mark.parametrize(
    ("text", "sport", "kind", "indoors"),
    [
        ("Running", "Run", "", False),
        ("Biking", "Ride", "", False),
        ("Other", "Workout", "", False),
        ("trail running", "TrailRun", "trail", False),
        ("treadmill_running", "Run", "treadmill", True),
        ("strength_training", "WeightTraining", "strength_training", False),
        ("hiking", "Hike", "", False),
        ("GravelRide", "GravelRide", "", False),
        ("9", "Run", "", False),
        ("", "Workout", "", False),
    ],
)
def test_words_of_gpx_and_tcx(text, sport, kind, indoors):
    assert worded(text) == (sport, kind, indoors)


@pytest.mark.parametrize(
    ("maker", "product", "name"),
    [
        ("garmin", "fr265_large", "Garmin Forerunner 265"),
        ("garmin", "fr945", "Garmin Forerunner 945"),
        ("garmin", "fenix7s_pro_solar", "Garmin Fenix 7s Pro Solar"),
        ("garmin", "edge_1050", "Garmin Edge 1050"),
        ("garmin", "", "Garmin"),
        ("coros", "COROS PACE 3", "COROS PACE 3"),
        ("wahoo_fitness", "ELEMNT RIVAL", "Wahoo Fitness ELEMNT RIVAL"),
        ("development", "", ""),
        ("", "", ""),
    ],
)
def test_devices_have_names_for_people(maker, product, name):
    assert device(maker, product) == name
