"""An invented digest, and what the webhook makes of a message, with the schema that it has to fit."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from coachd.model import Athlete, Digest, Nudge, Period, WeekStats

SCHEMA = json.loads((Path(__file__).parents[1] / "docs" / "webhook-v1.schema.json").read_text())
FORM = {"mail_from": "coachd <coach@example.org>", "message_key": "robin/W47"}
ROBIN = Athlete(id="robin", email="robin@example.org")
NUDGE = Nudge(
    "shoe-wear", "Blue pair", "nudge", 2, "gear", "Worn", "Blue pair: 702 km.", evidence=(("distance", "702 km"),),
    fed_by=("strava",), activities=(7,),
)  # fmt: skip
WEEK = WeekStats(date(2026, 11, 16), 47_012.34, 15_041.5, 4, 1, 2)
DIGEST = Digest(
    ROBIN, Period("2026-W47", date(2026, 11, 16), date(2026, 11, 22)), WEEK, 43_200.0, (), (WEEK,), (NUDGE,),
    easy_share=0.81,
)  # fmt: skip


def posted(message):
    """What the webhook makes of a message."""
    return {**message.payload, "id": message.id, "subject": message.subject, "text": message.short}
