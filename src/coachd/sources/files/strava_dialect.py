"""How a Strava export writes its headers, sports, dates and numbers, in English, Dutch and German.

Strava writes the table in the language of the account. Headers as of exports from 2018 to 2026.
"""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import UTC, datetime

_HEADERS: dict[str, tuple[str, ...]] = {
    "id": ("Activity ID", "Activiteits-ID", "Aktivitäts-ID"),
    "date": ("Activity Date", "Datum van activiteit", "Aktivitätsdatum"),
    "name": ("Activity Name", "Naam activiteit", "Naam van activiteit", "Name der Aktivität"),
    "type": ("Activity Type", "Activiteitstype", "Aktivitätsart"),
    "description": ("Activity Description", "Beschrijving van activiteit", "Aktivitätsbeschreibung"),
    "elapsed": ("Elapsed Time", "Verstreken tijd", "Verstrichene Zeit"),
    "moving": ("Moving Time", "Beweegtijd", "Bewegungszeit"),
    "distance": ("Distance", "Afstand", "Distanz"),
    "max_hr": ("Max Heart Rate", "Max. hartslag", "Maximale hartslag", "Max. Herzfrequenz"),
    "average_hr": ("Average Heart Rate", "Gemiddelde hartslag", "Durchschnittliche Herzfrequenz"),
    "commute": ("Commute", "Woon-werkverkeer", "Pendeln"),
    "gear": ("Activity Gear", "Uitrusting voor activiteit", "Materiaal voor activiteit", "Aktivitätsausrüstung"),
    "note": ("Activity Private Note", "Privénotitie", "Hinweis zur Privatsphäre für Aktivitäten"),
    "filename": ("Filename", "Bestandsnaam", "Dateiname"),
    "gain": ("Elevation Gain", "Totale stijging", "Hoogtewinst", "Höhenzunahme"),
    "loss": ("Elevation Loss", "Hoogteverlies", "Höhenunterschied"),
    "exertion": ("Perceived Exertion", "Gefühlte Anstrengung"),
    "temperature": ("Weather Temperature", "Wetter: Temperatur"),
    "dew_point": ("Dewpoint", "Dauwpunt", "Taupunkt"),
    "sets": ("Total Sets",),
    "cadence": (
        "Average Cadence", "Gemiddelde cadans", "Durchschnittliche Trittfrequenz",
        "Durchschnittliche Tritt-/Schrittfrequenz",
    ),
    "race": ("Competition", "Wedstrijd", "Wettbewerb"),
    "long_run": ("Long Run", "Lange duurloop", "Lange run", "Langer Lauf"),
    "shoe": ("Shoe Name", "Naam schoen", "Naam van schoen", "Schuhname", "Name des Schuhs"),
    "brand": ("Shoe Brand", "Merk schoen", "Schuhmarke"),
    "model": ("Shoe Model", "Model schoen", "Schuhmodell"),
}  # fmt: skip

_SPORTS: dict[str, tuple[str, ...]] = {
    "Run": ("Hardloopsessie", "Hardlopen", "Lauf", "Laufen"),
    "TrailRun": ("Trailrun", "Trailloop", "Trailrunning", "Traillauf"),
    "VirtualRun": ("Virtuele hardloopsessie", "Virtuele run", "Virtueller Lauf"),
    "Walk": ("Wandeling", "Wandelen", "Spaziergang", "Gehen"),
    "Hike": ("Hiken", "Bergwandeling", "Trektocht", "Wanderung", "Wandern"),
    "Snowshoe": ("Sneeuwschoenwandelen", "Sneeuwschoenwandeling", "Schneeschuhwandern", "Schneeschuhwanderung"),
    "Ride": ("Rit", "Fietsrit", "Fietsen", "Radfahrt", "Radfahren", "Fahrt"),
    "MountainBikeRide": ("Mountainbikerit", "Mountainbike", "Mountainbike-Fahrt", "Mountainbiketour"),
    "GravelRide": ("Gravelrit", "Gravel", "Gravel-Fahrt", "Schotterfahrt"),
    "VirtualRide": ("Virtuele rit", "Virtuele fietsrit", "Virtuelle Fahrt", "Virtuelle Radfahrt"),
    "EBikeRide": ("E-bikerit", "Rit op e-bike", "E-Bike-Fahrt", "E-Bike-Radfahrt"),
    "EMountainBikeRide": ("E-mountainbikerit", "E-Mountainbike-Fahrt", "E-MTB-Fahrt"),
    "Handcycle": ("Handbike", "Handfiets"),
    "Velomobile": ("Velomobiel", "Velomobil"),
    "Swim": ("Zwemmen", "Zwemsessie", "Schwimmen"),
    "WeightTraining": ("Krachttraining", "Gewichtstraining", "Krafttraining", "Gewichtheben"),
    "PhysicalTherapy": ("Fysiotherapie", "Physiotherapie"),
    "Workout": ("Training",),
    "HighIntensityIntervalTraining": ("HIIT",),
    "Elliptical": ("Crosstrainer", "Ellipsentrainer"),
    "StairStepper": ("Stepper", "Trapmachine", "Treppensteiger"),
    "Rowing": ("Roeien", "Rudern"),
    "VirtualRow": ("Virtual Rowing", "Virtueel roeien", "Virtuelles Rudern"),
    "Canoeing": ("Canoe", "Kanoën", "Kanuten", "Kanufahren"),
    "Kayaking": ("Kajakken", "Kajakfahren", "Kajak"),
    "Sail": ("Zeilen", "Segeln"),
    "NordicSki": ("Langlaufen", "Langlauf", "Skilanglauf"),
    "AlpineSki": ("Skiën", "Alpineskiën", "Ski Alpin", "Skifahren"),
    "BackcountrySki": ("Toerskiën", "Skitour"),
    "RollerSki": ("Rolskiën", "Rollski"),
    "IceSkate": ("Schaatsen", "Eislaufen", "Schlittschuhlaufen"),
    "InlineSkate": ("Inlineskaten", "Skeeleren", "Inlineskating"),
    "RockClimbing": ("Rock Climb", "Klimmen", "Rotsklimmen", "Klettern"),
    "StandUpPaddling": ("Suppen", "Stehpaddeln"),
    "Soccer": ("Voetbal", "Fußball"),
    "Wheelchair": ("Rolstoel", "Rollstuhl"),
}
"""Strava's sport type -> how Dutch, German and older English exports call it. English names of today need no entry:
they are the sport type with spaces."""

