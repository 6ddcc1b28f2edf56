"""A recording comes back from its row as it was."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from coachd.store import recording_rows

maybe = st.none() | st.floats(0, 9, allow_nan=False)


def back(row):
    return recording_rows.recording(row["source"], row["external_id"], row["own_identity"], row["values"])


@given(st.data())
def test_a_recording_comes_back_as_it_was_without_its_raw_json(make_recording, now, data):
    given_ = make_recording(
        **{name: data.draw(maybe) for name in ("distance_m", "gain_m", "average_hr", "perceived_effort")},
        **{name: data.draw(st.booleans()) for name in ("trainer", "commute", "manual", "hidden_start", "original")},
        name=data.draw(st.sampled_from(["", "Läufchen"])),
        sets=data.draw(st.none() | st.integers(0, 3)),
        hr_zone_s=data.draw(st.none() | st.just((60.0, 0.0))),
        also=data.draw(st.sampled_from([(), ("garmin:7",)])),
    )
    assert back(recording_rows.row("robin", given_, now)) == replace(given_, raw={})


def test_a_zero_is_kept_and_what_nothing_is_said_of_takes_no_room(make_recording, now):
    kept = json.loads(recording_rows.row("robin", make_recording(gain_m=0.0, max_hr=None), now)["values"])
    assert kept["gain_m"] == 0.0
    assert not {"max_hr", "description", "trainer", "also"} & kept.keys()


def test_a_row_of_a_source_that_says_less_than_before_is_another(make_recording, now):
    more, less = (recording_rows.row("robin", make_recording(max_hr=heart), now) for heart in (171.0, None))
    assert more["digest"] != less["digest"]
    assert back(less).max_hr is None
