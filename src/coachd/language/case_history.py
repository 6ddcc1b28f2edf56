"""The history of an inline test, built as it is written: athlete, calendar, nights, shoes, and what was synced when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from coachd.language.case_activity import ActivityReader
from coachd.language.case_numbers import CaseNumbers
from coachd.language.document import Node
from coachd.language.vocabulary import NIGHT, SHOE
from coachd.model import (
    Activity,
    Athlete,
    History,
    Mode,
    Night,
    Phase,
    PhaseSpan,
    Race,
    Shoe,
    Zones,
)
from coachd.units import (
    HEART_RATE,
    LENGTH,
    PLAIN,
    TIME,
    parse_quantity,
)

NOON = 12
_PHASE_SINCE = _MODE_SINCE = "-20"
_VDOT_AGE = timedelta(days=30)
"""When the race was that gave the VDOT a test states for its athlete."""


class HistoryReader:
    """Reads one test's history, as seen at `now` on the morning after its last day."""

    def __init__(self, read: CaseNumbers, now: datetime) -> None:
        self.read = read
        self.now = now

    def history(self, node: Node) -> History:
        about = node.get("athlete") or Node("mapping", node.start, node.end)
        zones = self.zones(about)
        reader = ActivityReader(self.read)
        vdots: list[tuple[date, float]] = []
        activities: list[Activity] = []
        for entry, found in self.each(node, "activities", reader.activities):
            activities.append(found)
            vdot = self.read.amount(entry, "vdot")
            vdots += [(found.day, vdot)] if vdot is not None else []
        calendar = tuple(race for _, race in self.each(node, "races", self.races))
        races = _run(calendar, activities, dict(vdots))
        known = self.read.amount(about, "vdot")
        vdots += [
            (race.day, race.vdot) for race in races if race.vdot is not None and (race.day, race.vdot) not in vdots
        ]
        vdots += [(self.read.today - _VDOT_AGE, known)] if known is not None else []
        phases = self.phases(node, about)
        return History(
            athlete=self.athlete(about, zones, calendar, phases),
            activities=tuple(sorted(activities, key=lambda activity: activity.start)),
            shoes=tuple(shoe for _, shoe in self.each(node, "shoes", self.shoes)),
            synced=self.synced(node.string("synced", "1h")),
            easy_ceiling=zones.easy_ceiling,
            easy_ceiling_source=zones.easy_ceiling_source,
            excluded=tuple(
                replace(found, excluded=entry.string("reason"))
                for entry, found in self.each(node, "excluded", reader.activities)
            ),
            zones=zones,
            races=races,
            nights=tuple(sorted((night for _, night in self.each(node, "nights", self.nights)), key=lambda n: n.day)),
            phases=phases,
            vdots=tuple(sorted(vdots)),
        )

    def each(self, node: Node, key: str, read: Any) -> Iterator[tuple[Node, Any]]:
        """What `read` finds in every entry of a list, beside its entry."""
        listed = node.get(key)
        for entry in listed.items if listed else ():
            for found in read(entry):
                yield entry, found

    def zones(self, about: Node) -> Zones:
        """Anchors without a source are measured: a test that states them means them."""
        hr_max, threshold, resting, ceiling = (
            self.read.quantity(about, key, HEART_RATE)
            for key in ("hr_max", "threshold_hr", "resting_hr", "easy_ceiling")
        )
        stated = any(anchor is not None for anchor in (hr_max, threshold, ceiling))
        source = about.string("hr_source", "measured" if stated else "") or None
        return Zones(hr_max, threshold, resting, ceiling, about.string("easy_ceiling_source"), cast("Any", source))

    def athlete(
        self, about: Node, zones: Zones, calendar: tuple[Race, ...], phases: tuple[tuple[date, Phase], ...]
    ) -> Athlete:
        mode = about.string("mode")
        ends = [*(day - timedelta(days=1) for day, _ in phases[1:]), None]
        text = cast("Any", about.string)
        return Athlete(
            units=text("units", "km"),
            volume_unit=text("volume_unit", "distance"),
            tone=text("tone", "plain"),
            week_start=text("week_start", "mon"),
            easy_hr_ceiling=zones.easy_ceiling,
            hr_max=zones.hr_max,
            threshold_hr=zones.threshold_hr,
            resting_hr=zones.resting_hr,
            level=text("level") or None,
            focus=text("focus") or None,
            goal=text("goal") or None,
            rest_days=cast("Any", about.strings("rest_days")),
            profiles=cast("Any", about.strings("profiles")),
            races=calendar,
            modes=(Mode(cast("Any", mode), self.read.day(about.string("mode_since", _MODE_SINCE))),) if mode else (),
            phases=tuple(PhaseSpan(phase, day, last) for (day, phase), last in zip(phases, ends, strict=False)),
            tracks={word.removeprefix("no-"): not word.startswith("no-") for word in about.strings("tracks")},
            starting=frozenset(about.strings("starting")),
        )

    def phases(self, node: Node, about: Node) -> tuple[tuple[date, Phase], ...]:
        found = {
            self.read.day(entry.string("since")): entry.string("phase") for entry, _ in self.each(node, "phases", _one)
        }
        if phase := about.string("phase"):
            found[self.read.day(about.string("phase_since", _PHASE_SINCE))] = phase
        return tuple((day, cast("Phase", name)) for day, name in sorted(found.items()))

    def synced(self, text: str) -> dict[str, datetime]:
        return {} if text == "never" else {"strava": self.now - timedelta(seconds=parse_quantity(text).value)}

    def shoes(self, entry: Node) -> Iterator[Shoe]:
        used = entry.get("last_used")
        yield Shoe(
            id=entry.string("id", entry.string("name")),
            name=entry.string("name"),
            distance_m=self.read.quantity(entry, "distance", SHOE["shoe.distance"].type.dimension),
            retired=entry.string("retired") == "true",
            last_used=None if used is None else self.read.day(used.text),
            surface=cast("Any", entry.string("surface") or None),
            limit_m=self.read.quantity(entry, "limit", LENGTH),
            races=entry.string("races") == "true",
        )

    def races(self, entry: Node) -> Iterator[Race]:
        yield Race(
            day=self.read.day(entry.string("day")),
            distance_m=self.read.quantity(entry, "distance", LENGTH) or 0.0,
            name=entry.string("name"),
            priority=cast("Any", entry.string("priority") or None),
            trail=entry.string("trail") == "true",
            gain_m=self.read.quantity(entry, "gain", LENGTH),
            time_s=self.read.quantity(entry, "time", TIME),
            vdot=self.read.quantity(entry, "vdot", PLAIN),
            fun=entry.string("fun") == "true",
        )

    def nights(self, entry: Node) -> Iterator[Night]:
        sleep, resting, hrv = (
            self.read.quantity(entry, key, NIGHT[key].type.dimension) for key in ("sleep", "resting_hr", "hrv")
        )
        bedtime = entry.string("bedtime")
        for day in self.read.days(entry):
            began = None
            if bedtime:
                at = time.fromisoformat(bedtime)
                # The night is called after its morning; who goes to bed after midnight does so on that day.
                began = datetime.combine(day - timedelta(days=at.hour >= NOON), at)
            yield Night(day, sleep, resting, hrv, began)


def _one(entry: Node) -> Iterator[Node]:
    yield entry


def _run(calendar: tuple[Race, ...], activities: list[Activity], vdots: dict[date, float]) -> tuple[Race, ...]:
    """The calendar joined with the races that were run, and those run without being planned, by day."""
    left = list(calendar)
    found: list[Race] = []
    for activity in (activity for activity in activities if activity.kind == "race"):
        planned = next((race for race in left if race.day == activity.day), None)
        if planned is not None:
            left.remove(planned)
        race = planned or Race(
            activity.day, activity.distance_m or 0.0, activity.name, trail=activity.trail, gain_m=activity.gain_m
        )
        found.append(
            replace(
                race,
                activity=activity.id,
                time_s=race.time_s or activity.elapsed_s or activity.moving_s,
                vdot=race.vdot or vdots.get(activity.day),
                fun=race.fun or not activity.tags.isdisjoint({"fun", "pacing"}),
            )
        )
    return tuple(sorted([*left, *found], key=lambda race: race.day))
