"""Files of invented runs on several days, as tests of importing give them."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping
from datetime import timedelta

from activity_files import START, at, file_id, fit_file, message, records, session

DAY_S = 86_400
HEADER = [
    "Activity ID", "Activity Date", "Activity Name", "Activity Type", "Activity Description", "Elapsed Time",
    "Distance", "Max Heart Rate", "Relative Effort", "Commute", "Activity Private Note", "Activity Gear", "Filename",
    "Athlete Weight", "Bike Weight", "Elapsed Time", "Moving Time", "Distance",
]  # fmt: skip


def run_of(day: int, *, seconds: int = 600, named: str = "", **values) -> bytes:
    """A run so many days after the invented start, at 3 m/s, of a planned workout of that name if it has one; `values`
    are of its session."""
    begin = day * DAY_S
    points = b"".join(
        records([second], position_lat=52 + (second - begin) * 3 / 111_195, distance=(second - begin) * 3.0)
        for second in range(begin, begin + seconds + 1, 5)
    )
    told = {
        "start_time": at(begin), "timestamp": at(begin + seconds), "total_elapsed_time": seconds,
        "total_timer_time": seconds, "total_distance": seconds * 3, **values,
    }  # fmt: skip
    plan = [message("workout", (8, 7, named.encode() + b"\0"))] if named else []
    return fit_file(file_id(), *plan, points, session(**told))


def table(*rows: tuple[int, int, str]) -> str:
    """A Strava export's table of runs: (activity id, day, name of its file)."""
    made = io.StringIO()
    lines = csv.writer(made)
    lines.writerow(HEADER)
    for number, day, file in rows:
        start = START + timedelta(days=day)
        shown = f"{start:%b} {start.day}, {start:%Y, %I:%M:%S %p}"
        lines.writerow([number, shown, f"Run {number}", "Run", "", 600, 1.8, "", "", "false", "", "Blue pair", file,
                        "", "", 600.0, 600.0, 1800.0])  # fmt: skip
    return made.getvalue()


def zipped(members: Mapping[str, bytes | str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return made.getvalue()
