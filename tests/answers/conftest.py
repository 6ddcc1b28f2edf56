"""An instance that reads a mailbox."""

from __future__ import annotations

import pytest
from answers.mailed import JUDGED, NOW, ROBIN, TOLD, begin
from imap_server import ImapServer, serving

from coachd import config
from coachd.clock import SteppedClock
from coachd.coach import opened
from coachd.resources import shipped
from coachd.rulebook import Rulebook, load


@pytest.fixture
def server():
    with serving(ImapServer()) as running:
        yield running


@pytest.fixture
def settings(tmp_path):
    return lambda **more: config.load(
        {
            "COACHD_STATE_DIR": str(tmp_path),
            "ATHLETE_ZONE": "UTC",
            "MAIL_TO": ROBIN,
            "MAIL_FROM": "coachd@example.org",
            **more,
        },
        dotenv=False,
    )


@pytest.fixture(scope="module")
def rules() -> Rulebook:
    """The shipped rules: reading them takes as long as all the rest of a test."""
    return load([shipped("rules")], tests=False)


@pytest.fixture
def coach(settings, server, rules):
    """An instance that reads a mailbox, whose athlete was told two things."""
    with opened(settings(IMAP_URL=server.url), SteppedClock(NOW)) as made:
        made.__dict__["rules"] = rules
        begin(made, TOLD, JUDGED)
        yield made
