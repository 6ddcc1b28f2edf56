"""Keeping the store in step with a source: which listing is due, one page at a time, and what is gone.

A listing is a *pass* with fixed bounds. Each page is stored in one transaction together with the place reached, so a
process may die at any moment. Three kinds of pass look back differently far:

- poll: the last days, at every look; finds new and edited activities;
- horizon: everything the rules look at, at least every six days (by default daily); finds deletions, back-dated
  uploads and old edits, and confirms every row;
- backfill: the first pass, newest first; and full: everything there is, on demand.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from coachd.errors import TryLater
from coachd.history.matching import group
from coachd.history.merge import merge
from coachd.sources import Page, Source
from coachd.store import Store, connections, details, profile, recordings, skips
from coachd.store.connections import Pass, SourceState
from coachd.store.recordings import Counts, Touched

BEGINNING = datetime(1970, 1, 2, tzinfo=UTC)
OVERLAP = timedelta(days=7)
"""A poll begins this long before the last look: devices deliver late and uploads are processed out of order."""

RELIST = timedelta(days=1)
"""Age at which the horizon is listed again. The promise is six days; daily costs two or three requests and finds a
deletion within the 48 hours that Strava's policy allows."""

PROFILE = timedelta(days=1)
BRAKE_FLOOR = 10
BRAKE_SHARE = 0.4
MOST_PAGES = 500
"""More than anybody's life of training fills, at 200 a page."""

GRACE = timedelta(days=7)
"""How much longer than the retention unconfirmed rows may stay while listings fail or the brake holds."""

EDGE = timedelta(days=1)
"""Rows this close to a pass's lower bound are not taken for deleted: a hidden start time is not the real one."""


@dataclass(frozen=True, slots=True)
class Step:
    """Progress after one page, or after the `detail` or `streams` of one activity.

    `done` is about which share lies behind; None where nobody knows.
    """

    kind: str
    page: int
    seen: int
    oldest: datetime | None
    saved: Counts
    done: float | None = None


Told = Callable[[Step], None]
"""Hears of everything that was stored; may raise TryLater (state `ending`) to leave a long listing there."""


def nobody(_step: Step) -> None:
    """The listener where nobody listens."""


@dataclass(frozen=True, slots=True)
class Synced:
    """What one look brought."""

    kind: str
    saved: Counts = field(default_factory=Counts)
    pages: int = 0
    skipped: int = 0
    withdrawn: int = 0
    purged: int = 0
    streams: int = 0
    nights: int = 0
    braked: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """How far back the rules look, and how long unconfirmed rows stay (None: for ever)."""

    horizon: timedelta
    retention: timedelta | None
    allow_deletions: bool = False

    def of(self, source: str) -> Policy:
        """The same for one source: only Strava's terms ask that unconfirmed rows leave."""
        return self if source == "strava" else replace(self, retention=None)


def due_pass(state: SourceState, policy: Policy, now: datetime, *, full: bool = False) -> Pass:
    """The pass that is due. Bounds stay fixed while it lasts; `before` lies ahead for clocks that run fast."""
    before = now + timedelta(days=1)
    if full:
        kind, after = "full", BEGINNING
    elif state.passed_at is None:
        kind, after = "backfill", BEGINNING if policy.retention is None else now - policy.horizon
    elif policy.allow_deletions or (abs(now - state.passed_at) >= RELIST and not _braked(state, now)):
        kind, after = "horizon", now - policy.horizon
    else:
        kind, after = "poll", max(now - policy.horizon, min(state.synced_at or now, now) - OVERLAP)
    return Pass(kind, after.replace(microsecond=0), before.replace(microsecond=0), 1, 0, None, now)


def _braked(state: SourceState, now: datetime) -> bool:
    return state.state == "brake" and state.next_try_at is not None and state.next_try_at > now


def resumed(stored: Pass | None, due: Pass) -> Pass:
    """The pass to go on with: an unfinished one of the same kind from the page before the one reached, else `due`.

    One page is read again because a deletion in the meantime moves later rows forward. An unfinished poll is not
    worth resuming: a new one covers it.
    """
    if stored is None or stored.kind != due.kind or due.kind == "poll" or due.started_at - stored.started_at > RELIST:
        return due
    return replace(stored, page=max(1, stored.page - 1))


