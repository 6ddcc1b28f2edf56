"""Structure in a run, found by graded speed alone: bouts of work, strides, time at marathon pace.

Thresholds are coaching conventions that were tried on made streams: see tests/history/test_streams.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from coachd.history.samples import Samples
from coachd.history.stretches import Stretch, joined, marked, rolling_mean, rolling_median, stretches
from coachd.model import Bout
from coachd.physiology.vdot import INTERVAL, MARATHON, THRESHOLD, speed_at

UNKNOWN_THRESHOLD = 1.18
"""Without a VDOT the threshold is taken to lie this much above the run's own median speed."""

ENTER, LEAVE, KEEP = 0.96, 0.90, 0.95
"""A bout begins, ends and is believed at these shares of the threshold speed."""

BOUT_MEAN_S = 15
BOUT_GAP_S = 20
BOUT_LEAST_S = 45

STRIDE_SPEED = 1.25
STRIDE_INTERVAL = 0.97
STRIDE_S = range(8, 46)
STRIDE_GAP_S = 4
STRIDE_APART_S = 20

MARATHON_MEAN_S = 61
QUICK_LEAVE = 0.95
QUICK_LEAST_S = 120


def usual_speed(samples: Samples, speed: Sequence[float]) -> float | None:
    """The median speed of the moving samples; None where nothing moves."""
    return (
        median(value for value, going in zip(speed, samples.moving, strict=True) if going) if samples.moving_s else None
    )


def threshold_speed(usual: float, vdot: float | None) -> float:
    """The speed in m/s that tells work from running."""
    return UNKNOWN_THRESHOLD * usual if vdot is None else speed_at(vdot, THRESHOLD)


def work(speed: Sequence[float], threshold: float) -> list[Stretch]:
    """The bouts of work: begun at 96 % of the threshold, ended below 90 %, kept from 45 s and a mean of 95 %."""
    holds = _between(rolling_mean(speed, BOUT_MEAN_S), ENTER * threshold, LEAVE * threshold)
    return [
        (begin, end)
        for begin, end in joined(stretches(holds), BOUT_GAP_S)
        if end - begin >= BOUT_LEAST_S and sum(speed[begin:end]) >= KEEP * threshold * (end - begin)
    ]


def bouts(samples: Samples, speed: Sequence[float], found: Sequence[Stretch]) -> tuple[Bout, ...]:
    """The stretches of work as they are kept."""
    return tuple(
        Bout(
            start_s=float(samples.at[begin]),
            duration_s=float(samples.at[end - 1] + 1 - samples.at[begin]),
            speed=sum(speed[begin:end]) / (end - begin),
        )
        for begin, end in found
    )


def strides(
    samples: Samples, speed: Sequence[float], found: Sequence[Stretch], usual: float, vdot: float | None
) -> list[Stretch]:
    """Short accelerations of 8-45 s, 20 s apart from each other and from `found` work, away from mended positions."""
    least = STRIDE_SPEED * usual
    if vdot is not None:
        least = max(least, STRIDE_INTERVAL * speed_at(vdot, INTERVAL))
    fast = stretches([value >= least for value in rolling_median(speed)])
    busy = marked(found, len(speed), around=STRIDE_APART_S)
    kept: list[Stretch] = []
    for begin, end in joined(fast, STRIDE_GAP_S):
        apart = not kept or begin - kept[-1][1] >= STRIDE_APART_S
        hidden = any(busy[begin:end]) or any(samples.doubtful[begin:end])
        if end - begin in STRIDE_S and apart and not hidden:
            kept.append((begin, end))
    return kept


def quick(speed: Sequence[float], vdot: float) -> list[Stretch]:
    """Stretches of two minutes and more with a mean of 80 % of VDOT and faster: marathon pace, or quicker.

    Begun by the mean over a minute at that speed and ended 5 % below it, so that one hill does not cut a block in two.
    """
    marathon = speed_at(vdot, MARATHON)
    found = stretches(_between(rolling_mean(speed, MARATHON_MEAN_S), marathon, QUICK_LEAVE * marathon))
    return [
        (begin, end)
        for begin, end in found
        if end - begin >= QUICK_LEAST_S and sum(speed[begin:end]) >= marathon * (end - begin)
    ]


def at_marathon_pace(speed: Sequence[float], found: Sequence[Stretch], work: Sequence[Stretch], vdot: float) -> float:
    """The seconds, outside of `work`, in those of the quick stretches whose mean is below the threshold's 88 %."""
    threshold = speed_at(vdot, THRESHOLD)
    slower = [(begin, end) for begin, end in found if sum(speed[begin:end]) < threshold * (end - begin)]
    busy = marked(work, len(speed))
    return float(sum(not busy[place] for begin, end in slower for place in range(begin, end)))


def _between(values: Sequence[float], enter: float, leave: float) -> list[bool]:
    """True from a value of `enter` and more until one below `leave`."""
    inside = False
    holds = []
    for value in values:
        inside = value >= (leave if inside else enter)
        holds.append(inside)
    return holds
