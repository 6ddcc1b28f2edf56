"""The first mail: what coachd believes about the athlete, where that comes from, and how to put it right.

A belief that nobody can check is one that nobody trusts: each names its origin and the command that corrects it, and
what cannot be judged is said before a rule is missed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import chain
from statistics import median

from coachd.digest.devices import garmin_devices
from coachd.digest.shoes import limit_of, wear_rule
from coachd.history.week import recent_weeks, week_of
from coachd.judge.gates import missing_history
from coachd.language.measure import Measure, Measured
from coachd.language.rule import Rule
from coachd.language.view import View
from coachd.measures.logging import WINDOW_DAYS, logs_gear, logs_sleep, logs_strength
from coachd.measures.neutral import is_neutral_week
from coachd.measures.strength import WEEKDAY_NAMES
from coachd.model import WEEKDAYS, Belief, Beliefs, History, Profile
from coachd.units import METRES_PER_MILE, distance, duration

USUAL_WEEKS = 4
HEART_DAYS = 28
WORN_DAYS = 180
MOST_SHOES, LONGEST_NAME = 5, 30
MOST_RACES = 3
AHEAD_DAYS = 366

_HABITS: tuple[tuple[str, str, Measure, str, str], ...] = (
    ("Strength", "strength", logs_strength, "session", "recorded"),
    ("Sleep", "sleep", logs_sleep, "night", "recorded"),
    ("Wear of shoes", "gear", logs_gear, "run", "with a shoe"),
)
"""What rules ask about only where it is recorded: label, name in `tracks`, measure, and the words for an entry."""


def beliefs_of(
    history: History,
    *,
    day: date,
    rules: Sequence[Rule],
    profiles_suggested: Sequence[tuple[Profile, str]] = (),
) -> Beliefs:
    """What coachd takes for true on this local day, and what it cannot judge and why.

    `history` is the whole one, `rules` are those in force, `profiles_suggested` come from `history.profiles.suggest`.
    Raises nothing for any history.
    """
    view = View(history, day, datetime.combine(day, time(), history.athlete.tz))
    believed = (_training, _easy, _heart, _form, lambda view: _shoes(view, rules), _races, _rest_days)
    known = chain.from_iterable(each(view) for each in believed)
    profiles = _profiles(view, profiles_suggested)
    return Beliefs(
        athlete=history.athlete,
        day=day,
        known=(*known, *profiles, *_week(view)),
        unknown=tuple(_unknown(view)),
        rules_checked=len(rules),
        devices=garmin_devices(history, day - timedelta(days=WORN_DAYS), besides="garmin" in history.synced),
    )


def _typed(view: View, words: str) -> str:
    """The command as this athlete types it."""
    name = view.athlete.id
    return f"coachd {words}" if name == "me" else f"coachd --athlete {name} {words}"


def _set(view: View, name: str, value: object) -> str:
    return _typed(view, f"athlete set {name}={value}")


def _on(day: date, today: date) -> str:
    """A day in words; its year where it is not this one."""
    return f"{day.day} {day:%B}" + (f" {day.year}" if day.year != today.year else "")


def _training(view: View) -> Iterator[Belief]:
    """The usual week: the middle of the last four full weeks with runs, neutral ones left out."""
    athlete = view.athlete
    last = week_of(view.as_of, athlete.week_start).first - timedelta(days=1)
    closed = view.at(last)
    stats = recent_weeks(closed.activities, week_of(last, athlete.week_start), USUAL_WEEKS)[::-1]
    begun = closed.first_day or last
    numbers = [
        back
        for back, week in enumerate(stats)
        if week.runs and week.first >= begun and not is_neutral_week(closed, back)
    ]
    if not numbers:
        return
    weeks = [stats[back] for back in numbers]
    longest = [max((run.distance_m or 0.0 for run in closed.runs(7, 7 * back)), default=0.0) for back in numbers]
    in_time = athlete.volume_unit == "time"
    volume = duration(median(week.run_moving_s for week in weeks)) if in_time else distance(
        median(week.run_distance_m for week in weeks), athlete.units
    )  # fmt: skip
    runs = median(week.runs for week in weeks)
    yield Belief(
        "Usual week",
        f"{volume} in {_counted(runs, 'run')}, the longest {distance(median(longest), athlete.units)}",
        f"the middle of your last {_counted(len(weeks), 'full week')}" if len(weeks) > 1 else "your last full week",
        _set(view, "volume_unit", "distance" if in_time else "time"),
    )


def _counted(number: float, noun: str) -> str:
    return f"{number:g} {noun}" if number == 1 else f"{number:g} {noun}s"


def _easy(view: View) -> Iterator[Belief]:
    zones = view.history.zones
    if zones.trusted and zones.easy_ceiling is not None:
        shown = f"{zones.easy_ceiling:.0f}"
        origin = zones.easy_ceiling_source
        yield Belief("Easy ends at", f"{shown} bpm", origin, _set(view, "easy_hr_ceiling", shown))


def _heart(view: View) -> Iterator[Belief]:
    zones = view.history.zones
    anchors = (
        ("Threshold heart rate", zones.threshold_hr, zones.threshold_source, "threshold_hr"),
        ("Highest heart rate", zones.hr_max, zones.hr_max_source, "hr_max"),
    )
    for label, rate, origin, setting in anchors:
        if rate is not None:
            yield Belief(label, f"{rate:.0f} bpm", origin, _set(view, setting, f"{rate:.0f}"))


def _form(view: View) -> Iterator[Belief]:
    """The VDOT in force and the race behind it."""
    vdot = view.vdot()
    if vdot is None:
        return
    number, age = vdot
    day = view.as_of - timedelta(days=age)
    race = next((race for race in view.history.races if race.day == day and race.vdot == number), None)
    name = _short(race.name) if race is not None and race.name else "a race or best effort"
    yield Belief("Form", f"VDOT {number:.1f}", f"{name} on {_on(day, view.as_of)}", _typed(view, "race list"))


def _shoes(view: View, rules: Sequence[Rule]) -> Iterator[Belief]:
    """The pairs in use, those with the most kilometres first."""
    since = view.as_of - timedelta(days=WORN_DAYS)
    used = [
        (shoe.distance_m, shoe)
        for shoe in view.shoes
        if not shoe.retired and shoe.distance_m and (view.last_use(shoe.id) or shoe.last_used or date.min) >= since
    ]
    used.sort(key=lambda pair: -pair[0])
    if not used:
        return
    units, rule = view.athlete.units, wear_rule(rules)
    shown = [f"{_short(shoe.name)} {distance(metres, units)}" for metres, shoe in used[:MOST_SHOES]]
    more = [f"and {len(used) - MOST_SHOES} more"] if len(used) > MOST_SHOES else []
    origin, correct = "what their odometers say", ""
    if rule is not None:
        limits = {distance(limit_of(shoe, rule, view), units) for _, shoe in used}
        if len(limits) == 1:
            origin += f"; I speak near {limits.pop()}"
        name = "limit" if "limit" in rule.params else "road"
        whole = rule.settings[name] / (1000 if units == "km" else METRES_PER_MILE)
        correct = _typed(view, f"rules set {rule.id} {name}={whole:.0f}{units}")
    yield Belief("Shoes", ", ".join([*shown, *more]), origin, correct)


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"


def _races(view: View) -> Iterator[Belief]:
    races = view.races_ahead(AHEAD_DAYS)[:MOST_RACES]
    if races:
        units, today = view.athlete.units, view.as_of
        shown = [f"{_short(race.name) or distance(race.distance_m, units)} on {_on(race.day, today)}" for race in races]
        yield Belief("Races ahead", ", ".join(shown), "your calendar", _typed(view, "race list"))


def _rest_days(view: View) -> Iterator[Belief]:
    if view.athlete.rest_days:
        names = [WEEKDAY_NAMES[WEEKDAYS.index(day)] for day in view.athlete.rest_days]
        correct = _set(view, "rest_days", ",".join(view.athlete.rest_days))
        yield Belief("Rest days", " and ".join(names), "your own word", correct)


def _profiles(view: View, suggested: Sequence[tuple[Profile, str]]) -> Iterator[Belief]:
    if profiles := view.athlete.profiles:
        correct = _set(view, "profiles", ",".join(profiles))
        yield Belief("Profile", " and ".join(profiles), "your own choice", correct)
    for profile, reason in suggested:
        yield Belief("A profile that may fit", profile, reason, _typed(view, "athlete suggest"))


def _week(view: View) -> Iterator[Belief]:
    athlete = view.athlete
    first = WEEKDAY_NAMES[WEEKDAYS.index(athlete.week_start)]
    value = f"from {first} on, in {athlete.zone}, in {'kilometres' if athlete.units == 'km' else 'miles'}"
    correct = f"athlete set week_start={athlete.week_start} zone={athlete.zone} units={athlete.units}"
    yield Belief("How I count weeks", value, "your settings", _typed(view, correct))


def _unknown(view: View) -> Iterator[Belief]:
    """What cannot be judged, why, and the command that would change it."""
    if missing := missing_history(view):
        yield Belief("Most rules", f"they wait: {missing}", "", _typed(view, "status"))
    yield from _without_heart(view)
    for label, thing, logged, noun, how in _HABITS:
        found = logged.compute(view)
        if found.value is not True and thing not in view.athlete.tracks:
            number = _entries(view, thing, found)
            few = f"{_counted(number, noun)} {how} in six weeks {'is' if number == 1 else 'are'} too few to tell"
            why = few if number else f"no {noun} {how} in six weeks"
            yield Belief(label, why, "", _set(view, "tracks", _tracks(view, thing)))
    if not any(True for _ in _races(view)):
        yield Belief("Tapers and race weeks", "no race is in your calendar", "", _typed(view, "race add DATE DISTANCE"))
    if not view.athlete.rest_days:
        yield Belief("Your own rest days", "you named none", "", _set(view, "rest_days", "mon,fri"))


def _entries(view: View, thing: str, found: Measured) -> int:
    nights = sum(night.sleep_s is not None for night in view.nights(WINDOW_DAYS))
    return nights if thing == "sleep" else len(found.activities)


def _tracks(view: View, thing: str) -> str:
    """The athlete's words on what they log, with one more: a setting replaces the whole list."""
    words = [known if logged else f"no-{known}" for known, logged in view.athlete.tracks.items()]
    return ",".join([*words, f"no-{thing}"])


def _without_heart(view: View) -> Iterator[Belief]:
    """Why easy running cannot be told by heart rate."""
    zones, runs = view.history.zones, view.runs(HEART_DAYS)
    with_heart = sum(run.average_hr is not None for run in runs)
    if runs and not with_heart:
        why = f"none of your last {_counted(len(runs), 'run')} has a heart rate that I can use"
        yield Belief("Easy running by heart rate", why, "", "")
    elif not zones.trusted or zones.easy_ceiling is None:
        guessed = "your highest heart rate is only a guess from your age" if zones.source == "age" else (
            "I know neither your threshold nor your highest heart rate"
        )  # fmt: skip
        yield Belief("Easy running by heart rate", guessed, "", _set(view, "threshold_hr", "BPM"))
