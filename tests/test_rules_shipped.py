"""The rules that come with coachd: sound, tested, and worded as the house words things.

What is judged is what a runner would read: every text of every inline test that fires, in both tones, with kilometres
and with miles.
"""

import json
import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

from coachd import rulebook
from coachd.judge import Closed, judge, subjects
from coachd.language.compile import Expression
from coachd.language.evaluate import evaluate
from coachd.language.explain import show_raw
from coachd.language.measure import Use
from coachd.language.message import render
from coachd.language.view import View
from coachd.resources import shipped
from coachd.rulebook.overrides import with_params
from coachd.units import PLAIN, Quantity, shown

FOLDER = shipped("rules")
BOOK = rulebook.load([FOLDER])
RULES = pytest.mark.parametrize("rule", [*BOOK.rules, *BOOK.off], ids=lambda rule: rule.id)

BANNED = re.compile(
    r"\b(must|should|need to|wrong|bad|fail\w*|lazy|danger\w*|risk\w*|injur\w*|overtrain\w*|warnings?|alert|red|weight"
    r"|calories|body shape|worn out)\b",
    re.IGNORECASE,
)
MOST_WORDS = {"plain": 60, "warm": 75}
LONGEST_LABEL = 40

# What would make a reader stumble: the name of the flaw, and how it looks.
FLAWS = {
    "an unknown value": re.compile(r"\bunknown\b"),
    "a plural of one": re.compile(r"(?<![\d.,:])1 (?!is\b|was\b|has\b|this\b|across\b)[a-z]+s\b"),
    "space before punctuation": re.compile(r"\s[.,;:?!)]|\(\s"),
    "doubled punctuation": re.compile(r"[.,;:?!]{2}|\(\)"),
    "no proper beginning": re.compile(r"\A(?![A-Z0-9-])"),
    "no proper end": re.compile(r"(?<![.?])\Z"),
    "a second exclamation mark": re.compile(r"!.*!"),
}

