"""The fastest stretches inside any run."""

from __future__ import annotations

from coachd.language.measure import Measured, measure
from coachd.language.types import number
from coachd.language.view import View

SAME = 0.01
"""How far a stretch or a race may be from the distance asked for."""


@measure(number("clock"), data=("streams",), takes={"distance": number("distance")})
def best_effort(view: View, *, over: int = 365, before: int = 0, distance: float = 5_000.0) -> Measured:
    """Fastest time over `distance` within any run of the window, or in a race of it, in seconds. Known for 1 km, the
    mile, 5 km, 10 km and the half marathon. Source: definition.

    Unknown without streams of a run that far, and without such a race.
    """
    times = [
        (time_s, run.id)
        for run in view.runs(over, before)
        if run.streams is not None and not run.trainer
        for metres, time_s in run.streams.best_s.items()
        if abs(metres - distance) <= SAME * distance
    ]
    times += [
        (race.time_s, race.activity)
        for race in view.races_run(over, before)
        if race.time_s and race.activity is not None and abs(race.distance_m - distance) <= SAME * distance
    ]
    if not times:
        return Measured(None)
    time_s, run_id = min(times)
    return Measured(time_s, (run_id,))
