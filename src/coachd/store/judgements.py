"""What was judged: findings, what rules remember between evaluations, and what each judging changed of that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, select, tuple_, update

from coachd.model import Finding, Nudge, RuleState
from coachd.store import among, nudges, upsert
from coachd.tables import athletes, findings, judgings, outbox, rule_states

States = dict[tuple[str, str], RuleState]
"""What rules remember, by rule id and the name of the memory."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What a judging did to one memory; `before` None: there was none."""

    before: RuleState | None
    after: RuleState

    @property
    def key(self) -> tuple[str, str]:
        return self.after.rule, self.after.subject

    @property
    def told(self) -> bool:
        """Whether it was changed by telling, not only by asking."""
        return self.after.last_sent != (self.before.last_sent if self.before else None)


@dataclass(frozen=True, slots=True)
class Judging:
    """One judging of a period, and what it changed of what rules remember."""

    period: str
    judged_at: datetime
    changes: tuple[Changed, ...]

    def undone(self, states: Mapping[tuple[str, str], RuleState], *, only_told: bool = False) -> States:
        """These states as if it had not been made, or had told nothing. What was changed again since stays."""
        found = dict(states)
        for change in self.changes:
            if found.get(change.key) != change.after or (only_told and not change.told):
                continue
            if change.before is None:
                del found[change.key]
            else:
                found[change.key] = change.before
        return found


def states(db: Connection, athlete: str) -> States:
    """The state of every (rule, subject) of this athlete."""
    return states_of_each(db, [athlete])[athlete]


def states_of_each(db: Connection, names: Sequence[str]) -> dict[str, States]:
    """The same of several athletes, by name."""
    columns = [rule_states.c[field.name] for field in fields(RuleState)]
    found: dict[str, States] = {name: {} for name in names}
    query = select(rule_states.c.athlete, *columns).where(among(db, rule_states.c.athlete, names))
    for athlete, *row in db.execute(query):
        state = RuleState(*row)
        found[athlete][state.rule, state.subject] = state
    return found


def hold(db: Connection, athlete: str) -> None:
    """Wait until nobody else judges this athlete, and let nobody begin before this transaction ends."""
    # As `recordings.derive` does, and for SQLite nothing: there the transaction itself is alone.
    db.execute(select(athletes.c.id).where(athletes.c.id == athlete).with_for_update(key_share=True))


def save(
    db: Connection, athlete: str, period: str, found: Sequence[Finding], told: Sequence[Nudge],
    after: Sequence[RuleState], now: datetime, basis: Mapping[nudges.Subject, Mapping[str, str]] | None = None,
) -> None:  # fmt: skip
    """Store one judging of one period; judging it again replaces it, as if it had been judged once.

    `after` is what rules remember then; what they were told later about stays. `basis` is what each nudge was made
    from.
    """
    hold(db, athlete)
    known = states(db, athlete)
    earlier = judging(db, athlete, period)
    before = known if earlier is None else earlier.undone(known)
    remembered = before | {(state.rule, state.subject): state for state in after if not _told_later(before, state)}
    _remember(db, athlete, known, remembered)
    changes = [Changed(before.get(key), state) for key, state in remembered.items() if before.get(key) != state]
    _note(db, athlete, Judging(period, now, tuple(changes)))
    db.execute(delete(findings).where(findings.c.athlete == athlete, findings.c.period == period))
    upsert(db, findings, [_finding_row(athlete, period, finding, now) for finding in found])
    nudges.save(db, athlete, period, told, basis or {}, now)


def _told_later(before: States, after: RuleState) -> bool:
    """Whether a rule spoke later than the judging of an earlier week, judged late, knows of."""
    known = before.get((after.rule, after.subject))
    last = None if known is None else known.last_sent
    return last is not None and (after.last_sent is None or after.last_sent < last)


