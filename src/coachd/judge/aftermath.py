"""What became of what was told: a week later, some weeks later, and when its data turned out otherwise. Pure.

Nothing here says why something became so: a nudge and what came after it are two facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from coachd.judge.basis import Differences, Named
from coachd.judge.gates import Gates
from coachd.judge.memory import StateKey
from coachd.judge.subjects import Closed, Subject, subjects
from coachd.language.evaluate import Facts, Verdict, evaluate
from coachd.language.rule import Rule
from coachd.language.view import View
from coachd.model import Change, FollowUp, Nudge, RuleState, Told
from coachd.units import Quantity

FOLLOWED = timedelta(days=10)
"""A nudge of the digest before was told in these days; that of the one before it, even if it was late, was not."""

CORRECTED = timedelta(days=15)
"""So long after it was told, a nudge is worth putting right."""

LATEST = timedelta(days=28)
"""So long after its day somebody may still be asked whether something helped; later it says little about then."""

_FIGURES = 3


# a week later


def to_follow(told: Sequence[Told], period: str, now: datetime) -> list[Told]:
    """The nudges of the digest before that about `period`, and what was told on a day since."""
    return [
        each
        for each in told
        if each.nudge.kind == "nudge"
        and each.nudge.text
        and each.period != period
        and _told_since(each, now - FOLLOWED)
    ]  # fmt: skip


def _told_since(told: Told, first: datetime) -> bool:
    return told.state in ("sent", "corrected") and told.sent_at is not None and told.sent_at > first


def can_ease(rule: Rule) -> bool:
    """Whether it means anything that the rule is no longer true. What is said once about a race passes with its days,
    whatever the runner did."""
    return rule.once_per != "race"


def follow_up(told: Told, rule: Rule, closed: Closed, gates: Gates) -> FollowUp:
    """What the rule says about the closed period of what it said before: its numbers then and now.

    A name that is still the same is no row of these; that of a shoe or a race stands beside the title.
    """
    asked = [] if gates.shut(rule, closed.view) else _asked_again(told.nudge, rule, closed)
    verdicts = [evaluate(rule, subject.view, subject.item) for subject in asked]
    spoken = [verdict for verdict in verdicts if verdict.outcome != "no_data"]
    true = [verdict for verdict in spoken if verdict.outcome == "true"]
    verdict: Literal["eased", "same", "unknown"] = "same" if true else "eased" if spoken else "unknown"
    now = (true or spoken)[-1].table(closed.view.athlete.units) if spoken else ()
    then = told.nudge.evidence
    words = {each.label for each in spoken[-1].evidence if not isinstance(each.value, Quantity)} if spoken else set()
    same = [row for row in then if row in now and row[0] in words]  # a shoe is still called as it was
    kept = [tuple(row for row in rows if row not in same) for rows in (then, now)]
    named = ", ".join(value for _, value in same) if rule.each in ("shoe", "race") else ""
    title = f"{told.nudge.title} ({named})" if named else told.nudge.title
    return FollowUp(title, kept[0], kept[1], verdict, told.feedback)


def _asked_again(nudge: Nudge, rule: Rule, closed: Closed) -> list[Subject]:
    """The same shoe or race; of weeks, days and activities those of this period."""
    found = list(subjects(rule, closed))
    return found if rule.each in ("week", "day", "activity") else [one for one in found if one.name == nudge.subject]


# some weeks later


def due(told: Told, rule: Rule, told_on: date, today: date) -> bool:
    """Whether it is time to ask whether a nudge helped that was told on a local day: once, so long after as it says."""
    if rule.helped is None or told.change or told.state not in ("sent", "corrected"):
        return False
    first = told_on + timedelta(days=rule.helped.after_days)
    return first <= today <= first + LATEST


def helped(rule: Rule, view: View, subject: str = "") -> Change:
    """What the rule's `helped` says as of `view` about what it spoke of; empty where the rule has none.

    It is unknown where that is gone (a rule about an activity, a race or a shoe needs that one for its names), where
    what the rule needs is not there, and where the condition is.
    """
    if rule.helped is None:
        return ""
    item = None
    if rule.each in ("activity", "shoe", "race"):
        item = _item(rule, view, subject)
        if item is None:
            return "unknown"
    facts = Facts(rule, view, item)
    if rule.needs is not None and rule.needs.run(facts, None) is not True:
        return "unknown"
    found = rule.helped.when.run(facts, None)
    return "unknown" if found is None else "helped" if found else "unchanged"


def _item(rule: Rule, view: View, subject: str) -> object:
    known: Mapping[str, object]
    if rule.each == "activity":
        known = {str(activity.id): activity for activity in view.activities}
    elif rule.each == "shoe":
        known = {shoe.id: shoe for shoe in view.shoes}
    else:
        known = {race.key: race for race in view.history.races}
    return known.get(subject)


# when its data turned out otherwise


@dataclass(frozen=True, slots=True)
class Retold:
    """What a rule says about a period that it spoke about before, as its data is now: whether it still `holds` (None:
    that cannot be told), and its numbers."""

    holds: bool | None
    evidence: tuple[tuple[str, str], ...] = ()


def to_correct(told: Sequence[Told], period: str, now: datetime) -> list[Told]:
    """What was told lately about other periods and not put right yet; nothing whose texts had to go."""
    return [
        each
        for each in told
        if each.state == "sent" and each.period != period and each.basis and each.nudge.text
        and _told_since(each, now - CORRECTED)
    ]  # fmt: skip


def retold(rule: Rule, nudge: Nudge, closed: Closed, states: Mapping[StateKey, RuleState]) -> Retold:
    """The rule asked again about what it spoke of, remembering what it remembered then (`states`)."""
    gates = Gates(closed.view)
    subject = next((one for one in subjects(rule, closed) if one.name == nudge.subject), None)
    if subject is None:
        return Retold(False)
    if gates.shut(rule, subject.view):
        return Retold(None)
    verdict = evaluate(rule, subject.view, subject.item)
    if verdict.outcome != "true":
        return Retold(None if verdict.outcome == "no_data" else False)
    return Retold(
        not _told_already(verdict, states.get((rule.id, subject.memory))),
        verdict.table(closed.view.athlete.units),
    )


def _told_already(verdict: Verdict, state: RuleState | None) -> bool:
    """Whether the mark that is left had been told before: then there was nothing new to say."""
    if verdict.rule.once_per != "mark" or verdict.mark is None or state is None or state.told_mark is None:
        return False
    return verdict.mark <= state.told_mark


@dataclass(frozen=True, slots=True)
class Outdated:
    """A nudge that no longer reads as it was told on a local day: its title, what became of its data, whether it still
    `holds`, and those of its figures that are others now."""

    title: str
    told_on: date
    found: Differences
    holds: bool | None
    figures: tuple[str, ...] = ()

    @property
    def outcome(self) -> str:
        """What is to be said of this one among others."""
        if self.holds:
            return f"{self.title} with {', '.join(self.figures)}"
        return f"{self.title} no longer holds" if self.holds is False else f"{self.title} cannot be told any more"


def outdated(told: Told, now: Retold, found: Differences, told_on: date) -> Outdated | None:
    """What of an earlier mail is to be put right; None where it is still right."""
    figures = tuple(
        f"{label} {value} instead of {was}"
        for (label, value), was in ((pair, dict(told.nudge.evidence).get(pair[0])) for pair in now.evidence)
        if was is not None and was != value
    )
    if now.holds and not figures:
        return None
    return Outdated(f"“{told.nudge.title}”", told_on, found, now.holds, figures[:_FIGURES])


def corrections(all_outdated: Iterable[Outdated], today: date) -> list[str]:
    """The lines that put earlier mails right, one for what became of the same activities. `today` is the local day of
    the mail they stand in."""
    alike: dict[tuple[date, Differences], list[Outdated]] = {}
    for each in all_outdated:
        alike.setdefault((each.told_on, each.found), []).append(each)
    return [_correction(some, today) for some in alike.values()]


def _correction(some: Sequence[Outdated], today: date) -> str:
    told_on, found = some[0].told_on, some[0].found
    mail = f"Last {told_on:%A}'s mail" if (today - told_on).days <= 7 else f"The mail of {_day(told_on)}"
    titles = _and([each.title for each in some])
    if found.removed or found.edited:
        named, verb = (found.removed, "removed") if found.removed else (found.edited, "edited")
        were = "it was" if len(named) == 1 else "they were"
        story = f"{mail} counted {_listed(named)} for {titles}; {were} {verb} since"
    else:
        story = f"{mail} said {titles}; what is recorded of those days has changed since"
    if len({(each.holds, each.figures) for each in some}) > 1:
        return f"{story}: {'; '.join(each.outcome for each in some)}."
    if some[0].holds:
        return f"{story}: {', '.join(some[0].figures)}."
    if some[0].holds is False:
        return f"{story}, and {'that no longer holds' if len(some) == 1 else 'these no longer hold'}."
    return f"{story}, and {'it' if len(some) == 1 else 'they'} cannot be told any more."


def _and(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _listed(named: Sequence[Named]) -> str:
    first = f"“{named[0].name}” ({_day(named[0].day)})"
    return first if len(named) == 1 else f"{first} and {len(named) - 1} more"


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"
