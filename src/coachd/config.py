"""The one place that reads the environment: variables, `.env`, secret files -> Settings.

Order: environment > `.env` > secret file (`$CREDENTIALS_DIRECTORY/<name in lower case>`, then `<NAME>_FILE`) > default.
All mistakes are reported at once, each by the name of its variable.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from datetime import time
from io import StringIO
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from coachd import own
from coachd.errors import ConfigProblem
from coachd.model import Athlete
from coachd.own import Address, Day, OneLine, Time, WeekStart, Zone
from coachd.resources import drop_ins
from coachd.units import System


def _words(value: Any) -> Any:
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


def _base(value: Any) -> Any:
    text = str(value).rstrip("/")
    place = urlsplit(text)
    if not place.hostname or not (place.scheme == "https" or (place.scheme == "http" and _loopback(place.hostname))):
        raise ValueError("must begin with https:// (http is for loopback only)")
    return text


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _number(value: str) -> str:
    if value and not (value.isascii() and value.isdigit()):
        raise ValueError("must be the number shown at https://www.strava.com/settings/api")
    return value


def _own_database(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("must begin with postgresql+psycopg:// or sqlite:///")
    if value.get_secret_value() in ("sqlite:///", "sqlite:///:memory:"):
        raise ValueError("must name a file after sqlite:///")
    return value


Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
Base = Annotated[str, BeforeValidator(_base)]
Number = Annotated[str, AfterValidator(_number)]
Named = Annotated[Path, AfterValidator(Path.expanduser)]
DatabaseUrl = Annotated[SecretStr, AfterValidator(_own_database)]


class Settings(BaseModel):
    """Everything that can be set. A field's variable is its name in capitals."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    coachd_state_dir: Path = Field(description="Folder for the database, the key and the mails of the folder channel.")
    database_url: DatabaseUrl | None = Field(
        None, description="Another database, e.g. postgresql+psycopg://user@host/coachd. Default: SQLite in the folder."
    )
    coachd_secret_key: SecretStr | None = Field(
        None,
        description="Key for stored tokens, 32 characters or more; several, newest first, to rotate. Default: a file.",
    )

    athlete_zone: Zone | None = Field(None, description="Your time zone. Default: the machine's.")
    athlete_units: System = Field("km", description="km or mi.")
    athlete_tone: Literal["plain", "warm"] = Field("plain", description="plain or warm.")
    week_start: WeekStart = Field("mon", description="First day of your week: mon, sat or sun.")
    digest_day: Day = Field("mon", description="Day of the weekly mail.")
    digest_time: Time = Field(time(6, 0), description="Local time of the weekly mail.")
    easy_hr_ceiling: float | None = Field(
        None,
        ge=80,
        le=220,
        description="Upper heart rate of an easy run. Default: top of zone 2 of your own zones on Strava or at Garmin.",
    )

    strava_client_id: Number = Field("", description="From your Strava API application.")
    strava_client_secret: SecretStr | None = Field(None, description="From your Strava API application.")
    strava_oauth_base: Base = Field("https://www.strava.com", description="Host of the authorise page and of tokens.")
    strava_api_base: Base = Field("https://www.strava.com/api/v3", description="The whole prefix of API calls.")
    strava_retention_days: int = Field(
        7, ge=0, description="Days an API row may go unconfirmed before it is purged; 0 keeps everything (see docs)."
    )
    garmin_api_base: Base = Field(
        "https://personal.connectapi.garmin.com", description="Host of Garmin's Personal API."
    )
    weather_api_base: Base = Field(
        "https://api.open-meteo.com", description="Open-Meteo's host of recent weather; only asked where a home is set."
    )
    weather_archive_base: Base = Field(
        "https://archive-api.open-meteo.com", description="Open-Meteo's host of weather from six days ago on."
    )
    poll_minutes: int = Field(30, ge=5, le=1440, description="Minutes between two looks at each source.")

    channels: Words = Field(
        (),
        description="Ways out. Default: email if SMTP_HOST, else folder; and what is set below.",
    )
    mail_to: Address = Field("", description="Where your mail goes.")
    mail_from: Address = Field("", description="Sender, e.g. coachd <coachd@your.domain>. Default: MAIL_TO.")
    smtp_host: OneLine = Field("", description="Your mail relay.")
    smtp_port: int = Field(587, ge=1, le=65535, description="Its port.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="starttls, tls, or none (loopback)."
    )
    smtp_user: str = Field("", description="Login at the relay, if it wants one.")
    smtp_password: SecretStr | None = Field(None, description="Password at the relay.")
    smtp_cafile: Named | None = Field(None, description="Certificate of a private authority, if the relay uses one.")
    apprise_urls: SecretStr | None = Field(None, description="Push addresses, see Apprise's documentation.")
    webhook_url: SecretStr | None = Field(None, description="Where messages are posted as JSON, e.g. Home Assistant.")
    webhook_secret: SecretStr | None = Field(None, description="Key of the signature that these posts carry.")
    imap_url: SecretStr | None = Field(
        None, description="Mailbox that answers to nudges arrive in: imaps://user:password@host/INBOX."
    )
    answers_to: Address = Field("", description="Address of that mailbox. Default: the sender's.")

    operator_mail: Address = Field("", description="Where mail about the instance goes. Default: MAIL_TO.")
    ping_url: SecretStr | None = Field(
        None, description="Called after each good tick, for a service that notices when the calls end."
    )

    watch_dir: Named | None = Field(
        None, description="Folder that activity files come into; coachd reads them and leaves them there."
    )
    rules_dir: Named | None = Field(None, description="Folder with rules of your own, beside the shipped ones.")
    templates_dir: Named | None = Field(
        None, description="Folder with templates of your own: they replace the shipped ones of their names."
    )
    log_format: Literal["auto", "text", "json"] = Field("auto", description="text on a terminal, else json.")

    @property
    def database(self) -> str:
        """The database's URL."""
        if self.database_url:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.coachd_state_dir / 'coachd.db'}"

    @property
    def sender(self) -> str:
        """The From address."""
        return self.mail_from or self.mail_to or "coachd@localhost"

    def athlete(self, athlete_id: str, document: Mapping[str, Any], *, paused: bool = False) -> Athlete:
        """The athlete, from this instance's defaults and what the athlete set for themself.

        Raises ConfigProblem naming each value that cannot be used.
        """
        defaults = {
            "zone": self.athlete_zone or machine_zone(),
            "units": self.athlete_units,
            "email": self.mail_to,
            "week_start": self.week_start,
            "digest_day": self.digest_day,
            "digest_time": self.digest_time,
            "tone": self.athlete_tone,
            "easy_hr_ceiling": self.easy_hr_ceiling,
        }
        said = own.checked(document).values() if document else {}
        return Athlete(id=athlete_id, paused=paused, **{**defaults, **said})


