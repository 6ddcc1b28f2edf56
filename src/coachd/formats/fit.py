"""FIT: what a device recorded second by second, and its own sums of it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from operator import itemgetter

from coachd.errors import BrokenFile
from coachd.formats import sports
from coachd.formats.limits import CLIMB, DURATION, EARLIEST, HEART_RATE, SPEED, within
from coachd.formats.messages import EPOCH, File, Values, files, is_activity, real
from coachd.formats.numbers import offset, steps
from coachd.formats.points import Point
from coachd.formats.track import NOTHING, Stop, Track, track
from coachd.formats.workout import Read, Workout

POWER_ON = 0x10000000
"""Smaller times count from when the device was switched on."""

_OTHERS = {
    "settings": "settings", "device": "settings", "sport": "settings", "goals": "settings", "totals": "settings",
    "exd_configuration": "settings", "schedules": "a plan", "workout": "a plan", "course": "a course",
    "segment": "a segment", "segment_list": "a segment", "weight": "wellness data", "blood_pressure": "wellness data",
}  # fmt: skip


def read(content: bytes) -> Read:
    """The workouts of a FIT file, one for each session of each chained file.

    The parent that a multisport day has beside its parts is dropped, and so are the changes between them. The device's
    own sums are believed: `moving_s` is its timer, without pauses. A file that breaks off has no session: it is
    rebuilt from its points. Files of wellness data, settings, courses and plans are
    skipped. A wrong checksum alone is no reason to refuse a file (`messages.files`). Raises BrokenFile where nothing
    can be used.
    """
    found = files(content)
    activities = [file for file in found if is_activity(file)]
    workouts: list[Workout] = []
    aside: list[str] = []
    part = 0
    for file in activities:
        for section in _sections(file):
            part += 1
            if not section.is_workout:
                continue
            try:
                workouts.append(_workout(file, section, part))
            except BrokenFile as problem:
                aside.append(problem.reason)
    if workouts:
        return Read(workouts, aside=tuple(aside))
    if aside:
        raise BrokenFile(aside[0])
    other = next((file for file in found if not is_activity(file)), None)
    if other is not None:
        return Read([], skipped=f"it holds {_OTHERS.get(str(other.kind), 'wellness data')}")
    if not found or any(file.broken for file in found):
        raise BrokenFile("it breaks off or is damaged before the first point")
    return Read([], skipped="there is no workout in it")


@dataclass(slots=True)
class _Section:
    """A session with the points and sets that belong to it; `told` is empty where the file has no session."""

    told: Values
    points: list[Point] = field(default_factory=list)
    sets: list[Values] = field(default_factory=list)

    @property
    def is_workout(self) -> bool:
        return self.told.get("sport") != "transition"


def _sections(file: File) -> list[_Section]:
    """The sessions in order, each with what was recorded between the end of the one before it and its own.

    Their starts are not used for that: on some devices they are wrong by the hour.
    """
    sessions = file.all("session")
    if len(sessions) > 1:
        sessions = [told for told in sessions if told.get("sport") != "multisport"]
    if not sessions:
        return [_Section({}, file.points, file.all("set"))] if len(file.points) > 1 else []
    sections = [_Section(told) for told in sorted(sessions, key=lambda told: real(told, "timestamp") or 0)]
    ends = [real(section.told, "timestamp") or 0 for section in sections[:-1]]
    for point in file.points:
        sections[bisect_left(ends, point.at)].points.append(point)
    for each in file.all("set"):
        sections[bisect_left(ends, real(each, "timestamp") or 0)].sets.append(each)
    return sections


def _workout(file: File, section: _Section, part: int) -> Workout:
    told, shift = section.told, _shift(file)
    points = [point._replace(at=_utc(point.at, shift)) for point in section.points]
    recorded = track(points, _stops(file, shift)) if points else NOTHING
    start = _start(told, recorded, shift)
    sport, sub_sport = (str(told.get(word) or file.one("sport").get(word) or "") for word in ("sport", "sub_sport"))
    name, indoors = sports.named(sport, sub_sport)
    elapsed_s, moving_s = _durations(told, recorded)
    distance_m = within(real(told, "total_distance"), (0.0, SPEED[1] * (elapsed_s or DURATION[1])))
    zone = _zone(file, recorded)
    return Workout(
        sport=name,
        sub_sport=sub_sport,
        start=start,
        start_local=None if zone is None else start.replace(tzinfo=None) + zone,
        distance_m=distance_m or recorded.distance_m,
        moving_s=moving_s,
        elapsed_s=elapsed_s,
        gain_m=within(real(told, "total_ascent"), CLIMB),
        loss_m=within(real(told, "total_descent"), CLIMB),
        average_hr=within(real(told, "avg_heart_rate"), HEART_RATE) or recorded.mean("heartrate"),
        max_hr=within(real(told, "max_heart_rate"), HEART_RATE) or recorded.highest("heartrate"),
        cadence_spm=steps(_cadence(told, recorded), name),
        sets=_sets(section.sets),
        sets_s=_sets_s(section.sets),
        perceived_effort=_effort(told),
        hr_zone_s=_hr_zones(file, told),
        device=_device(file),
        name=_name(file),
        trainer=indoors,
        rebuilt=not told,
        part=part,
        columns=recorded.columns,
    )


def _shift(file: File) -> float:
    """What to add to the file's small times. A clock that was never set still knows the time of day where its owner
    told it: its wall clock is then taken for UTC."""
    activity = file.one("activity")
    local, counted = real(activity, "local_timestamp"), real(activity, "timestamp")
    if local is None or counted is None or not counted < POWER_ON <= local:
        return float(EPOCH)
    return EPOCH + local - counted


def _utc(at: float, shift: float) -> float:
    return at + (EPOCH if at >= POWER_ON else shift)


def _stops(file: File, shift: float) -> list[Stop]:
    """From each stop of the timer to the next start, in order."""
    stops: list[Stop] = []
    stopped: float | None = None
    events = (
        (_utc(at, shift), event.get("event_type"))
        for event in file.all("event")
        if event.get("event") == "timer" and (at := real(event, "timestamp")) is not None
    )
    for at, kind in sorted(events, key=itemgetter(0)):
        if kind == "start" and stopped is not None:
            stops.append((stopped, at))
            stopped = None
        elif str(kind).startswith("stop") and stopped is None:
            stopped = at
    return stops


def _start(told: Values, recorded: Track, shift: float) -> datetime:
    """The session's start, unless its points began before it, or so late that they cannot belong to it."""
    said = real(told, "start_time")
    at = None if said is None else _utc(said, shift)
    if recorded.columns:
        length = real(told, "total_elapsed_time") or 0.0
        if at is None or not recorded.first - length <= at <= recorded.first:
            at = recorded.first
    if at is None:
        raise BrokenFile("nothing was recorded")
    if at < EARLIEST:
        raise BrokenFile("its clock was not set")
    return datetime.fromtimestamp(at, UTC)