def _remember(db: Connection, athlete: str, known: States, wanted: States) -> None:
    gone = [key for key in known if key not in wanted]
    if gone:
        these = tuple_(rule_states.c.rule, rule_states.c.subject).in_(gone)
        db.execute(delete(rule_states).where(rule_states.c.athlete == athlete, these))
    changed = [state for key, state in wanted.items() if known.get(key) != state]
    upsert(db, rule_states, [{"athlete": athlete, **asdict(state)} for state in changed])


def forget_told(db: Connection, athlete: str, period: str) -> None:
    """Let rules forget that they spoke about a period, because it never was told. That they were asked stays."""
    hold(db, athlete)
    made = judging(db, athlete, period)
    if made is not None:
        known = states(db, athlete)
        _remember(db, athlete, known, made.undone(known, only_told=True))
        asked = tuple(change for change in made.changes if not change.told)
        _note(db, athlete, Judging(period, made.judged_at, asked))


def judging(db: Connection, athlete: str, period: str) -> Judging | None:
    """How a period was judged last; None when it never was."""
    query = _JUDGINGS.where(judgings.c.athlete == athlete, judgings.c.period == period)
    row = db.execute(query).first()
    return None if row is None else _judging(row)


def since_of_each(db: Connection, names: Sequence[str], first: datetime) -> dict[str, list[Judging]]:
    """The judgings made at this moment or later of several athletes, by name, newest first."""
    found: dict[str, list[Judging]] = {name: [] for name in names}
    for row in db.execute(_JUDGINGS.where(among(db, judgings.c.athlete, names), judgings.c.judged_at >= first)):
        found[row.athlete].append(_judging(row))
    return found


_JUDGINGS = select(judgings.c.athlete, judgings.c.period, judgings.c.judged_at, judgings.c.before).order_by(
    judgings.c.judged_at.desc(), judgings.c.period.desc()
)
_DAYS = ("last_sent", "muted_until")


def _note(db: Connection, athlete: str, made: Judging) -> None:
    changes = [
        {"rule": change.after.rule, "subject": change.after.subject, "state": _as_json(change.before),
         "became": _as_json(change.after)}
        for change in made.changes
    ]  # fmt: skip
    row = {"athlete": athlete, "period": made.period, "judged_at": made.judged_at, "before": changes}
    upsert(db, judgings, [row])


def _as_json(state: RuleState | None) -> dict[str, Any] | None:
    if state is None:
        return None
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(state).items()}


def _judging(row: Any) -> Judging:
    changes = [(_state(each["state"]), _state(each["became"])) for each in row.before]
    return Judging(row.period, row.judged_at, tuple(Changed(old, new) for old, new in changes if new is not None))


def _state(values: Mapping[str, Any] | None) -> RuleState | None:
    if values is None:
        return None
    days = {name: date.fromisoformat(values[name]) for name in _DAYS if values[name] is not None}
    return RuleState(**{**values, **days})


def unmute(db: Connection, athlete: str, rule: str) -> None:
    """Forget that a rule was told again and again without a change: it may speak again, about whatever it is asked."""
    mine = (rule_states.c.athlete == athlete, rule_states.c.rule == rule)
    db.execute(update(rule_states).where(*mine).values(muted_until=None, unheeded=0))


def heed(db: Connection, athlete: str, rule: str) -> None:
    """Forget how often a rule was told without a change: what it says is wanted."""
    mine = (rule_states.c.athlete == athlete, rule_states.c.rule == rule)
    db.execute(update(rule_states).where(*mine).values(unheeded=0))


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
    for period in nudges.waiting(db, athlete):
        forget_told(db, athlete, period)
    nudges.blank(db, athlete)
    db.execute(update(findings).where(findings.c.athlete == athlete).values(evidence=[], reason=""))
    from_sources = (outbox.c.athlete == athlete) & outbox.c.kind.in_(["weekly", "same_day", "first"])
    db.execute(update(outbox).where(from_sources).values(body={}))
    db.execute(
        update(outbox)
        .where(from_sources, outbox.c.state != "sent")
        .values(state="withdrawn", result="its source was disconnected")
    )
