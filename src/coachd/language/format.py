"""What a rule file may hold, version 1. Files are checked against it, and editors get it as JSON Schema."""

from __future__ import annotations

from typing import Any

from coachd.language.aggregates import KINDS as AGGREGATES
from coachd.language.shape import Either, ListOf, MapOf, Record, Shape, Word
from coachd.language.vocabulary import FAMILY_NAMES, KINDS
from coachd.model import WEEKDAYS

EACH = ("activity", "day", "week", "shoe", "race")
PHASES = ("steady", "base", "build", "taper", "race", "recovery", "break")
MODES = ("ill", "injured", "holiday", "health")
STATUSES = ("stable", "test", "experimental", "deprecated")
OUTCOMES = ("no_data", "clear", "pending", "inhibited", "cooldown", "snoozed", "capped", "fire")

_ID = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
_TEXT = Word()
_QUANTITY = Word("a number with a unit, e.g. 400 mi, 7 days, 35%, 5:30 /km", also=("number",))
_EXPRESSION = Word("an expression, e.g. since > gap and logged > 0", also=("boolean", "number"))
_FLAG = Word("true or false", choices=("true", "false"), also=("boolean",))
_DAYS = Word("whole days or weeks", pattern=r"\d{1,4} ?(?:d|days?|w|weeks?)", example="21d")
_DAY = Word("days before today", pattern=r"0|-\d{1,4}", example="-8", also=("integer",))


def _selection(names: tuple[str, ...], meaning: str) -> Record:
    only = ListOf(Word(choices=names), or_one=True)
    return Record({"only": only, "not": only}, meaning=meaning, exactly_one=("only", "not"))


_PARAM = Record(
    {"default": _QUANTITY, "min": _QUANTITY, "max": _QUANTITY, "label": _TEXT},
    required=("default",),
    meaning="a number that the athlete may change within its bounds",
)
_FROM = Word("a field of activities, or 'activities'", also=())
_VALUE = Record(
    {
        **dict.fromkeys(AGGREGATES, _FROM),
        "measure": Word("a named measure"),
        "value": _EXPRESSION,
        "over": Word("the window: days, weeks, or the name of a parameter", pattern=r"[a-z0-9_ ]+", example="28d"),
        "before": _DAYS,
        "sport": ListOf(Word(choices=FAMILY_NAMES), or_one=True),
        "where": _EXPRESSION,
        "label": Word("what the mail calls this value; without one the mail's table leaves it out"),
    },
    exactly_one=(*AGGREGATES, "measure", "value"),
    meaning="an aggregate over a window of activities, a named measure, or an expression",
)

_CASE_ACTIVITY = Record(
    {
        "day": _DAY,
        "every": _DAYS,
        "from": _DAY,
        "to": _DAY,
        "sport": Word("a family of sports, or a sport as Strava names it"),
        "name": _TEXT,
        **dict.fromkeys(("distance", "time", "elapsed", "pace", "gain", "average_hr", "max_hr", "cadence"), _QUANTITY),
        "kind": Word(choices=(*KINDS, "unknown")),
        "gear": _TEXT,
        "trainer": _FLAG,
        "commute": _FLAG,
        "manual": _FLAG,
    },
    exactly_one=("day", "every"),
    meaning="an activity on a day before today, or a series of them",
)
_CASE = Record(
    {
        "name": _TEXT,
        "athlete": Record(
            {
                "units": Word(choices=("km", "mi")),
                "tone": Word(choices=("plain", "warm")),
                "week_start": Word(choices=WEEKDAYS),
                "easy_ceiling": _QUANTITY,
                "easy_ceiling_source": _TEXT,
            }
        ),
        "activities": ListOf(_CASE_ACTIVITY),
        "shoes": ListOf(
            Record(
                {"id": _TEXT, "name": _TEXT, "distance": _QUANTITY, "retired": _FLAG, "last_used": _DAY},
                required=("name",),
            )
        ),
        "params": MapOf(_QUANTITY),
        "history": Word("short: the minimum history is not met", choices=("short",)),
        "synced": Word(
            "how long ago the sources were synced; never if none is connected",
            pattern=r"never|\d{1,4} ?(?:h|d|days?)",
            example="3d",
        ),
        "told": Record({"day": _DAY, "mark": _QUANTITY}, required=("day",), meaning="when the rule spoke last"),
        "expect": Record(
            {
                "outcome": Word(choices=OUTCOMES),
                "evidence": MapOf(Word("a value as displayed", also=("number", "boolean")), key=r"[a-z][a-z0-9_.]*"),
                "message_contains": ListOf(_TEXT, or_one=True),
            },
            required=("outcome",),
        ),
    },
    required=("name", "expect"),
)

RULE = Record(
    {
        "id": Word("an id in small letters, digits and hyphens", pattern=_ID, example="no-rest-day"),
        "title": _TEXT,
        "why": Word("the coaching reason, shown with the nudge"),
        "sources": ListOf(_TEXT),
        "contested": Word("what is disputed about it"),
        "status": Word(choices=STATUSES),
        "replaces": ListOf(Word("a rule id", pattern=_ID, example="old-rule")),
        "kind": Word(choices=("nudge", "praise", "note")),
        "severity": Word("1 to 3: its place in the mail, never its tone", choices=("1", "2", "3"), also=("integer",)),
        "tier": Word("optional rules are off until asked for", choices=("core", "data", "optional")),
        "family": Word("at most one nudge of a family in a mail", pattern=_ID, example="rest"),
        "asks": Word("whether it asks for more training or less", choices=("more", "less")),
        "phase": _selection(PHASES, "the phases of the year in which it speaks"),
        "modes": _selection(MODES, "the declared modes in which it speaks"),
        "each": Word("what it is evaluated for", choices=EACH),
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
        "once_per": Word(choices=("subject", "mark", "block", "gap", "race")),
        "marks": MapOf(ListOf(_QUANTITY)),
        "deliver": Word(choices=("digest", "same_day")),
        "helped": Record({"after": _DAYS, "when": _EXPRESSION}, required=("after", "when")),
        "message": Record({"plain": _TEXT, "warm": _TEXT}, required=("plain",), meaning="the text, in two tones"),
        "tests": ListOf(_CASE),
    },
    required=("id", "title", "why", "kind", "family", "each", "when", "message"),
)

FILE = Record(
    {"version": Word(choices=("1",), also=("integer",)), "pack": _TEXT, "rules": ListOf(RULE)},
    required=("version", "rules"),
)


def json_schema(shape: Shape = FILE) -> dict[str, Any]:
    """The format as JSON Schema (draft 2020-12), for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "coachd rules, version 1",
        **shape.schema(),
    }