def _durations(told: Values, recorded: Track) -> tuple[float | None, float | None]:
    """(elapsed, moving) in s: the session's where they can be true, else those of the points."""
    said = [real(told, name) for name in ("total_elapsed_time", "total_timer_time")]
    elapsed, timer = (within(value, DURATION) for value in said)
    if elapsed is None:
        elapsed = timer if recorded.elapsed_s is None else recorded.elapsed_s
    if elapsed is None and any(value is not None for value in said):
        raise BrokenFile("it lasts longer than a week, so its clock was wrong")
    if timer is None or timer > (elapsed or 0.0) * 1.02 + 5:  # devices round, and some count the timer a little longer
        timer = recorded.running_s
    return elapsed, timer


def _cadence(told: Values, recorded: Track) -> float | None:
    """The mean in revolutions a minute, for runners of one leg: the session's, unless it is a whole number, which is
    worse than what the points give."""
    whole = real(told, "avg_running_cadence") or real(told, "avg_cadence")
    fraction = real(told, "avg_fractional_cadence")
    if whole is not None and fraction is not None:
        return whole + fraction
    return recorded.mean("cadence") or whole


def _zone(file: File, recorded: Track) -> timedelta | None:
    """How far the wall clock was ahead of UTC, as far as it can be believed."""
    activity = file.one("activity")
    local, at = real(activity, "local_timestamp"), real(activity, "timestamp")
    if local is None or at is None:
        return None
    if at < POWER_ON:
        return timedelta(0)
    position = next((fix for fix in recorded.columns.get("latlng", ()) if fix is not None), None)
    return offset(local, at, position[1] if position else None)


def _sets(sets: list[Values]) -> int | None:
    """How many there were, without rests; None for a workout that does not count them."""
    return sum(each.get("set_type") != "rest" for each in sets) if sets else None


def _sets_s(sets: list[Values]) -> float | None:
    known = [real(each, "duration") for each in sets if each.get("set_type") != "rest"]
    lasted = [seconds for seconds in known if seconds is not None]
    return within(sum(lasted), DURATION) if lasted else None


def _effort(told: Values) -> float | None:
    """What the athlete entered after the workout, from 1 to 10; the file counts to 100."""
    return within((real(told, "workout_rpe") or 0.0) / 10, (1.0, 10.0))


def _hr_zones(file: File, told: Values) -> tuple[float, ...] | None:
    """Zones 1 to 5 of the seven that Garmin's devices have: below the first and above the last count for nothing."""
    seconds = told.get("time_in_hr_zone")
    for each in file.all("time_in_zone"):
        if each.get("reference_mesg") == "session" and each.get("reference_index") == told.get("message_index", 0):
            seconds = seconds or each.get("time_in_hr_zone")
    if not isinstance(seconds, tuple) or len(seconds) != 7:
        return None
    zones = tuple(within(value, DURATION) if type(value) in (int, float) else None for value in seconds[1:6])
    known = tuple(value for value in zones if value is not None)
    return known if len(known) == 5 and sum(known) > 0 else None


def _device(file: File) -> str:
    maker, product, model = "", "", ""
    for message in (file.one("file_id"), file.one("device_info")):
        maker = maker or _text(message, "manufacturer")
        product = product or _text(message, "garmin_product")
        model = model or _text(message, "product_name")
    return sports.device(maker, model or product)


def _name(file: File) -> str:
    """That of the planned workout that was followed: FIT has no other title."""
    return _text(file.one("workout"), "wkt_name")


def _text(message: Values, name: str) -> str:
    value = message.get(name)
    return " ".join(value.split())[:200] if isinstance(value, str) else ""
