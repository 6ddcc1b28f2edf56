"""What was chosen to be told, and what became of it: one row for each nudge of a period."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, select, tuple_, update

from coachd.model import Change, Feedback, Nudge, NudgeState, Told
from coachd.store import among, upsert
from coachd.tables import nudges

Subject = tuple[str, str]
"""Rule id and subject: with the period, what a nudge of an athlete is known by."""

_TOLD = ("sent", "corrected")
_ONCE_CHOSEN = ["kind", "position", "body", "created_at", "state", "sent_at", "basis"]


class Identity(NamedTuple):
    """What a nudge of an athlete is known by."""

    period: str
    rule: str
    subject: str


def save(
    db: Connection, athlete: str, period: str, chosen: Sequence[Nudge], basis: Mapping[Subject, Mapping[str, str]],
    now: datetime,
) -> None:  # fmt: skip
    """Store what was chosen about a period, as `queued`. What waited from an earlier choice and was not chosen again is
    withdrawn; what was told already stays as it was told."""
    states = _states(db, athlete, period)
    keys = [(nudge.rule, nudge.subject) for nudge in chosen]
    dropped = [key for key, state in states.items() if state == "queued" and key not in keys]
    set_state(db, athlete, period, "withdrawn", of=["queued"], subjects=dropped)
    rows = [
        {
            "athlete": athlete, "period": period, "rule": nudge.rule, "subject": nudge.subject, "kind": nudge.kind,
            "position": position, "body": asdict(nudge), "created_at": now, "state": "queued", "sent_at": None,
            "basis": dict(basis.get(key, {})), "feedback": "", "feedback_at": None, "change": "",
        }
        for position, (key, nudge) in enumerate(zip(keys, chosen, strict=True))
        if states.get(key) not in _TOLD
    ]  # fmt: skip
    upsert(db, nudges, rows, only=_ONCE_CHOSEN)


def _states(db: Connection, athlete: str, period: str) -> dict[Subject, NudgeState]:
    columns = [nudges.c[name] for name in ("rule", "subject", "state")]
    query = select(*columns).where(nudges.c.athlete == athlete, nudges.c.period == period)
    return {(rule, subject): state for rule, subject, state in db.execute(query)}


_COLUMNS = [
    nudges.c[name]
    for name in ("athlete", "period", "rule", "subject", "kind", "body", "state", "created_at", "sent_at", "feedback",
                 "feedback_at", "change", "basis")
]  # fmt: skip
_QUERY = select(*_COLUMNS).order_by(nudges.c.created_at, nudges.c.period, nudges.c.position)


def of_period(db: Connection, athlete: str, period: str) -> list[Told]:
    """The nudges of one period in the order of their mail, also those that were never told."""
    query = _QUERY.where(nudges.c.athlete == athlete, nudges.c.period == period)
    return [_told(row) for row in db.execute(query)]


def since(db: Connection, athlete: str, first: datetime | None = None) -> list[Told]:
    """The nudges chosen at this moment or later, or all of them, oldest first; also those that were never told."""
    query = _QUERY.where(nudges.c.athlete == athlete)
    return [_told(row) for row in db.execute(query if first is None else query.where(nudges.c.created_at >= first))]


def since_of_each(db: Connection, names: Sequence[str], first: datetime) -> dict[str, list[Told]]:
    """The same of several athletes, by name."""
    found: dict[str, list[Told]] = {name: [] for name in names}
    for row in db.execute(_QUERY.where(among(db, nudges.c.athlete, names), nudges.c.created_at >= first)):
        found[row.athlete].append(_told(row))
    return found


def waiting(db: Connection, athlete: str) -> set[str]:
    """The periods of nudges that are chosen and neither told nor given up."""
    return set(db.scalars(select(nudges.c.period).where(nudges.c.athlete == athlete, nudges.c.state == "queued")))


def set_state(
    db: Connection, athlete: str, period: str, state: NudgeState, *, of: Collection[NudgeState],
    sent_at: datetime | None = None, subjects: Collection[Subject] | None = None,
) -> int:  # fmt: skip
    """Move the period's nudges that are in one of the states `of`, all or those about `subjects`; gives their number.

    `sent_at` is when they were told, for those that now are.
    """
    query = update(nudges).where(nudges.c.athlete == athlete, nudges.c.period == period, nudges.c.state.in_(of))
    if subjects is not None:
        query = query.where(tuple_(nudges.c.rule, nudges.c.subject).in_(list(subjects)))
    values: dict[str, Any] = {"state": state} if sent_at is None else {"state": state, "sent_at": sent_at}
    return db.execute(query.values(values)).rowcount


def set_feedback(db: Connection, athlete: str, which: Identity, feedback: Feedback, now: datetime) -> bool:
    """Keep what the athlete answered to a nudge; whether there is such a nudge."""
    query = update(nudges).where(*_is(athlete, which)).values(feedback=feedback, feedback_at=now)
    return db.execute(query).rowcount == 1


def set_change(db: Connection, athlete: str, which: Identity, change: Change) -> None:
    """Keep what its rule's `helped` said."""
    db.execute(update(nudges).where(*_is(athlete, which)).values(change=change))


def _is(athlete: str, which: Identity) -> tuple[Any, ...]:
    return (
        nudges.c.athlete == athlete,
        nudges.c.period == which.period,
        nudges.c.rule == which.rule,
        nudges.c.subject == which.subject,
    )


def blank(db: Connection, athlete: str) -> None:
    """Take out every text, figure and name of an activity: what remains is which rule spoke, when, and what came of it.

    What was not told yet is withdrawn.
    """
    mine = nudges.c.athlete == athlete
    db.execute(update(nudges).where(mine).values(body={}, basis={}))
    db.execute(update(nudges).where(mine, nudges.c.state == "queued").values(state="withdrawn"))


_FIELDS = frozenset(each.name for each in fields(Nudge))


def _told(row: Any) -> Told:
    """The row as a noun. One that was blanked has no words: its title and text are empty."""
    given = {name: _frozen(value) for name, value in row.body.items() if name in _FIELDS}
    blanked = {"severity": 0, "family": "", "title": "", "text": ""}
    nudge = Nudge(**{**blanked, **given, "rule": row.rule, "subject": row.subject, "kind": row.kind})
    return Told(
        period=row.period,
        nudge=nudge,
        state=row.state,
        queued_at=row.created_at,
        sent_at=row.sent_at,
        feedback=row.feedback,
        feedback_at=row.feedback_at,
        change=row.change,
        basis=row.basis,
    )


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
