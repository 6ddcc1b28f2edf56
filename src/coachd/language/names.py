"""The names that a rule has declared so far, with their types, while its file is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from coachd.language import vocabulary
from coachd.language.compile import Expression, compile_expression
from coachd.language.document import Document, Node
from coachd.language.measure import Data
from coachd.language.problems import ExpressionProblem
from coachd.language.types import Type


class Names:
    """The scope of one rule, which names were used, the kinds of data behind them, and how many days back it looks.

    In `scope`, a name whose declaration has a problem has the type None, so that its uses are no further problems.
    """

    def __init__(self, document: Document, scope: Mapping[str, Type]) -> None:
        self.document = document
        self.scope: dict[str, Type | None] = dict(scope)
        self.used: set[str] = set()
        self.data: set[Data] = set()
        self.lookback = 0
        self.lifelong = False

    def is_new(self, rule: Node, section: str, name: str) -> bool:
        """Whether a name declared in a section of the rule is free; notes it when it would hide another one."""
        if name not in self.scope and name != "mark":
            return True
        self.document.note_key(rule.fields[section], name, f"the name '{name}' is taken", "choose another one")
        return False

    def expression(self, node: Node, want: Literal["number", "yes/no"] | None = None) -> Expression | None:
        """A compiled expression over these names; None, with its faults noted at their places."""
        try:
            found = compile_expression(node.text, self.scope, want=want)
        except ExpressionProblem as problem:
            self.document.note_inside(node, problem.faults)
            return None
        self.used |= found.names
        return found

    def word(self, node: Node) -> Expression | None:
        """A plain word as a text, where no name and no quotes are needed."""
        try:
            return compile_expression(f"'{node.text}'", {})
        except ExpressionProblem as problem:
            self.document.note(node, f"'{node.text}' is no plain word", str(problem).splitlines()[0])
            return None

    def where(self, node: Node, fields: Mapping[str, vocabulary.Field]) -> Expression | None:
        """A condition about one activity or night. Its own `fields` come first: they hide values of the same name."""
        scope = {**self.scope, **{name: field.type for name, field in fields.items()}}
        getters = {name: field.read for name, field in fields.items()}
        try:
            found = compile_expression(node.text, scope, want="yes/no", getters=getters)
        except ExpressionProblem as problem:
            self.document.note_inside(node, problem.faults)
            return None
        self.used |= set(found.given)
        self.data |= {kind for name in found.names & fields.keys() if (kind := fields[name].data) is not None}
        return found
