"""`demo`: what is asked for is shown, and what cannot be is refused."""

from __future__ import annotations

import pytest

from coachd.demo.year import Year


@pytest.mark.parametrize(
    ("source", "connected"), [("strava", ("strava",)), ("garmin", ("garmin",)), ("both", ("strava", "garmin"))]
)
def test_a_year_is_shown_with_the_source_that_was_named(bare, monkeypatch, source, connected):
    lived = []
    monkeypatch.setattr("coachd.cli.demo.delivered", lambda _state, sources: lived.append(sources) or Year((), (), ()))
    assert bare("demo", "--year", "--source", source).code == 0
    assert lived == [connected]


def test_a_year_that_should_be_kept_is_refused(bare, tmp_path):
    said = bare("demo", "--year", "--keep", tmp_path / "kept")
    assert said.code == 2
    assert "--year keeps nothing" in said.err
