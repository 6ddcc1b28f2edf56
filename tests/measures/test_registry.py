from coachd.measures import registry


def test_every_measure_says_what_it_means_and_when_it_is_unknown():
    for measure in registry().values():
        assert "unknown" in measure.meaning.lower(), measure.name
        assert measure.lookback_days >= 0


def test_measures_are_found_by_their_functions_names():
    assert {"consistent_weeks", "since_oldest_sync"} <= registry().keys()
