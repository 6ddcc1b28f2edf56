from __future__ import annotations

import csv
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from processes import Home

from coachd.clock import SteppedClock
from coachd.demo import own

REAL = Path(__file__).parents[2].parent / "shared" / "data" / "strava-export" / "activities.csv"
HEADER = [
    "Activity ID", "Activity Date", "Activity Name", "Activity Type", "Activity Description", "Elapsed Time",
    "Distance", "Max Heart Rate", "Relative Effort", "Commute", "Activity Private Note", "Activity Gear", "Filename",
    "Athlete Weight", "Bike Weight", "Elapsed Time", "Moving Time", "Distance",
]  # fmt: skip


@pytest.fixture
def home(tmp_path) -> Home:
    return Home(tmp_path)


def export_of(path: Path, days: int, last: datetime = datetime(2025, 8, 31, 7, tzinfo=UTC)) -> Path:
    """The table of somebody who ran 10 km on each of these days."""
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(HEADER)
        for back in range(days):
            start = last - timedelta(days=back)
            shown = f"{start:%b} {start.day}, {start:%Y, %I:%M:%S %p}"
            row = [days - back, shown, "Invented", "Run", "", 3100, 10.0, "", "", "false", "", "", "", "", ""]
            table.writerow([*row, 3100.0, 3000.0, 10_000.0])
    return path


def has_four_mails_and_a_table(out: str) -> list[Path]:
    pages = [Path(page) for page in re.findall(r"^page  (/.+\.html)$", out, re.MULTILINE)]
    assert len(pages) == 4
    assert all(page.exists() and page.with_suffix(".eml").exists() for page in pages)
    told, weeks, quiet = map(int, re.search(r"(\d+) things in (\d+) weeks; (\d+) weeks with nothing", out).groups())
    rows = re.findall(r"^  \d{4}-\d\d-\d\d  (?:nudge|praise|note) +\S.*$", out, re.MULTILINE)
    assert (len(rows), weeks) == (told, 52)
    assert quiet <= 52
    return pages


def test_an_invented_export_is_judged_week_by_week_to_its_own_end(home, tmp_path):
    done = home.run("try", str(export_of(tmp_path / "activities.csv", 200)), "--home-zone", "UTC")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("200 activities read, 0 rows skipped.\n")
    pages = has_four_mails_and_a_table(done.stdout)
    assert [page.name for page in pages] == [f"2025-W{week}-me.html" for week in (32, 33, 34, 35)]
    assert "What I would have said in the year to 2025-08-31:" in done.stdout
    assert re.search(r"^  2025-\d\d-\d\d  nudge  No rest day in a while$", done.stdout, re.MULTILINE)
    assert re.search(r"\d+ of 80 rules never had the data they need. They ask for: .*heart rate.*nights", done.stdout)


def test_a_week_that_still_runs_is_not_judged(tmp_path, monkeypatch):
    wednesday = SteppedClock(datetime(2025, 8, 27, 12, tzinfo=UTC))
    monkeypatch.setattr(own, "SystemClock", lambda: wednesday)
    table = export_of(tmp_path / "activities.csv", 60, last=wednesday.now())
    assert own.try_export(table, "UTC", "km").weeks[-1].period.key == "2025-W34"


def test_distances_can_be_in_miles(home, tmp_path):
    done = home.run("try", str(export_of(tmp_path / "activities.csv", 60)), "--home-zone", "UTC", "--units", "mi")
    assert "Your week: 43.5 mi, 7 runs" in done.stdout


def test_nothing_stays_but_the_mails(home, tmp_path):
    table = export_of(tmp_path / "activities.csv", 60)
    assert home.run("try", str(table), "--home-zone", "UTC").returncode == 0
    assert list(home.home.iterdir()) == []
    assert not home.state.exists()
    assert [path.name.rpartition("-")[0] for path in tmp_path.iterdir() if path not in (home.home, table)] == [
        "coachd-try-mail"
    ]


@pytest.mark.skipif(not REAL.exists(), reason="the real export is not here")
def test_a_real_export_can_be_tried(home):
    done = home.run("try", str(REAL), "--home-zone", "Europe/Berlin")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("1845 activities read, 0 rows skipped.\n")
    has_four_mails_and_a_table(done.stdout)
    assert re.search(r"\d+ of 80 rules never had the data they need. They ask for: .*heart rate.*nights", done.stdout)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.zip"], "There is no file or folder nowhere.zip."),
        (["."], "holds no activity file and no table of an export."),
        (["empty.csv"], "is empty."),
        (["table.csv", "--home-zone", "Mars/Base"], "is not a time zone"),
    ],
)
def test_what_cannot_be_tried_is_said_and_leaves_nothing(home, tmp_path, arguments, words):
    (home.home / "empty.csv").write_text("")
    export_of(home.home / "table.csv", 10)
    done = home.run("try", *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert [path for path in tmp_path.iterdir() if path != home.home] == []
