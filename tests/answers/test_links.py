"""How a nudge can be answered."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote

from answers.mailed import JUDGED, NOW, PACE, RULE, TOLD, WEEK, says, token_for
from hypothesis import given
from hypothesis import strategies as st

from coachd.answers.links import _token, for_digest, unsubscribe
from coachd.clock import SteppedClock
from coachd.coach import opened
from coachd.crypto import Vault
from coachd.store.answers import Grant


def test_a_nudge_is_answered_by_links_that_a_person_understands(coach):
    (links,) = for_digest(coach, coach.athlete("me"), WEEK, [JUDGED], NOW).values()
    assert [link.action for link in links] == ["helpful", "not_for_me", "quiet", "wrong_number"]
    assert [link.label for link in links] == ["helpful", "not for me", "quiet for 4 weeks", "this number is wrong"]
    assert all(link.url.startswith("mailto:coachd@example.org?subject=coachd%20") for link in links)
    assert unquote(links[1].url).endswith("&body=This tells coachd: not for me.")
    assert unquote(links[3].url).endswith("&body=The right number: ")
    assert not any(link.command for link in links)


def test_the_links_lead_to_the_address_that_was_set(settings, server):
    with opened(settings(IMAP_URL=server.url, ANSWERS_TO="answers+coachd@example.org"), SteppedClock(NOW)) as coach:
        url = unsubscribe(coach, coach.athlete("me"))
    assert url.startswith("mailto:answers%2Bcoachd@example.org?subject=coachd%20")


def test_without_a_mailbox_there_is_a_command_to_type(settings):
    with opened(settings(), SteppedClock(NOW)) as coach:
        who = coach.athlete("me")
        (ways,) = for_digest(coach, who, WEEK, [JUDGED], NOW).values()
        assert unsubscribe(coach, who) == ""
        (others,) = for_digest(coach, replace(who, id="anna"), WEEK, [TOLD], NOW).values()
    assert [way.command for way in ways] == [
        f"coachd feedback {PACE} helpful",
        f"coachd feedback {PACE} not-for-me",
        f"coachd feedback {PACE} quiet",
        f"coachd feedback {PACE} wrong-number --value NUMBER",
    ]
    assert not any(way.url for way in ways)
    assert others[0].command == f"coachd --athlete anna feedback {RULE} helpful"


def test_where_no_number_of_the_athlete_had_a_say_none_can_be_called_wrong(coach):
    (links,) = for_digest(coach, coach.athlete("me"), WEEK, [TOLD], NOW).values()
    assert "wrong_number" not in [link.action for link in links]


def test_praise_and_notes_ask_for_no_answer(coach):
    chosen = [replace(TOLD, kind="praise"), replace(TOLD, kind="note")]
    assert for_digest(coach, coach.athlete("me"), WEEK, chosen, NOW) == {}


def test_a_mail_composed_again_has_the_same_links(coach):
    assert token_for(coach, "quiet") == token_for(coach, "quiet")
    assert unsubscribe(coach, coach.athlete("me")) == unsubscribe(coach, coach.athlete("me"))


def test_every_link_has_a_token_of_its_own(coach):
    tokens = {token_for(coach, action, nudge, period) for action in ("helpful", "quiet", "not_for_me")
              for nudge in (TOLD, JUDGED) for period in (WEEK, "2026-W46")}  # fmt: skip
    assert len(tokens) == 12
    assert {len(token) for token in tokens} == {22}


@given(st.lists(st.text(max_size=5), min_size=4, max_size=4), st.lists(st.text(max_size=5), min_size=4, max_size=4))
def test_no_two_things_share_a_token(one, other):
    coach = type("Keyed", (), {"vault": Vault(["k" * 32])})
    first, second = (
        _token(coach, Grant(*(part.replace("\0", "") for part in parts), "s", NOW)) for parts in (one, other)
    )
    same = [part.replace("\0", "") for part in one] == [part.replace("\0", "") for part in other]
    assert (first == second) is same


def test_another_instance_makes_other_tokens():
    grant = Grant("me", "quiet", WEEK, RULE, "", NOW)
    made = {_token(type("Keyed", (), {"vault": Vault([key * 32])}), grant) for key in "kl"}
    assert len(made) == 2


def test_the_token_itself_is_nowhere_in_the_database(coach):
    token = token_for(coach, "quiet")
    says(coach, token)
    with coach.store.begin() as db:
        db.exec_driver_sql("SELECT 1")
    folder = coach.store.file.parent
    stored = b"".join(file.read_bytes() for file in folder.glob(f"{coach.store.file.name}*"))
    assert b"answers" in stored
    assert token.encode() not in stored
    assert token not in "".join(file.name for file in folder.iterdir())
