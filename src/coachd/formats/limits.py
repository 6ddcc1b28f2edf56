"""What a file may take, and which of its values can be true."""

from __future__ import annotations

import zlib

from coachd.errors import BrokenFile

MAX_BYTES = 64 * 2**20
"""The largest activity files that people have, day-long ones in wordy XML, take 30 MB."""

MAX_POINTS = 500_000
"""Six days at one a second: the longest race there is. As columns they take about 150 MB."""

MAX_MESSAGES = 2_000_000
"""Of a FIT file, four for each point: a crafted file packs one into a byte, and each takes its time."""

MAX_KEPT = 20_000
"""Of its messages of each kind that are kept beside points: events, sets, zones."""

MAX_PARTS = 2_000
"""Workouts in one file. Apps write all tracks that they have into one GPX; a FIT file is a day."""

MAX_MEMBERS = 100
"""A gzip may be several in a row. Each costs a copy of what follows, and one can be 20 bytes."""

EARLIEST = 946_684_800.0
"""2000-01-01 in seconds since 1970: no watch recorded before, but one that lost its time starts again at 1989."""

LONGEST_S = 7 * 86_400.0
"""A workout that lasts longer was not measured by a right clock."""

Range = tuple[float, float]

HEART_RATE: Range = (30.0, 230.0)
CADENCE: Range = (0.0, 254.0)
ALTITUDE: Range = (-450.0, 9_000.0)
"""From the shore of the Dead Sea to Everest; -500 m is what FIT's zero says."""

DISTANCE: Range = (0.0, 1e7)
SPEED: Range = (0.0, 60.0)
LATITUDE: Range = (-90.0, 90.0)
LONGITUDE: Range = (-180.0, 180.0)
CLIMB: Range = (0.0, 60_000.0)
DURATION: Range = (0.0, LONGEST_S)

STANDING = 0.3
"""Slower than this, in m/s over ten seconds, nobody moves (as in `history.samples`)."""


def within(value: float | None, bounds: Range) -> float | None:
    """The value where it can be true; None for none, for NaN and for what lies outside."""
    return value if value is not None and bounds[0] <= value <= bounds[1] else None


def inflated(data: bytes, limit: int = MAX_BYTES) -> bytes:
    """What a gzip file holds, of which never more than `limit` bytes are unpacked.

    Raises BrokenFile where there are more, or where it is damaged or breaks off.
    """
    content = bytearray()
    for _ in range(MAX_MEMBERS):
        member = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        try:
            content += member.decompress(data, limit + 1 - len(content))
        except zlib.error:
            raise BrokenFile("its compression is damaged") from None
        if len(content) > limit:
            raise BrokenFile("it unpacks to more than 64 MB" if limit == MAX_BYTES else "it unpacks to too much")
        if not member.eof:
            raise BrokenFile("its compression breaks off")
        # What follows the last member may be filled up with zeros.
        data = member.unused_data.lstrip(b"\x00")
        if not data:
            return bytes(content)
    raise BrokenFile("it has too many parts")
