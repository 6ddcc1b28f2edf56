"""One instance of coachd: settings, store, key, clock, and the rules in force."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from coachd import migrations, rulebook
from coachd.clock import Clock
from coachd.config import Settings
from coachd.crypto import Vault, vault
from coachd.errors import InputProblem
from coachd.model import Athlete
from coachd.resources import shipped
from coachd.store import Store, athletes
from coachd.sync import Policy

log = logging.getLogger("coachd")


@dataclass
class Coach:
    """One instance of coachd: its settings, its store, its key and its clock."""

    settings: Settings
    store: Store
    vault: Vault
    clock: Clock

    @cached_property
    def rules(self) -> rulebook.Rulebook:
        """The rules in force: the shipped ones and those of your own. One that does not load, or whose own tests
        fail, is left out and named in `problems`."""
        own = [self.settings.rules_dir] if self.settings.rules_dir else []
        return rulebook.load([shipped("rules"), *own], verify=True)

    @property
    def policy(self) -> Policy:
        """How far back syncs look, and how long unconfirmed API rows stay."""
        days = self.settings.strava_retention_days
        return Policy(
            horizon=timedelta(days=self.rules.lookback_days + 7),
            retention=timedelta(days=days) if days else None,
        )

    @property
    def channels(self) -> list[str]:
        """The outbox's channels: each push address is one of its own, so that one that fails repeats for itself."""
        found = []
        for channel in self.settings.chosen_channels:
            if channel == "apprise" and self.settings.apprise_urls:
                urls = self.settings.apprise_urls.get_secret_value().split()
                found += [f"apprise-{number}" for number in range(1, len(urls) + 1)]
            else:
                found.append(channel)
        return found

    def athlete(self, name: str) -> Athlete:
        """The athlete of this name; `me` is made when first asked for. Raises InputProblem for another unknown one."""
        with self.store.read() as db:
            found = athletes.get(db, name)
        if found is None:
            if name != "me":
                raise InputProblem(f"There is no athlete called {name}.", f"Add one with `coachd athlete add {name}`.")
            with self.store.begin() as db:
                athletes.ensure(db, name, self.clock.now())
            found = {}, False
        own, paused = found
        return self.settings.athlete(name, own, paused=paused)


@contextmanager
def opened(settings: Settings, clock: Clock) -> Iterator[Coach]:
    """The instance that lives in the state folder, its database brought up to date."""
    settings.coachd_state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    copy = migrations.upgrade(settings.database)
    if copy:
        log.info("database brought up to date; the old one is kept as %s", copy)
    store = Store(settings.database)
    try:
        yield Coach(settings, store, vault(settings), clock)
    finally:
        store.close()
