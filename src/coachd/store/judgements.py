"""What was judged: findings, nudges and the state rules keep between evaluations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from coachd.model import Finding, Nudge, RuleState
from coachd.store import upsert
from coachd.tables import findings, nudges, outbox, rule_states


def states(db: Connection, athlete: str) -> dict[tuple[str, str], RuleState]:
    """The state of every (rule, subject) of this athlete."""
    return states_of_each(db, [athlete])[athlete]


def states_of_each(db: Connection, names: Sequence[str]) -> dict[str, dict[tuple[str, str], RuleState]]:
    """The same of several athletes, by name."""
    columns = [rule_states.c[field.name] for field in fields(RuleState)]
    found: dict[str, dict[tuple[str, str], RuleState]] = {name: {} for name in names}
    for athlete, *row in db.execute(select(rule_states.c.athlete, *columns).where(rule_states.c.athlete.in_(names))):
        state = RuleState(*row)
        found[athlete][state.rule, state.subject] = state
    return found


def save(
    db: Connection, athlete: str, period: str, found: Sequence[Finding], told: Sequence[Nudge],
    after: Sequence[RuleState], now: datetime,
) -> None:  # fmt: skip
    """Store one judgement of one period; judging it again replaces it."""
    for table in (findings, nudges):
        db.execute(delete(table).where(table.c.athlete == athlete, table.c.period == period))
    upsert(db, findings, [_finding_row(athlete, period, finding, now) for finding in found])
    rows = [
        {
            "athlete": athlete, "period": period, "rule": nudge.rule, "subject": nudge.subject, "kind": nudge.kind,
            "position": position, "body": asdict(nudge), "created_at": now, "state": "queued", "sent_at": None,
            "basis": {}, "feedback": "", "feedback_at": None, "change": "",
        }
        for position, nudge in enumerate(told)
    ]  # fmt: skip
    upsert(db, nudges, rows)
    upsert(db, rule_states, [{"athlete": athlete, **asdict(state)} for state in after])


def unmute(db: Connection, athlete: str, rule: str) -> None:
    """Forget that a rule was told again and again without a change: it may speak again, about whatever it is asked."""
    mine = (rule_states.c.athlete == athlete, rule_states.c.rule == rule)
    db.execute(update(rule_states).where(*mine).values(muted_until=None, unheeded=0))


def _finding_row(athlete: str, period: str, finding: Finding, now: datetime) -> dict[str, Any]:
    return {
        "athlete": athlete,
        "period": period,
        "rule": finding.rule,
        "subject": finding.subject,
        "outcome": finding.outcome,
        "reason": finding.reason,
        "evidence": [asdict(value) for value in finding.evidence],
        "judged_at": now,
        "sources": " ".join(finding.sources),
    }


def of_period(db: Connection, athlete: str, period: str) -> list[Mapping[str, Any]]:
    """The findings of one period: rule, subject, outcome, reason, evidence, sources."""
    columns = [findings.c[name] for name in ("rule", "subject", "outcome", "reason", "evidence", "sources")]
    this = (findings.c.athlete == athlete, findings.c.period == period)
    query = select(*columns).where(*this).order_by(findings.c.rule, findings.c.subject)
    return [row._asdict() for row in db.execute(query)]


def blank(db: Connection, athlete: str) -> None:
    """Take the figures out of everything that was said: what remains is which rule spoke, and when."""
    db.execute(update(findings).where(findings.c.athlete == athlete).values(evidence=[], reason=""))
    db.execute(update(nudges).where(nudges.c.athlete == athlete).values(body={}))
    db.execute(update(outbox).where(outbox.c.athlete == athlete, outbox.c.kind == "weekly").values(body={}))
    db.execute(
        update(outbox)
        .where(outbox.c.athlete == athlete, outbox.c.kind == "weekly", outbox.c.state != "sent")
        .values(state="withdrawn", result="its source was disconnected")
    )
