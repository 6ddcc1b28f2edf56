"""What a rule file may hold, version 1. Files are checked against it, and editors get it as JSON Schema."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, get_args

from coachd.language.aggregates import KINDS as AGGREGATES
from coachd.language.shape import Anything, Either, ListOf, MapOf, Record, Shape, Word
from coachd.language.vocabulary import (
    FAMILY_NAMES,
    JUDGED,
    KINDS,
    LEVELS,
    MODES,
    PHASES,
    PRIORITIES,
    STRUCTURES,
    SUBJECTS,
    SURFACES,
    TAGS,
    VOLUME_UNITS,
)
from coachd.model import WEEKDAYS, HeartRateSource, Profile, StreamNumbers

STATUSES = ("stable", "test", "experimental", "deprecated")
OUTCOMES = ("no_data", "clear", "pending", "inhibited", "cooldown", "snoozed", "capped", "fire")
THINGS = ("strength", "mobility", "cross", "sleep", "gear", "cadence")
DECLARED_MODES = tuple(mode for mode in MODES if mode != "none")

_ID = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
_TEXT = Word()
_QUANTITY = Word("a number with a unit, e.g. 400 mi, 7 days, 35%, 5:30 /km", also=("number",))
_EXPRESSION = Word("an expression, e.g. since > gap and logged > 0", also=("boolean", "number"))
_FLAG = Word("true or false", choices=("true", "false"), also=("boolean",))
_MAYBE = Word("true, false or unknown", choices=("true", "false", "unknown"), also=("boolean",))
_DAYS = Word("whole days or weeks", pattern=r"\d{1,4} ?(?:d|days?|w|weeks?)", example="21d")
_DAY = Word("days before today", pattern=r"0|-\d{1,4}", example="-8", also=("integer",))
_ANY_DAY = Word("days before or after today", pattern=r"-?\d{1,4}", example="14", also=("integer",))
_CLOCK = Word("a time of day", pattern=r"(?:[01]\d|2[0-3]):[0-5]\d", example="'18:30'")
_SPORTS = ListOf(Word(choices=FAMILY_NAMES), or_one=True)


def _selection(names: tuple[str, ...], meaning: str) -> Record:
    only = ListOf(Word(choices=names), or_one=True)
    return Record({"only": only, "not": only}, meaning=meaning, exactly_one=("only", "not"))


_PARAM = Record(
    {"default": _QUANTITY, "min": _QUANTITY, "max": _QUANTITY, "label": Word("what it is, for the athlete")},
    required=("default",),
    meaning="a number that the athlete may change within its bounds",
)
_FROM = Word("a field of activities or nights, or 'activities', or 'nights'")
_VALUE = Record(
    {
        **dict.fromkeys(AGGREGATES, _FROM),
        "measure": Word("a named measure"),
        "value": _EXPRESSION,
        "over": Word("the window: days, weeks, or the name of a parameter", pattern=r"[a-z0-9_ ]+", example="28d"),
        "within": Word("how recent the latest value must be", pattern=r"[a-z0-9_ ]+", example="2d"),
        "before": _DAYS,
        "sport": _SPORTS,
        "where": _EXPRESSION,
        "need": Word("the fewest values it takes; with less it is unknown", pattern=r"\d{1,3}", example="5",
                     also=("integer",)),
        "with": MapOf(_EXPRESSION),
        "label": Word("what the mail calls this value; without one the mail's table leaves it out"),
    },
    exactly_one=(*AGGREGATES, "measure", "value"),
    meaning="an aggregate over a window of activities or nights, a named measure, or an expression",
)  # fmt: skip

_SERIES = {"day": _DAY, "every": _DAYS, "from": _DAY, "to": _DAY}


def _stream_number(name: str, kind: str) -> Shape:
    if name == "bouts":
        bout = {"start": _QUANTITY, "duration": _QUANTITY, "speed": _QUANTITY}
        return ListOf(Record(bout, required=("start", "duration")))
    if name == "hr_suspect":
        return _TEXT
    return MapOf(_QUANTITY, key=r"\d{1,6}") if "Mapping" in kind else _QUANTITY


_STREAMS = Record(
    {field.name: _stream_number(field.name, str(field.type)) for field in fields(StreamNumbers)},
    meaning="what was worked out from the streams",
)
_ACTIVITY: dict[str, Shape] = {
    "sport": Word("a family of sports, or a sport as Strava names it"),
    "name": _TEXT,
    "tags": ListOf(Word(choices=TAGS), or_one=True),
    "at": _CLOCK,
    **dict.fromkeys(
        ("distance", "time", "elapsed", "pace", "graded_pace", "gain", "loss", "average_hr", "max_hr", "cadence",
         "above", "strides", "work", "load", "efficiency", "decoupling", "temperature", "dew_point", "vdot",
         "utc_offset"),
        _QUANTITY,
    ),
    "kind": Word(choices=(*KINDS, "unknown")),
    **dict.fromkeys(("hard", "long", "trail", "easy_intended"), _MAYBE),
    "judged": Word(choices=(*JUDGED, "unknown")),
    "structure": Word(choices=STRUCTURES),
    **dict.fromkeys(("gear", "device"), _TEXT),
    **dict.fromkeys(("trainer", "commute", "manual"), _FLAG),
    "streams": _STREAMS,
}  # fmt: skip
_CASE_ACTIVITY = Record(
    {**_SERIES, **_ACTIVITY},
    exactly_one=("day", "every"),
    meaning="an activity on a day before today, or a series of them",
)
_EXCLUDED = Record(
    {**_SERIES, **_ACTIVITY, "reason": _TEXT},
    required=("reason",),
    exactly_one=("day", "every"),
    meaning="an activity that rules do not see, with the reason",
)
_NIGHT = Record(
    {**_SERIES, **dict.fromkeys(("sleep", "resting_hr", "hrv"), _QUANTITY), "bedtime": _CLOCK},
    exactly_one=("day", "every"),
    meaning="the record of a night, by its morning",
)
_SHOE = Record(
    {
        "id": _TEXT,
        "name": _TEXT,
        "distance": _QUANTITY,
        "retired": _FLAG,
        "last_used": _DAY,
        "surface": Word(choices=SURFACES),
        "limit": _QUANTITY,
        "races": _FLAG,
    },
    required=("name",),
)
_RACE = Record(
    {
        "day": _ANY_DAY,
        "distance": _QUANTITY,
        "name": _TEXT,
        "priority": Word(choices=PRIORITIES),
        "trail": _FLAG,
        "gain": _QUANTITY,
        "time": _QUANTITY,
        "vdot": _QUANTITY,
        "fun": _FLAG,
    },
    required=("day", "distance"),
    meaning="a race of the calendar; an activity of kind race on its day is its run",
)
_CASE_ATHLETE = Record(
    {
        "units": Word(choices=("km", "mi")),
        "volume_unit": Word("what a week adds up", choices=VOLUME_UNITS),
        "tone": Word(choices=("plain", "warm")),
        "week_start": Word(choices=WEEKDAYS),
        "easy_ceiling": _QUANTITY,
        "easy_ceiling_source": _TEXT,
        **dict.fromkeys(("hr_max", "threshold_hr", "resting_hr", "vdot"), _QUANTITY),
        "hr_source": Word("where the heart-rate anchors come from", choices=get_args(HeartRateSource)),
        "level": Word(choices=LEVELS),
        "focus": _TEXT,
        "goal": Word(choices=("trail",)),
        "profiles": ListOf(Word(choices=get_args(Profile)), or_one=True),
        "rest_days": ListOf(Word(choices=WEEKDAYS), or_one=True),
        "tracks": ListOf(Word(choices=(*THINGS, *(f"no-{thing}" for thing in THINGS))), or_one=True),
        "starting": ListOf(Word(choices=THINGS), or_one=True),
        "phase": Word("the declared phase", choices=PHASES),
        "phase_since": _DAY,
        "mode": Word("the declared mode", choices=DECLARED_MODES),
        "mode_since": _DAY,
    }
)
_EXPECTED: dict[str, Shape] = {
    "outcome": Word(choices=OUTCOMES),
    "evidence": MapOf(Word("a value as displayed", also=("number", "boolean")), key=r"[a-z][a-z0-9_.]*"),
    "message_contains": ListOf(_TEXT, or_one=True),
    "helped": Word("what the rule's own helped says on this day", choices=("yes", "no", "unknown"), also=("boolean",)),
}
_CASE = Record(
    {
        "name": _TEXT,
        "athlete": _CASE_ATHLETE,
        "activities": ListOf(_CASE_ACTIVITY),
        "excluded": ListOf(_EXCLUDED),
        "nights": ListOf(_NIGHT),
        "shoes": ListOf(_SHOE),
        "races": ListOf(_RACE),
        "phases": ListOf(
            Record({"since": _DAY, "phase": Word(choices=PHASES)}, required=("since", "phase")),
        ),
        "params": MapOf(_QUANTITY),
        "history": Word("short: the minimum history is not met", choices=("short",)),
        "synced": Word(
            "how long ago the sources were synced; never if none is connected",
            pattern=r"never|\d{1,4} ?(?:h|d|days?)",
            example="3d",
        ),
        "told": Record({"day": _DAY, "mark": _QUANTITY}, required=("day",), meaning="when the rule spoke last"),
        "expect": Record(_EXPECTED, required=("outcome",)),
        "timeline": ListOf(Record({"day": _DAY, **_EXPECTED}, required=("day", "outcome"))),
    },
    required=("name",),
    exactly_one=("expect", "timeline"),
)

RULE = Record(
    {
        "id": Word(
            "an id in small letters, digits and hyphens, 60 at most", pattern=rf"(?=.{{1,60}}$){_ID}",
            example="no-rest-day",
        ),
        "title": Word("a title for the mail, of at most 100 characters", pattern=r"\S[\s\S]{0,99}",
                      example="No rest day lately"),
        "why": Word("the coaching reason, shown with the nudge", pattern=r"\s*\S[\s\S]*",
                    example="A rhythm is easier to keep than to find again."),
        "sources": ListOf(Word("a study, or: coaching convention")),
        "contested": Word("what is disputed about it"),
        "status": Word("test: asked and never told; experimental: off until asked for", choices=STATUSES),
        "replaces": ListOf(Word("the id of a rule that this one took the place of", pattern=_ID, example="old-rule")),
        "kind": Word("a nudge, praise, or a note about the data", choices=("nudge", "praise", "note")),
        "severity": Word("1 to 3: its place in the mail, never its tone", choices=("1", "2", "3"), also=("integer",)),
        "rank": Word("1 to 9: the order among equals, the lowest first", choices=tuple("123456789"), also=("integer",)),
        "tier": Word("optional rules are off until asked for", choices=("core", "data", "optional")),
        "family": Word("at most one nudge of a family in a mail", pattern=_ID, example="rest"),
        "asks": Word("whether it asks for more training or less", choices=("more", "less")),
        "phase": _selection(PHASES, "the phases of the year in which it speaks"),
        "modes": _selection(DECLARED_MODES, "the declared modes in which it speaks"),
        "each": Word("what it is evaluated for", choices=tuple(SUBJECTS)),
        "sport": _SPORTS,
        "where": Word("which activities it is evaluated for", also=("boolean",)),
        "history": _DAYS,
        "params": MapOf(_PARAM),
        "values": MapOf(Either((_EXPRESSION, _VALUE))),
        "needs": Word("if this is not true the outcome is no_data", also=("boolean",)),
        "when": Word("the condition", also=("boolean",)),
        "for": Word(
            "how many evaluations it must hold", pattern=r"[1-9]|[1-9] of [1-9]", example="2 of 3", also=("integer",)
        ),
        "rearm": Word("after it spoke, it is silent until this was true once", also=("boolean",)),
        "cooldown": _DAYS,
        "inhibits": ListOf(
            Word(
                "a rule id, family:x or asks:more",
                pattern=rf"{_ID}|family:{_ID}|asks:(?:more|less)",
                example="family:load",
            )
        ),
        "rests_after": ListOf(
            Word("a rule id or family:x: after it spoke, this one is silent for its own cooldown as well",
                 pattern=rf"{_ID}|family:{_ID}", example="family:strength")
        ),
        "once_per": Word(
            "told once for each of these, whatever the cooldown", choices=("subject", "mark", "block", "gap", "race")
        ),
        "marks": MapOf(ListOf(Word("a mark of this value; it speaks from the lowest", also=("number",)))),
        "deliver": Word("with the weekly mail, or on the day", choices=("digest", "same_day")),
        "helped": Record(
            {"after": _DAYS, "when": _EXPRESSION},
            required=("after", "when"),
            meaning="how to tell later that it helped",
        ),
        "message": Record({"plain": _TEXT, "warm": _TEXT}, required=("plain",), meaning="the text, in two tones"),
        "tests": ListOf(_CASE),
    },
    required=("id", "title", "why", "kind", "family", "each", "when", "message"),
)  # fmt: skip


def _file(rule: Record) -> Record:
    return Record(
        {
            "version": Word("of this format", choices=("1",), also=("integer",)),
            "pack": Word("what the rules of this file belong to"),
            "rules": ListOf(rule),
        },
        required=("version", "rules"),
    )


FILE = _file(RULE)
FILE_WITHOUT_TESTS = _file(replace(RULE, fields={**RULE.fields, "tests": Anything()}))
"""For readers that do not run inline tests: what stands in them is not looked at."""


def json_schema(shape: Shape = FILE) -> dict[str, Any]:
    """The format as JSON Schema (draft 2020-12), for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "coachd rules, version 1",
        **shape.schema(),
    }