SECRETS = tuple(name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation))


def load(environ: Mapping[str, str] | None = None, *, state: Path | None = None, dotenv: bool = True) -> Settings:
    """Settings from the environment and its files. Raises ConfigProblem with every mistake at once.

    Given `state`, it wins over every other way to name the state folder. Without `dotenv` no `.env` is read.
    """
    env = dict(os.environ if environ is None else environ)
    folder = state or _state_folder({**_env_file(Path(".env")), **env} if dotenv else env)
    values, problems = _gather(env, folder, dotenv=dotenv)
    values["coachd_state_dir"] = str(folder)
    try:
        settings = Settings.model_validate(values)
    except ValidationError as problem:
        wrong = {str(error["loc"][0]): own.said(error) for error in problem.errors()}
        problems += [f"{name.upper()}: {said}" for name, said in wrong.items()]
        # Go on with what is left, so that every mistake is told at once.
        settings = Settings.model_validate({name: value for name, value in values.items() if name not in wrong})
    problems += _inconsistent(settings)
    if problems:
        raise ConfigProblem(problems, "Correct them in the environment or in .env, then try again.")
    return settings


def _gather(env: Mapping[str, str], folder: Path, *, dotenv: bool) -> tuple[dict[str, str], list[str]]:
    """Every setting that is given somewhere, and what is wrong with the places."""
    problems: list[str] = []
    places = (Path(".env"), folder / ".env") if dotenv else ()
    env_file = next((path for path in places if path.is_file()), None)
    from_file = _env_file(env_file) if env_file else {}
    names = [name.upper() for name in Settings.model_fields]
    allowed = set(names) | {f"{name.upper()}_FILE" for name in SECRETS}
    for key in from_file:
        near = difflib.get_close_matches(key, allowed, n=1, cutoff=0.8)
        if key not in allowed and near:
            problems.append(f"{key} (in {env_file}): unknown; did you mean {near[0]}?")
    given = {**from_file, **env}
    values: dict[str, str] = {}
    for name in Settings.model_fields:
        key = name.upper()
        if given.get(key):
            values[name] = given[key]
            continue
        for path in _secret_files(name, given):
            try:
                values[name] = path.read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as problem:
                reason = problem.strerror if isinstance(problem, OSError) else "it is not text"
                problems.append(f"{key}_FILE: {path} cannot be read ({reason})")
            else:
                if not values[name]:
                    problems.append(f"{key}_FILE: {path} is empty")
            break
    return values, problems


