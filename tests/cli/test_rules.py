import pytest


def test_the_group_names_its_commands_and_nothing_is_loaded_for_that(coachd):
    said = coachd("rules", "--help")
    for name in ("list", "check", "test", "mutate", "new", "schema", "explain", "replay", "set", "snooze"):
        assert f"\n  {name} " in said.out


@pytest.mark.parametrize("command", [("explain", "weekly-rampe"), ("replay", "weekly-rampe", "--since", "2025-01-01")])
def test_an_id_with_a_slip_is_asked_about(runner, command):
    said = runner("rules", *command)
    assert (said.code, said.err) == (2, "coachd: There is no rule called weekly-rampe.\nDid you mean 'weekly-ramp'?\n")


@pytest.mark.parametrize("command", [("check",), ("test",), ("mutate",)])
def test_a_path_that_is_not_there_is_said_so(coachd, command):
    said = coachd("rules", *command, "nowhere.yaml")
    assert (said.code, said.err) == (
        2, "coachd: nowhere.yaml does not exist.\nName a rule file or a folder of them.\n",
    )  # fmt: skip


def test_a_command_that_there_is_not_is_told_how_to_go_on(coachd):
    assert "--help' for help" in coachd("rules", "nonsense").err
