"""What the next mail says of an answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from runner_samples import SUNDAY, WEEK

from coachd.digest.answered import answered
from coachd.model import Athlete, Nudge, Told

ROBIN = Athlete(zone="Europe/Berlin", snoozed={"no-rest-day": SUNDAY + timedelta(days=23)})
TUESDAY = datetime(2026, 11, 17, 20, tzinfo=UTC)


def lines(feedback="quiet", at=TUESDAY, athlete=ROBIN, off=(), title="No rest day"):
    nudge = Nudge("no-rest-day", "", "nudge", 1, "load", title, "Words.")
    return answered([Told("2026-W46", nudge, "sent", at, at, feedback, at)] * 2, athlete, WEEK, off)


def test_an_answer_that_silenced_a_rule_is_said_once_with_the_day_on_which_it_speaks_again():
    assert lines() == ["Your answer of 17 Nov: “No rest day” is quiet until 15 Dec."]
    assert lines("not_for_me", off={"no-rest-day"}) == ["Your answer of 17 Nov: “No rest day” is off."]
    assert lines(title="") == ["Your answer of 17 Nov: “no-rest-day” is quiet until 15 Dec."], "its words had to go"


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"feedback": "helpful"}, "nothing is silent for it"),
        ({"feedback": "", "at": None}, "nothing was answered"),
        ({"athlete": Athlete()}, "the silence was taken back"),
        ({"at": datetime(2026, 11, 15, 22, 59, tzinfo=UTC)}, "the mail before told of it"),
        ({"at": datetime(2026, 11, 22, 23, 1, tzinfo=UTC)}, "the next mail tells of it"),
    ],
)
def test_nothing_is_said_of_other_answers(more, why):
    assert lines(**more) == [], why
