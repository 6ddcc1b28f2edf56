"""How fresh the sources are. Silence of a source that was not looked at proves nothing."""

from __future__ import annotations

from coachd.language.measure import Measured, measure
from coachd.language.types import number
from coachd.language.view import View


@measure(number("days"), lookback_days=0)
def since_oldest_sync(view: View) -> Measured:
    """Time since the last successful look at the connected source that was looked at least recently, in seconds.

    Files count only where nothing else is connected: they are read when somebody imports them, and go stale with
    every day after. Source: definition. Unknown when no source is connected.
    """
    live = [moment for source, moment in view.history.synced.items() if source != "files"]
    synced = min(live or view.history.synced.values(), default=None)
    # A replay judges a past moment with today's syncs: those saw that moment's data too, so they are fresh.
    return Measured(None if synced is None else max(0.0, (view.now - synced).total_seconds()))
