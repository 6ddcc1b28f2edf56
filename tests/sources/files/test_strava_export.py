import zipfile
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coachd.errors import InputProblem
from coachd.model import Shoe
from coachd.sources.files.strava_export import read

ZONE = ZoneInfo("UTC")
REAL = Path(__file__).parents[3].parent / "shared" / "data" / "strava-export"

GERMAN = (
    "Aktivitäts-ID,Aktivitätsdatum,Name der Aktivität,Aktivitätsart,Aktivitätsbeschreibung,Verstrichene Zeit,Distanz,"
    "Max. Herzfrequenz,Relative Leistung,Pendeln,Hinweis zur Privatsphäre für Aktivitäten,Aktivitätsausrüstung,"
    "Dateiname,Sportlergewicht,Fahrradgewicht,Verstrichene Zeit,Bewegungszeit,Distanz,Wettbewerb,Art,Ausrüstung\n"
    '31,"01.08.2025, 17:00:00",Feierabend,Traillauf,,1800,"5,02",,,false,,Rote Schuhe,,,,1800.0,1750.0,5021.0,1.0,9,8\n'
)
DUTCH = (
    "Activiteits-ID,Datum van activiteit,Naam activiteit,Activiteitstype,Beschrijving van activiteit,Verstreken tijd,"
    "Afstand,Max. hartslag,Relatieve inspanning,Woon-werkverkeer,Privénotitie,Uitrusting voor activiteit,Bestandsnaam,"
    "Gewicht,Fietsgewicht,Verstreken tijd,Beweegtijd,Afstand,Gemiddelde cadans,Totale stijging\n"
    '41,"6 mrt. 2025 07:15:00",Rondje,Hardloopsessie,,1800,"5,02",,,true,,,,,,1800.0,1750.0,5021.0,83.0,12.5\n'
)
FRENCH = (
    "ID de l'activité,Date de l'activité,Nom de l'activité,Type d'activité,Description,Temps écoulé,Distance,FC max.,"
    "Effort,Trajet,Note,Équipement,Nom du fichier,Poids\n"
    '51,"2025-08-01 17:00:00",Tour,Run,,1800,"5,02",170,,false,,Rouges,activities/1.gpx,70\n'
)


def only(path, zone=ZONE):
    (recording,) = read(path, zone).recordings
    return recording


def test_a_row_becomes_a_recording_with_its_exact_values(make_csv):
    run = only(make_csv({}))
    assert (run.source, run.external_id, run.identity) == ("files", "strava-7001", "strava:7001")
    assert (run.sport, run.name, run.gear_name) == ("Run", "Harbour loop", "Blue shoes")
    assert (run.distance_m, run.moving_s, run.elapsed_s, run.gain_m) == (10012.3, 2800.0, 2833.5, 41.5)
    assert (run.average_hr, run.max_hr) == (152.4, 171.0)
    assert not run.commute
    assert not run.manual


def test_local_days_are_those_of_the_home_zone(make_csv):
    run = only(make_csv({"Activity Date": "Oct 5, 2024, 4:15:21 PM"}), ZoneInfo("Asia/Tokyo"))
    assert run.start == datetime(2024, 10, 5, 16, 15, 21, tzinfo=UTC)
    assert run.start_local == datetime(2024, 10, 6, 1, 15, 21)
    assert run.zone == "Asia/Tokyo"


def test_raw_keeps_every_cell_that_is_filled_and_numbers_equal_headers(make_csv):
    raw = only(make_csv({})).raw
    assert (raw["Distance"], raw["Distance#2"]) == ("10.01", "10012.3")
    assert "Activity Description" not in raw


@pytest.mark.parametrize(
    ("sport", "cell", "cadence"),
    [
        ("Run", "84.5", 169.0),
        ("Hike", "55", 110.0),
        ("Run", "169", 169.0),
        ("Ride", "84.5", None),
        ("Run", "0.0", None),
    ],
)
def test_cadence_counts_both_legs_and_only_steps(make_csv, sport, cell, cadence):
    assert only(make_csv({"Activity Type": sport, "Average Cadence": cell})).cadence_spm == cadence


