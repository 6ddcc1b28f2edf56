"""A digest becomes a message: subject, text and HTML from the same data.

Pure: the same digest gives the same message, byte for byte. Which nudges are told is decided before (`judge`); here
they are only arranged: praise first, then nudges, then notes. The words live in `templates/`.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from coachd.mime import bare_address
from coachd.model import ActivityLink, Athlete, DayStats, Digest, Message, Nudge, Period, WeekStats
from coachd.resources import shipped
from coachd.units import System, distance, duration

if TYPE_CHECKING:
    from css_inline import CSSInliner

NAMESPACE = UUID("5b1f6d0e-0c0a-5d5e-9a57-6f3c1a7b2e44")
"""The root of all message ids. A constant: the same message must have the same id on every attempt and release."""

MEDICAL = (
    "General training information from your own data, not medical advice. Pain that lasts or changes how you run, "
    "chest pain, fainting, or fever: stop and see a doctor."
)

WEEKS_SHOWN = 12
LINKS_SHOWN = 10
_COLUMNS = 76
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TRAINING = {"cross": "cross-training", "other": "other training"}
_RIGHT_TO_LEFT = frozenset({"R", "AL"})


def weekly(digest: Digest, *, mail_from: str, message_key: str) -> Message:
    """The weekly message of one athlete. `message_key` names it once and for all, e.g. the outbox row's unique key.

    Raises DeliveryProblem (permanent) when `mail_from` is no mail address.
    """
    domain = bare_address(mail_from).rpartition("@")[2]
    view = _view(digest)
    return Message(
        id=f"{uuid5(NAMESPACE, message_key)}@{domain}",
        to=digest.athlete.email,
        subject=view["subject"],
        text=_environment().get_template("digest.txt.j2").render(view),
        html=_inliner().inline(_environment().get_template("digest.html.j2").render(view)),
        headers=_headers(digest, mail_from, domain),
    )


NOTICES: dict[str, tuple[str, str]] = {
    "revoked": (
        "{source} needs to be connected again",
        "Run `coachd connect {command}`. Nothing is asked of it before.",
    ),
    "missing_scope": (
        "{source} lacks a permission",
        "Run `coachd connect {command}` again and leave all boxes ticked.",
    ),
    "sealed": (
        "The stored access to {source} cannot be opened",
        "Restore secret.key (or COACHD_SECRET_KEY), or run `coachd connect {command}` again.",
    ),
    "inactive": (
        "Your {source} application is inactive",
        (
            "Its owner needs a Strava subscription; reactivate it at https://www.strava.com/settings/api. "
            "I look again every six hours."
        ),
    ),
    "credentials": (
        "{source} does not know your application",
        "Check STRAVA_CLIENT_ID and STRAVA_CLIENT_SECRET against https://www.strava.com/settings/api.",
    ),
    "athlete_limit": (
        "Your {source} application has reached its number of athletes",
        "Raise the limit at https://www.strava.com/settings/api, or disconnect somebody.",
    ),
    "forbidden": (
        "{source} forbids your application to read",
        "Look at its state at https://www.strava.com/settings/api. I look again every six hours.",
    ),
    "brake": (
        "{source} suddenly lists far less than before",
        "Nothing was deleted. Look at {source}; if the list is right, run `coachd sync --allow-deletions`.",
    ),
    "outage": (
        "{source} has not answered for a day",
        "Nothing is lost, and I keep trying. If others can reach {source}, `coachd doctor` helps to find out why.",
    ),
    "undelivered": (
        "Your weekly mail did not go out by {command}",
        "`coachd doctor` tries that way again; `coachd digest send --again` repeats the mail.",
    ),
    "rules": (
        "A rule file has a problem",
        "The rules from before stay in force. `coachd rules check` shows every problem with its line.",
    ),
    "purged": (
        "Older {source} rows were removed",
        (
            "They could not be confirmed in time, as Strava's terms ask. `coachd status` says what keeps {source} "
            "away; the next complete listing brings back what is still there."
        ),
    ),
}
"""Operator states -> (what happened, what to do next)."""


def notice(athlete: Athlete, body: Mapping[str, Any], *, mail_from: str, message_key: str) -> Message:
    """One message about something that somebody has to mend: `body` has `source`, `state` and `detail`.

    Raises DeliveryProblem (permanent) when `mail_from` is no mail address.
    """
    domain = bare_address(mail_from).rpartition("@")[2]
    names = {"source": str(body["source"]).capitalize(), "command": body["source"]}
    subject, advice = (words.format(**names) for words in NOTICES[body["state"]])
    view = {"subject": subject, "detail": one_line(str(body["detail"]), 400), "advice": advice}
    return Message(
        id=f"{uuid5(NAMESPACE, message_key)}@{domain}",
        to=athlete.email,
        subject=subject,
        text=_environment().get_template("notice.txt.j2").render(view),
        html=_inliner().inline(_environment().get_template("notice.html.j2").render(view)),
        headers={"From": mail_from, "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
    )


def _headers(digest: Digest, mail_from: str, domain: str) -> dict[str, str]:
    # all digests of one athlete answer a first mail that never was: mail readers then show them as one thread
    root = f"<{uuid5(NAMESPACE, f'weekly thread of {digest.athlete.id} from {mail_from}')}@{domain}>"
    return {
        "From": mail_from,
        "List-Id": f"coachd weekly digest <weekly.coachd.{domain}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "In-Reply-To": root,
        "References": root,
        "Coachd-Digest": f"{digest.period.key}-{one_line(digest.athlete.id, 40)}",
    }


@dataclass(frozen=True, slots=True)
class Bar:
    """One week as a bar: `percent` of the longest one."""

    label: str
    value: str
    percent: int
    current: bool


@dataclass(frozen=True, slots=True)
class Link:
    """An activity as the mail names it; `url` is empty where there is no page to show."""

    day: str
    name: str
    url: str
    label: str
    device: str


def _view(digest: Digest) -> dict[str, Any]:
    """Everything the templates show, in the athlete's units and with every foreign text on one bounded line."""
    units, week = digest.athlete.units, digest.week
    nudges = [_tidied(nudge) for nudge in digest.nudges]
    days = [_day_cell(day, units) for day in digest.days]
    weeks = sorted(digest.weeks, key=lambda one: one.first)[-WEEKS_SHOWN:]
    links = sorted(digest.links, key=lambda link: link.day)
    return {
        "subject": f"Your week: {_headline(week, units)}",
        "headline": _headline(week, units).capitalize(),
        "facts": _facts(digest),
        "units": units,
        "span": _span(digest.period),
        "praise": [nudge for nudge in nudges if nudge.kind == "praise"],
        "nudges": [nudge for nudge in nudges if nudge.kind == "nudge"],
        "notes": [nudge for nudge in nudges if nudge.kind == "note"],
        "days": days,
        "besides": _besides(days),
        "bars": _bars(weeks, week, units),
        "left_out": [one_line(line, 300) for line in digest.left_out],
        "links": [_link(link) for link in links[-LINKS_SHOWN:]],
        "more_links": max(0, len(links) - LINKS_SHOWN),
        "rules_checked": _count(digest.rules_checked, "rule"),
        "medical": MEDICAL,
    }


