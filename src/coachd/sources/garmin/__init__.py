"""Garmin: one athlete's access through the Personal API, with their own key. Facts and traps in docs/garmin.md."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from coachd.clock import Clock
from coachd.config import Settings
from coachd.crypto import Vault
from coachd.errors import BrokenFile, ReconnectNeeded, StoreProblem, TryLater
from coachd.model import Night, Recording
from coachd.sources import Page, Profile, read_page
from coachd.sources.garmin import key, mapping, nights, original
from coachd.sources.garmin.http import KEY_PAGE, OUTAGE, BrokenError, ForbiddenError, NotThereError, Wire
from coachd.sources.garmin.key import ACTIVITIES
from coachd.store import Store, connections, skips, streams
from coachd.store.connections import Tokens

NAME = "garmin"
SLEEP = "/sleep-service/sleep/dailySleepSummariesByDate"
VARIABILITY = "/hrv-service/hrv/daily"
DAYS = "/usersummary-service/v2/dailysummaries"
BATTERY = "/wellness-service/wellness/bodyBattery/reports/daily"
ZONES = "/biometric-service/heartRateZones/v2"
PER_PAGE = 40  # above some 45 rows Garmin answers HTTP 500
REFRESH_BEFORE = timedelta(hours=1)
STRETCH = 30
"""Days that are asked for at once: most ranges end at 31, and stress is read from a day earlier."""

FIRST_YEAR = 1990
"""A listing that begins earlier is one of everything, and is asked for without a beginning."""

ACTIVITY_LIST, FILES, ZONE_AREA = "activities", "activity files", "heart-rate zones"
SLEEP_AREA, HRV_AREA, DAYS_AREA, BATTERY_AREA = "sleep", "heart-rate variability", "daily summaries", "Body Battery"
AREAS = frozenset({ACTIVITY_LIST, FILES, ZONE_AREA, SLEEP_AREA, HRV_AREA, DAYS_AREA, BATTERY_AREA})
"""What a key may read or not, each by itself."""

NOT_OFFERED = "shoes, devices, laps, training readiness and VO2max"
"""What Garmin does not give to personal keys."""

_DAY = timedelta(days=1)
_T = TypeVar("_T")


class Garmin:
    """The API as one athlete sees it. Not for sharing between threads.

    An area that the key may not read, or that fails by itself, is left out and noted among what was skipped.
    """

    name = NAME

    def __init__(
        self, store: Store, vault: Vault, settings: Settings, clock: Clock, athlete: str, wire: Wire | None = None
    ) -> None:
        self._store = store
        self._vault = vault
        self._clock = clock
        self._athlete = athlete
        self._wire = wire or Wire(settings.garmin_api_base)
        self._tokens: Tokens | None = None
        self._again_at: datetime | None = None
        self._left_out: set[str] | None = None

    def close(self) -> None:
        self._wire.close()

    def page(self, after: datetime, before: datetime, number: int, *, live: bool) -> Page:  # noqa: ARG002 - no budget here
        """One page of activities that began between the bounds, or within a day of them: Garmin filters by local days.

        Newest first. The whole of a multisport day is left out, its parts are in.
        """
        params = {"start": (number - 1) * PER_PAGE, "limit": PER_PAGE, "excludeChildren": "false"}
        if after.year >= FIRST_YEAR:
            params["startDate"] = (after.date() - _DAY).isoformat()
        params["endDate"] = (before.date() + _DAY).isoformat()
        try:
            rows = self._json(ACTIVITIES, **params)
        except ForbiddenError as problem:
            self._note(ACTIVITY_LIST, str(problem))
            return Page()
        except (NotThereError, BrokenError) as problem:
            advice = "Check GARMIN_API_BASE, if you set it."
            raise TryLater(str(problem), self._clock.now() + OUTAGE, advice, state="outage") from None
        self._note(ACTIVITY_LIST, "")
        if not isinstance(rows, list | None):
            raise TryLater("Garmin's list of activities is none.", self._clock.now() + OUTAGE, state="outage")
        return read_page(rows or [], mapping.identifier, _workout)

    def profile(self, gear: Collection[str], retired: Collection[str]) -> Profile:  # noqa: ARG002 - Garmin gives no shoes
        """The heart-rate zones."""
        zones = self._area(ZONE_AREA, ZONES)
        return Profile(documents={"zones": {"zones": zones}} if isinstance(zones, list) else {})

    def expected(self) -> int | None:
        """Garmin does not tell."""
        return None

    def answer(self, kind: str, external_id: str) -> tuple[Any, str]:
        """(raw, problem) of one activity's `detail`, or its `streams` from the file that the watch uploaded.

        What fails for ever comes back as a problem in words. An activity without a file has no streams. Raises TryLater
        where the key may not read files, so that they are asked for again with another one.
        """
        try:
            if kind == "streams":
                return self._streams(external_id), ""
            return mapping.kept(self._json(f"/activity-service/activity/{external_id}") or {}), ""
        except ForbiddenError as problem:
            self._note(FILES, str(problem))
            raise TryLater(f"Garmin: {problem}.", self._clock.now() + _DAY) from None
        except NotThereError as problem:
            return None, "" if kind == "streams" else str(problem)
        except BrokenFile as problem:
            return None, f"its file cannot be used: {problem.reason}"
        except BrokenError as problem:
            return None, str(problem)

    def slept(self, day: date) -> bool:
        """Whether the night that ended on this day has arrived: one request."""
        return nights.has_night(self._sleep(day, day), day)

    def nights(self, first: date, last: date) -> list[tuple[Night, nights.Raw]]:
        """The nights that ended on these mornings (both included) with what Garmin said of them: four requests a
        month."""
        found: list[tuple[Night, nights.Raw]] = []
        while first <= last:
            end = min(first + _DAY * (STRETCH - 1), last)
            answers = nights.Answers(
                sleep=self._sleep(first, end),
                variability=self._area(HRV_AREA, f"{VARIABILITY}/{first}/{end}"),
                days=self._area(DAYS_AREA, DAYS, startDate=str(first - _DAY), endDate=str(end)),
                battery=self._area(BATTERY_AREA, BATTERY, startDate=str(first), endDate=str(end)),
            )
            found += nights.nights(answers, first, end)
            first = end + _DAY
        return found

    def _sleep(self, first: date, last: date) -> Any:
        return self._area(SLEEP_AREA, SLEEP, startDate=str(first), endDate=str(last))

    def _streams(self, external_id: str) -> dict[str, list[Any]] | None:
        path = f"/download-service/files/activity/{external_id}"
        packed = self._ask(lambda token: self._wire.file(path, token, self._clock.now()))
        self._note(FILES, "")
        with self._store.read() as db:
            start = streams.start_of(db, self._athlete, NAME, external_id)
        return original.columns(packed, start) if packed else None

    def _area(self, area: str, path: str, **params: Any) -> Any:
        """The answer; None where Garmin has none, or where this area has to be left out."""
        try:
            answer = self._json(path, **params)
        except NotThereError:
            answer = None
        except (ForbiddenError, BrokenError) as problem:
            self._note(area, str(problem))
            return None
        self._note(area, "")
        return answer

    def _note(self, area: str, problem: str) -> None:
        """Remember that an area had to be left out, or that it no longer has to."""
        if self._left_out is None:
            with self._store.read() as db:
                self._left_out = {name for source, name, _ in skips.every(db, self._athlete) if source == NAME}
        if problem:
            self._left_out.add(area)
            with self._store.begin() as db:
                skips.note(db, self._athlete, NAME, {area: problem}, self._clock.now())
        elif area in self._left_out:
            self._left_out.discard(area)
            with self._store.begin() as db:
                skips.forget(db, self._athlete, NAME, [area])

    def _json(self, path: str, **params: Any) -> Any:
        return self._ask(lambda token: self._wire.json(path, token, self._clock.now(), **params))

    def _ask(self, call: Callable[[str], _T]) -> _T:
        """What the call gives with a token. One that is refused is replaced once; after that it is the key."""
        if self._again_at is not None and self._clock.now() < self._again_at:
            raise TryLater(f"Garmin asks us to wait until {self._again_at:%H:%M:%S} UTC.", self._again_at)
        try:
            if self._tokens is None:
                self._tokens = self._stored()
                if self._tokens.expires_at - self._clock.now() <= REFRESH_BEFORE:
                    self._renew(self._tokens)
            try:
                return call(self._tokens.access)
            except ReconnectNeeded:
                return call(self._renew(self._tokens).access)
        except TryLater as problem:
            if problem.state == "waiting":
                self._again_at = problem.until
            raise

    def _renew(self, old: Tokens) -> Tokens:
        """A new token for the same key, stored before it is used; and what it says of the key's end."""
        now = self._clock.now()
        self._tokens, ends_at = key.exchanged(self._wire, old.refresh, now)
        with self._store.begin() as db:
            connections.rotate(db, self._vault, self._athlete, NAME, self._tokens)
            state = connections.get(db, self._athlete, NAME)
            if ends_at is not None:
                connections.mark(db, self._athlete, NAME, ends_at=ends_at)
            elif state is not None and state.ends_at is not None and state.ends_at <= now:
                # The athlete named a day that has passed, and the key is good for a day more at least.
                connections.mark(db, self._athlete, NAME, ends_at=None)
        return self._tokens

    def _stored(self) -> Tokens:
        try:
            with self._store.read() as db:
                tokens = connections.tokens(db, self._vault, self._athlete, NAME)
        except StoreProblem as problem:  # what a lost key means for a source: it is shut until somebody acts
            raise ReconnectNeeded(str(problem), problem.advice, state="sealed") from None
        if tokens is None:
            raise ReconnectNeeded(
                "Garmin is not connected.", f"Make a key at {KEY_PAGE}, then `coachd connect garmin`."
            )
        return tokens


def _workout(raw: Any) -> Recording | None:
    """The recording; None for the whole of a multisport day, whose parts are rows of their own."""
    return None if mapping.is_parent(raw) else mapping.recording(raw)
