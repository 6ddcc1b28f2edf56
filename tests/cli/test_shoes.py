"""`shoe`: a ledger of shoes on the command line, over an imported year."""

from __future__ import annotations

import pytest


@pytest.fixture
def ran(runner, export):
    """`coachd` after the import of a run every other day, of which nobody said in which shoes."""
    export.write_text(export.read_text().replace("Blue pair", ""))
    assert runner("import", export).code == 0
    return runner


def shoe(coachd, name: str) -> dict:
    [found] = [each for each in coachd("shoe", "list", "--json").json if each["name"] == name]
    return found


def activities(coachd) -> list[dict]:
    return [each for each in coachd("activity", "list", "--json").json if each["sport"] == "Run"]


def test_a_default_pair_has_come_as_far_as_the_runs_since_its_first_day(ran):
    runs = activities(ran)
    first = runs[-3]["start_local"][:10]
    said = ran("shoe", "add", "Swift Fox", "--starting", "120km", "--default", "run", "--from", first)
    assert said.code == 0
    assert "worn for run" in said.out
    expected = 120_000 + sum(run["distance_m"] for run in runs[-3:])
    assert shoe(ran, "Swift Fox")["distance_m"] == pytest.approx(expected)
    assert "Swift Fox" in ran("shoe", "list").out


def test_a_word_on_one_run_goes_before_the_default_and_can_be_taken_back(ran):
    last = activities(ran)[-1]
    ran("shoe", "add", "Swift Fox", "--default", "run", "--from", "2025-01-01")
    ran("shoe", "add", "Slow Bear", "--from", "2025-01-01")
    whole = shoe(ran, "Swift Fox")["distance_m"]
    assert ran("shoe", "assign", "slow bear", last["id"]).code == 0
    assert shoe(ran, "Slow Bear")["distance_m"] == pytest.approx(last["distance_m"])
    assert shoe(ran, "Swift Fox")["distance_m"] == pytest.approx(whole - last["distance_m"])
    ran("shoe", "assign", "none", last["id"])
    assert shoe(ran, "Slow Bear")["distance_m"] == 0
    ran("shoe", "assign", "auto", last["id"])
    assert shoe(ran, "Swift Fox")["distance_m"] == pytest.approx(whole)


def test_a_new_default_takes_over_and_leaves_what_was_worn_before(ran):
    runs = activities(ran)
    ran("shoe", "add", "Swift Fox", "--default", "run", "--from", "2025-01-01")
    ran("shoe", "add", "Slow Bear", "--from", "2025-01-01")
    middle, late = runs[-10]["start_local"][:10], runs[-4]["start_local"][:10]
    assert ran("shoe", "default", "Slow Bear", "run", "--from", middle).code == 0
    ran("shoe", "default", "Swift Fox", "run", "--from", late)
    assert shoe(ran, "Slow Bear")["distance_m"] == pytest.approx(sum(run["distance_m"] for run in runs[-10:-4]))
    rest = [*runs[:-10], *runs[-4:]]
    assert shoe(ran, "Swift Fox")["distance_m"] == pytest.approx(sum(run["distance_m"] for run in rest))


def test_a_retired_pair_is_worn_by_default_no_more(ran):
    runs = activities(ran)
    ran("shoe", "add", "Swift Fox", "--default", "run", "--from", "2025-01-01")
    assert ran("shoe", "retire", "Swift Fox", "--on", runs[-3]["start_local"][:10]).code == 0
    found = shoe(ran, "Swift Fox")
    assert found["retired"] is True
    assert found["distance_m"] == pytest.approx(sum(run["distance_m"] for run in runs[:-2]))
    ran("shoe", "retire", "Swift Fox", "--undo")
    assert shoe(ran, "Swift Fox")["retired"] is False


def test_what_a_pair_is_for_can_be_said(ran):
    ran("shoe", "add", "Swift Fox", "--surface", "road")
    assert ran("shoe", "limit", "Swift Fox", "400mi", "--surface", "trail", "--racing").code == 0
    found = shoe(ran, "Swift Fox")
    assert (found["surface"], found["races"]) == ("trail", True)
    assert found["limit_m"] == pytest.approx(643_737.6)
    ran("shoe", "limit", "Swift Fox", "0km")
    assert shoe(ran, "Swift Fox")["limit_m"] is None


def test_a_pair_put_there_by_mistake_leaves_every_run(ran):
    ran("shoe", "add", "Swift Fox", "--default", "run", "--from", "2025-01-01")
    assert ran("shoe", "remove", "Swift Fox").code == 0
    assert "No shoes" in ran("shoe", "list").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "none"), "cannot be the name"),
        (("add", "Fox", "--starting", "3 hours"), "is not a distance"),
        (("add", "Fox", "--default", "swim"), "known: run, trail, walk, hike"),
        (("assign", "Nobody", "1"), "There is no pair called Nobody"),
        (("assign", "none", "99999"), "There is no activity 99999"),
        (("limit", "Nobody"), "Nothing to set"),
        (("retire", "Nobody"), "There is no pair called Nobody"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said(ran, arguments, said):
    result = ran("shoe", *arguments)
    assert result.code == 2
    assert said in result.err


def test_two_pairs_need_two_names(ran):
    ran("shoe", "add", "Swift Fox")
    result = ran("shoe", "add", "swift fox")
    assert result.code == 2
    assert "another name" in result.err


def test_a_pair_that_an_export_names_can_be_taken_into_the_ledger(runner):
    said = runner("shoe", "add", "blue pair", "--starting", "50km", "--default", "trail")
    assert said.code == 0
    runs = activities(runner)
    assert shoe(runner, "blue pair")["distance_m"] == pytest.approx(50_000 + sum(run["distance_m"] for run in runs))
