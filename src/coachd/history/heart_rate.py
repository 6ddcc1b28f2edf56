"""Heart rate through a run: time at each beat, whether it can be believed, efficiency and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from statistics import fmean, pstdev

from coachd.history.elevation import Terrain
from coachd.history.samples import Samples
from coachd.history.stretches import Stretch, joined, marked, stretches

WARM_UP_S = 600
FIRST_HOUR_S = 3600
LEAST_COVERAGE = 0.8

LOCKED_BPM = 3.0
LOCKED_SHARE = 0.30
LOCKED_LEAST_SD = 1.0
FLAT_S = 120
HIGHEST_S = 120

CLIMB_GRADE = 0.06
CLIMB_LAG_S = 30
CLIMB_BREAK_S = 10

EFFICIENCY_LEAST_S = 600
DECOUPLING_LEAST_S = 3600
DECOUPLING_MOST_CV = 0.12
DECOUPLING_MOST_STOPS = 0.05
DECOUPLING_HILLS = 0.008
"""Metres of climb per metre by which the halves may differ."""


def coverage(samples: Samples) -> float:
    """The share of moving time with a heart rate."""
    known = sum(going and value is not None for going, value in zip(samples.moving, samples.heart_rate, strict=True))
    return known / samples.moving_s if samples.moving_s else 0.0


def suspicion(samples: Samples) -> str:
    """Why the heart rate cannot be believed, in words; empty where it can, or where there is none.

    A wrist sensor may count steps for beats: within 3 bpm of the cadence for 30 % of the moving time while the cadence
    varies (J. Davis 2021). A strap without contact gives one value for minutes.
    """
    pairs = [
        (beats, steps)
        for beats, steps, going in zip(samples.heart_rate, samples.cadence, samples.moving, strict=True)
        if going and beats is not None and steps is not None
    ]
    locked = sum(abs(beats - steps) <= LOCKED_BPM for beats, steps in pairs)
    if locked and locked >= LOCKED_SHARE * samples.moving_s and pstdev(steps for _, steps in pairs) > LOCKED_LEAST_SD:
        return f"it follows the cadence for {locked / samples.moving_s:.0%} of the run"
    flat = longest_flat(samples)
    if flat >= FLAT_S:
        return f"it stays at one value for {flat} seconds"
    return ""


def longest_flat(samples: Samples) -> int:
    """The longest time in seconds of moving at the very same heart rate."""
    longest = length = 0
    before = None
    for beats, going in zip(samples.heart_rate, samples.moving, strict=True):
        length = length + 1 if going and beats is not None and beats == before else int(going and beats is not None)
        before = beats if going else None
        longest = max(longest, length)
    return longest


def seconds_at(samples: Samples, wanted: Iterable[bool] | None = None) -> dict[int, float]:
    """Moving seconds by whole bpm, of the `wanted` samples or of all; sorted."""
    counts: dict[int, float] = {}
    chosen = samples.moving if wanted is None else [a and b for a, b in zip(samples.moving, wanted, strict=True)]
    for beats, going in zip(samples.heart_rate, chosen, strict=True):
        if going and beats is not None:
            whole = int(beats + 0.5)
            counts[whole] = counts.get(whole, 0.0) + 1.0
    return dict(sorted(counts.items()))


def steady(samples: Samples, found: Sequence[Stretch]) -> list[bool]:
    """Where heart rate speaks of steady running: after ten moving minutes, a minute away from each stride."""
    near = marked(found, len(samples.at), around=60)
    return [clock >= WARM_UP_S and not busy for clock, busy in zip(samples.clock, near, strict=True)]


def climbing(samples: Samples, hills: Terrain) -> tuple[int, list[bool]]:
    """(moving seconds on grades of 6 % and more, where among them heart rate has caught up with the climb)."""
    steep = [going and grade >= CLIMB_GRADE for grade, going in zip(hills.grade, samples.moving, strict=True)]
    settled = list(steep)
    for begin, end in joined(stretches(steep), CLIMB_BREAK_S):
        last = min(begin + CLIMB_LAG_S, end)
        settled[begin:last] = [False] * (last - begin)
    return sum(steep), settled


def highest_2min(samples: Samples) -> float | None:
    """The highest mean over two minutes without a hole; None in shorter recordings."""
    sums = [0.0, *accumulate(value or 0.0 for value in samples.heart_rate)]
    best = None
    for begin, end in stretches([value is not None for value in samples.heart_rate]):
        for place in range(begin, end - HIGHEST_S + 1):
            if samples.at[place + HIGHEST_S - 1] - samples.at[place] == HIGHEST_S - 1:
                mean = (sums[place + HIGHEST_S] - sums[place]) / HIGHEST_S
                best = mean if best is None else max(best, mean)
    return best


def efficiency(samples: Samples, hills: Terrain) -> float | None:
    """Graded metres a minute per heart beat a minute, of the moving samples after the first ten minutes.

    None with less than ten minutes of them left.
    """
    places = _measured(samples)
    return _efficiency(samples, hills, places) if len(places) >= EFFICIENCY_LEAST_S else None


def decoupling(samples: Samples, hills: Terrain, *, works: bool) -> float | None:
    """The share of efficiency that is lost from the first half of the time to the second: (EF1 - EF2) / EF1.

    None where it would not speak of endurance: less than an hour moving, an uneven pace (coefficient of variation of
    its minutes 12 % and more), stops of 5 % and more, halves whose climb differs by more than 8 m/km, bouts of work.
    (J. Friel; validity by coaching convention.)
    """
    stops = 1 - samples.moving_s / samples.elapsed_s
    if works or samples.moving_s < DECOUPLING_LEAST_S or stops >= DECOUPLING_MOST_STOPS:
        return None
    places = _measured(samples)
    half = len(places) // 2
    if not half or _variation([hills.speed[place] for place in places]) >= DECOUPLING_MOST_CV:
        return None
    first, second = places[:half], places[half:]
    if abs(_climb(samples, hills, first) - _climb(samples, hills, second)) > DECOUPLING_HILLS:
        return None
    before = _efficiency(samples, hills, first)
    return (before - _efficiency(samples, hills, second)) / before if before else None


def _measured(samples: Samples) -> list[int]:
    return [
        place
        for place, (clock, going, beats) in enumerate(
            zip(samples.clock, samples.moving, samples.heart_rate, strict=True)
        )
        if going and clock >= WARM_UP_S and beats is not None
    ]


def _efficiency(samples: Samples, hills: Terrain, places: Sequence[int]) -> float:
    beats = fmean(samples.heart_rate[place] or 0.0 for place in places)
    return 60 * fmean(hills.metres[place] for place in places) / beats


def _variation(speeds: Sequence[float]) -> float:
    """The coefficient of variation of the means over whole minutes."""
    minutes = [fmean(speeds[begin : begin + 60]) for begin in range(0, len(speeds) - 59, 60)]
    mean = fmean(minutes) if minutes else 0.0
    return pstdev(minutes) / mean if mean else 0.0


def _climb(samples: Samples, hills: Terrain, places: Sequence[int]) -> float:
    """Metres climbed per metre of way."""
    way = sum(samples.steps[place] for place in places)
    return sum(samples.steps[place] * max(hills.grade[place], 0.0) for place in places) / way if way else 0.0
