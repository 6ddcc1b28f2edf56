"""All that rules may look at of one athlete, and the stretch of days that a digest speaks about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from coachd.model.activity import Activity, Shoe
from coachd.model.athlete import Athlete, Night, Phase, Race, Zones
from coachd.model.sports import Source


@dataclass(frozen=True, slots=True)
class History:
    """Everything rules may look at for one athlete. `activities` are sorted by start and hold no excluded ones.

    `synced` is the last successful look at each connected source; `easy_ceiling` the easy heart-rate ceiling in force
    with the words that say where it comes from (the same as in `zones`). `races` joins the calendar with what was run,
    by day; `nights` are sorted by day. `phases` are the days on which the phase changed, as known on each day. `vdots`
    are the days, sorted, on which a race or best effort gave a VDOT, with that VDOT. `earlier` are the
    activities before the first day that was asked for, by start: nothing is worked out about them. `late` are the
    activities of the week before the judged one that came after that one's digest.
    """

    athlete: Athlete
    activities: tuple[Activity, ...]
    shoes: tuple[Shoe, ...] = ()
    synced: Mapping[Source, datetime] = field(default_factory=dict)
    easy_ceiling: float | None = None
    easy_ceiling_source: str = ""
    excluded: tuple[Activity, ...] = ()
    zones: Zones = field(default_factory=Zones)
    races: tuple[Race, ...] = ()
    nights: tuple[Night, ...] = ()
    phases: tuple[tuple[date, Phase], ...] = ()
    vdots: tuple[tuple[date, float], ...] = ()
    earlier: tuple[Activity, ...] = ()
    late: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Period:
    """A closed stretch of local days that a digest speaks about: `first` and `last` are both in it.

    `key` is unique per athlete and kind, e.g. `2026-W47` for the ISO week, or `2026-11-15` for a week that does not
    begin on Monday.
    """

    key: str
    first: date
    last: date
