"""Rules and small histories for the tests of the language."""

from datetime import UTC, date, datetime, timedelta

import pytest

from coachd.errors import RuleProblem
from coachd.language.measure import Measured, measure
from coachd.language.read import read_rules
from coachd.language.types import YES_NO, number, text
from coachd.language.view import View
from coachd.measures import registry
from coachd.model import Activity, Athlete, History

SUNDAY = date(2025, 6, 15)
NOW = datetime(2025, 6, 16, 6, tzinfo=UTC)


@measure(
    number("count"),
    lookback_days=10,
    data=("streams",),
    takes={"shortest": number("duration"), "only": text(("ride", "swim")), "fair": YES_NO},
)
def sessions(view, *, over=7, before=0, shortest=900.0, only="ride", fair=True):
    """Sessions of some kind."""
    found = [item for item in view.window(over, before) if (item.moving_s or 0) >= shortest and item.family == only]
    return Measured(float(len(found)) if fair else None, tuple(item.id for item in found))


@measure(number("distance"), subject="activity")
def own_distance(_view, activity):
    """The distance of the activity itself."""
    return Measured(activity.distance_m, (activity.id,))


@measure(number("count"), lookback_days=30)
def always_three(_view):
    """Three."""
    return Measured(3.0)


MEASURES = {**registry(), **{known.name: known for known in (sessions, own_distance, always_three)}}


def activity(day, number=1, sport="Run", **fields):
    at = datetime.combine(SUNDAY + timedelta(days=day), datetime.min.time())
    return Activity(id=number, sport=sport, start=at.replace(tzinfo=UTC), start_local=at, **fields)


def view(*activities, athlete=None, as_of=SUNDAY, **fields):
    return View(History(athlete or Athlete(), tuple(activities), **fields), as_of, NOW)


RULE = """\
version: 1
rules:
- id: some-rule
  title: Some rule
  why: Because.
  kind: nudge
  family: load
  each: {each}
  {more}
  values: {{{values}}}
  when: {when}
  message:
    plain: "{plain}"
"""


def read_rule(when="true", values="", *, each="week", plain="Words.", more="status: stable"):
    """One rule from its telling parts; `more` is further lines of it."""
    lines = "\n  ".join([more] if isinstance(more, str) else more)
    text = RULE.format(when=when, values=values, each=each, plain=plain, more=lines)
    return read_rules(text, "rule.yaml", MEASURES)[0]


def problems_of(*parts, **named):
    """Everything that is said against such a rule."""
    with pytest.raises(RuleProblem) as caught:
        read_rule(*parts, **named)
    return "\n".join(caught.value.problems)


def read_test(text, **named):
    """The inline test with these lines, e.g. `activities: [{day: -1}]`, of a rule that is always true."""
    (case,) = read_rule(more=f"tests: [{{name: x, {text}}}]", **named).tests
    return case