def run(
    store: Store, source: Source, state: SourceState, policy: Policy, now: datetime, *, full: bool = False,
    told: Told = nobody,
) -> Synced:  # fmt: skip
    """One look at the source, to the end of the pass that is due. May raise whatever the source raises; what was
    stored until then stays, and the next look goes on from there."""
    athlete = state.athlete
    with store.read() as db:
        current = resumed(connections.current_pass(db, athlete, source.name), due_pass(state, policy, now, full=full))
    total, pages, skipped = Counts(), 0, 0
    listed: set[str] = set()
    repeated = 0
    # The end of a listing without a beginning is not known; the source's own totals tell about how far it is.
    expected = source.expected() if current.after == BEGINNING else None
    while True:
        page = source.page(current.after, current.before, current.page, live=current.kind in ("poll", "horizon"))
        pages += 1
        if not page.ids:
            break
        # One page may hold nothing new: an activity that is uploaded meanwhile moves the others on.
        repeated = repeated + 1 if listed.issuperset(page.ids) else 0
        listed.update(page.ids)
        if repeated > 1 or current.page > MOST_PAGES:
            raise _endless(store, state, now)
        with store.begin() as db:
            saved = _keep(db, athlete, source.name, page, now)
            current = _advanced(current, page)
            connections.save_pass(db, athlete, source.name, current)
        total += saved
        skipped += len(page.skipped)
        done = share_done(current, expected)
        told(Step(current.kind, current.page - 1, current.seen, current.oldest, saved, done))
    return _finish(store, state, policy, current, Synced(current.kind, total, pages, skipped), now)


def _endless(store: Store, state: SourceState, now: datetime) -> TryLater:
    # What such a listing said cannot be gone on from: rows that it left out would look deleted.
    with store.begin() as db:
        connections.end_pass(db, state.athlete, state.source)
    return TryLater(
        f"The list of {state.source} does not end: the same activities come again and again, or far too many.",
        now + timedelta(hours=1),
        "Nothing was deleted, and it is tried again by itself. If it stays, something between here and "
        f"{state.source} answers in its name: look at the proxy and the addresses in the settings.",
        state="outage",
    )


def share_done(current: Pass, expected: int | None) -> float | None:
    """About which share of a pass lies behind: of the expected number, or of the days it looks back."""
    if expected:
        return min(current.seen / expected, 1.0)
    if current.after == BEGINNING or current.oldest is None:
        return None
    behind, whole = current.started_at - current.oldest, current.started_at - current.after
    return min(max(behind / whole, 0.0), 1.0)


def _keep(db: Connection, athlete: str, source: str, page: Page, now: datetime) -> Counts:
    saved = recordings.save(db, athlete, page.recordings, now)
    recordings.settle(db, athlete, saved.touched, group, merge, now)
    # A row that became unreadable is still there: it is confirmed, not taken for deleted.
    recordings.confirm(db, athlete, source, list(page.skipped), now)
    skips.forget(db, athlete, source, [recording.external_id for recording in page.recordings])
    skips.note(db, athlete, source, dict(page.skipped), now)
    return saved.counts


def _advanced(current: Pass, page: Page) -> Pass:
    starts = [recording.start for recording in page.recordings] + ([current.oldest] if current.oldest else [])
    return replace(
        current,
        page=current.page + 1,
        seen=current.seen + len(set(page.ids)),
        oldest=min(starts, default=None),
    )


def _finish(store: Store, state: SourceState, policy: Policy, done: Pass, result: Synced, now: datetime) -> Synced:
    athlete, source = state.athlete, state.source
    with store.begin() as db:
        connections.end_pass(db, athlete, source)
        if done.kind == "poll":
            connections.looked(db, athlete, source, now, keep=("brake",))
            return result
        missing = recordings.unseen(db, athlete, source, done.after + EDGE, done.before, done.started_at)
        stored = recordings.count(db, athlete, source, done.after + EDGE, done.before)
        reason = "" if policy.allow_deletions else brake(len(missing), stored)
        if reason:
            connections.looked(db, athlete, source, now, keep=("brake",))
            connections.set_state(db, athlete, source, "brake", reason, now + timedelta(hours=6), now)
            return replace(result, braked=reason)
        touched = recordings.withdraw(db, athlete, source, missing, now)
        purged = _purge(db, athlete, source, policy, now)
        recordings.settle(db, athlete, touched | purged, group, merge, now)
        connections.looked(db, athlete, source, now)
        connections.mark(db, athlete, source, passed_at=now)
    return replace(result, withdrawn=len(missing), purged=len(purged.identities))