def _headline(week: WeekStats, units: System) -> str:
    """`47.0 km, 4 runs`: the subject's words, and the mail's first line."""
    if week.runs == 0:
        return "no runs" + (f", {_count(week.strength_sessions, 'strength session')}" if week.strength_sessions else "")
    return f"{_volume(week.run_distance_m, week.run_moving_s, units)}, {_count(week.runs, 'run')}"


def _volume(metres: float, seconds: float, units: System) -> str:
    """The distance run, or the time where no distance was recorded (a treadmill)."""
    return duration(seconds) if metres == 0 and seconds > 0 else distance(metres, units)


def _facts(digest: Digest) -> list[str]:
    week, units = digest.week, digest.athlete.units
    facts = []
    if week.run_moving_s and week.run_distance_m:
        facts.append(duration(week.run_moving_s))
    if digest.usual_distance_m is not None:
        facts.append(f"usual week {distance(digest.usual_distance_m, units)}")
    if week.runs and week.strength_sessions:
        facts.append(_count(week.strength_sessions, "strength session"))
    facts.append(_count(week.rest_days, "rest day") if week.rest_days else "no rest day")
    return facts


def _day_cell(day: DayStats, units: System) -> dict[str, Any]:
    """One day of the strip. `run` is a distance without its unit or a time; empty on a day without a run."""
    run = _volume(day.run_distance_m, day.run_moving_s, units).removesuffix(f" {units}")
    return {
        "weekday": _WEEKDAYS[day.day.weekday()],
        "run": ("run" if run == "0.0" else run) if "run" in day.families else "",
        "others": [_TRAINING.get(family, family) for family in day.families if family != "run"],
    }


