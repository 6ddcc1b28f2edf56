"""Base blocks: the weeks of mostly easy running between one cycle and the next, and what was usual before them.

A week is base-like if it has at least two runs, no race and no hard run; strides do not make a run hard. Source: the
catalogue's phases, after the periodisation that coaches know from Lydiard (coaching convention).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

from coachd.language.measure import Measured, measure
from coachd.language.types import YES_NO, number
from coachd.language.view import View
from coachd.measures.neutral import is_declared_off
from coachd.measures.volume import ids_of
from coachd.model import Activity
from coachd.units import DAY, WEEK

LONGEST_BASE_WEEKS = 26
BEFORE_WEEKS = 8
CYCLE_WEEKS = 60


@measure(YES_NO)
def base_declared(view: View) -> Measured:
    """Whether the athlete declared the base phase for the last day. Source: the athlete's own word. Never unknown."""
    spans = view.athlete.phases
    return Measured(
        any(
            span.phase == "base" and span.first <= view.as_of and (span.last is None or view.as_of <= span.last)
            for span in spans
        )
    )


@measure(
    number("count"), lookback_days=LONGEST_BASE_WEEKS * 7, takes={"min_block": number("count"), "after": number("days")}
)
def base_weeks(view: View, *, min_block: float = 4.0, after: float = 70 * DAY) -> Measured:
    """In which week of a base block the athlete is, counted from one; zero outside of one.

    A declared base counts from its first day. An undeclared one needs `min_block` base-like weeks in a row, in the
    time `after` a race or a build phase and in no other phase than base or steady; its weeks are those in a row. Counts
    up to 26 weeks. Source: coaching convention. Unknown before the first run.
    """
    weeks = _weeks(view, LONGEST_BASE_WEEKS)
    if not any(weeks):
        return Measured(None)
    if base_declared.compute(view).value:
        days = min((view.as_of - _phase_start(view)).days + 1, LONGEST_BASE_WEEKS * 7)
        block: Sequence[Sequence[Activity]] = weeks[: -(-days // 7)]
        return Measured(float(-(-days // 7)), ids_of(block))
    alike = _leading(weeks)
    if alike < min_block or view.phase() not in ("base", "steady") or not _after_a_cycle(view, round(after / DAY)):
        return Measured(0.0)
    return Measured(float(alike), ids_of(weeks[:alike]))


@measure(number("weeks"), lookback_days=CYCLE_WEEKS * 7, takes={"min_block": number("count")})
def weeks_since_base(view: View, *, min_block: float = 4.0) -> Measured:
    """Time since the last base block or break, in seconds, or since the first run where there was none.

    Counted are the weeks in a row, backwards from the judged one, that belong neither to `min_block` or more base-like
    weeks in a row nor to a break: run-free days, at least seven and three times the usual time between two runs.
    Counts up to 60 weeks. Source: coaching convention. Unknown before the first run.
    """
    weeks = _weeks(view, CYCLE_WEEKS)
    if not any(weeks):
        return Measured(None)
    in_block = _in_blocks(weeks, round(min_block))
    on_break = _on_break(view, weeks)
    count = next((i for i in range(len(weeks)) if in_block[i] or on_break[i]), len(weeks))
    return Measured(count * WEEK, ids_of(weeks[:count]))


@measure(number("distance"), lookback_days=(LONGEST_BASE_WEEKS + BEFORE_WEEKS) * 7)
def weekly_distance_before_base(view: View) -> Measured:
    """Mean weekly running distance in the eight weeks before the present base phase, in metres.

    Weeks that end in recovery or a break, and weeks ill, injured or on holiday, are left out. Source: coaching
    convention. Unknown outside the base phase, where the history does not reach back eight weeks before it, and where
    fewer than four weeks remain.
    """
    weeks = _weeks_before_base(view)
    if weeks is None:
        return Measured(None)
    metres = sum(run.distance_m or 0.0 for week in weeks for run in week)
    return Measured(metres / len(weeks), ids_of(weeks))


@measure(number("distance"), lookback_days=(LONGEST_BASE_WEEKS + BEFORE_WEEKS) * 7)
def long_run_before_base(view: View) -> Measured:
    """The usual long run before the present base phase: the median of each week's longest run, in metres.

    Races are no long runs here. Source: coaching convention. The weeks are those of `weekly_distance_before_base`,
    and it is unknown where that is.
    """
    weeks = _weeks_before_base(view)
    if weeks is None:
        return Measured(None)
    longest = [max((run.distance_m or 0.0 for run in week if run.kind != "race"), default=0.0) for week in weeks]
    return Measured(median(longest), ids_of(weeks))


@measure(number("share"), data=("heart rate",))
def share_above_easy(view: View, *, over: int = 7, before: int = 0) -> Measured:
    """Share of the running time above the easy heart-rate ceiling, races left out, each run by its moving time.

    A run without usable heart rate counts wholly above where its pace was judged hot and wholly below where it was
    judged fine. Runs with a stroller, a dog or as a pacer are left out. Unknown unless that is known of at least 60 %
    of the running time. Source: coaching convention.
    """
    runs = [
        run for run in view.runs(over, before) if run.kind != "race" and not run.tags & {"stroller", "dog", "pacing"}
    ]
    known = [(run, share) for run in runs if (share := _above(run)) is not None and run.moving_s]
    total = sum(run.moving_s or 0.0 for run in runs)
    seen = sum(run.moving_s or 0.0 for run, _ in known)
    if not total or seen < 0.6 * total:
        return Measured(None)
    above = sum(share * (run.moving_s or 0.0) for run, share in known)
    return Measured(above / seen, tuple(run.id for run, _ in known))


def _above(run: Activity) -> float | None:
    if run.above_share is not None:
        return run.above_share
    return {"hot": 1.0, "fine": 0.0}.get(run.judged or "")


def _weeks(view: View, count: int) -> list[list[Activity]]:
    """The runs of each week, newest first, back to the first activity known."""
    weeks: list[list[Activity]] = [[] for _ in range(count)]
    for run in view.runs(count * 7):
        weeks[(view.as_of - run.day).days // 7].append(run)
    known = 0 if view.first_day is None else (view.as_of - view.first_day).days // 7 + 1
    return weeks[:known]


def _base_like(week: Sequence[Activity]) -> bool:
    # What is not known to be hard passes for easy: only hard running that was seen keeps a block from being one.
    return len(week) >= 2 and not any(run.kind == "race" or run.hard for run in week)


def _leading(weeks: Sequence[Sequence[Activity]]) -> int:
    return next((i for i, week in enumerate(weeks) if not _base_like(week)), len(weeks))


def _in_blocks(weeks: Sequence[Sequence[Activity]], shortest: int) -> list[bool]:
    """For each week whether it belongs to so many base-like weeks in a row."""
    found = [False] * len(weeks)
    start = 0
    while start < len(weeks):
        length = _leading(weeks[start:])
        if length >= shortest:
            found[start : start + length] = [True] * length
        start += max(length, 1)
    return found


def _on_break(view: View, weeks: Sequence[Sequence[Activity]]) -> list[bool]:
    """For each week whether a break touches it."""
    days = sorted({run.day for week in weeks for run in week})
    usual = median((after - day).days for day, after in pairwise(days)) if len(days) > 1 else 1.0
    shortest = max(7.0, 3 * usual)
    found = [False] * len(weeks)
    for day, after in pairwise([*days, view.as_of + timedelta(days=1)]):
        free = (after - day).days - 1
        if free >= shortest:
            newest, oldest = (view.as_of - after).days + 1, (view.as_of - day).days - 1
            for i in range(newest // 7, oldest // 7 + 1):
                found[i] = True
    return found


def _phase_start(view: View) -> date:
    """The first day of the phase in force on the last day."""
    start, present = view.as_of, view.phase()
    for day, phase in reversed(view.history.phases):
        if day > view.as_of:
            continue
        if phase != present:
            break
        start = day
    return start


def _after_a_cycle(view: View, days: int) -> bool:
    if view.races_run(days):
        return True
    return any(view.phase(view.as_of - timedelta(days=back)) == "build" for back in range(days))


def _weeks_before_base(view: View) -> list[list[Activity]] | None:
    """The usual weeks among the eight before the base phase; None where they cannot be known."""
    return view.once("weeks before base", lambda: _usual_weeks(view, _phase_start(view)))


def _usual_weeks(view: View, start: date) -> list[list[Activity]] | None:
    if view.phase() != "base" or view.first_day is None or view.first_day > start - timedelta(weeks=BEFORE_WEEKS):
        return None
    before = (view.as_of - start).days + 1
    offsets = [before + 7 * back for back in range(BEFORE_WEEKS)]
    usual = [view.runs(7, offset) for offset in offsets if _is_usual(view, view.as_of - timedelta(days=offset))]
    return usual if len(usual) >= BEFORE_WEEKS / 2 else None


def _is_usual(view: View, last: date) -> bool:
    """Whether the week that ends on `last` tells what is usual."""
    if view.phase(last) in ("recovery", "break"):
        return False
    return not any(is_declared_off(view, last - timedelta(days=back)) for back in range(7))
