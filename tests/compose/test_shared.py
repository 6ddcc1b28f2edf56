"""What others may read: nothing that was made from Strava's data."""

import re
from dataclasses import replace
from datetime import date

import jsonschema
import pytest
from posts import DIGEST, FORM, NUDGE, ROBIN, SCHEMA, posted

from coachd.compose.shared import may_be_shared, shared_same_day, shared_weekly
from coachd.model import ActivityLink, FollowUp

SLEEP = replace(
    NUDGE, rule="short-nights", subject="", title="Short nights", text="5 of 7 nights were under 6 h.",
    fed_by=("garmin",), judged_by="I use 6 h: your own word", evidence=(("nights", "5"),),
)  # fmt: skip
ABSENT = replace(NUDGE, rule="gap-checkin", subject="", title="A quiet week", text="No run for 9 days.", fed_by=())
STRAVA_WEEK = replace(
    DIGEST,
    fed_by=("garmin", "strava"),
    nudges=(NUDGE, SLEEP, ABSENT),
    links=(ActivityLink(7, "Secret lunch run", date(2026, 11, 18), "https://www.strava.com/activities/7"),),
    left_out=("Treadmill run: its pace is not known.",),
    corrections=("The long run was removed: 21.0 km.",),
    follow_ups=(FollowUp("Easy share", (("share", "61 %"),), (("share", "80 %"),), "eased"),),
)
OWN_WEEK = replace(STRAVA_WEEK, fed_by=("files", "garmin"), nudges=(replace(NUDGE, fed_by=("files",)), SLEEP, ABSENT))


def everything(message):
    page = re.sub(r"<style.*?</style>|<[^>]*>", " ", message.html, flags=re.DOTALL)
    return f"{message.subject} {message.text} {message.short} {posted(message)} {page}"


def test_a_week_with_strava_in_it_loses_its_numbers_and_keeps_what_came_from_elsewhere():
    message = shared_weekly(STRAVA_WEEK, **FORM)
    assert SLEEP.text in message.text
    assert SLEEP.text in message.short
    assert SLEEP.text in message.html
    for number in ("47", "702", "43.2", "81", "61", "21.0", "9 days", "Secret lunch", "strava"):
        assert number not in everything(message).replace(message.id, "")


@pytest.mark.parametrize("fed_by", [None, ("strava",)])
def test_a_week_of_unknown_origin_is_treated_like_one_from_strava(fed_by):
    assert shared_weekly(replace(STRAVA_WEEK, fed_by=fed_by, nudges=()), **FORM) is None
    assert shared_weekly(replace(STRAVA_WEEK, fed_by=fed_by, nudges=(NUDGE, ABSENT)), **FORM) is None


def test_a_week_of_ones_own_is_told_in_one_line_with_its_nudges():
    message = shared_weekly(OWN_WEEK, **FORM)
    assert "47.0 km, 4 runs" in message.short
    assert all(nudge.text in message.short for nudge in OWN_WEEK.nudges)


def test_notes_are_nobody_elses_business():
    assert shared_weekly(replace(STRAVA_WEEK, nudges=(replace(SLEEP, kind="note"),)), **FORM) is None


def test_links_evidence_and_the_numbers_judged_by_never_leave():
    said = everything(shared_weekly(OWN_WEEK, **FORM))
    assert "Secret lunch run" not in said
    assert "I use 6 h" not in said
    assert shared_weekly(OWN_WEEK, **FORM).payload["nudges"] == []
    assert shared_weekly(OWN_WEEK, **FORM).payload["numbers"] is None


def test_a_nudge_on_the_day_is_posted_only_when_it_is_known_to_come_from_elsewhere():
    assert shared_same_day(ROBIN, SLEEP, **FORM).short.startswith("Short nights. 5 of 7 nights")
    assert shared_same_day(ROBIN, NUDGE, **FORM) is None
    assert shared_same_day(ROBIN, ABSENT, **FORM) is None


def test_what_rests_on_absence_is_shared_only_where_strava_has_no_say():
    assert may_be_shared(ABSENT, ("garmin",))
    assert not may_be_shared(ABSENT, ("garmin", "strava"))
    assert not may_be_shared(ABSENT, None)


def test_the_posted_document_fits_the_schema_and_names_its_athlete():
    message = shared_weekly(OWN_WEEK, **FORM)
    jsonschema.validate(posted(message), SCHEMA)
    assert message.subject == "Robin: the week in training"
    assert message.headers == {
        "From": FORM["mail_from"], "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All",
    }  # fmt: skip


def test_garmin_is_credited_where_others_read_its_data():
    night = shared_same_day(ROBIN, SLEEP, **FORM)
    assert all("Data from Garmin." in form for form in (night.text, night.html, night.short))
    week = shared_weekly(replace(OWN_WEEK, devices=("Garmin Fenix 7",)), **FORM)
    assert all("Data from Garmin Fenix 7." in form for form in (week.text, week.html, week.short))
    assert "Data from" not in shared_same_day(ROBIN, replace(NUDGE, fed_by=("files",)), **FORM).text
