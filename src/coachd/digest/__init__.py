"""What a mail says besides the nudges: the week in numbers, what lies ahead, shoes, what was left out. Pure.

Here it is decided what is said; `compose` decides how it looks. The first mail, `beliefs`, is made here too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import chain

from coachd.digest.ahead import ahead
from coachd.digest.devices import device_of, garmin_devices
from coachd.digest.left_out import left_out
from coachd.digest.shoes import levels_crossed
from coachd.history.week import days_of, longest_run_note, recent_weeks, usual_distance, usual_time
from coachd.language.rule import Rule
from coachd.language.view import View
from coachd.measures.intensity import easy_share, judged_share
from coachd.measures.neutral import is_neutral_week
from coachd.model import Activity, ActivityLink, Digest, FollowUp, History, Nudge, Period, Source, WeekStats

CHART_WEEKS = 12
SHARE_DAYS = 28
LEAST_JUDGED = 0.7
"""The share of the running time whose heart rate must be known before an easy share is shown, as in
`intensity-balance`: that of two runs out of ten says nothing about the month."""

__all__ = ["CHART_WEEKS", "digest_of", "link_to", "trusted_easy_share"]


def digest_of(
    history: History,
    period: Period,
    nudges: Sequence[Nudge],
    *,
    rules: Sequence[Rule],
    told_on: date,
    follow_ups: Sequence[FollowUp] = (),
    corrections: Sequence[str] = (),
    answered: Sequence[str] = (),
) -> Digest:
    """The weekly message about the closed `period` before it has a form.

    `rules` are those in force, `told_on` is the athlete's local day of the mail: what lies ahead is counted from there.
    Raises nothing for any history.
    """
    view = View(history, period.last, datetime.combine(told_on, time(), history.athlete.tz))
    weeks = _weeks(history, period)
    unseen = unseen_from(history, period)
    normal = [week for back, week in zip(range(len(weeks) - 1, 0, -1), weeks, strict=False)
              if not is_neutral_week(view, back)]  # fmt: skip
    return Digest(
        athlete=history.athlete,
        period=period,
        week=weeks[-1],
        usual_distance_m=usual_distance([*normal, weeks[-1]]),
        usual_time_s=usual_time([*normal, weeks[-1]]),
        days=days_of(history.activities, period),
        weeks=weeks,
        nudges=tuple(nudges),
        links=tuple(link_to(activity) for activity in _named(history, period, nudges)),
        left_out=left_out(view, period),
        rules_checked=len(rules),
        follow_ups=tuple(follow_ups),
        corrections=tuple(corrections),
        answered=tuple(answered),
        ahead=ahead(view, period, told_on, {nudge.family for nudge in nudges if nudge.kind == "nudge"}, unseen),
        shoes=levels_crossed(view, period, rules, said={nudge.subject for nudge in nudges}),
        easy_share=trusted_easy_share(view),
        unseen_from=unseen,
        longest_run=longest_run_note(history, period),
        fed_by=_fed_by(history, weeks[0].first),
        devices=garmin_devices(
            history,
            weeks[0].first,
            {number for nudge in nudges for number in nudge.activities},
            besides=any("garmin" in nudge.fed_by for nudge in nudges),
        ),
    )


def unseen_from(history: History, period: Period) -> date | None:
    """The first day of the period that no source was looked at after, and on and after which nothing was recorded.

    None where the whole period was seen, or where nothing is connected and no file was ever read.
    """
    if not history.synced:
        return None
    last_look = max(history.synced.values()).astimezone(history.athlete.tz).date()
    recorded = (activity.day for activity in (*history.activities, *history.excluded) if activity.day <= period.last)
    # A day that something is known of was seen, whenever its source was looked at last.
    first = max(last_look, max(recorded, default=date.min) + timedelta(days=1), period.first)
    return first if first <= period.last else None


def _weeks(history: History, period: Period) -> tuple[WeekStats, ...]:
    """The last weeks, without those before the first run that is known; the judged one is always there."""
    weeks = recent_weeks(history.activities, period, CHART_WEEKS)
    runs = (each.day for each in chain(history.earlier, history.activities) if each.family == "run")
    first = min(runs, default=period.first)
    return tuple(week for week in weeks if week is weeks[-1] or (first - week.first).days < 7)


def _named(history: History, period: Period, nudges: Sequence[Nudge]) -> list[Activity]:
    """The activities of the period that nudges speak about, and any that a nudge is about by itself."""
    numbers = {number for nudge in nudges for number in nudge.named}
    subjects = {nudge.subject for nudge in nudges}
    return [
        activity
        for activity in history.activities
        if str(activity.id) in subjects or (activity.id in numbers and period.first <= activity.day <= period.last)
    ]


def link_to(activity: Activity) -> ActivityLink:
    """Where its source shows it. An archive names Strava's id as well, but what came in a file is the athlete's own."""
    shown = activity.strava_id is not None and "strava" in activity.sources
    url = f"https://www.strava.com/activities/{activity.strava_id}" if shown else ""
    return ActivityLink(activity.id, activity.name or activity.sport, activity.day, url, device_of(activity))


def _fed_by(history: History, first: date) -> tuple[Source, ...]:
    """The sources of what the numbers since `first` were made from, and of the shoes."""
    seen = [activity.sources for activity in (*history.activities, *history.excluded) if activity.day >= first]
    return tuple(sorted({source for sources in seen for source in sources} | {shoe.source for shoe in history.shoes}))


def trusted_easy_share(view: View) -> float | None:
    """The easy share of the last four weeks' running time; None where heart rate is not to be trusted."""
    if not view.history.zones.trusted:
        return None
    known = judged_share.compute(view, over=SHARE_DAYS).value
    if not isinstance(known, float) or known < LEAST_JUDGED:
        return None
    share = easy_share.compute(view, over=SHARE_DAYS).value
    return share if isinstance(share, float) else None
