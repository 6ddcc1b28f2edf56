"""Settings: where they may stand, which place wins, and what is said when they are wrong."""

from __future__ import annotations

from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfoNotFoundError

import pytest

from coachd import config
from coachd.errors import ConfigProblem
from coachd.mime import bare_address

SECRET = "a-secret-that-must-never-be-shown-anywhere"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """A working folder without a .env of anybody's."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def state(tmp_path):
    folder = tmp_path / "state"
    folder.mkdir()
    return folder


@pytest.fixture
def load(state):
    """Loads settings from these variables alone."""
    return lambda **variables: config.load({"COACHD_STATE_DIR": str(state), **variables})


def secret(value):
    return value.get_secret_value() if value else None


def test_every_setting_but_the_folder_has_a_default(load, state):
    settings = load()
    assert settings.coachd_state_dir == state
    assert settings.poll_minutes == 30
    assert settings.database == f"sqlite:///{state / 'coachd.db'}"


def test_places_are_asked_in_their_order(load, elsewhere, tmp_path, monkeypatch):
    file = tmp_path / "password"
    file.write_text("from the named file\n")
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    given = {"SMTP_PASSWORD_FILE": str(file)}
    assert secret(load().smtp_password) is None
    assert secret(load(**given).smtp_password) == "from the named file"
    (credentials / "smtp_password").write_text("from the service manager")
    given["CREDENTIALS_DIRECTORY"] = str(credentials)
    assert secret(load(**given).smtp_password) == "from the service manager"
    (elsewhere / ".env").write_text("SMTP_PASSWORD='from .env'\n")
    assert secret(load(**given).smtp_password) == "from .env"
    assert secret(load(**given, SMTP_PASSWORD="from the environment").smtp_password) == "from the environment"


def test_a_variable_that_is_empty_says_nothing(load):
    assert load(POLL_MINUTES="", MAIL_TO="").poll_minutes == 30


def test_a_dotenv_file_may_lie_in_the_state_folder(load, state):
    (state / ".env").write_text("MAIL_TO=robin@example.org\n")
    assert load().mail_to == "robin@example.org"


def test_without_dotenv_no_such_file_is_read(elsewhere, state):
    (elsewhere / ".env").write_text("MAIL_TO=robin@example.org\nPOL_MINUTES=5\n")
    assert config.load({"COACHD_STATE_DIR": str(state)}, dotenv=False).mail_to == ""


def test_the_state_folder_may_be_named_in_a_dotenv_file(elsewhere, tmp_path):
    (elsewhere / ".env").write_text(f"COACHD_STATE_DIR={tmp_path / 'named'}\n")
    assert config.load({}).coachd_state_dir == tmp_path / "named"
    assert config.load({"COACHD_STATE_DIR": "/elsewhere"}).coachd_state_dir == Path("/elsewhere")
    assert config.load({}, state=tmp_path / "given").coachd_state_dir == tmp_path / "given"


def test_the_service_managers_state_folder_is_used(tmp_path):
    assert config.load({"STATE_DIRECTORY": str(tmp_path)}).coachd_state_dir == tmp_path


def test_every_mistake_is_told_at_once_by_the_name_of_its_variable(load):
    with pytest.raises(ConfigProblem) as wrong:
        load(
            ATHLETE_ZONE="Europe/Atlantis", POLL_MINUTES="soon", WEEK_START="wed", DIGEST_TIME="early", SMTP_PORT="0",
            STRAVA_API_BASE="http://example.org", CHANNELS="email,pigeon", MAIL_FROM="a\nBcc: b", DATABASE_URL="mysql://x",
        )  # fmt: skip
    named = [problem.partition(":")[0] for problem in wrong.value.problems]
    assert sorted(named) == sorted([
        "ATHLETE_ZONE", "POLL_MINUTES", "WEEK_START", "DIGEST_TIME", "SMTP_PORT", "STRAVA_API_BASE", "CHANNELS",
        "MAIL_FROM", "DATABASE_URL",
    ])  # fmt: skip
    assert wrong.value.advice


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"CHANNELS": "email, pigeon"},
            "'pigeon' is unknown; known: apprise, console, email, folder, webhook",
        ),
        ({"SMTP_HOST": "relay.example.org", "SMTP_SECURITY": "none"}, "SMTP_SECURITY: none is for a relay on this"),
        ({"COACHD_SECRET_KEY": "x" * 32 + ",short"}, "COACHD_SECRET_KEY: each key needs 32"),
        ({"EASY_HR_CEILING": "20"}, "EASY_HR_CEILING: should be greater"),
        ({"STRAVA_CLIENT_ID": "my app"}, "STRAVA_CLIENT_ID: must be the number shown at"),
        ({"DATABASE_URL": "postgres://u@h/d"}, "DATABASE_URL: must begin with postgresql"),
    ],
)
def test_what_does_not_fit_together_is_said(load, given, said):
    with pytest.raises(ConfigProblem, match=said):
        load(**given)


@pytest.mark.parametrize("name", ["MAIL_TO", "MAIL_FROM", "ANSWERS_TO", "OPERATOR_MAIL"])
@pytest.mark.parametrize(
    "address",
    ["robin", "robin@", "a@example.org, b@example.org", "@example.org", "a b@c d", "röbin@example.org", "a@b_c.org"],
)
def test_what_is_no_mail_address_is_refused(load, name, address):
    with pytest.raises(ConfigProblem, match=f"{name}: must be one mail address"):
        load(**{name: address})


def test_a_mail_address_may_have_a_name(load):
    settings = load(ANSWERS_TO="coach@example.org", OPERATOR_MAIL="Robin <robin@example.org>")
    assert (settings.answers_to, settings.operator_mail) == ("coach@example.org", "Robin <robin@example.org>")


@pytest.mark.parametrize("address", ["robin@example.org", "coachd <coachd@localhost>", '"Robin, at home" <r+c@x.org>'])
def test_an_address_that_is_taken_can_be_sent_from(load, address):
    assert bare_address(load(MAIL_FROM=address).sender)


def test_a_misspelt_name_in_dotenv_is_told_with_the_right_one(load, elsewhere):
    (elsewhere / ".env").write_text("STRAVA_CLIENT_SECERT=x\nDOCKER_THING=y\nSMTP_PASWORD_FILE=z\n")
    with pytest.raises(ConfigProblem) as wrong:
        load()
    assert [problem.partition("did you mean ")[2] for problem in wrong.value.problems] == [
        "STRAVA_CLIENT_SECRET?",
        "SMTP_PASSWORD_FILE?",
    ]


def test_a_secret_file_that_is_missing_or_empty_is_told(load, tmp_path):
    (tmp_path / "empty").write_text("\n")
    with pytest.raises(ConfigProblem) as wrong:
        load(COACHD_SECRET_KEY_FILE=str(tmp_path / "empty"), SMTP_PASSWORD_FILE=str(tmp_path / "missing"))
    assert [problem.partition(":")[0] for problem in wrong.value.problems] == [
        "COACHD_SECRET_KEY_FILE",
        "SMTP_PASSWORD_FILE",
    ]


@pytest.mark.parametrize("name", [name.upper() for name in config.SECRETS])
def test_no_secret_is_shown_by_an_error_or_a_repr(load, elsewhere, name):
    value = {"DATABASE_URL": f"postgresql+psycopg://me:{SECRET}@host/db"}.get(name, SECRET)
    assert SECRET not in repr(load(**{name: value})) + str(load(**{name: value}))
    (elsewhere / ".env").write_text(f"{name}X={SECRET}\n")
    with pytest.raises(ConfigProblem) as wrong:
        load(**{name: value, "POLL_MINUTES": "x", "COACHD_SECRET_KEY": SECRET[:20], "DATABASE_URL": f"x://{SECRET}"})
    assert len(wrong.value.problems) >= 4
    assert SECRET[:20] not in f"{wrong.value!r} {wrong.value} {wrong.value.advice}"


def test_the_secrets_are_the_ones_that_may_stand_in_files():
    assert set(config.SECRETS) == {
        "database_url", "coachd_secret_key", "strava_client_secret", "smtp_password", "apprise_urls", "webhook_url",
        "webhook_secret", "imap_url", "ping_url",
    }  # fmt: skip


def test_the_sender_is_the_athlete_where_none_is_named(load):
    assert load().sender == "coachd@localhost"
    assert load(MAIL_TO="robin@example.org").sender == "robin@example.org"
    assert load(MAIL_TO="robin@example.org", MAIL_FROM="coachd@example.org").sender == "coachd@example.org"


def test_an_athletes_own_values_replace_the_instances(load):
    settings = load(ATHLETE_UNITS="mi", DIGEST_TIME="18:00", MAIL_TO="all@example.org", ATHLETE_ZONE="Asia/Tokyo")
    robin = settings.athlete("robin", {"digest_time": "07:15", "week_start": "SUN", "easy_hr_ceiling": "148"})
    assert (robin.units, robin.email, robin.zone) == ("mi", "all@example.org", "Asia/Tokyo")
    assert (robin.digest_time, robin.week_start, robin.easy_hr_ceiling) == (time(7, 15), "sun", 148.0)


@pytest.mark.parametrize(
    ("own", "named"),
    [
        ({"zone": "Mars/Olympus", "units": "leagues"}, ["zone", "units"]),
        ({"week_start": "wed"}, ["week_start"]),
        ({"email": "a@example.org\nBcc: b@example.org"}, ["email"]),
        ({"digest_day": "someday", "easy_hr_ceiling": "fast"}, ["digest_day", "easy_hr_ceiling"]),
        ({"smtp_password": "x"}, ["smtp_password"]),
    ],
)
def test_an_athletes_own_values_are_checked_like_settings(load, own, named):
    with pytest.raises(ConfigProblem) as wrong:
        load().athlete("robin", own)
    assert [problem.partition(":")[0] for problem in wrong.value.problems] == named


def test_the_machines_zone_is_used_where_none_is_set(load, monkeypatch):
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    assert config.machine_zone() == "Pacific/Auckland"
    assert load().athlete("robin", {}).zone == "Pacific/Auckland"


def test_a_machine_whose_zone_has_no_name_is_in_utc(monkeypatch):
    def confused():
        raise ZoneInfoNotFoundError("two configurations that contradict each other")

    monkeypatch.setenv("TZ", "Pacific/Auckland")
    monkeypatch.setattr("tzlocal.reload_localzone", confused)
    assert config.machine_zone() == "UTC"


def test_the_example_file_is_today_s():
    written = (Path(__file__).parents[1] / ".env.example").read_text(encoding="utf-8")
    assert written == config.example()


def test_the_example_file_names_every_setting_and_is_taken_as_it_is(load, elsewhere):
    text = config.example()
    assert all(f"\n#{name.upper()}=" in text for name in config.Settings.model_fields)
    defaults = load()
    (elsewhere / ".env").write_text(
        text.replace("\n#COACHD_STATE_DIR", "\n# ").replace("\n#", "\n").replace("\n ", "\n# ")
    )
    assert load() == defaults


def test_a_terminal_over_ssh_is_known():
    assert config.over_ssh({"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"})
    assert not config.over_ssh({})


@pytest.mark.parametrize(
    ("given", "editor"), [({}, ""), ({"EDITOR": "nano"}, "nano"), ({"EDITOR": "nano", "VISUAL": "code -w"}, "code -w")]
)
def test_the_editor_is_the_users_own(given, editor):
    assert config.editor(given) == editor


def test_the_service_managers_socket_is_empty_where_there_is_none():
    assert config.notify_socket({"NOTIFY_SOCKET": "/run/x"}) == "/run/x"
    assert config.notify_socket({}) == ""


@pytest.mark.parametrize(
    "base", ["http://127.evil.example", "http://localhost.evil.example", "http://127.0.0.1@evil.example"]
)
def test_a_host_that_only_looks_like_loopback_gets_no_token_in_clear(load, base):
    with pytest.raises(ConfigProblem, match="STRAVA_API_BASE: must begin with https"):
        load(STRAVA_API_BASE=base)


@pytest.mark.parametrize(
    "base", ["http://127.0.0.1:80/api/v3", "http://localhost:80", "http://[::1]:80", "https://x.example"]
)
def test_loopback_may_do_without_tls(load, base):
    assert load(STRAVA_API_BASE=base).strava_api_base == base


@pytest.mark.parametrize("text", ["just words", 'ATHLETE_UNITS="mi'])
def test_a_line_of_the_file_that_cannot_be_read_is_told_with_its_number(load, state, text):
    (state / ".env").write_text(f"# one\n{text}\n")
    with pytest.raises(ConfigProblem, match=r"line 2 of .*\.env cannot be read"):
        load()


def test_a_file_in_another_encoding_is_told_in_words(load, state):
    (state / ".env").write_bytes(b"MAIL_TO=J\xf6rg@example.org\n")
    with pytest.raises(ConfigProblem, match="not text in UTF-8"):
        load()


def test_a_key_of_nothing_but_commas_is_no_key(load):
    with pytest.raises(ConfigProblem, match="COACHD_SECRET_KEY: each key needs 32"):
        load(COACHD_SECRET_KEY=" , ")


@pytest.mark.parametrize("url", ["sqlite:///", "sqlite:///:memory:"])
def test_a_database_that_would_be_forgotten_is_refused(load, url):
    with pytest.raises(ConfigProblem, match="DATABASE_URL: must name a file"):
        load(DATABASE_URL=url)


@pytest.mark.parametrize("text", ["06:00+05:00", "6", "25:00", "early"])
def test_a_time_of_the_mail_that_is_no_local_time_is_told_how_to_write_it(load, text):
    with pytest.raises(ConfigProblem, match="DIGEST_TIME: is not a local time; write for example 06:30"):
        load(DIGEST_TIME=text)


def test_a_time_may_be_written_short(load):
    assert load(DIGEST_TIME="6:30").digest_time == time(6, 30)


def test_a_word_where_a_number_belongs_is_told_plainly(load):
    with pytest.raises(ConfigProblem, match="POLL_MINUTES: is not a number"):
        load(POLL_MINUTES="often")


def test_a_folder_of_rules_may_lie_at_home(load, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert load(RULES_DIR="~/rules").rules_dir == tmp_path / "rules"
