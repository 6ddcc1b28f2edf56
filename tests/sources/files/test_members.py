import gzip
import io
import os
import zipfile
from pathlib import Path

import pytest

from coachd.errors import BrokenFile, InputProblem
from coachd.sources.files import members
from coachd.sources.files.members import Members, is_strava, names


def keep(name):
    return name.endswith((".fit", ".zip"))


def walked(*paths):
    """(name, content or the reason why there is none) of each member."""
    found = []
    for member in Members(list(paths), keep):
        try:
            found.append((member.name, member.content()))
        except BrokenFile as problem:
            found.append((member.name, problem.reason))
    return found


def zipped(**members_):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members_.items():
            package.writestr(name.replace("__", "/"), content)
    return made.getvalue()


def test_a_lone_file_is_taken_whatever_it_is_called(tmp_path):
    (tmp_path / "run.bin").write_bytes(b"a")
    assert walked(tmp_path / "run.bin") == [("run.bin", b"a")]


def test_a_folder_is_walked_by_name_and_what_is_not_wanted_is_counted(tmp_path):
    (tmp_path / "2026" / "05").mkdir(parents=True)
    (tmp_path / "b.fit").write_bytes(b"b")
    (tmp_path / "2026" / "05" / "a.fit").write_bytes(b"a")
    (tmp_path / "2026" / "notes.txt").write_text("x")
    found = Members([tmp_path], keep)
    assert [member.name for member in found] == ["b.fit", "2026/05/a.fit"]
    assert (found.total, found.others) == (2, 1)


def test_hidden_files_are_still_being_written_and_left_alone(tmp_path):
    (tmp_path / ".syncthing.run.fit").write_bytes(b"a")
    (tmp_path / ".trash").mkdir()
    (tmp_path / ".trash" / "run.fit").write_bytes(b"a")
    assert walked(tmp_path) == []


def test_archives_are_opened_in_folders_and_in_archives(tmp_path):
    (tmp_path / "one.zip").write_bytes(zipped(**{"a.fit": b"a", "inner.zip": zipped(**{"b.fit": b"b"})}))
    assert walked(tmp_path / "one.zip") == [("a.fit", b"a"), ("inner.zip/b.fit", b"b")]
    assert walked(tmp_path) == [("one.zip/a.fit", b"a"), ("one.zip/inner.zip/b.fit", b"b")]


def test_of_several_paths_names_say_from_which_they_are(tmp_path):
    (tmp_path / "one.zip").write_bytes(zipped(**{"a.fit": b"a"}))
    (tmp_path / "b.fit").write_bytes(b"b")
    assert walked(tmp_path / "one.zip", tmp_path / "b.fit") == [("one.zip/a.fit", b"a"), ("b.fit", b"b")]


def test_the_third_archive_within_each_other_is_not_opened(tmp_path):
    third = zipped(**{"third.zip": zipped(**{"a.fit": b"a"})})
    (tmp_path / "first.zip").write_bytes(zipped(**{"second.zip": third}))
    (only,) = walked(tmp_path)
    assert only == ("first.zip/second.zip/third.zip", "it is an archive in an archive in an archive")


@pytest.mark.parametrize("name", ["../evil.fit", "/etc/evil.fit", "a/../../evil.fit", "C:\\evil.fit"])
def test_a_name_that_points_outside_is_refused_and_the_others_are_read(tmp_path, name):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as package:
        package.writestr(zipfile.ZipInfo(name), b"evil")
        package.writestr("good.fit", b"good")
    found = dict(walked(tmp_path / "x.zip"))
    assert found.pop("good.fit") == b"good"
    assert list(found.values()) == ["its name points outside the archive"]


def test_a_bomb_is_not_unpacked(tmp_path):
    (tmp_path / "x.zip").write_bytes(zipped(**{"bomb.fit": b"\0" * (8 * 2**20), "good.fit": b"good"}))
    assert walked(tmp_path / "x.zip") == [
        ("bomb.fit", "it unpacks to far more than recordings do"), ("good.fit", b"good"),
    ]  # fmt: skip


def test_a_bomb_that_claims_to_be_small_is_not_unpacked_either(tmp_path):
    content = bytearray(zipped(**{"bomb.fit": b"\0" * (8 * 2**20)}))
    size = (8 * 2**20).to_bytes(4, "little")
    while (place := content.find(size)) >= 0:
        content[place : place + 4] = (1000).to_bytes(4, "little")
    (tmp_path / "x.zip").write_bytes(content)
    assert walked(tmp_path / "x.zip") == [("bomb.fit", "the archive is damaged there")]


