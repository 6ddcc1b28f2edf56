"""Messages as documents, held against the schema that receivers are given."""

import json
from dataclasses import replace

import jsonschema
import pytest
from posts import DIGEST, FORM, NUDGE, ROBIN, SCHEMA, posted

from coachd import compose
from coachd.compose.payload import plain_payload, same_day_payload, weekly_payload
from coachd.compose.shared import shared_weekly
from coachd.model import ActivityLink, Beliefs


def check(document):
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(document, SCHEMA, jsonschema.Draft202012Validator)


def test_every_kind_of_message_fits_the_published_schema():
    check(posted(compose.weekly(DIGEST, **FORM)))
    check(posted(compose.same_day(ROBIN, NUDGE, (), **FORM)))
    check(posted(compose.notice(ROBIN, {"source": "strava", "state": "revoked", "detail": "d"}, **FORM)))


def test_what_the_schema_does_not_know_is_not_sent():
    with pytest.raises(jsonschema.ValidationError):
        check(posted(compose.weekly(DIGEST, **FORM)) | {"email": "robin@example.org"})


def test_a_digest_carries_its_week_in_base_units_whatever_the_athlete_reads():
    miles = weekly_payload(replace(DIGEST, athlete=replace(ROBIN, units="mi")))
    assert miles == weekly_payload(DIGEST)
    assert miles["numbers"] == {
        "run_distance_m": 47_012.3, "run_moving_s": 15_042, "runs": 4, "strength_sessions": 1, "rest_days": 2,
        "usual_distance_m": 43_200.0, "easy_share": 0.81,
    }  # fmt: skip
    assert miles["period"] == {"key": "2026-W47", "first": "2026-11-16", "last": "2026-11-22"}


def test_what_is_not_known_is_null_and_not_zero():
    unknown = weekly_payload(replace(DIGEST, usual_distance_m=None, easy_share=None))
    assert (unknown["numbers"]["usual_distance_m"], unknown["numbers"]["easy_share"]) == (None, None)
    check(unknown | {"id": "1@h", "subject": "s", "text": "t"})


def test_a_nudge_carries_its_words_evidence_and_sources():
    (told,) = same_day_payload(ROBIN, NUDGE)["nudges"]
    assert (told["rule"], told["subject"], told["text"]) == ("shoe-wear", "Blue pair", "Blue pair: 702 km.")
    assert (told["evidence"], told["fed_by"]) == ([{"label": "distance", "value": "702 km"}], ["strava"])
    assert "activities" not in told, "numbers of our own store mean nothing outside"


def test_garmins_devices_are_named_beside_their_data_in_every_kind_of_document():
    fenix = ("Garmin Fenix 7",)
    run = ActivityLink(1, "Run", DIGEST.period.first, device=fenix[0])
    on_the_day = replace(NUDGE, activities=(1,), fed_by=("garmin",))
    messages = [
        compose.weekly(replace(DIGEST, devices=fenix), **FORM),
        compose.same_day(ROBIN, on_the_day, [run], **FORM),
        compose.first(Beliefs(ROBIN, DIGEST.period.first, (), devices=fenix), **FORM),
        shared_weekly(replace(DIGEST, devices=fenix, fed_by=("garmin",)), **FORM),
    ]
    for message in messages:
        check(posted(message))
        assert message.payload["credit"] == "Data from Garmin Fenix 7."
        assert "Data from Garmin Fenix 7." in message.short
        assert "Data from Garmin Fenix 7." in message.text
    assert compose.weekly(DIGEST, **FORM).payload["credit"] == ""


def test_a_document_is_bounded_whatever_names_are_in_it():
    name = "x\n" * 50_000
    long = replace(NUDGE, subject=name, title=name, text=name, why=name, evidence=((name, name),) * 90)
    assert len(json.dumps(same_day_payload(ROBIN, long))) < 4_000
    check(posted(compose.weekly(replace(DIGEST, nudges=(long,)), **FORM)))


def test_a_message_of_words_has_no_numbers():
    assert plain_payload(ROBIN, "notice") == {
        "schema_version": 1, "kind": "notice", "athlete": "robin", "credit": "", "period": None, "numbers": None,
        "nudges": [],
    }  # fmt: skip


def test_the_document_is_json():
    assert json.loads(json.dumps(weekly_payload(DIGEST))) == weekly_payload(DIGEST)
