"""Everything the templates show: in the athlete's units, and with every foreign text on one bounded line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from coachd.compose import week
from coachd.compose.telling import Link, Telling, telling
from coachd.compose.words import (
    capitalised,
    count,
    credit,
    day_name,
    distance_range,
    in_days,
    listed,
    one_line,
    rhythm,
    sentence,
    span,
    typed,
    weekday,
)
from coachd.model import (
    ActivityLink,
    Ahead,
    Answer,
    Athlete,
    Belief,
    Beliefs,
    Digest,
    FollowUp,
    Kind,
    Nudge,
    RaceAhead,
    ShoeLevel,
)
from coachd.units import VOLUME_PACE, distance, duration

MEDICAL = (
    "General training information from your own data, not medical advice. Pain that lasts or changes how you run, "
    "chest pain, fainting, or fever: stop and see a doctor."
)

LINES_SHOWN = 6
"""How many lines a list of a mail has at most; a history full of dirt would fill pages."""

LONGEST_CORRECTION = 400
FOLLOWED_SHOWN, ROWS_SHOWN, RACES_SHOWN = 3, 4, 3

_PLACES: tuple[Kind, ...] = ("praise", "nudge", "note")
_VERDICTS = {"eased": "it has settled since", "same": "much as it was", "unknown": "too little to tell yet"}
_ANSWERED = {
    "helpful": "You found it helpful.",
    "not_for_me": "You said that it is not for you.",
    "quiet": "You asked for quiet.",
    "wrong_number": "You said that its number is off.",
}

Answers = Mapping[tuple[str, str], Sequence[Answer]]
"""How each nudge, named by its rule and subject, can be answered."""


def of_digest(digest: Digest, answers: Answers, unsubscribe: str) -> dict[str, Any]:
    """What `digest.*.j2` shows."""
    athlete = digest.athlete
    told = _linked_once(
        telling(athlete, nudge, digest.links, answers.get((nudge.rule, nudge.subject), ()))
        for nudge in sorted(digest.nudges, key=lambda nudge: _PLACES.index(nudge.kind))
    )
    by_kind = {kind: [one for one in told if one.nudge.kind == kind] for kind in _PLACES}
    headline = week.headline(digest)
    days = week.strip(digest)
    return {
        "subject": f"Your week: {headline}",
        "headline": capitalised(headline),
        "facts": week.facts(digest),
        "unseen": week.unseen(digest),
        "span": span(digest.period),
        "units": athlete.units,
        "days": days,
        "besides": week.besides(days),
        "longest": week.longest(digest.longest_run, athlete) if digest.longest_run else "",
        "praise": by_kind["praise"],
        "nudges": by_kind["nudge"],
        "notes": by_kind["note"],
        "follow_ups": [_followed(one) for one in digest.follow_ups[:FOLLOWED_SHOWN]],
        "corrections": _bounded(digest.corrections, LONGEST_CORRECTION),
        "answered": _bounded(digest.answered),
        "ahead": _ahead(digest.ahead, athlete) if digest.ahead else [],
        "shoes": _bounded([_shoe(shoe, athlete) for shoe in digest.shoes]),
        "left_out": _bounded(digest.left_out),
        "bars": week.bars(digest),
        "easy_share": "" if digest.easy_share is None else f"{digest.easy_share:.0%}",
        "rules_checked": count(digest.rules_checked, "rule"),
        "list_rules": typed(athlete, "rules list"),
        "credit": credit(digest.devices),
        **_footer(athlete, unsubscribe),
    }


def of_same_day(
    athlete: Athlete, nudge: Nudge, links: Sequence[ActivityLink], answers: Answers, unsubscribe: str
) -> dict[str, Any]:
    """What `same_day.*.j2` shows."""
    told = telling(athlete, nudge, links, answers.get((nudge.rule, nudge.subject), ()))
    devices = told.devices or (("Garmin",) if "garmin" in nudge.fed_by else ())
    return {"subject": told.nudge.title, "told": told, "credit": credit(devices), **_footer(athlete, unsubscribe)}


def of_beliefs(beliefs: Beliefs, unsubscribe: str) -> dict[str, Any]:
    """What `first.*.j2` shows."""
    return {
        "subject": "What I believe about you",
        "day": day_name(beliefs.day),
        "known": [_believed(one) for one in beliefs.known],
        "unknown": [_believed(one) for one in beliefs.unknown],
        "rules_checked": count(beliefs.rules_checked, "rule"),
        "list_rules": typed(beliefs.athlete, "rules list"),
        "credit": credit(beliefs.devices),
        **_footer(beliefs.athlete, unsubscribe),
    }


def _linked_once(told: Iterable[Telling]) -> list[Telling]:
    """The nudges without the links that all stand in the mail before: two about one week name the same runs."""
    found: list[Telling] = []
    before: set[Link] = set()
    for one in told:
        found.append(replace(one, links=(), more=0) if before.issuperset(one.links) else one)
        before.update(one.links)
    return found


def _footer(athlete: Athlete, unsubscribe: str) -> dict[str, str]:
    """What stands below every mail of an athlete. `stop` is the link that ends them, empty where there is none."""
    return {
        "medical": MEDICAL,
        "rhythm": rhythm(athlete),
        "stop": (unsubscribe.split() or [""])[0],
        "pause": typed(athlete, "digest pause"),
    }


def _bounded(lines: Sequence[str], limit: int = 200) -> list[str]:
    more = len(lines) - LINES_SHOWN
    return [one_line(line, limit) for line in lines[:LINES_SHOWN]] + ([f"And {more} more."] if more > 0 else [])


@dataclass(frozen=True, slots=True)
class Followed:
    """What became of an earlier nudge, with rows of (number, then, now)."""

    title: str
    verdict: str
    answer: str
    rows: tuple[tuple[str, str, str], ...]


def _followed(one: FollowUp) -> Followed:
    now, then = dict(one.now), dict(one.then)
    rows = [
        (label, then.get(label, ""), now.get(label, "")) for label in list(dict.fromkeys([*then, *now]))[:ROWS_SHOWN]
    ]
    answer = _ANSWERED.get(one.answer, sentence(f"you said: {one.answer}") if one.answer else "")
    return Followed(
        title=one_line(one.title, 90),
        verdict=_VERDICTS[one.verdict],
        answer=one_line(answer, 200),
        rows=tuple((one_line(label, 50), one_line(was, 40), one_line(is_now, 40)) for label, was, is_now in rows),
    )


def _ahead(ahead: Ahead, athlete: Athlete) -> list[str]:
    """The next seven days, a sentence a thing."""
    lines = [_race(race, athlete) for race in ahead.races[:RACES_SHOWN]]
    if ahead.rest_days:
        lines.append(f"Rest days you named: {listed([day_name(day) for day in ahead.rest_days])}.")
    if ahead.long_run_m:
        why = ", since a light week is due" if ahead.lighter else ""
        lines.append(f"A long run of {_long_run(ahead.long_run_m, athlete)} would fit{why}.")
    kept = [weekday(day) for day in ahead.rest_days_kept]
    missed = [weekday(day) for day in ahead.rest_days_missed]
    outcome = [f"kept on {listed(kept)}"] * bool(kept) + [f"training on {listed(missed)}"] * bool(missed)
    if outcome:
        lines.append(f"Last week's rest days: {', '.join(outcome)}.")
    return lines


def _race(race: RaceAhead, athlete: Athlete) -> str:
    name = one_line(race.name, 60) or "Your race"
    return f"{name}, {distance(race.distance_m, athlete.units)}: {day_name(race.day)}, {in_days(race.days)}."


def _long_run(metres: tuple[float, float], athlete: Athlete) -> str:
    if athlete.volume_unit == "time":
        low, high = (duration(300 * round(end * VOLUME_PACE / 300)) for end in metres)
        return low if low == high else f"{low} to {high}"
    return distance_range(metres, athlete.units)


def _shoe(shoe: ShoeLevel, athlete: Athlete) -> str:
    used, limit = (distance(metres, athlete.units) for metres in (shoe.distance_m, shoe.limit_m))
    passed = f"{shoe.level:.0%} of its {limit}" if shoe.level != 1 else f"its {limit}"
    return f"{one_line(shoe.name, 60)} passed {passed}: {used} now."


def _believed(one: Belief) -> Belief:
    return Belief(
        one_line(one.label, 60), one_line(one.value, 300), one_line(one.origin, 200), one_line(one.correct, 120)
    )