def _besides(cells: Sequence[dict[str, Any]]) -> list[str]:
    """What was trained besides running, and when: `strength on Tue, Fri`."""
    weekdays: dict[str, list[str]] = {}
    for cell in cells:
        for training in cell["others"]:
            weekdays.setdefault(training, []).append(cell["weekday"])
    return [f"{training} on {', '.join(days)}" for training, days in weekdays.items()]


def _bars(weeks: Sequence[WeekStats], current: WeekStats, units: System) -> list[Bar]:
    longest = max((week.run_distance_m for week in weeks), default=0.0)
    return [
        Bar(
            label=f"{week.first.day} {_MONTHS[week.first.month - 1]}",
            value=_volume(week.run_distance_m, week.run_moving_s, units),
            # a short week still shows a sliver: only a week without running is empty
            percent=max(2, round(100 * week.run_distance_m / longest)) if week.run_distance_m > 0 else 0,
            current=week.first == current.first,
        )
        for week in weeks
    ]


def _link(link: ActivityLink) -> Link:
    host = urlsplit(link.url).hostname or "" if link.url.startswith(("https://", "http://")) else ""
    strava = host == "strava.com" or host.endswith(".strava.com")
    return Link(
        day=day_name(link.day),
        name=one_line(link.name, 60) or "Activity",
        url=link.url if host else "",
        label="View on Strava" if strava else "View activity",
        device=one_line(link.device, 60) if link.device.startswith("Garmin") else "",
    )


def _tidied(nudge: Nudge) -> Nudge:
    return replace(
        nudge,
        title=one_line(nudge.title, 120),
        text=one_line(nudge.text, 900),
        why=one_line(nudge.why, 400),
        contested=one_line(nudge.contested, 400),
        sources=tuple(one_line(source, 120) for source in nudge.sources),
        evidence=tuple((one_line(label, 60), one_line(value, 160)) for label, value in nudge.evidence),
    )


def one_line(text: str, limit: int) -> str:
    """Text from elsewhere (an activity's name) on one line of at most `limit` characters.

    Control characters and direction overrides go. Right-to-left text is isolated, so that it cannot turn around the
    words after it.
    """
    visible = "".join(sign for sign in re.sub(r"\s+", " ", text) if not _steers(sign)).strip()
    if len(visible) > limit:
        visible = visible[: limit - 1].rstrip() + "…"
    if any(unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT for sign in visible):
        return f"\N{FIRST STRONG ISOLATE}{visible}\N{POP DIRECTIONAL ISOLATE}"
    return visible


def _steers(sign: str) -> bool:
    """Whether a character moves the cursor or the writing direction instead of showing something."""
    return unicodedata.category(sign) in {"Cc", "Cs"} or "\u202a" <= sign <= "\u202e" or "\u2066" <= sign <= "\u2069"


def day_name(day: date) -> str:
    """`Mon 6 Oct`, whatever the machine's locale."""
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def _span(period: Period) -> str:
    first, last = period.first, period.last
    if first.year != last.year:
        start = f"{day_name(first)} {first.year}"
    elif first.month != last.month:
        start = day_name(first)
    else:
        start = f"{_WEEKDAYS[first.weekday()]} {first.day}"
    return f"{start} to {day_name(last)} {last.year}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _wrapped(text: str, indent: int = 0, first: str = "") -> str:
    """A paragraph for a terminal: at most 76 columns, after `first` on its first line."""
    margin = " " * indent
    return textwrap.fill(
        text, _COLUMNS, initial_indent=first or margin, subsequent_indent=margin, break_on_hyphens=False
    )


def _aligned(rows: Sequence[tuple[str, str]]) -> list[str]:
    """Two columns as lines, the second one starting at the same place in each; a long value goes on below itself."""
    width = max((len(label) for label, _ in rows), default=0)
    return [line for label, value in rows for line in _wrapped(value, width + 2, f"{label:<{width}}  ").splitlines()]


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(shipped("templates")),
        autoescape=select_autoescape(["html.j2"], default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(wrapped=_wrapped, aligned=_aligned)
    return environment


@lru_cache(maxsize=1)
def _inliner() -> CSSInliner:
    from css_inline import CSSInliner

    # at-rules stay in a style block: they are the dark mode
    return CSSInliner(keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False)
