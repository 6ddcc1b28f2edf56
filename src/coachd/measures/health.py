"""Signs that something is off. Never a diagnosis: what a runner wrote, and what pulse and sleep say against their own
normal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean, median

from coachd.language.measure import Measured, measure
from coachd.language.types import number, text
from coachd.language.view import View
from coachd.measures.gaps import gaps
from coachd.measures.nights import low_log_hrv, mean_log_hrv
from coachd.model import Activity
from coachd.units import DAY

HURTS = frozenset({"niggle", "pain"})
ILL = frozenset({"sick"})
BASELINE_DAYS, BASELINE_NIGHTS = 28, 20
RAISED_BPM = 5.0
RAISED_MORNINGS = 3
SILENT_GAP = 4 * DAY
"""A gap this long, with a raised pulse in it, looks like an illness that nobody tagged."""

SPELL_DAYS = 28


@measure(number("count"))
def niggle_days(view: View, *, over: int = 14, before: int = 0) -> Measured:
    """On how many days of the window an activity was tagged #niggle or #pain: a warm-up and its run are one day.
    Source: the athlete's own word. Never unknown.
    """
    tagged = [activity for activity in view.window(over, before) if activity.tags & HURTS]
    return Measured(float(len({activity.day for activity in tagged})), tuple(activity.id for activity in tagged))


@measure(number("bpm"), data=("nights",))
def resting_hr_baseline(view: View, *, over: int = BASELINE_DAYS, before: int = 0) -> Measured:
    """This runner's normal resting heart rate in bpm: the median of the mornings of the window. One person's normal is
    stable; persons differ widely. Source: Quer 2020.

    Unknown with fewer than 20 mornings.
    """
    values = [night.resting_hr for night in view.nights(over, before) if night.resting_hr is not None]
    return Measured(median(values) if len(values) >= BASELINE_NIGHTS else None)


@dataclass(frozen=True, slots=True)
class Return:
    """An illness that is over: its last day, the first run after it, and the first hard session after that run."""

    ill: date
    back: Activity
    hard: Activity | None


@measure(number("days"), data=("nights",), lookback_days=SPELL_DAYS + BASELINE_DAYS)
def hard_after_illness(view: View) -> Measured:
    """Days from the first run after the last illness to the first hard session after it, in seconds; 0 where that run
    was hard.

    An illness is a mode `ill`, days tagged #sick, or a run-free gap of four days with three mornings 5 bpm above the
    normal resting heart rate. Source: coaching convention. Unknown without an illness in the last 28 days, before the
    first run after it, and before a hard session.
    """
    found = _return(view)
    if found is None or found.hard is None:
        return Measured(None)
    return Measured((found.hard.day - found.back.day).days * DAY, (found.back.id, found.hard.id))


@measure(number("days"), data=("nights",), lookback_days=SPELL_DAYS + BASELINE_DAYS)
def since_hard_after_illness(view: View) -> Measured:
    """Days since that first hard session (see `hard_after_illness`), in seconds: 0 on its day. Source: definition.

    Unknown where that is.
    """
    found = _return(view)
    if found is None or found.hard is None:
        return Measured(None)
    return Measured((view.as_of - found.hard.day).days * DAY, (found.hard.id,))


def _return(view: View) -> Return | None:
    ill = max(_ill_days(view), default=None)
    if ill is None:
        return None
    later = [run for run in view.runs(SPELL_DAYS) if run.day > ill and not run.tags & ILL]
    if not later:
        return None
    hard = next((run for run in later if run.hard), None)
    return Return(ill, later[0], hard)


def _ill_days(view: View) -> set[date]:
    days = [view.as_of - timedelta(days=back) for back in range(SPELL_DAYS)]
    found = {day for day in days if _declared_ill(view, day)}
    found |= {activity.day for activity in view.window(SPELL_DAYS) if activity.tags & ILL}
    for gap in gaps(view, SPELL_DAYS, SILENT_GAP):
        if _pulse_was_up(view, gap.left, gap.back):
            found.add(gap.back - timedelta(days=1))
    return found


def _declared_ill(view: View, day: date) -> bool:
    # A tag stands for its whole week where modes are asked for; here the days after it may be the days back.
    return any(m.name == "ill" and m.first <= day and (m.last is None or day <= m.last) for m in view.athlete.modes)


def _pulse_was_up(view: View, left: date, back: date) -> bool:
    """Whether three mornings of a gap were well above the normal of the four weeks before it."""
    until = (view.as_of - left).days
    before = [n.resting_hr for n in view.nights(BASELINE_DAYS, until) if n.resting_hr is not None]
    if len(before) < BASELINE_NIGHTS:
        return False
    normal = median(before)
    inside = view.nights((back - left).days, (view.as_of - back).days)
    raised = [n for n in inside if n.resting_hr is not None and n.resting_hr >= normal + RAISED_BPM]
    return len(raised) >= RAISED_MORNINGS


SIGNS = (
    "efficiency down", "resting heart rate away from normal", "heart-rate variability below normal", "short sleep",
    "ill twice in three months",
)  # fmt: skip
_EFFICIENCY_FALL, _FEWEST_RUNS, _SHORT_S, _ILL_DAYS = 0.04, 6, 6.5 * 3600, 90


@measure(number("count"), data=("nights", "streams"), lookback_days=BASELINE_DAYS + 90)
def low_energy_signs(view: View, *, over: int = 28, before: int = 0) -> Measured:
    """How many of five signs of not recovering the window shows: efficiency of easy runs 4 % down against the four
    weeks two months before, resting heart rate 5 bpm above or below normal on three mornings of a week, heart-rate
    variability below normal, a mean night under 6.5 h, two illnesses in 90 days.

    Many things cause each of them. Source: IOC REDs 2023 for the idea of looking at them together. A sign that is not
    known is not counted. Never unknown.
    """
    return Measured(float(len(_signs(view, over, before))))


@measure(text(), data=("nights", "streams"), lookback_days=BASELINE_DAYS + 90)
def low_energy_signs_listed(view: View, *, over: int = 28, before: int = 0) -> Measured:
    """The signs that `low_energy_signs` counts, in words. Source: as there. Unknown without any."""
    return Measured(", ".join(_signs(view, over, before)) or None)


def _signs(view: View, over: int, before: int) -> list[str]:
    found = (
        _efficiency_fell(view, over, before), _pulse_is_off(view, over, before), _hrv_is_low(view, before),
        _sleeps_short(view, over, before), len(_spells(view)) > 1,
    )  # fmt: skip
    return [sign for sign, shown in zip(SIGNS, found, strict=True) if shown]


def _efficiency_fell(view: View, over: int, before: int) -> bool:
    now, then = ([run.efficiency for run in view.runs(over, back) if run.easy_intended and run.efficiency is not None]
                 for back in (before, before + 56))  # fmt: skip
    if min(len(now), len(then)) < _FEWEST_RUNS:
        return False
    return fmean(now) <= (1 - _EFFICIENCY_FALL) * fmean(then)


def _pulse_is_off(view: View, over: int, before: int) -> bool:
    normal = resting_hr_baseline.compute(view, over=BASELINE_DAYS, before=before + over).value
    if not isinstance(normal, float):
        return False
    for week in range(over // 7):
        pulses = [n.resting_hr for n in view.nights(7, before + 7 * week) if n.resting_hr is not None]
        up = sum(pulse >= normal + RAISED_BPM for pulse in pulses)
        down = sum(pulse <= normal - RAISED_BPM for pulse in pulses)
        if max(up, down) >= RAISED_MORNINGS:
            return True
    return False


def _hrv_is_low(view: View, before: int) -> bool:
    week = mean_log_hrv.compute(view, over=7, before=before).value
    edge = low_log_hrv.compute(view, over=60, before=before).value
    return isinstance(week, float) and isinstance(edge, float) and week < edge


def _sleeps_short(view: View, over: int, before: int) -> bool:
    slept = [night.sleep_s for night in view.nights(over, before) if night.sleep_s is not None]
    return len(slept) >= over * 5 / 7 and fmean(slept) < _SHORT_S


def _spells(view: View) -> list[date]:
    """The first days of illnesses told by tags or modes in the last 90 days; days within a week are one illness."""
    days = {activity.day for activity in view.window(_ILL_DAYS) if activity.tags & ILL}
    every = (view.as_of - timedelta(days=back) for back in range(_ILL_DAYS))
    days |= {day for day in every if _declared_ill(view, day)}
    spells: list[date] = []
    last: date | None = None
    for day in sorted(days):
        if last is None or (day - last).days > 7:
            spells.append(day)
        last = day
    return spells