_MONTHS: tuple[str, ...] = (
    "january januari januar", "february februari februar", "march maart märz mrt mrz", "april", "may mei mai",
    "june juni", "july juli", "august augustus", "september", "october oktober", "november", "december dezember",
)  # fmt: skip

_MONTH = {
    name[:length]: number
    for number, names in enumerate(_MONTHS, start=1)
    for name in names.split()
    for length in range(3, len(name) + 1)
}


def _key(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFC", text).casefold() if sign.isalnum())


_FIELD = {_key(header): field for field, headers in _HEADERS.items() for header in headers}
_SPORT = {_key(label): sport for sport, labels in _SPORTS.items() for label in labels}

_TAG = re.compile(r"<[^>]*>")
_UNTRANSLATED = re.compile(r"translation missing:.*\.(\w+)", re.IGNORECASE)


def field_of(header: str) -> str | None:
    """What a column holds, by its header; None for one we do not use or do not know.

    A header that Strava forgot to translate still ends in its English name:
    `translation missing: nl.lib.export.portability_exporter.activities.horton_values.moving_time`.
    """
    text = _TAG.sub("", header).strip()
    untranslated = _UNTRANSLATED.fullmatch(text)
    return _FIELD.get(_key(untranslated[1] if untranslated else text))


def sport_of(label: str) -> str:
    """Strava's sport type for a label: `TrailRun` for `Trail Run`, `Trailrun` or `Traillauf`.

    An unknown label is kept, its words run together.
    """
    known = _SPORT.get(_key(label))
    return known or "".join(word[:1].upper() + word[1:] for word in re.split(r"[\s\-]+", label) if word)


_TIME = (
    r",?\s+(?:(?:at|om|um)\s+)?(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?(?:\s*(?P<half>[ap])\.?m\.?)?"
)
_DATES = (
    re.compile(r"(?P<name>[^\W\d_]+)\.?\s+(?P<day>\d{1,2}),\s*(?P<year>\d{4})" + _TIME, re.IGNORECASE),
    re.compile(r"(?P<day>\d{1,2})\.?\s+(?P<name>[^\W\d_]+)\.?\s+(?P<year>\d{4})" + _TIME, re.IGNORECASE),
    re.compile(r"(?P<day>\d{1,2})(?P<sign>[.\-])(?P<month>\d{1,2})(?P=sign)(?P<year>\d{4})" + _TIME, re.IGNORECASE),
)


def moment(text: str) -> datetime:
    """The instant (aware, UTC) that an export writes as `Oct 5, 2014, 4:15:21 PM`, `01.08.2025, 17:00:00`,
    `1 aug. 2025 17:00:00` or in an ISO form. The table's times are UTC although they do not say so.

    Raises ValueError for anything else, a date without a time among it.
    """
    clean = " ".join(unicodedata.normalize("NFC", text).split())
    for pattern in _DATES:
        match = pattern.fullmatch(clean)
        if match:
            return _instant(match.groupdict())
    if ":" not in clean:
        raise ValueError(f"{text!r} is not a date with a time")
    iso = datetime.fromisoformat(clean.removesuffix(" UTC"))
    return iso.replace(tzinfo=UTC) if iso.tzinfo is None else iso.astimezone(UTC)


def _instant(parts: dict[str, str | None]) -> datetime:
    name, half = parts.get("name"), parts["half"]
    month = _MONTH.get(name.casefold(), 0) if name else int(parts["month"] or 0)
    hour = int(parts["hour"] or 0)
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(f"{hour} is not an hour of a twelve-hour clock")
        hour = hour % 12 + (12 if half in "pP" else 0)
    year, day, minute, second = (int(parts[part] or 0) for part in ("year", "day", "minute", "second"))
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)


def number(text: str) -> float | None:
    """A number of the table, with a decimal point or comma; None unless the cell holds one, finite and not negative."""
    clean = "".join(text.split())
    if "," in clean:
        # Of two kinds of sign the last is the decimal one: 1,043.27 and 1.043,27.
        thousands = "," if clean.rfind(".") > clean.rfind(",") else "."
        clean = clean.replace(thousands, "").replace(",", ".")
    if not _NUMBER.fullmatch(clean):
        return None
    value = float(clean)
    return value if math.isfinite(value) else None


def signed(text: str) -> float | None:
    """The same for what may lie below zero."""
    clean = text.strip().replace("\N{MINUS SIGN}", "-")
    value = number(clean.removeprefix("-"))
    return -value if value is not None and clean.startswith("-") else value


def yes(text: str) -> bool:
    """Whether a flag of the table is set: `true`, `1.0`, `ja`, `wahr` …"""
    return text.strip().casefold() in ("true", "yes", "1", "1.0", "ja", "waar", "wahr")
