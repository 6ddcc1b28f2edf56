import gzip
import io
import tracemalloc
import zlib
from contextlib import suppress

import pytest
from activity_files import gpx_file, run_file, tcx_file
from hypothesis import given, settings
from hypothesis import strategies as st

from coachd.errors import BrokenFile, InputProblem
from coachd.formats import inflated, read
from coachd.formats.limits import MAX_BYTES, MAX_POINTS

RUN = read(run_file()).workouts[0]


@pytest.mark.parametrize("made", [run_file(), gpx_file(RUN), tcx_file(RUN)], ids=["fit", "gpx", "tcx"])
def test_the_content_tells_the_format_packed_or_not(made):
    for suffix in (".fit", ".gpx", ".tcx", ""):
        assert read(made, suffix).workouts[0].start == RUN.start
        assert read(gzip.compress(made), suffix).workouts[0].start == RUN.start
        assert read(io.BytesIO(made), suffix).workouts[0].start == RUN.start


@pytest.mark.parametrize(
    ("content", "suffix", "reason"),
    [
        (b"", ".fit", "it is empty"),
        (b" \n\x00\x00", ".gpx", "it is empty"),
        (b"PK\x03\x04rest", ".fit", "it is an archive, not an activity"),
        (b"hello", ".fit", "it does not begin like a FIT file"),
        (b"hello", ".gpx.gz", "it does not begin like a GPX file"),
        (b"hello", ".txt", "it is no FIT, GPX or TCX"),
        (b"<html><body>Please log in</body></html>", ".tcx", "it is XML, but neither GPX nor TCX"),
        (b"<gpx", ".gpx", "it is damaged before the first point"),
        (b"<gpx creator='x'>" + b"<a>" * 100, ".gpx", "its elements are nested too deeply"),
        (b"\x1f\x8b" + b"rubbish", ".gz", "its compression is damaged"),
        (gzip.compress(b"<gpx></gpx>" * 100, mtime=0)[:-12], ".gz", "its compression breaks off"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_reason(content, suffix, reason):
    with pytest.raises(BrokenFile) as problem:
        read(content, suffix)
    assert problem.value.reason == reason
    assert str(problem.value) == f"The activity file cannot be used: {reason}."
    assert problem.value.advice
    assert isinstance(problem.value, InputProblem)


def test_a_gzip_bomb_is_never_unpacked_beyond_the_limit():
    packer = zlib.compressobj(wbits=31)
    bomb = b"".join(packer.compress(b"\x00" * 2**20) for _ in range(300)) + packer.flush()
    tracemalloc.start()
    try:
        with pytest.raises(BrokenFile, match="unpacks to too much"):
            inflated(bomb, 2**20)
        assert tracemalloc.get_traced_memory()[1] < 8 * 2**20
    finally:
        tracemalloc.stop()


def test_a_gzip_of_several_members_with_zeros_behind_is_unpacked():
    assert inflated(gzip.compress(b"one ") + gzip.compress(b"two") + b"\x00" * 9) == b"one two"


def test_a_gzip_of_thousands_of_members_is_refused():
    with pytest.raises(BrokenFile, match="too many parts"):
        inflated(gzip.compress(b"x") * 5000)


def test_a_file_over_the_limit_is_not_read_to_its_end():
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size=-1):
            self.given = size
            return b" " * size

    endless = Endless()
    with pytest.raises(BrokenFile, match="larger than 64 MB"):
        read(endless, ".gpx")
    assert endless.given == MAX_BYTES + 1


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([run_file()[:3000], gpx_file(RUN)[:3000], tcx_file(RUN)[:3000]]), st.data())
def test_whatever_stands_in_a_file_it_is_read_or_refused(start, data):
    place = data.draw(st.integers(0, len(start)))
    content = start[:place] + data.draw(st.binary(max_size=200)) + start[place + data.draw(st.integers(0, 50)) :]
    with suppress(BrokenFile):
        found = read(content)
        assert found.workouts or found.skipped


@pytest.mark.soak
def test_a_gpx_of_ten_million_points_takes_bounded_memory(tmp_path):
    path = tmp_path / "long.gpx"
    with path.open("wb") as out:
        out.write(b"<gpx><trk><trkseg>")
        point = b'<trkpt lat="52.0" lon="4.5"><time>2026-05-03T%02d:%02d:%02dZ</time></trkpt>'
        for second in range(10_000_000):
            out.write(point % (second // 3600 % 24, second // 60 % 60, second % 60))
        out.write(b"</trkseg></trk></gpx>")
    with path.open("rb") as file, pytest.raises(BrokenFile, match="larger than 64 MB"):
        read(file, ".gpx")
    # The same in the fewest bytes a point can have, so that it stays under the limit of size.
    short = b"<gpx><trk>" + b'<trkpt lat="1" lon="1"><time>2026-05-03</time></trkpt>' * 1_100_000 + b"</trk></gpx>"
    assert len(short) < MAX_BYTES
    tracemalloc.start()
    try:
        with pytest.raises(BrokenFile, match="more than 500,000 points"):
            read(short, ".gpx")
        assert tracemalloc.get_traced_memory()[1] < MAX_POINTS * 1000
    finally:
        tracemalloc.stop()
