"""Garmin's devices behind what is said: their terms ask that these are named beside the data."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from coachd.model import Activity, History

GARMIN = "Garmin"


def device_of(activity: Activity) -> str:
    """The name of the device; one of Garmin's carries their name."""
    device = activity.device or ""
    if "garmin" in activity.sources and "garmin" not in device.lower():
        return f"{GARMIN} {device}".strip()
    return device


def garmin_devices(
    history: History, first: date, behind: Collection[int] = (), *, besides: bool = False
) -> tuple[str, ...]:
    """Garmin's devices behind the activities from `first` on and those numbered `behind`, by name.

    Where none has a name there is but theirs, and so where only something `besides` activities (nights, zones) is from
    Garmin. Empty where nothing is.
    """
    used = (device_of(each) for each in history.activities if each.day >= first or each.id in behind)
    found = sorted({name for name in used if name.startswith(GARMIN)})
    named = [name for name in found if name != GARMIN]
    return tuple(named or found or ([GARMIN] if besides else []))
