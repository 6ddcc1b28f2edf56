"""The nouns: what sources give, what rules see, what an athlete is told. Frozen values, no behaviour beyond naming.

Lengths are metres, times seconds, heart rates beats per minute, cadences steps per minute. `None` means unknown,
never zero. The files are in the order in which data flows.
"""

from coachd.model.activity import Activity, Bout, Recording, RunKind, Shoe, StreamNumbers
from coachd.model.athlete import (
    WEEKDAYS,
    Athlete,
    HeartRateSource,
    Mode,
    ModeName,
    Night,
    Phase,
    PhaseSpan,
    Priority,
    Profile,
    Race,
    Weekday,
    Zones,
)
from coachd.model.digest import ActivityLink, DayStats, Digest, Message, WeekStats
from coachd.model.findings import Evidence, Finding, Kind, Nudge, Outcome, RuleState
from coachd.model.history import History, Period
from coachd.model.record import record
from coachd.model.sports import FAMILIES, Family, Source, family_of

__all__ = [
    "FAMILIES",
    "WEEKDAYS",
    "Activity",
    "ActivityLink",
    "Athlete",
    "Bout",
    "DayStats",
    "Digest",
    "Evidence",
    "Family",
    "Finding",
    "HeartRateSource",
    "History",
    "Kind",
    "Message",
    "Mode",
    "ModeName",
    "Night",
    "Nudge",
    "Outcome",
    "Period",
    "Phase",
    "PhaseSpan",
    "Priority",
    "Profile",
    "Race",
    "Recording",
    "RuleState",
    "RunKind",
    "Shoe",
    "Source",
    "StreamNumbers",
    "WeekStats",
    "Weekday",
    "Zones",
    "family_of",
    "record",
]
