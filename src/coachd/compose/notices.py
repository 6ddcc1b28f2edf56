"""What a notice says about each state that somebody has to mend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
    "stale": (
        "Nothing new has come from {source} for two days",
        "Nothing is lost, and I keep trying. If others can reach {source}, `coachd doctor` helps to find out why.",
    ),
    "ends": (
        "Your {source} key ends soon",
        "Make a new one, and give it to me with `coachd connect {command}`. What is stored stays.",
    ),
    "overdue": (
        "A weekly mail could not be written",
        "`coachd --athlete {command} doctor` looks for the reason, and the log of coachd names it.",
    ),
    "undelivered": (
        "Your weekly mail did not go out by {command}",
        "`coachd doctor` tries that way again; `coachd digest send --again` repeats the mail.",
    ),
    "unread": (
        "Answers by mail cannot be read",
        "`coachd doctor` tries the mailbox (IMAP_URL). What was answered waits there; commands work as before.",
    ),
    "rules": (
        "A rule file has a problem",
        "The rules from before stay in force. `coachd rules check` shows every problem with its line.",
    ),
    "test": ("Messages arrive", "There is nothing to do."),
    "disk": (
        "The disk is nearly full",
        "Make room on the disk of the state folder; without it nothing new can be stored and nothing sent.",
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


def worded(body: Mapping[str, Any]) -> tuple[str, str]:
    """What happened and what to do next, of a notice with this `source` and `state`."""
    names = {"source": str(body["source"]).capitalize(), "command": body["source"]}
    title, advice = NOTICES[body["state"]]
    return title.format(**names), advice.format(**names)