def brake(missing: int, stored: int) -> str:
    """Why so many rows cannot be believed to be deleted; empty when they can.

    A listing that is suddenly empty, or much shorter than what is stored, is more often a fault than a clean-up.
    """
    if not missing:
        return ""
    if missing == stored or (missing >= BRAKE_FLOOR and missing > BRAKE_SHARE * stored):
        return f"the list lacks {missing} of {stored} activities that were there before; nothing was deleted"
    return ""


def _purge(db: Connection, athlete: str, source: str, policy: Policy, now: datetime) -> Touched:
    if policy.retention is None:
        return Touched()
    return recordings.purge(db, athlete, source, now - policy.retention)


def purge_overdue(store: Store, state: SourceState, policy: Policy, now: datetime) -> int:
    """Drop rows that no completed pass confirmed for the retention and a week more, and a profile that is as old.

    Gives the number of rows.
    """
    if policy.retention is None:
        return 0
    latest = now - policy.retention - GRACE
    with store.begin() as db:
        touched = recordings.purge(db, state.athlete, state.source, latest)
        recordings.settle(db, state.athlete, touched, group, merge, now)
        if state.profile_at is not None and state.profile_at < latest:
            profile.purge(db, state.athlete, state.source)
    return len(touched.identities)


def refresh_profile(
    store: Store, source: Source, state: SourceState, now: datetime, every: timedelta = PROFILE
) -> bool:  # fmt: skip
    """Read shoes, zones and totals again if they were read so long ago. Gives whether it did."""
    if state.profile_at is not None and now - state.profile_at < every:
        return False
    with store.read() as db:
        known = [shoe for shoe in profile.load_shoes(db, state.athlete) if shoe.source == source.name]
        # A shoe that was known may have been retired since, whether or not a stored activity used it.
        gear = {*profile.gear_use(db, state.athlete), *(shoe.id for shoe in known)}
    found = source.profile(_named(gear), {shoe.id for shoe in known if shoe.retired})
    with store.begin() as db:
        profile.save_shoes(db, state.athlete, found.shoes, now)
        for kind, document in found.documents.items():
            profile.save(db, state.athlete, source.name, kind, document, now)
        connections.mark(db, state.athlete, source.name, profile_at=now)
    return True


def _named(used: Collection[str]) -> list[str]:
    """Gear ids that the source itself gave: an export knows shoes by name only, and bikes are no shoes."""
    return [gear for gear in used if gear.startswith("g")]


def fetch(
    store: Store, source: Source, athlete: str, kind: str, ids: Collection[str], now: datetime,
    derive: Callable[[str, Any], Any], told: Told = nobody,
) -> int:  # fmt: skip
    """Ask for `detail` or `streams` of these activities, newest first. Gives how many came.

    Kept is what `derive` makes of an id and its answer: numbers worked out from streams, never the streams themselves.
    What was asked for before is not asked for again. May raise TryLater in between: what came until then is kept.
    """
    came = 0
    for asked, external_id in enumerate(sorted(ids, key=int, reverse=True), start=1):
        with store.read() as db:
            if details.get(db, athlete, source.name, external_id, kind) is not None:
                continue
        raw, problem = source.answer(kind, external_id)
        kept = None if raw is None else derive(external_id, raw)
        with store.begin() as db:
            details.save(db, athlete, source.name, external_id, kind, kept, problem, now)
            if problem:
                # Under a name of its own: that the summary can be read must not wipe this out.
                skips.note(db, athlete, source.name, {f"{external_id} {kind}": problem}, now)
            else:
                skips.forget(db, athlete, source.name, [f"{external_id} {kind}"])
        came += raw is not None
        told(Step(kind, asked, came, None, Counts(), asked / len(ids)))
    return came
