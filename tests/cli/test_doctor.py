"""`coachd doctor`: what is well, and what is to mend."""

from __future__ import annotations

import sqlite3
from contextlib import closing


def test_a_fresh_instance_is_well(coachd, state):
    said = coachd("doctor")
    assert said.code == 0
    assert [line.split(":")[0] for line in said.out.splitlines()] == [
        "ok    state folder", "ok    database", "ok    rules", "ok    strava", "ok    garmin",
        "ok    workouts", "ok    channel folder",
    ]  # fmt: skip


def test_what_is_wrong_is_named_with_what_to_do(coachd, state, monkeypatch):
    coachd("status")
    state.chmod(0o755)
    monkeypatch.setenv("CHANNELS", "email")
    monkeypatch.setenv("SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("SMTP_PORT", "1")
    monkeypatch.setenv("SMTP_SECURITY", "none")
    said = coachd("doctor")
    assert said.code == 1
    lines = said.out.splitlines()
    assert lines[0] == f"mend  state folder: {state} can be read by others on this machine."
    assert lines[1] == f"      chmod 700 {state}"
    assert any(line.startswith("mend  channel email: ") for line in lines)
    assert any(line.startswith("ok    database: ") for line in lines), "the other checks go on"


def test_a_mail_to_nobody_is_found(coachd, monkeypatch):
    monkeypatch.setenv("SMTP_HOST", "127.0.0.1")
    said = coachd("doctor")
    assert said.code == 1
    assert "mend  channel email: nobody's address is known." in said.out


def test_an_address_that_is_none_is_found(coachd, monkeypatch):
    monkeypatch.setenv("MAIL_FROM", "coachd")
    said = coachd("doctor")
    assert said.code != 0
    assert "MAIL_FROM: must be one mail address" in said.err


def test_several_mistakes_are_one_line(coachd, pasting, monkeypatch):
    pasting()
    monkeypatch.delenv("STRAVA_CLIENT_ID", raising=False)
    monkeypatch.delenv("STRAVA_CLIENT_SECRET", raising=False)
    said = coachd("doctor").out
    assert "strava: STRAVA_CLIENT_ID: is missing; STRAVA_CLIENT_SECRET: is missing\n" in said


def test_a_machine_reads_the_same(coachd, state):
    assert all(check["ok"] for check in coachd("doctor", "--json").json)
    state.chmod(0o755)
    said = coachd("doctor", "--json")
    assert said.code == 1
    assert said.json[0] == {
        "check": "state folder", "ok": False, "said": f"{state} can be read by others on this machine.",
        "advice": f"chmod 700 {state}",
    }  # fmt: skip


def test_tokens_that_no_longer_open_are_found(coachd, pasting, state):
    pasting()
    (state / "secret.key").write_text("another key that is long enough for anybody\n")
    said = coachd("doctor")
    assert said.code == 1
    assert "mend  database: The stored access cannot be read" in said.out


def test_a_damaged_activity_of_anybody_is_found(coachd, runner, state):
    with closing(sqlite3.connect(state / "coachd.db")) as db, db:
        db.execute("""UPDATE activities SET "values" = '["Run",' WHERE id = 1""")
    said = coachd("doctor")
    assert said.code == 1
    assert """mend  database: An activity in the database is damaged: its values are '["Run",'.""" in said.out


def test_a_source_that_waits_for_somebody_is_found(coachd, pasting, connected):
    pasting()
    connected.world.inactive = True
    assert coachd("sync").code == 5
    said = coachd("doctor")
    assert said.code == 1
    assert "mend  strava: inactive: Your Strava API application is inactive." in said.out
    assert "      Reactivate the application at https://www.strava.com/settings/api.\n" in said.out
    assert "          Reactivate the application at" in coachd("status").out


def test_a_source_that_is_down_is_no_reason_to_worry(coachd, pasting, connected):
    pasting()
    connected.world.fail("*", status=503)
    said = coachd("sync")
    assert (said.code, said.err) == (
        75,
        "coachd: Strava is down (HTTP 503).\nNothing is lost. Try again later; the daemon does so by itself.\n",
    )
    assert "      It is tried again: `coachd status` says when.\n" in coachd("doctor").out


def test_looks_into_the_folder_that_files_come_into(coachd, monkeypatch, tmp_path):
    folder = tmp_path / "watched"
    monkeypatch.setenv("WATCH_DIR", str(folder))
    said = coachd("doctor")
    assert said.code == 1
    assert f"mend  folder of files: WATCH_DIR: there is no folder {folder}.\n" in said.out
    folder.mkdir()
    (folder / "run.fit").write_bytes(b"x")
    assert f"ok    folder of files: {folder}, 1 activity files in it\n" in coachd("doctor").out


def test_tries_templates_of_your_own_before_a_mail_needs_them(coachd, monkeypatch, tmp_path):
    mine = tmp_path / "digest.txt.j2"
    monkeypatch.setenv("TEMPLATES_DIR", str(tmp_path))
    mine.write_text("{{ headline }}")
    assert f"ok    templates of your own: {tmp_path}" in coachd("doctor").out
    mine.write_text("{{ headlin }}")
    said = coachd("doctor")
    assert said.code == 1
    assert "templates of your own: digest.txt.j2 cannot be used: UndefinedError: 'headlin' is undefined" in said.out
