"""Robin's season as three sources saw it, and which recordings are of one workout."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from coachd.demo.athlete import scripted_year
from coachd.model import Recording, family_of
from coachd.sources.strava import mapping


def on_strava(weeks: int = 52) -> list[Recording]:
    """What Strava knows of it: now and then two sessions a day, before each race a warm-up, one triathlon, and after
    it a treadmill run."""
    known = [mapping.recording(raw) for raw in scripted_year().activities]
    last = known[0].start + timedelta(weeks=weeks)
    season = [each for each in known if each.start < last]
    more = [_moved(race, race, -600, 540, 91 + n) for n, race in enumerate(season) if race.workout_type == 1]
    begin = season[5]
    more += [
        _moved(begin, begin, 86_400 + 4 * 3_600, 1_500, 81, sport="Swim"),
        _moved(begin, begin, 86_400 + 4 * 3_600 + 1_560, 3_600, 82, sport="Ride"),
        _moved(begin, begin, 86_400 + 4 * 3_600 + 1_560 + 3_640, 1_500, 83),
        _moved(begin, begin, 86_400 + 9 * 3_600, 1_800, 84, trainer=True, distance_m=5_000.0),
    ]
    return sorted([*season, *more], key=lambda each: each.start)


def as_garmin_has_it(recording: Recording, noise: random.Random) -> Recording:
    """The same workout by a watch: a few seconds apart, with a timer of its own."""
    number = 21_000_000_000 + int(recording.external_id) % 10**9
    return _again(recording, noise, source="garmin", external_id=str(number), identity=f"garmin:{number}")


def as_a_file_has_it(recording: Recording, noise: random.Random) -> Recording:
    """The same workout as the watch wrote it down. A GPX does not say what sport it was."""
    digest = f"{noise.getrandbits(256):064x}"
    sport = noise.choice([recording.sport, "Workout"])
    return _again(
        recording, noise, source="files", external_id=digest, identity=f"file:{digest}", original=True, sport=sport
    )


def cropped(recording: Recording, noise: random.Random) -> Recording:
    """The same on Strava after its beginning was cut off, by so much as is still to be recognised."""
    moving_s, elapsed_s = recording.moving_s or 0.0, recording.elapsed_s or 0.0
    seconds = noise.randint(5, max(40, min(110, int(0.04 * moving_s))))
    begin = timedelta(seconds=seconds)
    return replace(
        recording, start=recording.start + begin, start_local=recording.start_local + begin,
        moving_s=moving_s - seconds, elapsed_s=elapsed_s - seconds,
    )  # fmt: skip


def seen_by_three(seed: int, weeks: int = 52) -> list[list[Recording]]:
    """The workouts of the season, each with the recordings there are of it: of one to three sources."""
    noise = random.Random(seed)
    workouts = []
    for strava in on_strava(weeks):
        there = [as_garmin_has_it(strava, noise), as_a_file_has_it(strava, noise)]
        there.append(cropped(strava, noise) if noise.random() < 0.1 else strava)
        workouts.append(noise.sample(there, noise.choice([1, 2, 3, 3, 3])))
    return workouts


def _again(recording: Recording, noise: random.Random, **values) -> Recording:
    apart = timedelta(seconds=noise.randint(-4, 4))
    timer = (recording.moving_s or 0.0) + noise.randint(0, 20)
    return replace(
        recording,
        start=recording.start + apart, start_local=recording.start_local + apart, zone=None, moving_s=timer,
        elapsed_s=max(timer, recording.elapsed_s or 0.0), name="", description="", workout_type=None, gear_id=None,
        distance_m=(recording.distance_m or 0.0) * noise.uniform(0.995, 1.005), raw={},
        **values,
    )  # fmt: skip


def _moved(like: Recording, at: Recording, seconds: float, length: float, number: int, **values) -> Recording:
    begin = timedelta(seconds=seconds)
    external_id = str(10**7 + number)
    given = {
        "external_id": external_id, "identity": f"strava:{external_id}", "sport": "Run", "moving_s": length,
        "elapsed_s": length, "distance_m": length * 3, "workout_type": None, "name": "Short",
    }  # fmt: skip
    return replace(like, start=at.start + begin, start_local=at.start_local + begin, **{**given, **values})


def two_a_day(recordings: Sequence[Recording]) -> int:
    """On how many days there were two or more workouts on foot."""
    days = [each.start_local.date() for each in recordings if family_of(each.sport) == "run"]
    return sum(days.count(day) > 1 for day in set(days))
