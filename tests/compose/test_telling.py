"""One nudge with its activities and its answers."""

from dataclasses import replace
from datetime import timedelta

import pytest

from coachd.compose.sample import EASY, MONDAY, ROBIN
from coachd.compose.telling import telling
from coachd.model import ActivityLink, Answer, Athlete

RUN = ActivityLink(1, "Morning run", MONDAY, "https://www.strava.com/activities/1", "Garmin Forerunner 265")
COMMANDS = tuple(
    Answer(action, label, command=f"coachd feedback easy-run-too-fast {word}")
    for action, label, word in (
        ("helpful", "helpful", "helpful"),
        ("not_for_me", "not for me", "not-for-me"),
        ("quiet", "quiet for 4 weeks", "quiet"),
        ("wrong_number", "this number is wrong", "wrong-number --value NUMBER"),
    )
)


def told(*answers, links=(RUN,), **changes):
    return telling(ROBIN, replace(EASY, **changes), links, answers)


def test_four_commands_are_one_and_what_else_may_stand_at_its_end():
    seen = told(*COMMANDS)
    assert seen.command == "coachd feedback easy-run-too-fast helpful"
    assert seen.instead == ("not-for-me", "quiet", "wrong-number --value NUMBER")


def test_one_command_stands_by_itself():
    seen = told(COMMANDS[0])
    assert (seen.command, seen.instead) == ("coachd feedback easy-run-too-fast helpful", ())


def test_commands_without_anything_in_common_are_all_whole():
    seen = told(Answer("helpful", "helpful", command="a b"), Answer("quiet", "quiet", command="c"))
    assert (seen.command, seen.instead) == ("a b", ("c",))


def test_links_go_before_commands():
    link = replace(COMMANDS[0], url="mailto:answers@example.org")
    seen = told(link, *COMMANDS[1:])
    assert (seen.answers, seen.command) == ((link,), "")


def test_a_nudge_that_cannot_be_answered_asks_nothing():
    seen = told()
    assert (seen.answers, seen.command, seen.instead) == ((), "", ())


def test_only_its_own_activities_belong_to_a_nudge():
    other = replace(RUN, id=99, name="Another")
    assert [link.name for link in told(links=(other, RUN)).links] == ["Morning run"]


def test_what_its_condition_looked_at_is_named_and_what_its_numbers_rest_on_besides_is_not():
    other = replace(RUN, id=99, name="Another")
    assert [link.name for link in told(links=(other, RUN), activities=(99, RUN.id), about=(99,)).links] == ["Another"]


def test_a_garmin_device_is_credited_once_and_no_other_is():
    links = [replace(RUN, id=number, device=device) for number, device in
             ((1, "Garmin Edge 540"), (2, "Garmin Edge 540"), (3, "COROS PACE 3"), (4, "garmin"))]  # fmt: skip
    assert told(links=links, activities=(1, 2, 3, 4)).devices == ("Garmin Edge 540",)


def test_a_device_is_credited_even_where_its_run_is_only_counted():
    links = [replace(RUN, id=n, day=MONDAY + timedelta(n), device="" if n else "Garmin Fenix 7") for n in range(6)]
    seen = told(links=links, activities=tuple(range(6)))
    assert (seen.more, seen.devices) == (3, ("Garmin Fenix 7",))


@pytest.mark.parametrize(("url", "shown"), [("", ""), ("javascript:alert(1)", ""), ("https://", "")])
def test_what_is_no_web_address_is_not_linked(url, shown):
    assert told(links=(replace(RUN, url=url),)).links[0].url == shown


def test_a_number_that_nothing_corrects_has_no_command():
    assert told(setting="").correct == ""
    assert told().correct == "coachd athlete set easy_hr_ceiling=…"
    assert telling(Athlete(id="kay"), EASY, (), ()).correct == "coachd --athlete kay athlete set easy_hr_ceiling=…"
