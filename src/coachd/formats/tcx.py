"""TCX: activities of laps of points, with or without positions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from xml.sax.xmlreader import AttributesImpl

from coachd.errors import BrokenFile
from coachd.formats.limits import CADENCE, DISTANCE, DURATION, EARLIEST, HEART_RATE, MAX_PARTS, MAX_POINTS, within
from coachd.formats.markup import Elements, parse
from coachd.formats.numbers import moment, number, steps, wall_clock
from coachd.formats.points import Point
from coachd.formats.sports import worded
from coachd.formats.track import NOTHING, Track, track
from coachd.formats.workout import Read, Workout
from coachd.model import family_of


@dataclass(slots=True)
class _Lap:
    """Its own sums by TCX's names, where it has them."""

    start: datetime | None
    values: dict[str, float | None] = field(default_factory=dict)


@dataclass(slots=True)
class _Activity:
    """What was gathered of one."""

    sport: str
    laps: list[_Lap] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    device: str = ""
    untimed: bool = False


def read(content: bytes) -> Read:
    """The workouts of a TCX file, one for each activity.

    Time and distance are the sums of its laps, the start is the first point's or else the first lap's: the `Id` may be
    rounded to a minute. On foot or on a bike, a distance without any position was covered indoors. Points without a
    time are left out. Courses and planned workouts are skipped. Raises BrokenFile where nothing can be used.
    """
    elements = _Tcx()
    whole = parse(content, elements)
    workouts: list[Workout] = []
    aside: list[str] = []
    for part, activity in enumerate(elements.activities, 1):
        try:
            rebuilt = not whole and activity is elements.activities[-1]
            workouts.append(_workout(activity, part, rebuilt=rebuilt))
        except BrokenFile as problem:
            aside.append(problem.reason)
    if workouts:
        return Read(workouts, aside=tuple(aside))
    if any(activity.untimed for activity in elements.activities):
        return Read([], skipped="its points have no times")
    if aside:
        raise BrokenFile(aside[0])
    if not whole:
        raise BrokenFile("it is damaged before the first activity")
    return Read([], skipped="it is a course or a plan" if elements.planned else "there is no activity in it")


def _workout(activity: _Activity, part: int, *, rebuilt: bool) -> Workout:
    began = next((lap.start for lap in activity.laps if lap.start), None)
    if not activity.points and began is None:
        raise BrokenFile("nothing was recorded")
    recorded = track(activity.points) if activity.points else NOTHING
    start = datetime.fromtimestamp(recorded.first, UTC) if activity.points or began is None else began
    if start.timestamp() < EARLIEST:
        raise BrokenFile("its clock was not set")
    sport, sub_sport, indoors = worded(activity.sport)
    # The laps of a file that breaks off are not all there: its points then say more.
    laps = [] if rebuilt and activity.points else activity.laps
    running_s = within(_sum(laps, "TotalTimeSeconds") or None, DURATION)
    distance_m = within(_sum(laps, "DistanceMeters") or None, DISTANCE)
    cadence = recorded.mean("cadence") or _mean(laps, "Cadence")
    return Workout(
        sport=sport,
        sub_sport=sub_sport,
        start=start,
        start_local=wall_clock(start.timestamp(), began),
        distance_m=distance_m or recorded.distance_m,
        moving_s=running_s or recorded.moving_s(),
        elapsed_s=max(recorded.elapsed_s or 0.0, running_s or 0.0) or None,
        average_hr=recorded.mean("heartrate") or within(_mean(laps, "AverageHeartRateBpm"), HEART_RATE),
        max_hr=recorded.highest("heartrate") or within(_most(laps, "MaximumHeartRateBpm"), HEART_RATE),
        cadence_spm=steps(within(cadence or None, CADENCE), sport),
        device=activity.device,
        trainer=indoors or _without_positions(recorded, sport),
        rebuilt=rebuilt,
        part=part,
        columns=recorded.columns,
    )