def _env_file(path: Path) -> dict[str, str]:
    """The values of a `.env`. Raises ConfigProblem naming each line that cannot be read: what stands there counts."""
    from dotenv import dotenv_values
    from dotenv.parser import parse_stream

    if not path.is_file():
        return {}
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigProblem(f"{path} is not text in UTF-8.", "Save it as UTF-8.") from None
    wrong = [binding.original.line for binding in parse_stream(StringIO(text)) if binding.error]
    if wrong:
        raise ConfigProblem(
            [f"line {number} of {path} cannot be read" for number in wrong],
            "Write NAME=value, one a line; what begins with a quote has to end with one, and # begins a comment.",
        )
    return {key: value or "" for key, value in dotenv_values(stream=StringIO(text)).items()}


def _secret_files(name: str, given: Mapping[str, str]) -> list[Path]:
    if name not in SECRETS:
        return []
    files = []
    credentials = given.get("CREDENTIALS_DIRECTORY")
    if credentials and (Path(credentials) / name).is_file():
        files.append(Path(credentials) / name)
    named = given.get(f"{name.upper()}_FILE")
    if named:
        files.append(Path(named))
    return files


def _inconsistent(settings: Settings) -> list[str]:
    known = drop_ins("channels")
    problems = [
        f"CHANNELS: {channel!r} is unknown; known: {', '.join(known)}"
        for channel in settings.channels
        if channel not in known
    ]
    if settings.smtp_security == "none" and settings.smtp_host not in ("", "localhost", "127.0.0.1", "::1"):
        problems.append("SMTP_SECURITY: none is for a relay on this machine only; use starttls or tls")
    keys = _words(settings.coachd_secret_key.get_secret_value()) if settings.coachd_secret_key else None
    if keys is not None and min(map(len, keys), default=0) < 32:
        problems.append("COACHD_SECRET_KEY: each key needs 32 characters or more")
    return problems


def _state_folder(env: Mapping[str, str]) -> Path:
    for name in ("COACHD_STATE_DIR", "STATE_DIRECTORY"):
        if env.get(name):
            return Path(env[name]).expanduser()
    from platformdirs import user_state_path

    return user_state_path("coachd")


def machine_zone() -> str:
    """The machine's time zone by name; UTC where it has none."""
    from tzlocal import reload_localzone

    try:
        # Read anew each time: a daemon outlives a move of its machine.
        return str(ZoneInfo(str(reload_localzone())))
    except (ZoneInfoNotFoundError, ValueError):
        return "UTC"


def over_ssh(environ: Mapping[str, str] | None = None) -> bool:
    """Whether this terminal came over SSH, so that a browser here would open on the wrong machine."""
    env = os.environ if environ is None else environ
    return bool(env.get("SSH_CONNECTION") or env.get("SSH_TTY"))


def editor(environ: Mapping[str, str] | None = None) -> str:
    """The editor that the user chose; empty where they chose none."""
    env = os.environ if environ is None else environ
    return env.get("VISUAL") or env.get("EDITOR") or ""


def notify_socket(environ: Mapping[str, str] | None = None) -> str:
    """Where the service manager listens for our life signs; empty when nobody does."""
    return (os.environ if environ is None else environ).get("NOTIFY_SOCKET", "")


def example() -> str:
    """The text of `.env.example`: every setting with its meaning and default."""
    lines = ["# Settings of coachd. Copy to .env and fill in what you need; everything here has a default.", ""]
    for name, field in Settings.model_fields.items():
        key, default = name.upper(), field.get_default()
        lines.append(f"# {field.description}")
        if name in SECRETS:
            lines.append(f"# Or {key}_FILE=/path/to/a/file.")
        if isinstance(default, time):
            default = f"{default:%H:%M}"
        empty = default is None or default == () or field.is_required()
        lines += [f"#{key}=" if empty else f"#{key}={default}", ""]
    return "\n".join(lines).rstrip() + "\n"