def test_an_archive_that_is_a_bomb_is_not_copied(tmp_path, monkeypatch):
    monkeypatch.setattr(members, "MOST_NESTED_BYTES", 1000)
    inner = zipped(**{"a.fit": os.urandom(2000)})
    (tmp_path / "x.zip").write_bytes(zipped(**{"inner.zip": inner}))
    monkeypatch.setattr(members.tempfile, "TemporaryFile", lambda: pytest.fail("copied"))
    assert walked(tmp_path / "x.zip") == [("inner.zip", "it is larger than 0 MB")]


def test_what_is_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(members, "MOST_BYTES", 1000)
    (tmp_path / "run.fit").write_bytes(b"a" * 2001)
    (member,) = Members([tmp_path / "run.fit"], keep)
    with pytest.raises(BrokenFile, match="larger than"):
        member.content(2000)


def test_a_damaged_archive_is_one_problem_and_the_rest_is_read(tmp_path):
    good = zipped(**{"a.fit": os.urandom(500), "b.fit": b"b"})
    (tmp_path / "bad.zip").write_bytes(good[:-40])
    (tmp_path / "c.fit").write_bytes(b"c")
    assert walked(tmp_path) == [("bad.zip", "the archive is damaged"), ("c.fit", b"c")]


def test_a_damaged_member_is_one_problem(tmp_path):
    content = bytearray(zipped(**{"a.fit": os.urandom(5000), "b.fit": b"b"}))
    content[300:310] = b"\0" * 10
    (tmp_path / "x.zip").write_bytes(content)
    assert walked(tmp_path / "x.zip") == [("a.fit", "the archive is damaged there"), ("b.fit", b"b")]


def test_links_are_not_followed_out_of_the_folder(tmp_path):
    (tmp_path / "secret.fit").write_bytes(b"secret")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "run.fit").symlink_to(tmp_path / "secret.fit")
    (inside / "folder").symlink_to(tmp_path)
    assert walked(inside) == [("run.fit", "it is a link out of the folder")]


def test_what_is_no_file_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.fit")
    assert walked(tmp_path) == [("pipe.fit", "it is no ordinary file")]


def test_a_file_that_changes_while_it_is_read_is_left(tmp_path):
    path = tmp_path / "run.fit"
    path.write_bytes(b"half")
    (member,) = Members([path], keep)
    path.write_bytes(b"half and more")
    with pytest.raises(BrokenFile, match="changed while it was read"):
        member.content()


def test_a_file_that_is_gone_is_a_problem_of_its_own(tmp_path):
    path = tmp_path / "run.fit"
    path.write_bytes(b"a")
    (member,) = Members([path], keep)
    path.unlink()
    with pytest.raises(BrokenFile, match=r"cannot be read \(No such file"):
        member.content()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_said_so(tmp_path):
    (tmp_path / "run.fit").write_bytes(b"a")
    (tmp_path / "run.fit").chmod(0)
    assert walked(tmp_path) == [("run.fit", "it cannot be read (Permission denied)")]


def test_a_strava_export_within_is_not_taken_for_loose_files(tmp_path):
    export = tmp_path / "export_42"
    (export / "activities").mkdir(parents=True)
    (export / "activities.csv").write_text("x")
    (export / "routes").mkdir()
    (export / "routes" / "1.fit").write_bytes(b"a route")
    packed = zipped(**{"activities.csv": "x", "activities__1.fit": b"a", "routes__1.fit": b"b"})
    (tmp_path / "packed.zip").write_bytes(packed)
    reason = "it is a Strava export: import it by itself"
    assert walked(tmp_path) == [("packed.zip", reason), ("export_42", reason)]


def test_names_are_those_of_a_file_a_folder_and_an_archive(tmp_path, make_zip):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "run.fit.gz").write_bytes(gzip.compress(b"a"))
    assert names(tmp_path / "folder") == ["run.fit.gz"]
    assert names(tmp_path / "folder" / "run.fit.gz") == ["run.fit.gz"]
    assert names(make_zip({"a/b.fit": b""})) == ["a/b.fit"]


@pytest.mark.parametrize("content", [None, b"PK\x03\x04 and no more"])
def test_what_is_not_there_or_damaged_has_no_names(tmp_path, content):
    path = Path(tmp_path / "x.zip")
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputProblem):
        names(path)


@pytest.mark.parametrize(
    ("found", "is_one"),
    [
        (["activities.csv", "activities/1.fit"], True),
        (["export/activities.csv", "export/activities/1.fit", "__MACOSX/activities.csv"], True),
        (["activities.csv", "other/1.fit"], False),
        (["activities/1.fit"], False),
    ],
)
def test_a_strava_export_is_known_by_its_table_and_its_folder(found, is_one):
    assert is_strava(found) is is_one
