"""What a machine gets: the same message as a document, whose shape `docs/webhook-v1.schema.json` describes.

Metres, seconds and shares, whatever units the athlete reads; `null` where something is not known. Fields are only ever
added to a version of the schema.
"""

from __future__ import annotations

from typing import Any

from coachd.compose.telling import tidied
from coachd.compose.words import credit, one_line
from coachd.model import Athlete, Digest, Nudge

SCHEMA_VERSION = 1
LONGEST_SUBJECT = 120


def weekly_payload(digest: Digest) -> dict[str, Any]:
    """The weekly message: its period, its numbers and its nudges."""
    week = digest.week
    return {
        **_head("weekly", digest.athlete, credit(digest.devices)),
        "period": {
            "key": digest.period.key,
            "first": digest.period.first.isoformat(),
            "last": digest.period.last.isoformat(),
        },
        "numbers": {
            "run_distance_m": round(week.run_distance_m, 1),
            "run_moving_s": round(week.run_moving_s),
            "runs": week.runs,
            "strength_sessions": week.strength_sessions,
            "rest_days": week.rest_days,
            "usual_distance_m": digest.usual_distance_m,
            "easy_share": digest.easy_share,
        },
        "nudges": [_nudge(nudge) for nudge in digest.nudges],
    }


def same_day_payload(athlete: Athlete, nudge: Nudge, named: str = "") -> dict[str, Any]:
    """One nudge on the day itself; `named` is the sentence that names Garmin's devices behind it."""
    return {**_head("same_day", athlete, named), "nudges": [_nudge(nudge)]}


def plain_payload(athlete: Athlete, kind: str, named: str = "") -> dict[str, Any]:
    """A message that is its words and nothing more: `notice`, `first` or `test`; `named` as above."""
    return {**_head(kind, athlete, named), "nudges": []}


def _head(kind: str, athlete: Athlete, named: str) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION, "kind": kind, "athlete": athlete.id, "credit": named, "period": None,
        "numbers": None,
    }  # fmt: skip


def _nudge(nudge: Nudge) -> dict[str, Any]:
    seen = tidied(nudge)  # in names from elsewhere anything may stand
    return {name: getattr(seen, name) for name in ("rule", "kind", "severity", "title", "text", "why")} | {
        "subject": one_line(seen.subject, LONGEST_SUBJECT),
        "evidence": [{"label": label, "value": value} for label, value in seen.evidence],
        "fed_by": list(seen.fed_by),
    }
