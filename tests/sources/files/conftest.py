"""An invented runner's export, in the shapes that Strava writes."""

import csv
import io
import zipfile

import pytest

_TITLES = (
    "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,Max Heart Rate,"
    "Relative Effort,Commute,Activity Private Note,Activity Gear,Filename,Athlete Weight,Bike Weight,Elapsed Time,"
    "Moving Time,Distance,Max Speed,Average Speed,Elevation Gain,Average Cadence,Max Heart Rate,Average Heart Rate,"
    "Commute,Competition,Long Run"
)
HEADER = _TITLES.split(",")

ROW = {
    "Activity ID": "7001",
    "Activity Date": "Oct 5, 2024, 4:15:21 PM",
    "Activity Name": "Harbour loop",
    "Activity Type": "Run",
    "Elapsed Time": "2833",
    "Distance": "10.01",
    "Commute": "false",
    "Activity Gear": "Blue shoes",
    "Filename": "activities/9001.fit.gz",
    "Elapsed Time#2": "2833.5",
    "Moving Time": "2800.0",
    "Distance#2": "10012.3",
    "Elevation Gain": "41.5",
    "Average Cadence": "84.5",
    "Max Heart Rate#2": "171.0",
    "Average Heart Rate": "152.4",
    "Commute#2": "0.0",
}


def table(*changes, header=HEADER):
    """The text of an activities.csv with one row per dictionary of changes to ROW."""
    seen, keys = {}, []
    for title in header:
        seen[title] = seen.get(title, 0) + 1
        keys.append(title if seen[title] == 1 else f"{title}#{seen[title]}")
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([{**ROW, **change}.get(key, "") for key in keys] for change in changes)
    return text.getvalue()


@pytest.fixture
def header():
    return HEADER


@pytest.fixture
def make_table():
    return table


@pytest.fixture
def make_csv(tmp_path):
    """Writes a lone activities.csv from rows, text or bytes, and gives its path."""

    def write(*rows, header=HEADER):
        content = table(*rows, header=header) if not rows or isinstance(rows[0], dict) else rows[0]
        path = tmp_path / "activities.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def make_zip(tmp_path):
    """Writes a zip with the members given as name -> content, and gives its path."""

    def write(members):
        path = tmp_path / "export_42.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            for name, content in members.items():
                package.writestr(name, content)
        return path

    return write
