"""The rule language: text of a rule file -> checked, compiled `Rule` -> verdict with evidence.

Read in this order: `format` (what a rule file may hold), `read` (file -> Rule), `rule`, `evaluate` (Rule -> Verdict).
Expressions go through `tokens`, `parse`, `types`, `compile`; `explain` and `message` put verdicts into words.
"""