def _sum(laps: Sequence[_Lap], name: str) -> float | None:
    """Over all laps; None where one of them does not say."""
    values = [lap.values.get(name) for lap in laps]
    known = [value for value in values if value is not None]
    return sum(known) if known and len(known) == len(values) else None


def _mean(laps: Sequence[_Lap], name: str) -> float | None:
    """Over the laps that say it, each weighted by its time."""
    known = [
        (value, lap.values.get("TotalTimeSeconds") or 1.0)
        for lap in laps
        if (value := lap.values.get(name)) is not None
    ]
    weight = sum(seconds for _, seconds in known)
    return sum(value * seconds for value, seconds in known) / weight if weight > 0 else None


def _most(laps: Sequence[_Lap], name: str) -> float | None:
    return max((value for lap in laps if (value := lap.values.get(name)) is not None), default=None)


def _without_positions(recorded: Track, sport: str) -> bool:
    return (
        "distance" in recorded.columns
        and "latlng" not in recorded.columns
        and family_of(sport) in ("run", "walk", "ride")
    )


_OF_POINT = {
    "LatitudeDegrees": "latitude", "LongitudeDegrees": "longitude", "AltitudeMeters": "altitude",
    "DistanceMeters": "distance", "Speed": "speed", "HeartRateBpm": "heart_rate", "Cadence": "cadence",
    "RunCadence": "cadence",
}  # fmt: skip
_OF_LAP = {
    "TotalTimeSeconds": "TotalTimeSeconds", "DistanceMeters": "DistanceMeters", "Cadence": "Cadence",
    "AvgRunCadence": "Cadence", "AverageHeartRateBpm": "AverageHeartRateBpm",
    "MaximumHeartRateBpm": "MaximumHeartRateBpm",
}  # fmt: skip


class _Tcx(Elements):
    """Gathers activities. `planned` says whether there are courses or plans."""

    def __init__(self) -> None:
        super().__init__()
        self.activities: list[_Activity] = []
        self.planned = False
        self._activity: _Activity | None = None
        self._begins = False
        self._count = 0
        self._at: datetime | None = None
        self._point: dict[str, float | None] | None = None

    def opened(self, name: str, attributes: AttributesImpl[str]) -> None:
        match name:
            case "Activity":
                self._activity = _Activity(str(attributes.get("Sport", "")))
                self.activities.append(self._activity)
                if len(self.activities) > MAX_PARTS:
                    raise BrokenFile("it has too many parts")
            case "Lap" if self._activity:
                self._activity.laps.append(_Lap(moment(str(attributes.get("StartTime", "")))))
            case "Track":
                self._begins = True
            case "Trackpoint":
                self._at, self._point = None, {}
            case "Course" | "Workout":
                self.planned = True

    def closed(self, name: str, text: str) -> None:
        if self._activity is None:
            return
        if name == "Activity":
            self._activity = None
        elif name == "Trackpoint":
            self._close_point(self._activity)
        elif name == "Name" and self.above(1) == "Creator":
            self._activity.device = " ".join(text.split())[:100]
        elif name == "Time" and self._point is not None:
            self._at = moment(text)
        elif text:
            self._keep(self.above(1) if name == "Value" else name, number(text))

    def _keep(self, name: str, value: float | None) -> None:
        """Keep a number of the present point, or else of the present lap."""
        if self._point is not None:
            if name in _OF_POINT:
                self._point[_OF_POINT[name]] = value
        elif name in _OF_LAP and self._activity and self._activity.laps:
            self._activity.laps[-1].values[_OF_LAP[name]] = value

    def _close_point(self, activity: _Activity) -> None:
        values, self._point = self._point or {}, None
        if self._at is None:
            activity.untimed = True
            return
        self._count += 1
        if self._count > MAX_POINTS:
            raise BrokenFile("it has more than 500,000 points")
        activity.points.append(Point(self._at.timestamp(), **values, begins=self._begins))
        self._begins = False