@pytest.mark.parametrize(
    ("marks", "workout_type"),
    [
        ({}, None),
        ({"Competition": "0.0", "Long Run": "0.0"}, None),
        ({"Competition": "1.0"}, 1),
        ({"Long Run": "1.0"}, 2),
    ],
)
def test_a_race_and_a_long_run_are_marked(make_csv, marks, workout_type):
    assert only(make_csv(marks)).workout_type == workout_type


def test_what_was_not_recorded_is_unknown_and_not_zero(make_csv):
    blank = {"Distance": "0.0", "Distance#2": "0.0", "Average Heart Rate": "", "Moving Time": "", "Activity Gear": ""}
    run = only(make_csv(blank))
    assert (run.distance_m, run.average_hr, run.moving_s, run.gear_name) == (None, None, None, None)


def test_an_activity_without_a_file_was_entered_by_hand(make_csv):
    path = make_csv({"Activity ID": "1", "Filename": ""}, {"Activity ID": "2", "Filename": "#error#"}, {})
    export = read(path, ZONE)
    assert [recording.manual for recording in export.recordings] == [True, False, False]
    assert export.activity_files == ("activities/9001.fit.gz",)


def test_the_file_of_a_row_is_linked_by_its_name_and_not_by_its_number(make_csv):
    path = make_csv({"Activity ID": "1"}, {"Activity ID": "2"}, {"Activity ID": "3", "Filename": "activities/3.gpx"})
    links = read(path, ZONE).links
    assert {name: [link.identity for link in each] for name, each in links.items()} == {
        "activities/9001.fit.gz": ["strava:1", "strava:2"], "activities/3.gpx": ["strava:3"],
    }  # fmt: skip


MORE = (
    "Elevation Loss", "Weather Temperature", "Dewpoint", "Perceived Exertion", "Activity Private Note", "Total Sets",
)  # fmt: skip


@pytest.fixture
def more(make_csv, header):
    """Writes a table of one row with further columns."""
    return lambda cells: make_csv(cells, header=[*header, *(name for name in MORE if name not in header)])


def test_weather_loss_effort_and_sets_are_read(more):
    cells = {"Elevation Loss": "38.2", "Weather Temperature": "-3.5", "Dewpoint": "-5.25", "Perceived Exertion": "6.0",
            "Total Sets": "12"}  # fmt: skip
    run = only(more(cells))
    assert (run.loss_m, run.temperature_c, run.dew_point_c, run.perceived_effort, run.sets) == (
        38.2, -3.5, -5.25, 6.0, 12,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("field", "cell", "name"),
    [
        ("Weather Temperature", "99", "temperature_c"), ("Weather Temperature", "warm", "temperature_c"),
        ("Dewpoint", "", "dew_point_c"), ("Perceived Exertion", "0.0", "perceived_effort"),
        ("Perceived Exertion", "60", "perceived_effort"), ("Total Sets", "0", "sets"),
    ],
)  # fmt: skip
def test_values_that_cannot_be_are_unknown(more, field, cell, name):
    assert getattr(only(more({field: cell})), name) is None


def test_tags_of_the_private_note_count(more):
    run = only(more({"Activity Description": "Windy", "Activity Private Note": "tired #sick"}))
    assert run.description == "Windy\n\ntired #sick"


def test_a_description_may_run_over_lines(make_csv):
    path = make_csv({"Activity Description": 'Windy,\n"cold"\n\nfun'}, {"Activity ID": "7002"})
    first, second = read(path, ZONE).recordings
    assert first.description == 'Windy,\n"cold"\n\nfun'
    assert second.external_id == "strava-7002"


def test_a_german_export_is_read(make_csv):
    run = only(make_csv(GERMAN))
    assert (run.sport, run.distance_m, run.moving_s, run.workout_type) == ("TrailRun", 5021.0, 1750.0, 1)
    assert (run.gear_name, run.start) == ("Rote Schuhe", datetime(2025, 8, 1, 17, tzinfo=UTC))


