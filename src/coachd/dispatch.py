"""What goes out: the outbox's messages, each handed to its channel once."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from coachd import channels, compose
from coachd.coach import Coach
from coachd.config import Settings
from coachd.errors import CoachdError, DeliveryProblem
from coachd.model import Message
from coachd.review import from_json
from coachd.store import outbox
from coachd.store.outbox import NOTICE, WEEKLY, Delivery

log = logging.getLogger("coachd")

USEFUL = {WEEKLY: timedelta(days=3), NOTICE: timedelta(days=7)}
"""How long a message is worth sending after it was written."""


def deliver(coach: Coach, name: str | None = None) -> list[tuple[Delivery, str, str]]:
    """Send everything that is due, of all athletes or of one. Gives (delivery, state, result) of each attempt."""
    done: list[tuple[Delivery, str, str]] = []
    while True:
        now = coach.clock.now()
        with coach.store.begin() as db:
            delivery = outbox.claim(db, now, athlete=name)
        if delivery is None:
            return done
        state, result = _send(coach, delivery, now)
        done.append((delivery, state, result))
        log.info("%s %s for %s by %s: %s", delivery.kind, delivery.period, delivery.athlete, delivery.channel, state)


def _send(coach: Coach, delivery: Delivery, now: datetime) -> tuple[str, str]:
    """One attempt, and what it means for the row."""
    state, result, again, unknown = "sent", "", None, False
    if now - delivery.created_at > USEFUL[delivery.kind]:
        state, result = "expired", "it was too old to be of use"
    else:
        try:
            result = channel(coach, delivery.channel).send(message_of(coach, delivery))
        except DeliveryProblem as problem:
            state, result = "failed", f"{problem} {problem.advice}".strip()
            unknown = problem.unknown
            if unknown:
                # It may have arrived. A digest goes out once more under the same Message-ID, nothing else does.
                state = "unknown"
                once_more = delivery.kind == WEEKLY and delivery.state != "repeated"
                again = now + timedelta(minutes=5) if once_more else None
            elif not problem.permanent:
                again = channels.retry_at(delivery.attempts + 1, now)
        except CoachdError as problem:
            # The channel or the athlete is gone from the settings: that must not hold up what others wait for.
            state, result = "failed", f"{problem} {problem.advice}".strip()
        except Exception:  # the edge of one message: a surprise in a template must not hold up the others
            log.exception("%s %s for %s: a surprise", delivery.kind, delivery.period, delivery.athlete)
            state, result = "failed", "It could not be composed or handed over; the log has the reason."
    with coach.store.begin() as db:
        if again:
            outbox.retry(db, delivery, again, result, unknown=unknown)
            return "pending", result
        outbox.finish(db, delivery, state, result, now)
        if state == "failed" and delivery.kind == WEEKLY:
            _tell_by_others(coach, db, delivery, result, now)
    return state, result


def _tell_by_others(coach: Coach, db: Connection, failed: Delivery, result: str, now: datetime) -> None:
    """Say by every other channel that this one is closed; with no other, `status` is the place that says so."""
    if failed.channel not in coach.channels:
        return  # it was taken out of the settings, which is no news to who did so
    others = [name for name in coach.channels if name != failed.channel]
    body = {"source": failed.channel, "state": "undelivered", "detail": result}
    outbox.put(db, failed.athlete, NOTICE, f"{failed.channel}:undelivered:{failed.period}", others, body, now)


def message_of(coach: Coach, delivery: Delivery) -> Message:
    """The delivery's message in its final form."""
    key = f"{delivery.athlete}:{delivery.kind}:{delivery.period}"
    if delivery.kind == NOTICE:
        who = coach.athlete(delivery.athlete)
        return compose.notice(who, delivery.body, mail_from=coach.settings.sender, message_key=key)
    return compose.weekly(from_json(delivery.body), mail_from=coach.settings.sender, message_key=key)


def channel(coach: Coach, name: str) -> channels.Channel:
    """The channel behind a name of the outbox. Raises DeliveryProblem for one that the settings no longer have."""
    settings = coach.settings
    kind, _, number = name.partition("-")
    options: dict[str, Any] = {}
    if kind == "email":
        options = {
            "host": settings.smtp_host,
            "port": settings.smtp_port,
            "security": settings.smtp_security,
            "user": settings.smtp_user,
            "password": settings.smtp_password.get_secret_value() if settings.smtp_password else "",
            "cafile": str(settings.smtp_cafile) if settings.smtp_cafile else None,
            "clock": coach.clock,
        }
    elif kind == "folder":
        options = {"path": mail_folder(settings), "clock": coach.clock}
    elif kind == "apprise" and settings.apprise_urls:
        urls = settings.apprise_urls.get_secret_value().split()
        if int(number) > len(urls):
            raise DeliveryProblem("This push address was taken out of the settings.", permanent=True)
        options = {"url": urls[int(number) - 1]}
    return channels.load(kind, options)


def mail_folder(settings: Settings) -> Path:
    """Where the folder channel puts its mails."""
    return settings.coachd_state_dir / "mail"
