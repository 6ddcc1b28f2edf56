"""A whole year of the invented athlete, delivered on a moved clock: every mail that would have come, and how many.

As in the season, all but the world outside is the real thing. A day has three ticks and one look at the source.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from coachd import pipeline
from coachd.clock import SteppedClock, local_instant
from coachd.coach import Coach, opened
from coachd.demo.script import FIRST_MONDAY
from coachd.demo.season import ZONE, connect, connect_garmin, settings_of, stand_ins
from coachd.demo.sink import MailSink
from coachd.model import Kind, Source, Told
from coachd.store import nudges, outbox
from coachd.store.outbox import SAME_DAY, WEEKLY, Delivery

WEEKS = 52
LOOKS = (time(6), time(12), time(18))
SYNCED = time(18)
"""When the source is looked at, beside the look before each digest."""


@dataclass(frozen=True, slots=True)
class Quarter:
    """Thirteen weeks from `first` on: the digests, what was told in them and on the day by its kind, and the digests
    with nothing but numbers."""

    first: date
    digests: int
    told: Counter[Kind]
    on_the_day: int
    silent: int


@dataclass(frozen=True, slots=True)
class Year:
    """What was put out, oldest first, what became of each nudge, and the ids of the mails that arrived."""

    put_out: tuple[Delivery, ...]
    told: tuple[Told, ...]
    mails: tuple[str, ...]

    @property
    def digests(self) -> list[str]:
        """The weeks whose digest was sent, in order."""
        return [row.period for row in self.put_out if row.kind == WEEKLY and row.state == "sent"]

    def quarters(self) -> Iterator[Quarter]:
        """The four quarters; what was told before the last one ends counts to where it was told."""
        firsts = [FIRST_MONDAY + timedelta(weeks=13 * number) for number in range(4)]
        # The digest about a quarter's last week comes on the morning after it.
        for first, end in zip(firsts, [*firsts[1:], date.max - timedelta(days=1)], strict=True):
            days = (first + timedelta(days=1), end + timedelta(days=1))
            rows = [row for row in self.put_out if days[0] <= row.created_at.date() < days[1]]
            weekly = [row for row in rows if row.kind == WEEKLY]
            sent = [each for each in self.told if each.sent_at and days[0] <= each.sent_at.date() < days[1]]
            yield Quarter(
                first,
                len(weekly),
                Counter(each.nudge.kind for each in sent),
                sum(row.kind == SAME_DAY for row in rows),
                sum(not row.body["nudges"] for row in weekly),
            )


def delivered(state: Path, sources: Collection[Source] = ("strava",)) -> Year:
    """Live through the year with the state in this folder; `sources` are those that the athlete connects."""
    with ExitStack() as stack:
        clock = SteppedClock(local_instant(FIRST_MONDAY, time(5), ZoneInfo(ZONE)))
        strava, garmin = stack.enter_context(stand_ins(sources, clock))
        mails = state / "mail"
        mails.mkdir(parents=True)
        sink = stack.enter_context(MailSink(mails))
        coach = stack.enter_context(opened(settings_of(state, strava, sink, garmin), clock))
        if strava:
            connect(coach)
        if garmin:
            connect_garmin(coach)
        for day in (FIRST_MONDAY + timedelta(days=number) for number in range(7 * WEEKS + 1)):
            for at in LOOKS:
                clock.set(local_instant(day, at, ZoneInfo(ZONE)))
                if at == SYNCED:
                    pipeline.sync_due(coach)
                pipeline.tick(coach)
        return Year(*_kept(coach), tuple(str(mail["Message-ID"]) for mail, _ in sink.mails))


def _kept(coach: Coach) -> tuple[tuple[Delivery, ...], tuple[Told, ...]]:
    with coach.store.read() as db:
        return tuple(reversed(outbox.recent(db, "me", 1000))), tuple(nudges.since(db, "me"))


def table(quarters: Iterable[Quarter]) -> list[str]:
    """The quarters in lines for a terminal."""
    lines = ["quarter from  digests  nudges  praise  notes  on the day  silent"]
    for each in quarters:
        asked, praise, notes = each.told["nudge"], each.told["praise"], each.told["note"]
        numbers = f"{each.digests:>9}{asked:>8}{praise:>8}{notes:>7}{each.on_the_day:>12}{each.silent:>8}"
        lines.append(f"{each.first}  {numbers}")
    return lines
