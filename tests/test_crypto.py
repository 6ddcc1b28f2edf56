"""The secret store's lock: who can open what, and where the key lies."""

from __future__ import annotations

import stat
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd import config
from coachd.crypto import KEY_FILE, Vault, vault
from coachd.errors import StoreProblem

OLD, NEW = "o" * 32, "n" * 32


@pytest.fixture
def settings(tmp_path):
    """Settings of an instance in a temporary folder, with these variables."""
    return lambda **variables: config.load({"COACHD_STATE_DIR": str(tmp_path), **variables}, dotenv=False)


@given(st.text())
def test_what_was_sealed_is_opened(text):
    sealed = Vault([NEW]).seal(text)
    assert Vault([NEW]).open(sealed) == text


def test_a_sealed_text_does_not_show_it():
    assert b"refresh" not in Vault([NEW]).seal("refresh")


def test_a_new_key_before_the_old_one_opens_both_and_seals_with_the_new():
    before = Vault([OLD]).seal("token")
    both = Vault([NEW, OLD])
    assert both.open(before) == "token"
    assert Vault([NEW]).open(both.seal("token")) == "token"


def test_each_purpose_has_a_key_of_its_own_that_stays_the_same_until_the_newest_is_changed():
    key = Vault([OLD]).key_for("answers")
    assert len(key) == 32
    assert Vault([OLD, NEW]).key_for("answers") == key
    assert Vault([NEW, OLD]).key_for("answers") != key
    assert Vault([OLD]).key_for("sessions") != key
    assert OLD.encode() not in key


def test_what_was_sealed_before_purposes_had_names_is_still_opened():
    sealed = b"gAAAAABrApSS4qMdCvEdWIfWVNdcvAYaFsp0TnFNDz-FQzpUwyuNY1HqnT2wODi88Rhtp2IpqxVvu8ChJwYOi_shHvY9l-0x5g=="
    assert Vault([OLD]).open(sealed) == "token"


def test_another_key_is_refused_with_what_to_do():
    sealed = Vault([OLD]).seal("token")
    with pytest.raises(StoreProblem, match="another key") as refused:
        Vault([NEW]).open(sealed, "connect again with `coachd connect garmin`")
    assert refused.value.advice.endswith("(or COACHD_SECRET_KEY), or connect again with `coachd connect garmin`.")
    with pytest.raises(StoreProblem) as refused:
        Vault([NEW]).open(sealed)
    assert refused.value.advice == "Restore secret.key (or COACHD_SECRET_KEY)."


def test_keys_come_from_the_settings_where_they_are_set(settings, tmp_path):
    sealed = Vault([OLD]).seal("token")
    assert vault(settings(COACHD_SECRET_KEY=f"{NEW}, {OLD}")).open(sealed) == "token"
    assert not (tmp_path / KEY_FILE).exists()


def test_a_key_is_made_on_first_use_for_its_owner_only(settings, tmp_path):
    sealed = vault(settings()).seal("token")
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    assert len((tmp_path / KEY_FILE).read_text().strip()) >= 32
    assert vault(settings()).open(sealed) == "token"
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


@pytest.mark.parametrize("content", [b"\n", b"\xff\xfe\x00"])
def test_a_key_file_without_a_key_is_refused_instead_of_sealing_with_nothing(settings, tmp_path, content):
    (tmp_path / KEY_FILE).write_bytes(content)
    with pytest.raises(StoreProblem, match="empty"):
        vault(settings())


def test_processes_that_start_together_agree_on_one_key(settings, tmp_path):
    code = (
        "import sys; from pathlib import Path; from coachd import config, crypto;"
        "settings = config.load({'COACHD_STATE_DIR': sys.argv[1]}, dotenv=False);"
        "sys.stdout.write('ready'); sys.stdout.flush(); sys.stdin.read(1);"
        "sys.stdout.write(crypto.vault(settings).seal('token').decode())"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )
        for _ in range(4)
    ]
    for process in running:
        assert process.stdout.read(5) == b"ready"
    for process in running:
        process.stdin.write(b"!")
    sealed = [process.communicate(timeout=60)[0] for process in running]
    assert [vault(settings()).open(text) for text in sealed] == ["token"] * 4
