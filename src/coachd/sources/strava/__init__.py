"""Strava: one athlete's access through the API. Raw JSON in, recordings out; facts and traps in docs/strava.md."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from coachd.clock import Clock
from coachd.config import Settings
from coachd.crypto import Vault
from coachd.errors import ReconnectNeeded, StoreProblem, TryLater
from coachd.model import Shoe
from coachd.sources import Page, Profile, read_page
from coachd.sources.strava import budget, http, mapping, oauth
from coachd.store import Store, connections, shared
from coachd.store.connections import Tokens

NAME = "strava"
PER_PAGE = 200
REFRESH_BEFORE = timedelta(hours=1)  # Strava gives a new token once less than this is left of the old one
_LOCK_HOLD = timedelta(minutes=2)


class Strava:
    """The API as one athlete sees it. Not for sharing between threads."""

    name = NAME

    def __init__(self, store: Store, vault: Vault, settings: Settings, clock: Clock, athlete: str) -> None:
        self._store = store
        self._vault = vault
        self._settings = settings
        self._clock = clock
        self._athlete = athlete
        self._app = f"strava:{settings.strava_client_id}"
        self._session = http.session(settings)
        self._session.hooks["response"].append(self._observe)
        self._protocol = http.protocol(self._session)

    def close(self) -> None:
        self._session.close()

    def page(self, after: datetime, before: datetime, number: int, *, live: bool) -> Page:
        """One page of summaries that began between the bounds, newest first."""
        bounds = {"after": int(after.timestamp()), "before": int(before.timestamp())}
        rows = self._needed(
            "/athlete/activities",
            list,
            share=budget.LIVE if live else budget.LISTING,
            page=number,
            per_page=PER_PAGE,
            **bounds,
        )
        return read_page(rows, mapping.identifier, mapping.recording)

    def profile(self, gear: Collection[str], retired: Collection[str]) -> Profile:
        """The athlete, zones and totals, and every shoe: the list leaves retired ones out, so they are asked for."""
        athlete = self._needed("/athlete", dict, share=budget.LIVE)
        shoes = {shoe.id: (shoe, raw) for raw in athlete.get("shoes") or [] if (shoe := mapping.shoe(raw))}
        for gear_id in sorted(set(gear) - set(shoes) - set(retired)):
            found = self._gear(gear_id)
            if found:
                shoes[gear_id] = found
        documents = {"athlete": mapping.kept(athlete)}
        for kind, path in (("zones", "/athlete/zones"), ("stats", f"/athletes/{athlete.get('id')}/stats")):
            document = self._optional(path)
            if document is not None:
                documents[kind] = document
        return Profile(tuple(shoes.values()), documents)

    def _needed(self, path: str, kind: type, *, share: float, **params: Any) -> Any:
        """An answer of this kind without which there is no going on: where it fails, it is worth another try later."""
        try:
            answer = self._get(path, share=share, **params)
        except (http.NotThereError, http.BrokenError) as problem:
            raise TryLater(str(problem), self._clock.now() + http.OUTAGE, state="outage") from None
        if not isinstance(answer, kind):
            raise TryLater(f"Strava's answer for {path} is no {kind.__name__}.", self._clock.now() + http.OUTAGE,
                           state="outage")  # fmt: skip
        return answer

    def _gear(self, gear_id: str) -> tuple[Shoe, Mapping[str, Any]] | None:
        raw = self._optional(f"/gear/{gear_id}")
        shoe = mapping.shoe(raw) if raw else None
        return (shoe, raw) if shoe and raw else None

    def _optional(self, path: str) -> dict[str, Any] | None:
        """The document, or None where this athlete has none or did not grant it."""
        try:
            document = self._get(path, share=budget.LIVE)
        except (http.NotThereError, http.BrokenError):
            return None
        except ReconnectNeeded as problem:
            if problem.state != "missing_scope":
                raise
            return None
        return document if isinstance(document, dict) else None

    def expected(self) -> int | None:
        """The runs, rides and swims of the athlete's totals: other sports and private activities are not in it."""
        with self._store.read() as db:
            state = connections.get(db, self._athlete, NAME)
        totals = self._optional(f"/athletes/{state.external_id}/stats") if state and state.external_id else None
        return mapping.total_count(totals or {})

    def answer(self, kind: str, external_id: str) -> tuple[Any, str]:
        """(raw, problem) of one activity's `detail` or `streams`.

        What fails for ever (404, 500) comes back as a problem in words, so that one broken activity stops nothing.
        """
        try:
            if kind == "streams":
                keys = "time,distance,altitude,velocity_smooth,heartrate,cadence,moving,grade_smooth"
                path = f"/activities/{external_id}/streams"
                return mapping.streams(self._get(path, share=budget.SINGLE, keys=keys, key_by_type="true")), ""
            return mapping.kept(self._get(f"/activities/{external_id}", share=budget.SINGLE)), ""
        except (http.NotThereError, http.BrokenError, ValueError) as problem:
            # Runs without a recording are common: that they have no streams is no fault to report.
            none = kind == "streams" and isinstance(problem, http.NotThereError)
            return None, "" if none else str(problem)

    def _get(self, path: str, *, share: float, **params: Any) -> Any:
        self._afford(share=share)
        tokens = self._token()
        try:
            return self._call(path, tokens.access, params)
        except ReconnectNeeded as problem:
            if problem.state != "revoked":
                raise
            # A token may die early (the athlete connected elsewhere): one fresh one before giving up.
            self._afford(share=share)
            return self._call(path, self._fresh(tokens, refused=True).access, params)

    def _call(self, path: str, token: str, params: Mapping[str, Any]) -> Any:
        self._protocol.access_token = token
        try:
            return http.call(lambda: self._protocol.get(path, **params), self._clock.now())
        except TryLater as problem:
            if problem.state == "waiting":
                self._afford(share=budget.LIVE)  # the turn of the window is known from the answer's headers
            raise

    def _afford(self, *, share: float) -> None:
        now = self._clock.now()
        with self._store.read() as db:
            until = budget.wait_until(shared.budget(db, self._app), now, share=share)
        if until:
            whose = (
                "Strava's request limit is reached"
                if share == budget.LIVE
                else "This app's share of requests for older data is used"
            )
            raise TryLater(f"{whose}; it goes on at {until:%H:%M} UTC.", until, state="waiting")

    def _observe(self, response: Any, *_args: Any, **_options: Any) -> None:
        """Note the limits that every answer reports, refused ones included."""
        now = self._clock.now()
        with self._store.begin() as db:
            old = shared.budget(db, self._app)
            row = budget.observed(old, response.headers, response.status_code, now)
            if row is not None and row != old:
                shared.save_budget(db, self._app, row)

    def _token(self) -> Tokens:
        now = self._clock.now()
        with self._store.read() as db:
            tokens = self._stored(db)
        if tokens.expires_at - now > REFRESH_BEFORE:
            return tokens
        return self._fresh(tokens, refused=False)

    def _fresh(self, old: Tokens, *, refused: bool) -> Tokens:
        """Newer tokens than `old`, stored before they are used; only one process at a time asks for them.

        While somebody else does, the old token serves on: it works until its own end, unless it was `refused`.
        """
        now, owner = self._clock.now(), secrets.token_hex(8)
        lock = f"token:{NAME}:{self._athlete}"
        with self._store.begin() as db:
            held = shared.acquire(db, lock, owner, now, _LOCK_HOLD)
            stored = self._stored(db)  # what it raises gives the lock back with the transaction
        if stored != old:
            self._release(lock, owner)
            return stored
        if not held:
            if not refused and stored.expires_at > now:
                return stored
            raise TryLater("Another coachd is renewing the access to Strava.", now + timedelta(minutes=1))
        try:
            fresh = oauth.refresh(self._settings, stored, now)
            with self._store.begin() as db:
                connections.rotate(db, self._vault, self._athlete, NAME, fresh)
            return fresh
        finally:
            self._release(lock, owner)

    def _stored(self, db: Connection) -> Tokens:
        try:
            tokens = connections.tokens(db, self._vault, self._athlete, NAME)
        except StoreProblem as problem:  # what a lost key means for a source: it is shut until somebody acts
            raise ReconnectNeeded(str(problem), problem.advice, state="sealed") from None
        if tokens is None:
            raise ReconnectNeeded("Strava is not connected.", "Run `coachd connect strava`.")
        return tokens

    def _release(self, lock: str, owner: str) -> None:
        with self._store.begin() as db:
            shared.release(db, lock, owner)
