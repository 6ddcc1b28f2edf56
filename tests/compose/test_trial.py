"""Own templates tried before a mail needs them."""

import pytest

from coachd.compose import trial


def test_a_folder_of_working_templates_has_no_mistakes(tmp_path):
    assert trial.mistakes(tmp_path) == []
    (tmp_path / "digest.txt.j2").write_text("{{ headline }}")
    assert trial.mistakes(tmp_path) == []


def test_a_folder_that_is_not_there_is_one(tmp_path):
    assert trial.mistakes(tmp_path / "missing") == [f"There is no folder {tmp_path / 'missing'}."]


@pytest.mark.parametrize("name", ["digest", "same_day", "first", "notice", "shared"])
@pytest.mark.parametrize("part", ["txt", "html"])
def test_a_mistake_in_any_message_is_found(tmp_path, name, part):
    (tmp_path / f"{name}.{part}.j2").write_text("{{ nobody_gave_this }}")
    assert trial.mistakes(tmp_path) == [
        f"{name}.{part}.j2 cannot be used: UndefinedError: 'nobody_gave_this' is undefined"
    ]


def test_what_works_for_a_full_week_only_is_found(tmp_path):
    (tmp_path / "digest.txt.j2").write_text("{{ nudges[0].nudge.title }}")
    (mistake,) = trial.mistakes(tmp_path)
    assert mistake.startswith("digest.txt.j2 cannot be used: UndefinedError")


def test_a_mistake_in_what_others_build_upon_is_found(tmp_path):
    (tmp_path / "macros.txt.j2").write_text("{% macro heading(words) %}{{ words }}{% endmacro %}")
    assert {mistake.split()[0] for mistake in trial.mistakes(tmp_path)} == {
        "digest.txt.j2",
        "same_day.txt.j2",
        "first.txt.j2",
    }
