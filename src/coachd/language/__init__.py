"""The rule language: text of a rule file -> checked, compiled `Rule` -> verdict with evidence.

Read in this order: `format` (what a rule file may hold), `read` (file -> Rule), `rule`, `evaluate` (Rule -> Verdict).
What a rule sees is a `view`; what it may name is in `vocabulary`, and what it may reckon in `aggregates` and `measure`.
Expressions go through `tokens`, `parse`, `types`, `compile`; `explain` and `message` put verdicts into words. Inline
tests are read by `case`, and `mutate` asks whether they would notice a mistake.
"""
