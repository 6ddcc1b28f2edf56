"""Robin's year as services really deliver it: what is dirty must not change what is said.

The note expects no change from any dirt. That holds for everything that is set aside, mended or read past. It cannot
hold where the dirt takes away what a rule counts: there only the rules that count it may judge otherwise. How often the
58 pairs of the ground truth are lost then was counted over 40 seeds and stands with each test.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from robin import candidates, judged, told, year
from test_ground_truth import prototyped

from coachd.demo.script import FIRST_MONDAY
from coachd.judge import Judgement
from coachd.model import Activity, StreamNumbers

SEEDS = (1, 2)
HOME = ZoneInfo("Europe/Berlin")
Dirt = Callable[[list[Activity], random.Random], list[Activity]]


@cache
def clean(seed: int) -> dict[int, Judgement]:
    return judged(year(seed), prototyped())


def dirty(seed: int, *dirt: Dirt) -> dict[int, Judgement]:
    def mess(recorded: list[Activity]) -> list[Activity]:
        for soil in dirt:
            recorded = soil(recorded, random.Random(f"{seed}/{soil.__name__}"))
        return sorted(recorded, key=lambda activity: activity.start)

    return judged(year(seed, mess=mess), prototyped())


def told_otherwise(seed: int, after: dict[int, Judgement]) -> dict[int, set[str]]:
    found = {week: told(clean(seed)[week]) ^ told(judgement) for week, judgement in after.items()}
    return {week: rules for week, rules in found.items() if rules}


def judged_otherwise(seed: int, after: dict[int, Judgement]) -> set[str]:
    return {rule for week, found in after.items() for rule in candidates(clean(seed)[week]) ^ candidates(found)}


# The dirt


def runs(recorded: Iterable[Activity]) -> list[Activity]:
    return [activity for activity in recorded if activity.family == "run"]


def easy(recorded: Iterable[Activity], distance_m: float | None = None) -> list[Activity]:
    """Easy runs that nothing happened to yet."""
    return [
        run
        for run in runs(recorded)
        if run.name.startswith("Morning Run") and run.average_hr is not None and not run.trainer
        if run.streams is not None and not run.streams.car_m and distance_m in (None, run.distance_m)
    ]


def some(activities: Sequence[Activity], share: float, noise: random.Random) -> list[Activity]:
    return noise.sample(activities, round(share * len(activities)))


def instead(recorded: Iterable[Activity], new: Iterable[Activity]) -> list[Activity]:
    by_id = {activity.id: activity for activity in new}
    return [by_id.get(activity.id, activity) for activity in recorded]


def later(activity: Activity, seconds: float) -> Activity:
    shift = timedelta(seconds=seconds)
    return replace(activity, start=activity.start + shift, start_local=activity.start_local + shift)


def streams_of(run: Activity) -> StreamNumbers:
    assert run.streams is not None
    return run.streams


def from_a_second_device(recorded, noise):
    """5 % of the runs twice: within 40 s and 2 % of the distance."""
    return recorded + [
        replace(
            later(run, noise.randint(-40, 40)),
            id=run.id + 1_000_003,
            distance_m=run.distance_m * noise.uniform(0.98, 1.02),
            device="Phone",
            gear_id=None,
        )
        for run in some(runs(recorded), 0.05, noise)
    ]


def from_a_second_device_first(recorded, noise):
    """The same, where the poorer recording came in first."""
    poorer = from_a_second_device(recorded, noise)[len(recorded) :]
    return recorded + [
        replace(run, id=run.id - 3_000_009, average_hr=None, max_hr=None, streams=None) for run in poorer
    ]


def on_a_treadmill(recorded, noise):
    """Four runs without satellites: distance and heart rate stay, slopes and bouts do not."""
    indoors = {"gain_m": None, "loss_m": None, "graded_m": None, "bouts": (), "strides": None, "efficiency": None}
    return instead(
        recorded,
        [
            replace(run, trainer=True, gain_m=0.0, streams=replace(streams_of(run), **indoors))
            for run in noise.sample(easy(recorded), 4)
        ],
    )


def walks_called_runs(recorded, noise):
    """Two walks of 3 km at 1.5 m/s and 110 steps a minute."""
    walks = []
    for number, run in enumerate(noise.sample(runs(recorded), 2)):
        local = run.start_local.replace(hour=13)
        walks.append(
            Activity(
                id=number, sport="Run", start=run.start + (local - run.start_local), start_local=local,
                name="Lunch Run", distance_m=3_000.0, moving_s=2_000.0, elapsed_s=2_100.0, gain_m=10.0,
                average_hr=100.0, max_hr=115.0, cadence_spm=110.0,
            )
        )  # fmt: skip
    return recorded + walks


def driven_home(run: Activity, streams: StreamNumbers | None) -> Activity:
    assert run.distance_m
    assert run.moving_s
    return replace(run, distance_m=run.distance_m + 12_000, moving_s=run.moving_s + 720, streams=streams)


def with_a_drive(recorded, noise):
    """A run of 9 km whose watch was stopped after 12 km in the car."""
    run = noise.choice(easy(recorded, 9_000.0))
    return instead(recorded, [driven_home(run, replace(streams_of(run), car_m=12_000.0))])


def with_steps_for_heartbeats(recorded, noise):
    """A run whose sensor took the steps for the heart: 168 to 172."""
    run = noise.choice(easy(recorded))
    locked = dict.fromkeys(range(168, 173), (run.moving_s or 0.0) / 5)
    suspect = replace(
        streams_of(run), hr_suspect="it follows the steps", hr_seconds=locked, steady_hr_seconds=locked,
        first_hour_hr_seconds=locked,
    )  # fmt: skip
    return instead(recorded, [replace(run, average_hr=170.0, max_hr=172.0, streams=suspect)])


def with_a_drifting_barometer(recorded, noise):
    """A loop that ends 60 m above its start: the summary climbs with it, the streams were set right. In weeks 3 and 4
    a short run looks hilly by that, and no hills is what is told there."""
    run = noise.choice([run for run in easy(recorded) if 14 <= (run.day - FIRST_MONDAY).days < 28 and short(run)])
    streams = replace(streams_of(run), drift_m=60.0)
    return instead(recorded, [replace(run, gain_m=(run.gain_m or 0.0) + 60, streams=streams)])


def short(run: Activity) -> bool:
    return (run.distance_m or 0.0) <= 7_000


def uploaded_again(recorded, noise):
    run = noise.choice(runs(recorded))
    return [replace(each, id=2**54) if each is run else each for each in recorded]


def in_two_parts(recorded, noise):
    """A run that was stopped and begun anew four minutes later."""
    run = noise.choice(easy(recorded))
    share = noise.uniform(0.4, 0.6)
    first, second = part(run, share), replace(part(run, 1 - share), id=run.id + 1_000_003)
    return [*instead(recorded, [first]), later(second, (first.elapsed_s or 0.0) + 240)]


def part(run: Activity, share: float) -> Activity:
    whole = streams_of(run)
    parted = {
        name: {rate: seconds * share for rate, seconds in getattr(whole, name).items()}
        for name in ("hr_seconds", "steady_hr_seconds", "first_hour_hr_seconds")
    }
    lengths = {name: (getattr(run, name) or 0.0) * share for name in ("distance_m", "moving_s", "elapsed_s", "gain_m")}
    metres = {name: (getattr(whole, name) or 0.0) * share for name in ("moving_s", "graded_m", "gain_m", "loss_m")}
    return replace(run, **lengths, streams=replace(whole, **parted, **metres))


def through_the_change_of_clocks(recorded, noise):
    """The runs of 30 March and 26 October begin before the hour that is left out, or comes twice."""
    days = (date(2025, 3, 30), date(2025, 10, 26))
    return [at(run, run.start_local.replace(hour=1, minute=40), HOME) if run.day in days else run for run in recorded]


def at(activity: Activity, local: datetime, zone: ZoneInfo) -> Activity:
    return replace(activity, start_local=local, start=local.replace(tzinfo=zone).astimezone(UTC))


IN_GERMAN = {
    "Morning Run": "Morgenlauf", "Long Run": "Langer Lauf", "Trail Run": "Geländelauf", "Intervals": "Intervalle",
    "Tempo Run": "Tempodauerlauf", "Evening Ride": "Feierabendrunde", "Strength Training": "Krafttraining",
}  # fmt: skip
IN_FINNISH = {
    "Morning Run": "Aamulenkki", "Long Run": "Pitkä lenkki", "Trail Run": "Polkujuoksu", "Intervals": "Vedot",
    "Tempo Run": "Reipas lenkki", "Evening Ride": "Pyörälenkki", "Strength Training": "Voimaharjoittelu",
}  # fmt: skip


def named_in(words: dict[str, str], recorded: Iterable[Activity]) -> list[Activity]:
    return [
        replace(activity, name=next((words[name] for name in words if activity.name.startswith(name)), "Kisa"))
        for activity in recorded
    ]


def named_in_german(recorded, noise):
    return named_in(IN_GERMAN, recorded)


def named_in_a_language_that_nobody_taught_us(recorded, noise):
    return named_in(IN_FINNISH, recorded)


def entered_by_hand(recorded, noise):
    """Three easy runs with nothing but distance and time."""
    bare = {"average_hr": None, "max_hr": None, "cadence_spm": None, "gain_m": None, "streams": None}
    return instead(recorded, [replace(run, manual=True, **bare) for run in noise.sample(easy(recorded), 3)])


def without_shoes(recorded, noise):
    """A fifth of the runs names no shoe, and the service counts them for none."""
    return instead(recorded, [replace(run, gear_id=None) for run in some(runs(recorded), 0.2, noise)])


def without_heart_rate(recorded, noise):
    """15 % of the runs."""
    nothing = {"hr_coverage": 0.0, "hr_seconds": {}, "steady_hr_seconds": {}, "first_hour_hr_seconds": {}}
    measured = [run for run in runs(recorded) if run.streams is not None]
    return instead(
        recorded,
        [
            replace(
                run,
                average_hr=None,
                max_hr=None,
                streams=replace(streams_of(run), efficiency=None, decoupling=None, **nothing),
            )
            for run in some(measured, 0.15, noise)
        ],
    )


def in_tokyo(first: date) -> Dirt:
    """Ten days at the clock of another place, nine hours east of Greenwich."""

    def trip(recorded, noise):
        days = [first + timedelta(days=number) for number in range(10)]
        return [at(each, each.start_local, ZoneInfo("Asia/Tokyo")) if each.day in days else each for each in recorded]

    return trip


HARMLESS: list[Dirt] = [
    from_a_second_device, from_a_second_device_first, walks_called_runs, with_a_drive, with_steps_for_heartbeats,
    with_a_drifting_barometer, uploaded_again, through_the_change_of_clocks, named_in_german,
    named_in_a_language_that_nobody_taught_us,
]  # fmt: skip

OF_HEARTBEATS = {
    "base-mostly-easy", "decoupling-high", "easy-discipline", "easy-run-too-fast", "intensity-balance", "monotony-high",
}  # fmt: skip
OF_STEPS = {"cadence-low", "cadence-up"}
OF_SHOES = {"shoe-wear", "shoe-rotation"}
LACKING: dict[Dirt, set[str]] = {
    on_a_treadmill: {*OF_STEPS, "heat-adjust", "base-strides-hills"},
    in_two_parts: {*OF_STEPS, "easy-discipline"},
    entered_by_hand: OF_HEARTBEATS | OF_STEPS,
    without_heart_rate: OF_HEARTBEATS,
    without_shoes: OF_SHOES,
}
"""Dirt -> the rules that count what it takes away. Of the 2,320 pairs of 40 seeds are lost: indoors 9 (cadence-low is
a week late), in parts 4 (easy-discipline: a part under 20 minutes is not judged), by hand 36, without some heart rates
58, without some shoes 226 (the service adds nothing to a pair that is not named, so every mark comes later)."""


# What it changes


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("dirt", HARMLESS, ids=lambda dirt: dirt.__name__)
def test_this_dirt_changes_nothing(dirt, seed):
    assert told_otherwise(seed, dirty(seed, dirt)) == {}


@pytest.mark.parametrize("seed", SEEDS)
def test_all_of_it_together_changes_nothing(seed):
    """Nor for 38 of 40 seeds; for two, the run without a heart rate was one of the three that are told to be fast."""
    assert told_otherwise(seed, dirty(seed, *HARMLESS[:-1])) == {}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("dirt", LACKING, ids=lambda dirt: dirt.__name__)
def test_what_lacks_a_number_changes_only_the_verdicts_that_count_it(dirt, seed):
    assert judged_otherwise(seed, dirty(seed, dirt)) <= LACKING[dirt]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_shoe_that_is_not_always_named_is_told_of_later_never_earlier(seed):
    def weeks(found: dict[int, Judgement], name: str) -> list[int]:
        return [
            week
            for week, judgement in found.items()
            if any(nudge.rule == "shoe-wear" and name in nudge.text for nudge in judgement.nudges)
        ]

    for name in ("Road-A", "Road-B"):
        now, before = weeks(dirty(seed, without_shoes), name), weeks(clean(seed), name)
        assert now
        assert all(later >= earlier for later, earlier in zip(now, before, strict=False))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_trip_across_the_world_silences_sleep_and_pulse_for_a_while_and_nothing_else(seed):
    elsewhere = {"spring": date(2025, 5, 26), "short nights": date(2025, 4, 20), "illness": date(2025, 7, 12)}
    otherwise = {when: told_otherwise(seed, dirty(seed, in_tokyo(first))) for when, first in elsewhere.items()}
    assert otherwise == {"spring": {}, "short nights": {16: {"sleep-short"}}, "illness": {28: {"rhr-up"}}}


@pytest.mark.parametrize("seed", SEEDS)
def test_all_dirt_at_once_changes_only_the_verdicts_that_lack_a_number(seed):
    """Of the 58 pairs, 9 are lost on average over 40 seeds: six of shoes, two of easy runs, one of anything else."""
    after = dirty(seed, *HARMLESS[:-2], in_tokyo(date(2025, 5, 26)), *LACKING, named_in_german)
    assert judged_otherwise(seed, after) <= set().union(*LACKING.values())


@pytest.mark.parametrize("seed", SEEDS)
def test_a_drive_that_only_a_summary_shows_costs_the_run_and_is_never_a_long_one(seed):
    def drive(recorded, noise):
        return instead(recorded, [driven_home(noise.choice(easy(recorded, 9_000.0)), None)])

    after = dirty(seed, drive)
    assert [week for week in after if "longest-run-spike" in told(after[week])] == [13]
