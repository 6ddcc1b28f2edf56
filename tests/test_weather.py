"""Weather of runs: asked of a stand-in on loopback that answers as Open-Meteo does."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sky import Sky, sky_above

from coachd import histories, pipeline, review, weather, workouts
from coachd.errors import ConfigProblem
from coachd.history.merge import merge
from coachd.model import Period
from coachd.store import athletes, recordings

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOME = "52.37, 4.8952"


@pytest.fixture
def sky() -> Iterator[Sky]:
    with sky_above(NOW.date()) as found:
        yield found


@pytest.fixture
def coach(open_coach, sky):
    made = open_coach(WEATHER_API_BASE=sky.base, WEATHER_ARCHIVE_BASE=sky.base)
    made.athlete("me")
    return made


@pytest.fixture
def at_home(coach):
    coach.amend("me", lambda document: {**document, "home": HOME})
    return coach


def ran(coach, *batch) -> None:
    with coach.store.begin() as db:
        saved = recordings.save(db, "me", batch, coach.clock.now())
        recordings.derive(db, "me", saved.identities, merge)


def warmth(coach) -> list[tuple[float | None, float | None]]:
    who, now = coach.athlete("me"), coach.clock.now()
    history = histories.load(coach, who, None, now.date(), now)
    return [(run.temperature_c, run.dew_point_c) for run in history.activities]


def test_without_a_home_nobody_is_asked(coach, sky, make_recording):
    ran(coach, make_recording(1))
    assert weather.look(coach, "me") == 0
    assert sky.asked == []


def test_a_run_of_last_week_gets_the_air_of_the_archive(at_home, sky, make_recording):
    ran(at_home, make_recording(1))  # the sixteenth from 7:30 to 8:21: six days ago
    assert weather.look(at_home, "me") == 2
    [(path, query)] = sky.asked
    assert path == "/v1/archive"
    assert query == {
        "latitude": "52.4", "longitude": "4.9", "hourly": "temperature_2m,dew_point_2m", "timezone": "GMT",
        "start_date": "2026-11-16", "end_date": "2026-11-16",
    }  # fmt: skip
    assert warmth(at_home) == [(27.5, 10.0)]


def test_a_fresh_run_gets_what_the_forecast_says_of_past_days(at_home, sky, make_recording):
    ran(at_home, make_recording(1, at=24 * 4))
    weather.look(at_home, "me")
    [(path, query)] = sky.asked
    assert (path, query["past_days"], query["forecast_days"]) == ("/v1/forecast", "2", "1")
    assert warmth(at_home) == [(27.5, 10.0)]


def test_an_activity_names_the_service_that_its_weather_is_from(at_home, make_recording):
    ran(at_home, make_recording(1), make_recording(2, at=24, temperature_c=8.0))
    weather.look(at_home, "me")
    runs = [workouts.show(at_home, at_home.athlete("me"), number) for number in (1, 2)]
    found = [{name: (value, source) for name, value, source in run.fields} for run in runs]
    assert found[0]["temperature_c"] == (27.5, "weather service")
    assert found[0]["dew_point_c"] == (10.0, "weather service")
    assert found[1]["temperature_c"] == (8.0, "strava")


def test_what_is_known_is_not_asked_for_again(at_home, sky, make_recording):
    ran(at_home, make_recording(1))
    weather.look(at_home, "me")
    at_home.clock.advance(timedelta(days=1))
    weather.look(at_home, "me")
    assert len(sky.asked) == 1


def test_nobody_is_asked_twice_within_an_hour(at_home, sky, make_recording):
    ran(at_home, make_recording(1))
    weather.look(at_home, "me")
    ran(at_home, make_recording(2, at=24))
    assert weather.look(at_home, "me") == 0
    at_home.clock.advance(timedelta(hours=1))
    assert weather.look(at_home, "me") == 2
    assert len(sky.asked) == 2


def test_what_a_source_knows_of_the_air_stays(at_home, sky, make_recording):
    ran(at_home, make_recording(1, temperature_c=8.0, dew_point_c=3.0))
    weather.look(at_home, "me")
    assert sky.asked == []
    assert warmth(at_home) == [(8.0, 3.0)]


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, b"down"), (429, b'{"error": true, "reason": "limit"}'), (200, b"<html>"), (200, b'{"hourly": {}}'),
     (200, b'{"hourly": {"time": ["never"], "temperature_2m": [1], "dew_point_2m": [1]}}'), (302, b"")],
)  # fmt: skip
def test_a_service_that_fails_changes_nothing_and_is_asked_later(at_home, sky, make_recording, caplog, status, body):
    caplog.set_level(logging.INFO, logger="coachd")
    ran(at_home, make_recording(1))
    sky.status, sky.body = status, body
    assert weather.look(at_home, "me") == 0
    assert warmth(at_home) == [(None, None)]
    assert [record.levelno for record in caplog.records if "weather" in record.message] == [logging.INFO]
    assert "52.4" not in caplog.text
    sky.status, sky.body = 200, None
    at_home.clock.advance(timedelta(hours=1))
    assert weather.look(at_home, "me") == 2


def test_a_service_that_is_gone_keeps_no_one_from_their_mail(coach, make_recording):
    coach.settings = coach.settings.model_copy(update={"weather_archive_base": "http://127.0.0.1:9"})
    coach.amend("me", lambda document: {**document, "home": HOME})
    ran(coach, make_recording(1))
    pipeline.sync_due(coach)
    assert warmth(coach) == [(None, None)]


def test_the_daemons_look_asks_for_the_weather(at_home, make_recording):
    ran(at_home, make_recording(1))
    pipeline.sync_due(at_home)
    assert warmth(at_home) == [(27.5, 10.0)]


def test_what_the_service_does_not_know_is_asked_again_a_day_later_and_not_for_ever(at_home, sky, make_recording):
    ran(at_home, make_recording(1))
    sky.unknown = True
    for _ in range(30):
        weather.look(at_home, "me")
        at_home.clock.advance(timedelta(hours=12))
    assert len(sky.asked) == 8  # until fourteen days after the run
    assert warmth(at_home) == [(None, None)]


def test_degrees_that_there_are_nowhere_are_unknown(at_home, sky, make_recording):
    ran(at_home, make_recording(1))
    sky.body = json.dumps(
        {"hourly": {"time": ["2026-11-16T07:00", "2026-11-16T08:00"], "temperature_2m": [21.0, 9999],
                    "dew_point_2m": ["wet", 12]}}
    ).encode()  # fmt: skip
    weather.look(at_home, "me")
    assert warmth(at_home) == [(21.0, 12.0)]


def test_years_are_asked_for_one_after_the_other(at_home, sky, make_recording):
    ran(at_home, make_recording(1), make_recording(2, at=-24.0 * 400))
    weather.look(at_home, "me")
    assert [query["start_date"] for _, query in sky.asked] == ["2026-11-16"]


def test_a_home_is_kept_to_a_tenth_of_a_degree(at_home):
    assert at_home.document("me")[0]["home"] == "52.4, 4.9"
    assert at_home.athlete("me").home == (52.4, 4.9)


@pytest.mark.parametrize("home", ["Amsterdam", "52.4", "91, 0", "0, 181", "nan, 4", "1, 2, 3"])
def test_what_is_no_position_is_refused(coach, home):
    with pytest.raises(ConfigProblem, match="home: is not a position"):
        coach.amend("me", lambda document: {**document, "home": home})


def test_neighbours_share_what_is_known(at_home, sky, make_recording):
    with at_home.store.begin() as db:
        athletes.add(db, "kim", {"home": "52.4, 4.9"}, NOW)
        saved = recordings.save(db, "kim", [make_recording(1)], NOW)
        recordings.derive(db, "kim", saved.identities, merge)
    ran(at_home, make_recording(1))
    weather.look(at_home, "me")
    weather.look(at_home, "kim")
    assert len(sky.asked) == 1


def test_runs_in_the_heat_are_told_of(at_home, sky, make_recording):
    """29 °C and a dew point of 20 °C are an index of 152; 130 is where the rule begins."""
    ran(at_home, *(make_recording(day, at=24.0 * (day - 35)) for day in range(41)))
    first = NOW.date() - timedelta(days=60)
    hours = [f"{first + timedelta(days=number // 24)}T{number % 24:02d}:00" for number in range(61 * 24)]
    degrees = {"temperature_2m": [29.0] * len(hours), "dew_point_2m": [20.0] * len(hours)}
    sky.body = json.dumps({"hourly": {"time": hours, **degrees}}).encode()
    week = Period("2026-W47", date(2026, 11, 16), date(2026, 11, 22))

    def outcome() -> str:
        judged = review.consider(at_home, "me", week, NOW)
        [found] = [finding for finding in judged.judgement.findings if finding.rule == "heat-adjust"]
        return found.outcome

    assert outcome() == "no_data"
    weather.look(at_home, "me")
    assert outcome() == "fire"
