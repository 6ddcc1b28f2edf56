"""One nudge as a mail shows it: its words, the activities behind it, and how to answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from coachd.compose.words import day_name, one_line, typed
from coachd.model import ActivityLink, Answer, Athlete, Nudge

LINKS_SHOWN = 3
ROWS_SHOWN, SOURCES_SHOWN = 7, 5
EYEBROWS = {"praise": "Going well", "nudge": "Worth a thought", "note": "Good to know"}


@dataclass(frozen=True, slots=True)
class Link:
    """An activity as the mail names it; `url` is empty where there is no page to show."""

    day: str
    name: str
    url: str
    label: str


@dataclass(frozen=True, slots=True)
class Telling:
    """A nudge with everything that belongs to it.

    `links` are the latest of the activities it speaks of, `more` how many others there are; `devices` those of Garmin.
    `command` is what to type for an answer where there are no links, `instead` the other ends that it may have;
    `correct` what corrects the number it was judged by, `unmute` what brings a rule back that falls silent.
    """

    nudge: Nudge
    eyebrow: str
    links: tuple[Link, ...] = ()
    more: int = 0
    devices: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    command: str = ""
    instead: tuple[str, ...] = ()
    correct: str = ""
    unmute: str = ""


def telling(athlete: Athlete, nudge: Nudge, links: Sequence[ActivityLink], answers: Sequence[Answer]) -> Telling:
    """The athlete's nudge with those of the links that are its own, and its answers: by links, else by a command."""
    own = sorted((link for link in links if link.id in nudge.named), key=lambda link: link.day)
    shown = own[-LINKS_SHOWN:]
    clickable = tuple(answer for answer in answers if answer.url)
    command, *instead = ("", *[]) if clickable else _commands(answers)
    return Telling(
        nudge=tidied(nudge),
        eyebrow=EYEBROWS[nudge.kind],
        links=tuple(_link(link) for link in shown),
        more=len(own) - len(shown),
        devices=tuple(dict.fromkeys(one_line(link.device, 60) for link in own if link.device.startswith("Garmin"))),
        answers=clickable,
        command=command,
        instead=tuple(instead),
        correct=typed(athlete, f"athlete set {nudge.setting}=…") if nudge.setting else "",
        unmute=typed(athlete, f"rules snooze {nudge.rule} --off") if nudge.closing else "",
    )


def _commands(answers: Sequence[Answer]) -> list[str]:
    """The first answer's command, and of the others' only what differs from it: one line says all of them."""
    commands = [answer.command.split() for answer in answers if answer.command]
    if not commands:
        return [""]
    same = 0
    while len({tuple(words[: same + 1]) for words in commands}) == 1 and same + 1 < min(map(len, commands)):
        same += 1
    return [" ".join(commands[0]), *(" ".join(words[same:]) for words in commands[1:])]


def _link(link: ActivityLink) -> Link:
    host = urlsplit(link.url).hostname or "" if link.url.startswith(("https://", "http://")) else ""
    strava = host == "strava.com" or host.endswith(".strava.com")
    return Link(
        day=day_name(link.day),
        name=one_line(link.name, 60) or "Activity",
        url=link.url if host else "",
        # Strava's guidelines ask for these very words
        label="View on Strava" if strava else "View activity",
    )


def tidied(nudge: Nudge) -> Nudge:
    """The nudge with each of its texts on one bounded line, and so many rows and sources as there is room for."""
    return replace(
        nudge,
        title=one_line(nudge.title, 90),
        text=one_line(nudge.text, 800),
        why=one_line(nudge.why, 200),
        judged_by=one_line(nudge.judged_by, 200),
        contested=one_line(nudge.contested, 200),
        sources=tuple(one_line(source, 60) for source in nudge.sources[:SOURCES_SHOWN]),
        evidence=tuple((one_line(label, 50), one_line(value, 100)) for label, value in nudge.evidence[:ROWS_SHOWN]),
    )
