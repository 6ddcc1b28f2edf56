import struct
import zipfile

import pytest

from coachd.errors import InputProblem
from coachd.sources.files import archive


def read(path, member="activities.csv", **options):
    with archive.text_of(path, member, **options) as text:
        return None if text is None else text.read()


def test_a_member_is_read_from_a_zip_a_folder_and_a_lone_file(make_zip, make_csv):
    assert read(make_zip({"activities.csv": "a,ä\r\n"})) == "a,ä\r\n"
    lone = make_csv("a,ä\r\n")
    assert read(lone.parent) == "a,ä\r\n"
    assert read(lone, lone=True) == "a,ä\r\n"


def test_what_is_not_there_is_none(make_zip, make_csv):
    assert read(make_zip({"profile.csv": "x"})) is None
    lone = make_csv("a")
    assert read(lone.parent, "shoes.csv") is None
    assert read(lone, "shoes.csv") is None


def test_a_zip_made_anew_of_the_unpacked_folder_is_understood(make_zip):
    path = make_zip({"export_42/activities.csv": "a", "__MACOSX/activities.csv": "b", "export_42/media/x/y.jpg": "c"})
    assert read(path) == "a"


def test_utf_16_with_its_mark_and_utf_8_with_its_mark_are_read(make_csv):
    assert read(make_csv("ä".encode("utf-16")), lone=True) == "ä"
    assert read(make_csv("ä".encode("utf-8-sig")), lone=True) == "ä"


@pytest.mark.parametrize("name", ["../evil.txt", "/etc/evil", "media/../../evil", "..\\evil", "C:\\evil", "\\evil"])
def test_a_member_that_points_outside_condemns_the_archive(make_zip, name):
    path = make_zip({"activities.csv": "a", name: "x"})
    with pytest.raises(InputProblem, match="outside the archive"):
        read(path)


def test_a_member_declared_too_large_is_not_even_opened(make_zip, monkeypatch):
    path = make_zip({"activities.csv": "a" * 2000})
    monkeypatch.setattr(archive, "LIMIT", 1000)
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_, **__: pytest.fail("opened"))
    with pytest.raises(InputProblem, match="unpacks to more than"):
        read(path)


def test_a_file_that_goes_on_too_long_is_stopped_while_it_is_read(make_csv, monkeypatch):
    monkeypatch.setattr(archive, "LIMIT", 1000)
    assert read(make_csv("a" * 1000), lone=True) == "a" * 1000
    with pytest.raises(InputProblem, match="unpacks to more than"):
        read(make_csv("a" * 1001), lone=True)


def test_a_bomb_that_lies_about_its_size_gives_nothing(make_zip, monkeypatch):
    path = make_zip({"activities.csv": "a" * 5_000_000})
    path.write_bytes(path.read_bytes().replace(struct.pack("<L", 5_000_000), struct.pack("<L", 10)))
    monkeypatch.setattr(archive, "LIMIT", 1000)
    with pytest.raises(InputProblem):
        read(path)


def test_an_encrypted_zip_says_what_to_do(make_zip):
    path = make_zip({"activities.csv": "a" * 100})
    content = bytearray(path.read_bytes())
    content[6] |= 1  # the flag in the member's own header and in the directory at the end
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(InputProblem, match="encrypted") as caught:
        read(path)
    assert "password" in caught.value.advice


def test_a_damaged_zip_is_named(make_zip):
    path = make_zip({"activities.csv": "a,b\n" * 1000})
    content = bytearray(path.read_bytes())
    content[50] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(InputProblem, match=r"export_42[.]zip is damaged"):
        read(path)
    path.write_bytes(content[:60])
    with pytest.raises(InputProblem, match=r"export_42[.]zip is damaged"):
        read(path)


def test_a_zip_packed_in_an_unknown_way_says_what_to_do(make_zip):
    path = make_zip({"activities.csv": "a" * 100})
    content = bytearray(path.read_bytes())
    content[8] = 99
    content[content.index(b"PK\x01\x02") + 10] = 99
    path.write_bytes(content)
    with pytest.raises(InputProblem, match="packed in a way"):
        read(path)


def test_a_zip_in_name_only_is_refused(tmp_path):
    path = tmp_path / "export.zip"
    path.write_text("<html>please log in</html>")
    with pytest.raises(InputProblem, match="not a zip archive"):
        read(path, lone=True)


def test_latin_1_is_refused_and_not_guessed(make_csv):
    with pytest.raises(InputProblem, match="not UTF-8"):
        read(make_csv("Läufe".encode("latin-1")), lone=True)


def test_a_path_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(InputProblem, match=r"no file or folder .*nowhere"):
        read(tmp_path / "nowhere")