def test_german_headers_of_weather_and_effort_are_known(make_csv):
    named = "Rote Schuhe,,,,1800.0,1750.0,5021.0,1.0,9,8"
    header = ",Höhenunterschied,Gefühlte Anstrengung,Wetter: Temperatur,Taupunkt\n"
    text = GERMAN.replace("\n", header, 1).replace(f"{named}\n", f'{named},"41,5",7,"-1,5","-4,0"\n')
    run = only(make_csv(text))
    assert (run.loss_m, run.perceived_effort, run.temperature_c, run.dew_point_c) == (41.5, 7.0, -1.5, -4.0)


def test_a_dutch_export_is_read(make_csv):
    run = only(make_csv(DUTCH))
    assert (run.sport, run.distance_m, run.cadence_spm, run.gain_m, run.commute) == ("Run", 5021.0, 166.0, 12.5, True)


def test_untranslated_headers_are_read_by_the_name_they_end_in(make_table, make_csv):
    title = "translation missing: nl.lib.export.portability_exporter.activities.{}"
    header, _, rows = make_table({}).partition("\n")
    names = [title.format(name.lower().replace(" ", "_")) for name in header.split(",")]
    run = only(make_csv(",".join(names) + "\n" + rows))
    assert (run.distance_m, run.moving_s, run.max_hr) == (10012.3, 2800.0, 171.0)


def test_unknown_headers_are_read_by_their_fixed_places(make_csv):
    run = only(make_csv(FRENCH))
    assert (run.external_id, run.sport, run.distance_m, run.elapsed_s) == ("strava-51", "Run", 5020.0, 1800.0)
    assert (run.gear_name, run.moving_s) == ("Rouges", None)


def test_a_shown_distance_that_cannot_be_kilometres_is_unknown(make_csv):
    assert only(make_csv(FRENCH.replace('"5,02"', "1500"))).distance_m is None


def test_the_ten_columns_of_2019_are_read_in_metres_before_and_kilometres_after(make_csv):
    old = "id,date,name,type,description,elapsed_time,distance,commute,gear,filename\n"
    row = "61,2018-09-12 15:02:23,Evening,Run,,783,{},true,Blue,activities/61.gpx\n"
    assert only(make_csv(old + row.format("3681.0"))).distance_m == 3681.0
    new = (
        "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,Commute,"
        "Activity Gear,Filename\n"
    )
    run = only(make_csv(new + row.format("3.68")))
    assert (run.distance_m, run.elapsed_s, run.gear_name, run.commute) == (3680.0, 783.0, "Blue", True)


def test_a_row_that_cannot_be_read_is_skipped_with_its_reason(make_csv, make_table):
    text = make_table({}, {"Activity ID": "12x"}, {"Activity ID": "8", "Activity Date": "soon"},
                      {"Activity ID": "9", "Activity Type": ""}, {}) + "7777,short\n"  # fmt: skip
    export = read(make_csv(text), ZONE)
    assert [recording.external_id for recording in export.recordings] == ["strava-7001"]
    assert [where for where, _ in export.skipped] == ["line 3", "8", "9", "7001", "7777"]
    reasons = [reason for _, reason in export.skipped]
    assert "not an activity id" in reasons[0]
    assert "soon" in reasons[1]
    assert "activity type" in reasons[2]
    assert "listed twice" in reasons[3]
    assert "2 cells where the header has 27" in reasons[4]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-29"])
def test_a_date_at_the_edge_of_time_is_skipped_and_not_fatal(make_csv, day):
    path = make_csv({}, {"Activity ID": "8", "Activity Date": f"{day} 00:00:00"})
    assert read(path, ZoneInfo("America/New_York")).skipped == (("8", f"its date {day} cannot be right"),)


def test_a_name_does_not_steer_a_terminal(make_csv):
    run = only(make_csv({"Activity Name": "a\x1b[31m\n\u202eb", "Activity Description": "c\x07"}))
    assert (run.name, run.description) == ("a[31m b", "c")


