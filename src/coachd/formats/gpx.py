"""GPX: tracks of points with positions, and a heart rate in extensions of many names."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from xml.sax.xmlreader import AttributesImpl

from coachd.errors import BrokenFile
from coachd.formats.limits import MAX_PARTS, MAX_POINTS
from coachd.formats.markup import Elements, parse
from coachd.formats.numbers import moment, number, steps, wall_clock
from coachd.formats.points import Point
from coachd.formats.sports import worded
from coachd.formats.track import track
from coachd.formats.workout import Read, Workout

_HEART_RATE = frozenset({"hr", "heartrate", "heart_rate"})
_CADENCE = frozenset({"cad", "cadence"})


@dataclass(slots=True)
class _Track:
    name: str = ""
    sport: str = ""
    local: datetime | None = None
    points: list[Point] = field(default_factory=list)
    untimed: bool = False


def read(content: bytes) -> Read:
    """The workouts of a GPX file: one for each track, whose segments belong together.

    A pause is what lies between two segments, or a hole of more than a minute; `moving_s` also leaves out standing
    still, since no device's clock is known. The distance comes from the positions. Points without a time are no
    recording: a file of such, a route or waypoints, is skipped. Raises BrokenFile where nothing can be used.
    """
    elements = _Gpx()
    whole = parse(content, elements)
    workouts: list[Workout] = []
    aside: list[str] = []
    for part, found in enumerate(elements.tracks, 1):
        if not found.points:
            continue
        try:
            workouts.append(_workout(found, part, elements.creator, rebuilt=not whole and found is elements.tracks[-1]))
        except BrokenFile as problem:
            aside.append(problem.reason)
    if workouts:
        return Read(workouts, aside=tuple(aside))
    if aside:
        raise BrokenFile(aside[0])
    if any(found.untimed for found in elements.tracks):
        return Read([], skipped="its points have no times")
    if not whole:
        raise BrokenFile("it is damaged before the first point")
    return Read([], skipped="it is a route or a list of places" if elements.places else "there is no track in it")


def _workout(found: _Track, part: int, creator: str, *, rebuilt: bool) -> Workout:
    if len(found.points) < 2:
        raise BrokenFile("it has a single point")
    recorded = track(found.points)
    sport, sub_sport, indoors = worded(found.sport)
    return Workout(
        sport=sport,
        sub_sport=sub_sport,
        start=datetime.fromtimestamp(recorded.first, UTC),
        start_local=wall_clock(recorded.first, found.local),
        distance_m=recorded.distance_m,
        moving_s=recorded.moving_s(),
        elapsed_s=recorded.elapsed_s,
        average_hr=recorded.mean("heartrate"),
        max_hr=recorded.highest("heartrate"),
        cadence_spm=steps(recorded.mean("cadence"), sport),
        device=creator,
        name=found.name,
        trainer=indoors,
        rebuilt=rebuilt,
        part=part,
        columns=recorded.columns,
    )


def _device(creator: str) -> str:
    """Strava names the device behind its own name, Garmin Connect does not name it."""
    name = " ".join(creator.removeprefix("StravaGPX").split())[:100]
    return "Garmin" if name == "Garmin Connect" else name


class _Gpx(Elements):
    """Gathers tracks. `places` says whether there are routes or waypoints."""

    def __init__(self) -> None:
        super().__init__()
        self.tracks: list[_Track] = []
        self.creator = ""
        self.places = False
        self._count = 0
        self._begins = False
        self._at: datetime | None = None
        self._values: dict[str, float | None] = {}

    def opened(self, name: str, attributes: AttributesImpl[str]) -> None:
        match name:
            case "gpx":
                self.creator = _device(str(attributes.get("creator", "")))
            case "trk":
                self.tracks.append(_Track())
                if len(self.tracks) > MAX_PARTS:
                    raise BrokenFile("it has too many parts")
            case "trkseg":
                self._begins = True
            case "trkpt":
                self._at = None
                self._values = {
                    "latitude": number(attributes.get("lat")), "longitude": number(attributes.get("lon"))
                }  # fmt: skip
            case "rte" | "wpt":
                self.places = True

    def closed(self, name: str, text: str) -> None:
        match name:
            case "time" if self.above(1) == "trkpt":
                self._at = moment(text)
            case "ele" if self.above(1) == "trkpt":
                self._values["altitude"] = number(text)
            case "speed":
                self._values["speed"] = number(text)
            case "trkpt":
                self._close_point()
            case "name" if self.above(1) == "trk" and self.tracks:
                self.tracks[-1].name = " ".join(text.split())[:200]
            case "type" if self.above(1) == "trk" and self.tracks:
                self.tracks[-1].sport = text
            case _ if name in _HEART_RATE:
                self._values["heart_rate"] = number(text)
            case _ if name in _CADENCE:
                self._values["cadence"] = number(text)

    def _close_point(self) -> None:
        if not self.tracks:
            return
        found = self.tracks[-1]
        if self._at is None:
            found.untimed = True
            return
        self._count += 1
        if self._count > MAX_POINTS:
            raise BrokenFile("it has more than 500,000 points")
        found.local = found.local or self._at
        found.points.append(Point(self._at.timestamp(), **self._values, begins=self._begins))
        self._begins = False
