"""Which sources' data is in a finding: what has to go with a source goes with everything that was made from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from coachd.judge.subjects import Subject
from coachd.language.rule import Rule
from coachd.language.view import View
from coachd.model import Activity, Evidence, Race, Shoe, Source


def sources_of(rule: Rule, subject: Subject, evidence: Iterable[Evidence]) -> tuple[Source, ...]:
    """The sources behind the activities of the evidence, behind its shoe, and behind the nights where it uses any."""
    known = _sources(subject.view)
    numbers = {number for item in evidence for number in item.activities}
    item = subject.item
    match item:
        case Activity():
            numbers.add(item.id)
        case Race(activity=int(number)):
            numbers.add(number)
    found = {source for number in numbers for source in known.get(number, ())}
    if isinstance(item, Shoe):
        found.add(item.source)
    if "nights" in rule.data:
        found |= {night.source for night in subject.view.nights(rule.lookback_days)}
    return tuple(sorted(found))


def _sources(view: View) -> Mapping[int, tuple[Source, ...]]:
    """Activity id -> its sources; made once for all views of a history."""
    if "sources" not in view.shared:
        view.shared["sources"] = {activity.id: activity.sources for activity in view.recorded}
    found: Mapping[int, tuple[Source, ...]] = view.shared["sources"]
    return found
