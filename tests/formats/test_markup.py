import pytest

from coachd.formats.markup import LONGEST_TEXT, Elements, parse, root


class Heard(Elements):
    def __init__(self):
        super().__init__()
        self.texts = []

    def closed(self, name, text):
        self.texts.append((self.above(1), name, text))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<gpx/>", "gpx"),
        (b'   <?xml version="1.0"?><!-- <tcx> --><gpx a="b">', "gpx"),
        (b"\xef\xbb\xbf<x:gpx>", "gpx"),
        ("<?xml version='1.0' encoding='utf-16'?><gpx/>".encode("utf-16"), "gpx"),
        (b"<!DOCTYPE html><html>", "html"),
        (b"gpx", ""),
        (b"", ""),
        (b"<", ""),
    ],
)
def test_the_first_element_names_the_document(content, name):
    assert root(content) == name


def test_elements_are_told_without_their_prefixes():
    heard = Heard()
    assert parse(b"  <a><p:b> 1 </p:b><c><d>2</d></c></a>", heard)
    assert heard.texts == [("a", "b", "1"), ("c", "d", "2"), ("a", "c", ""), ("", "a", "")]


def test_what_breaks_off_is_told_until_there():
    heard = Heard()
    assert not parse(b"<a><b>1</b><b>2</b><b>", heard)
    assert [text for _, _, text in heard.texts] == ["1", "2"]


def test_an_encoding_that_does_not_exist_is_damage():
    assert not parse(b'<?xml version="1.0" encoding="klingon"?><a/>', Heard())


def test_a_text_without_end_is_cut():
    heard = Heard()
    parse(b"<a>" + (b"x" * 1000 + b"\n") * 1000 + b"</a>", heard)
    assert len(heard.texts[0][2]) < LONGEST_TEXT + 100_000
