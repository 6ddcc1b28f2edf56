"""What an athlete set for themself as the commented YAML of `athlete edit`, and back.

Every scalar is text, in both directions: `off` is a word here, `06:30` no number of base sixty, and what was written
comes back as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from coachd.errors import ConfigProblem
from coachd.own import Own

LONGEST = 200_000
DEEPEST = 10
TWICE = "Keep one of them; what belongs together stands under one name, one entry a line."

HEADING = """\
# What coachd knows of you. Take away the # before a line to set it; empty or absent means the default.
# Save and close to check it and put it into force.
"""
EXAMPLES: Mapping[str, str] = {
    "zone": "Europe/Amsterdam",
    "units": "km",
    "volume_unit": "distance",
    "tone": "plain",
    "week_start": "mon",
    "digest_day": "mon",
    "digest_time": "06:00",
    "email": "you@example.org",
    "clock": "24h",
    "quiet_weeks": "send",
    "easy_hr_ceiling": "150 bpm",
    "hr_max": "188 bpm",
    "threshold_hr": "168 bpm",
    "resting_hr": "50 bpm",
    "birth_year": "1984",
    "sex": "f",
    "level": "experienced",
    "focus": "drills",
    "goal": "trail",
    "rest_days": "mon, fri",
    "profiles": "masters",
    "tracks": "strength, no-sleep",
    "starting": "strength",
    "home": "52.4, 4.9",
    "races": "\n- {day: 2027-04-11, distance: half, name: City Half, priority: A}",
    "modes": "\n- {mode: holiday, from: 2027-07-12, until: 2027-07-26}",
    "phases": "\n- {phase: base, from: 2027-01-04, until: 2027-02-21}",
    "rules": "\n  no-rest-day: off\n  consistency: {cooldown: 28d}",
    "snooze": "\n  no-rest-day: 2027-01-01",
}


def written(document: Mapping[str, Any]) -> str:
    """The document as a text to edit: each field with its meaning, one that is not set as an example behind #."""
    import yaml

    class Plain(yaml.SafeDumper):
        """Writes every text without quotes unless YAML itself needs them: nothing is guessed on the way back."""

        yaml_implicit_resolvers: dict[Any, Any] = {}  # noqa: RUF012 - as the base class has it

    parts = [HEADING]
    for name, field in Own.model_fields.items():
        if name in document:
            shown = yaml.dump({name: texts(document[name])}, Dumper=Plain, sort_keys=False, allow_unicode=True)
        else:
            space = "" if EXAMPLES[name].startswith("\n") else " "
            shown = "".join(f"# {line}\n" for line in f"{name}:{space}{EXAMPLES[name]}".splitlines())
        parts.append(f"# {field.description}\n{shown}")
    unknown = {name: texts(value) for name, value in document.items() if name not in Own.model_fields}
    if unknown:
        parts.append(yaml.dump(unknown, Dumper=Plain, sort_keys=False, allow_unicode=True))
    return "\n".join(parts)


def read(text: str) -> dict[str, Any]:
    """The document of a text; what is left empty is left out.

    Raises ConfigProblem with the line that is no YAML, or where a name stands for the second time.
    """
    import yaml

    class Once(yaml.BaseLoader):
        """Makes nothing but texts, lists and mappings, and refuses a name that stands twice: which one was meant?"""

        def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
            lines: dict[str, int] = {}
            for name in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
                line = name.start_mark.line + 1
                if name.value in lines:
                    first = lines[name.value]
                    raise ConfigProblem(f"line {line}: {name.value} stands in line {first} already.", TWICE)
                lines[name.value] = line
            return super().construct_mapping(node, deep)

    if len(text) > LONGEST:
        raise ConfigProblem(f"The text has {len(text)} characters; at most {LONGEST} are read.")
    try:
        _check_shape(yaml.parse(text, Loader=yaml.SafeLoader))
        found = yaml.load(text, Loader=Once)  # noqa: S506 - it is a BaseLoader
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        place = f"line {mark.line + 1}: " if mark else ""
        raise ConfigProblem(f"{place}{getattr(problem, 'problem', None) or problem}", "Correct that line.") from None
    if found is None or found == "":
        return {}
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
        raise ConfigProblem("The text is not a list of names with their values.", "Write one `name: value` a line.")
    return {name: value for name, value in found.items() if value not in ("", [], {})}


def _check_shape(events: Iterable[Any]) -> None:
    """Raises ConfigProblem for what makes a small text a huge or endless document."""
    import yaml

    depth = 0
    for event in events:
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise ConfigProblem("The text is nested too deeply.", "Write it flatter.")
        if isinstance(event, yaml.AliasEvent):
            raise ConfigProblem("An alias (a word after *) stands in the text.", "Write the value out.")


def texts(value: Any) -> Any:
    """A value of the document with every scalar as text."""
    if isinstance(value, Mapping):
        return {str(key): texts(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [texts(inner) for inner in value]
    return str(value).lower() if isinstance(value, bool) else str(value)