def test_shoes_are_named_and_nothing_else_of_the_account_is_opened(make_zip, make_table, monkeypatch):
    private = ["profile.csv", "contacts.csv", "logins.csv", "devices.csv", "messaging.json", "activities/9001.fit.gz"]
    shoes = "Shoe Name,Shoe Brand,Shoe Model,Shoe Default Sport Types\nBlue shoes,A,B,Run\n,Brand,Model,\n,,,\n"
    path = make_zip({"activities.csv": make_table({}), "shoes.csv": shoes, **dict.fromkeys(private, "private")})
    opened, real_open = [], zipfile.ZipFile.open
    monkeypatch.setattr(
        zipfile.ZipFile, "open", lambda self, info, *rest: opened.append(info.filename) or real_open(self, info, *rest)
    )
    assert read(path, ZONE).shoes == (
        Shoe(id="name:Blue shoes", name="Blue shoes", source="files"),
        Shoe(id="name:Brand Model", name="Brand Model", source="files"),
    )
    assert opened == ["activities.csv", "shoes.csv"]


def test_the_unpacked_folder_gives_the_same_as_the_zip(make_zip, make_table, tmp_path):
    path = make_zip({"activities.csv": make_table({}), "shoes.csv": "Shoe Name\nBlue shoes\n"})
    with zipfile.ZipFile(path) as package:
        package.extractall(tmp_path / "unpacked")
    assert read(tmp_path / "unpacked", ZONE) == read(path, ZONE)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"<!DOCTYPE html><html>Log in</html>", "not the table"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not UTF-8"),
        (b"PK but no zip", "not the table"),
        (b"a;b;c\n1;2;3\n", "not the table"),
        ("Activity ID,Activity Date,Activity Type\n1,ä,Run".encode("latin-1"), "not UTF-8"),
        (b"Activity ID,Activity Date,Activity Type\n", "no activity that can be read"),
        (b"a,b,c,d,e,f,g,h,i,j,k,l,m\n1,2,3,4,5,6,7,8,9,10,11,12,13\n", "no activity that can be read"),
        (b'Activity ID,Activity Date,Activity Type\n1,"never closed\n', "broken near line 2"),
        (b"Activity ID,Activity Date,Activity Type\n1," + b"x" * 140_000 + b",Run\n", "broken near line 2"),
    ],
)
def test_what_is_no_table_of_activities_is_refused_by_name(make_csv, content, said):
    with pytest.raises(InputProblem, match=said) as caught:
        read(make_csv(content), ZONE)
    assert "activities.csv" in str(caught.value)
    assert caught.value.advice


def test_a_folder_without_the_table_says_what_to_give(tmp_path):
    with pytest.raises(InputProblem, match="holds no activities") as caught:
        read(tmp_path, ZONE)
    assert "zip that Strava mailed" in caught.value.advice


@given(content=st.binary(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_any_bytes_are_an_export_or_a_clear_refusal(make_csv, content):
    header = b"Activity ID,Activity Date,Activity Type\n1,2025-08-01 17:00:00,Run\n"
    with suppress(InputProblem):
        assert read(make_csv(header + content), ZONE).recordings


@pytest.mark.skipif(not REAL.is_dir(), reason="the real export lies beside some checkouts only")
def test_a_real_export_gives_the_known_figures():
    export = read(REAL, ZONE)
    runs = [recording for recording in export.recordings if recording.sport == "Run"]
    days = sorted({run.start_local.date() for run in runs})
    assert (len(export.recordings), export.skipped) == (1845, ())
    assert (len(runs), round(sum(run.distance_m for run in runs))) == (643, 3_818_766)
    assert sum(recording.sport == "Ride" for recording in export.recordings) == 947
    assert sum(recording.sport == "Sail" for recording in export.recordings) == 20
    assert max(after - before for before, after in pairwise(days)) == timedelta(days=302)
    streaks, begin = {}, days[0]
    for before, day in pairwise([days[0], *days]):
        begin = begin if day - before <= timedelta(days=1) else day
        streaks[begin] = (day - begin).days + 1
    assert max((length, first.isoformat()) for first, length in streaks.items()) == (8, "2022-04-11")
