"""The weather that runs were done in, from Open-Meteo: free, without a key, asked for a rounded home position only.

Nothing depends on it. What cannot be had now is asked for later; a service that is gone changes nothing.
"""

from __future__ import annotations

import json
import logging
import time as stopwatch
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, time, timedelta
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from coachd.coach import Coach
from coachd.errors import TryLater
from coachd.history.outdoors import Air, hours_of
from coachd.model import Athlete
from coachd.store import activities, shared, weather
from coachd.store.weather import Reading

log = logging.getLogger("coachd")

EVERY = timedelta(hours=1)
"""No athlete's weather is asked for more often, whatever comes of it."""

AGAIN, GIVEN_UP = timedelta(days=1), timedelta(days=14)
"""What the service did not know is asked for again a day later, until it is two weeks ago."""

ARCHIVED = timedelta(days=6)
"""What is older the archive has: it is five days late."""

LONGEST = timedelta(days=366)
"""So much is asked for at once; what is older comes with the next request."""

TIMEOUT = (10.0, 30.0)  # seconds to connect, to wait for each piece of the answer
WHOLE_S = 60.0
LARGEST = 8 * 1024 * 1024  # bytes of an answer; a year has a quarter of a million
COLDEST, HOTTEST = -90.0, 60.0
_PIECE = 65_536


def look(coach: Coach, name: str) -> int:
    """Ask for the weather of an athlete's runs where nothing is known of it yet, as far back as rules look.

    Gives how many hours came. Nothing without a home position. Raises nothing for a service that fails.
    """
    who, now = coach.athlete(name), coach.clock.now()
    if who.home is None:
        return 0
    hours = _wanted(coach, who, now)
    if not hours:
        return 0
    with coach.store.begin() as db:
        # The lock is never given back: who asked holds it until it is time to ask again.
        if not shared.acquire(db, f"weather:{name}", uuid4().hex, now, EVERY):
            return 0
    try:
        found = _ask(coach, who.home, hours, now)
    except TryLater as problem:
        log.info("weather for %s: %s", name, problem)
        return 0
    with coach.store.begin() as db:
        weather.save(db, who.home, found)
    return sum(reading.temperature_c is not None for reading in found.values())


def _wanted(coach: Coach, who: Athlete, now: datetime) -> set[datetime]:
    """The hours to ask for, of the newest runs first: as many as one request may span."""
    assert who.home is not None
    today = now.astimezone(who.tz).date()
    # A week more: what is judged is the week that has closed.
    first = today - timedelta(days=coach.rules_for(who).lookback_days + 7)
    with coach.store.read() as db:
        runs = activities.load(db, who.id, first, today)
        begin = datetime.combine(first, time(), UTC) - timedelta(days=1)
        known = weather.load(db, who.home, begin, now)
    hours = {hour for run in runs for hour in hours_of(run, who.tz) if hour <= now}
    hours = {hour for hour in hours if hour not in known or _worth_asking_again(hour, known[hour], now)}
    return {hour for hour in hours if max(hours) - hour < LONGEST}


def _worth_asking_again(hour: datetime, reading: Reading, now: datetime) -> bool:
    return reading.temperature_c is None and now - reading.fetched_at >= AGAIN and now - hour < GIVEN_UP


def _ask(
    coach: Coach, place: weather.Place, hours: Collection[datetime], now: datetime
) -> dict[datetime, Reading]:  # fmt: skip
    """What the service says of these hours. Raises TryLater."""
    today, settings = now.astimezone(UTC).date(), coach.settings
    old = {hour for hour in hours if hour.date() <= today - ARCHIVED}
    air: dict[datetime, Air] = {}
    if old:
        span = {"start_date": f"{min(old).date()}", "end_date": f"{max(old).date()}"}
        air |= _hourly(f"{settings.weather_archive_base}/v1/archive", place, span, now)
    if recent := set(hours) - old:
        back = (today - min(recent).date()).days
        air |= _hourly(
            f"{settings.weather_api_base}/v1/forecast", place, {"past_days": f"{back}", "forecast_days": "1"}, now
        )
    return {hour: Reading(*air.get(hour, (None, None)), fetched_at=now) for hour in hours}


def _hourly(url: str, place: weather.Place, days: Mapping[str, str], now: datetime) -> dict[datetime, Air]:
    """Each full hour (UTC) of these days with its air. Raises TryLater when there is no such answer."""
    latitude, longitude = place
    answer = _get(
        url,
        {
            "latitude": f"{latitude:.1f}", "longitude": f"{longitude:.1f}",
            "hourly": "temperature_2m,dew_point_2m", "timezone": "GMT", **days,
        },
        now,
    )  # fmt: skip
    try:
        hourly = json.loads(answer)["hourly"]
        rows = zip(hourly["time"], hourly["temperature_2m"], hourly["dew_point_2m"], strict=True)
        return {
            datetime.fromisoformat(at).replace(tzinfo=UTC): (_degrees(warm), _degrees(damp)) for at, warm, damp in rows
        }
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _later("The weather service's answer makes no sense.", now) from None


def _degrees(value: Any) -> float | None:
    """Degrees that there are on earth, else None."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and COLDEST <= value <= HOTTEST else None


def _get(url: str, params: Mapping[str, str], now: datetime) -> bytes:
    """The body of a good answer. Raises TryLater otherwise, in words that do not say where anybody lives."""
    import requests
    from requests.utils import get_environ_proxies
    from urllib3.exceptions import HTTPError

    with requests.Session() as session:
        session.trust_env = False  # a .netrc sends nothing along; a proxy that the environment names is still used
        session.proxies.update(get_environ_proxies(url))
        session.headers["User-Agent"] = "coachd"
        try:
            with session.get(url, params=params, timeout=TIMEOUT, stream=True, allow_redirects=False) as answer:
                status, body = answer.status_code, _body(answer)
        except (requests.RequestException, HTTPError, TimeoutError) as problem:
            raise _later(f"The weather service cannot be reached ({type(problem).__name__}).", now) from None
    if status != HTTPStatus.OK:
        raise _later(f"The weather service answers with HTTP {status}.", now)
    return body


def _body(answer: Any) -> bytes:
    """The whole body. Raises TimeoutError for one that drips too slowly or outgrows any real answer."""
    end, body = stopwatch.monotonic() + WHOLE_S, bytearray()
    while piece := answer.raw.read1(_PIECE, decode_content=True):
        body += piece
        if len(body) > LARGEST or stopwatch.monotonic() > end:
            answer.raw.close()
            raise TimeoutError
    return bytes(body)


def _later(message: str, now: datetime) -> TryLater:
    return TryLater(message, now + EVERY, state="outage")
