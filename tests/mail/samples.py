"""Every kind of mail that coachd sends, about the invented runner whose messages hold everything that they can hold."""

from __future__ import annotations

from coachd import compose
from coachd.compose.sample import ANSWERS, BELIEFS, CONSISTENT, FULL, QUIET, ROBIN, UNSUBSCRIBE
from coachd.model import Message

FROM = "coachd <coachd@example.org>"


def all_mails() -> dict[str, Message]:
    """Every kind of mail, by a name for it."""
    broken = {"source": "strava", "state": "revoked", "detail": "Strava says that the access was revoked."}
    return {
        "weekly": compose.weekly(FULL, mail_from=FROM, message_key="a", answers=ANSWERS, unsubscribe=UNSUBSCRIBE),
        "quiet": compose.weekly(QUIET, mail_from=FROM, message_key="b"),
        "same-day": compose.same_day(ROBIN, CONSISTENT, FULL.links[:1], mail_from=FROM, message_key="c"),
        "first": compose.first(BELIEFS, mail_from=FROM, message_key="d"),
        "notice": compose.notice(ROBIN, broken, mail_from=FROM, message_key="e"),
    }
