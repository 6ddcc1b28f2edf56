"""The names that a rule has declared so far, with their types, while its file is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from coachd.language import vocabulary
from coachd.language.compile import Expression, compile_expression
from coachd.language.document import Document, Node
from coachd.language.problems import ExpressionProblem
from coachd.language.types import Type


class Names:
    """The scope of one rule, which names were used, and how many days back its values look.

    In `scope`, a name whose declaration has a problem has the type None, so that its uses are no further problems.
    """

    def __init__(self, document: Document, scope: Mapping[str, Type]) -> None:
        self.document = document
        self.scope: dict[str, Type | None] = dict(scope)
        self.used: set[str] = set()
        self.lookback = 0

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

    def where(self, node: Node) -> Expression | None:
        """A condition about one activity. The activity's own fields come first: they hide values of the same name."""
        fields = vocabulary.ACTIVITY
        scope = {**self.scope, **{name: field.type for name, field in fields.items()}}
        getters = {name: field.read for name, field in fields.items()}
        try:
            found = compile_expression(node.text, scope, want="yes/no", getters=getters)
        except ExpressionProblem as problem:
            self.document.note_inside(node, problem.faults)
            return None
        self.used |= found.names - fields.keys()
        return found