# The studies, tables and pages behind the rules that somebody has looked up, and nothing else.
READ = {
    "Afonso 2021", "Anderson 2022", "Balsalobre-Fernández 2016", "Blagrove 2018", "Bontemps 2020", "Bosquet 2007",
    "Burns 2019", "Daniels & Gilbert 1979", "de Jonge 2025", "Düking 2021", "El Helou 2012", "Esteve-Lanao 2026",
    "Feely 2023", "Giandolini 2016", "Hadley 2013", "IOC REDs consensus 2023", "Impellizzeri 2020",
    "Khassetarash 2022", "Leota 2025", "Llanos-Lagos 2024", "Lolli 2019", "Malisoux 2015", "Manresa-Rocamora 2021",
    "Mantzios 2022", "Muniz-Pumares 2025", "Nuuttila 2022", "Nuuttila 2025", "Plews 2013", "Quer 2020",
    "Rosenblat 2025", "Runalyze glossary", "Schuster Brandt Frandsen 2025", "Smyth & Lawlor 2021", "Smyth 2022",
    "Van Hooren & Peake 2018", "vdoto2.com 2018", "Vickers & Vertosick 2016", "Wang 2023", "Williams 2017",
    "Windt & Gabbett 2019", "coaching convention",
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """A text as a runner reads it, and every value that it could have named as it is displayed."""

    test: str
    tone: str
    units: str
    text: str
    displayed: frozenset[str]


@cache
def everything_said(rule_id):
    rule = next(rule for rule in (*BOOK.rules, *BOOK.off) if rule.id == rule_id)
    return [said for case in rule.tests for step in case.timeline or (case,) for said in said_in(rule, case, step)]


def said_in(rule, case, step):
    rule = with_params(rule, case.params) if case.params else rule
    view = View(case.history, step.period.last, step.now)
    minimum = case.short_history
    told = judge([rule], case.history, {}, step.period, step.now, view=view, needs_minimum_history=minimum).nudges
    asked = {subject.name: subject for subject in subjects(rule, Closed(view, step.period))}
    for nudge in told:
        verdict = evaluate(rule, asked[nudge.subject].view, asked[nudge.subject].item)
        for units in ("km", "mi"):
            displayed = frozenset(as_displayed(rule, verdict.context, units))
            for tone, message in rule.message.items():
                text = render(message, verdict.context, verdict.context.scope, units)
                yield Said(case.name, tone, units, text, displayed)


def as_displayed(rule, context, units):
    for name in frozenset().union(*(message.names for message in rule.message.values())):
        value = context.scope[name].wrap(context[name])
        yield show_raw(context[name], context.scope[name], units)
        if isinstance(value, Quantity) and value.dimension == PLAIN:
            yield from (shown(replace(value, show=show), units) for show in ("count", "share"))


def test_every_shipped_file_loads():
    assert BOOK.problems == ()
    assert {
        "no-rest-day", "no-strength-in-7-days", "shoe-past-400-miles", "easy-run-too-fast", "consistency",
        "sources-stale",
    } <= {rule.id for rule in BOOK.rules}  # fmt: skip


@RULES
def test_its_own_tests_pass(rule):
    assert rulebook.test(rule) == []


@RULES
def test_it_has_a_test_that_fires_and_one_that_does_not(rule):
    outcomes = {case.expected.outcome for case in rule.tests}
    outcomes |= {step.expected.outcome for case in rule.tests for step in case.timeline}
    assert "fire" in outcomes
    assert outcomes & {"clear", "no_data"}


@pytest.mark.parametrize("rule", [rule for rule in (*BOOK.rules, *BOOK.off) if rule.helped], ids=lambda rule: rule.id)
def test_what_can_tell_whether_it_helped_is_tested_for_both(rule):
    assert {"yes", "no"} <= {case.expected.helped for case in rule.tests}


@RULES
def test_it_speaks_in_two_tones_that_differ(rule):
    texts = {tone: {said.text for said in everything_said(rule.id) if said.tone == tone} for tone in MOST_WORDS}
    assert all(texts.values())
    assert not texts["plain"] & texts["warm"]


@RULES
def test_it_is_brief(rule):
    for said in everything_said(rule.id):
        assert len(said.text.split()) <= MOST_WORDS[said.tone], said.text


@RULES
def test_it_is_kind(rule):
    for text in (rule.title, *(said.text for said in everything_said(rule.id))):
        assert not (found := BANNED.search(text)), (found, text)


@RULES
def test_it_reads_well(rule):
    for said in everything_said(rule.id):
        assert [flaw for flaw, looks in FLAWS.items() if looks.search(said.text)] == [], said.text


@RULES
def test_every_number_it_names_is_one_of_its_values(rule):
    for said in everything_said(rule.id):
        rest = said.text
        for value in sorted(said.displayed, key=len, reverse=True):
            rest = re.sub(rf"(?<![\d.,:]){re.escape(value)}(?!:?\d)", "", rest)
        assert not re.search(r"\d", rest), said.text


@RULES
def test_days_to_a_race_are_told_from_the_day_of_the_mail(rule):
    written = {"race.days_to", "next_race.days", "next_goal.days"}
    raw = written | {
        value.name for value in rule.values
        if (value.origin.text in written if isinstance(value.origin, Expression)
            else isinstance(value.origin, Use) and value.origin.measure.name == "until_trail_race")
    }  # fmt: skip
    told = {name for message in rule.message.values() for name in message.names}
    assert not raw & (told | {value.name for value in rule.values if value.label})


@RULES
def test_what_is_disputed_says_so(rule):
    if rule.contested:
        for said in everything_said(rule.id):
            assert "coaches differ" in said.text.lower(), said.text


@RULES
def test_the_reason_and_the_dispute_read_well_in_the_mail(rule):
    assert rule.why.endswith(".")
    assert not re.search(r"injur|prevent|protect", rule.why, re.IGNORECASE)
    # the mail writes "Coaches differ on this: " in front of it
    assert not rule.contested or rule.contested.endswith(".")
    assert "coaches differ" not in rule.contested.lower()


@RULES
def test_it_names_only_sources_that_were_read(rule):
    assert set(rule.sources) <= READ
    assert rule.sources or rule.kind != "nudge"


@RULES
def test_its_labels_fit_beside_a_number(rule):
    labels = [value.label for value in rule.values if value.label]
    assert len(labels) == len(set(labels))
    for label in labels:
        assert len(label) <= LONGEST_LABEL, label
        assert not label.endswith((".", ":")), label
        assert label[0].islower() or label.split()[0].isupper(), label


@RULES
def test_its_file_is_named_after_it(rule):
    assert Path(rule.file).stem == rule.id


def test_a_first_names_only_the_run_that_it_was():
    rule = next(rule for rule in BOOK.rules if rule.id == "first-time")
    case = next(case for case in rule.tests if "10.2 km" in case.name)
    (said,) = judge([rule], case.history, {}, case.period, case.now).nudges
    assert [run.distance_m for run in case.history.activities if run.id in said.named] == [10_200.0]
    assert len(said.activities) > 1


def test_the_schema_for_editors_is_current():
    assert json.loads((FOLDER / "rule-v1.schema.json").read_text(encoding="utf-8")) == rulebook.schema()


def test_every_rule_file_names_the_schema():
    for file in (file for file in FOLDER.rglob("*.yaml") if file.parent.name != "profiles"):
        assert file.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=../rule-v1.schema.json\n")
