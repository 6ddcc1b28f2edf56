"""The ZIP with the file that a watch uploaded -> columns."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest

from coachd.errors import BrokenFile
from coachd.sources.garmin import original
from coachd.sources.garmin.original import columns

START = datetime(2025, 6, 1, 5, tzinfo=UTC)


def track(start=START, points=5):
    at = [start + timedelta(seconds=10 * number) for number in range(points)]
    rows = "".join(f'<trkpt lat="52.5" lon="{13.4 + n / 5000}"><time>{t:%Y-%m-%dT%H:%M:%SZ}</time></trkpt>'
                   for n, t in enumerate(at))  # fmt: skip
    return f"<trk><type>running</type><trkseg>{rows}</trkseg></trk>"


def gpx(*tracks):
    return f'<gpx xmlns="http://www.topografix.com/GPX/1/1" creator="made">{"".join(tracks)}</gpx>'.encode()


def packed(*members):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return made.getvalue()


def test_the_file_in_the_zip_gives_its_columns():
    found = columns(packed(("1_ACTIVITY.gpx", gpx(track()))), START)
    assert found["time"] == [0, 10, 20, 30, 40]


@pytest.mark.parametrize("name", ["../../etc/passwd.gpx", "/x/y.GPX", "C:\\x.gpx", "a" * 300 + ".gpx"])
def test_a_name_is_never_a_path(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert columns(packed((name, gpx(track()))), START)
    assert list(tmp_path.iterdir()) == []


def test_other_members_are_passed_over():
    assert columns(packed(("readme.txt", b"hello"), ("1.gpx", gpx(track()))), START)


@pytest.mark.parametrize("data", [b"", b"no zip", packed(), packed(("readme.txt", b"hello")), packed(("1.fit", b""))])
def test_what_holds_no_activity_is_broken(data):
    with pytest.raises(BrokenFile):
        columns(data, START)


def test_every_cut_of_a_zip_is_broken_and_nothing_worse():
    whole = packed(("1.gpx", gpx(track())))
    for length in range(0, len(whole) - 1, 7):
        with pytest.raises(BrokenFile):
            columns(whole[:length], START)


def test_a_bomb_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(original, "LARGEST", 1_000_000)
    with pytest.raises(BrokenFile, match="unpacks to more"):
        columns(packed(("1.gpx", b" " * 5_000_000)), START)


def test_of_several_workouts_the_one_that_began_then_is_taken():
    later = START + timedelta(hours=2)
    data = packed(("1.gpx", gpx(track(), track(later, points=3))))
    assert len(columns(data, later + timedelta(seconds=30))["time"]) == 3
    assert columns(data, START + timedelta(hours=1)) is None
    assert columns(data, None) is None
