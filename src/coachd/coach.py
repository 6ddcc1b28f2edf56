"""One instance of coachd: settings, store, key, clock, and the rules in force."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Connection

from coachd import channels, migrations, own, rulebook
from coachd.channels import Channel, for_everybody
from coachd.clock import Clock
from coachd.config import Settings
from coachd.crypto import Vault, vault
from coachd.errors import ConfigProblem, InputProblem
from coachd.language.problems import did_you_mean
from coachd.model import Athlete
from coachd.resources import shipped
from coachd.store import Store, athletes, nudges, outbox
from coachd.store import channels as own_channels
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
        return rulebook.load([shipped("rules"), *own], verify=own, tests=False)

    def refresh_rules(self, *, anyway: bool = False) -> tuple[str, ...]:
        """Read the rule files again if one was changed, or `anyway`. With a problem in them the rules stay the same.

        Gives the problems that were not there before.
        """
        before = self.rules
        if not anyway and not rulebook.stale(before):
            return ()
        self.rules = rulebook.reload(before)
        return tuple(problem for problem in self.rules.problems if problem not in before.problems)

    @property
    def policy(self) -> Policy:
        """How far back syncs look, and how long unconfirmed API rows stay."""
        days = self.settings.strava_retention_days
        return Policy(
            horizon=timedelta(days=self.rules.lookback_days + 7),
            retention=timedelta(days=days) if days else None,
        )

    def policy_for(self, athlete: Athlete) -> Policy:
        """The same, as far back as the rules look that this athlete has in force."""
        shared = self.policy
        own = timedelta(days=self.rules_for(athlete).lookback_days + 7)
        return replace(shared, horizon=max(shared.horizon, own))

    @cached_property
    def instance_channels(self) -> Mapping[str, Channel]:
        """The channels that the settings describe, by their names in the outbox."""
        return channels.of_instance(self.settings, self.clock)

    def channels_for(self, name: str, kind: str = outbox.WEEKLY) -> list[str]:
        """The channels of the outbox on which this athlete gets messages of a kind: the instance's, then their own.

        What ends in one place whoever a message is for (a push address, a webhook) is the operator's, who is the first
        athlete here: once there are more, the others add their own. A shared channel gets what is about training only.
        """
        with self.store.read() as db:
            operator = next(iter(athletes.names(db)), name)
            own = own_channels.of_athlete(db, name)
        training = kind in (outbox.WEEKLY, outbox.SAME_DAY)
        return [
            *(each for each, way in self.instance_channels.items() if name == operator or for_everybody(way)),
            *(each.outbox_name for each in own if each.in_use and (training or not each.shared)),
        ]

    def athlete(self, name: str) -> Athlete:
        """The athlete of this name; `me` is made when first asked for. Raises InputProblem for another unknown one."""
        document, paused = self.document(name)
        return self.settings.athlete(name, document, paused=paused)

    def document(self, name: str) -> tuple[dict[str, Any], bool]:
        """What the athlete set for themself, unchecked, and whether their mail is paused. As `athlete` otherwise."""
        with self.store.read() as db:
            found = athletes.get(db, name)
        if found is not None:
            return found
        if name != "me":
            raise InputProblem(f"There is no athlete called {name}.", f"Add one with `coachd athlete add {name}`.")
        with self.store.begin() as db:
            athletes.ensure(db, name, self.clock.now())
        return {}, False

    def amend(self, name: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Athlete:
        """The athlete after `change` made a new document of what they set for themself.

        A rule that waits for a number to be corrected may speak again with it. Raises ConfigProblem where the new
        document is wrong, also about rules that there are not; nothing is changed then.
        """
        self.document(name)
        with self.store.begin() as db:
            return self.amend_in(db, name, change)

    def amend_in(self, db: Connection, name: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Athlete:
        """The same within a transaction of the caller's, for an athlete who is stored."""
        before, paused = athletes.get(db, name) or ({}, False)
        after = own.coarse(change(before))
        athlete = self.settings.athlete(name, after, paused=paused)
        corrected = {key for key in own.FLAT if before.get(key) != after.get(key)}
        for rule in self._waiting_for(db, athlete, corrected):
            after = own.with_entry(after, "snooze", rule, "")
            athlete = self.settings.athlete(name, after, paused=paused)
        if problems := self._rule_problems(athlete, before, after):
            raise ConfigProblem(
                problems, "`coachd rules list` names every rule, `coachd rules explain ID` its numbers."
            )
        athletes.change(db, name, after)
        return athlete

    def _waiting_for(self, db: Connection, athlete: Athlete, corrected: set[str]) -> set[str]:
        """The rules that are silent only until one of these numbers is corrected."""
        if not corrected or not athlete.snoozed:
            return set()
        corrected = corrected | set(own.RATES) if corrected & set(own.RATES) else corrected
        doubted = {
            told.nudge.rule: (told.feedback_at.astimezone(athlete.tz) + own.QUIET).date()
            for told in nudges.since(db, athlete.id)
            if told.feedback == "wrong_number" and told.feedback_at and told.nudge.setting in corrected
        }
        # Longer than for a doubted number is silence that the athlete asked for.
        return {rule for rule, until in athlete.snoozed.items() if rule in doubted and until <= doubted[rule]}

    def _rule_problems(self, athlete: Athlete, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
        """What is wrong with the athlete's words on rules, where these changed."""
        problems: list[str] = []
        if after.get("rules") != before.get("rules"):
            known = set(self.rules.problems)
            checked = rulebook.for_athlete(self.rules, athlete.overrides)
            problems += [problem for problem in checked.problems if problem not in known]
        if after.get("snooze") != before.get("snooze"):
            ids = {rule.id for rule in [*self.rules.rules, *self.rules.off]}
            for rule in athlete.snoozed.keys() - ids:
                hint = did_you_mean(rule, ids)
                problems.append(f"snooze of '{rule}': there is no such rule" + (f"; {hint}" if hint else ""))
        return problems

    def rules_for(self, athlete: Athlete) -> rulebook.Rulebook:
        """The rules in force for this athlete: with their profiles and their own words on rules."""
        return rulebook.for_athlete(self.rules, athlete.overrides, athlete.profiles)


@contextmanager
def opened(settings: Settings, clock: Clock) -> Iterator[Coach]:
    """The instance that lives in the state folder, its database brought up to date."""
    settings.coachd_state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    copy = migrations.upgrade(settings.database)
    if copy:
        log.info("database brought up to date; the old one is kept as %s", copy)
    store = Store(settings.database)
    try:
        coach = Coach(settings, store, vault(settings), clock)
        _ = coach.instance_channels  # a setting that is missing is told now, not when a mail is due
        yield coach
    finally:
        store.close()
