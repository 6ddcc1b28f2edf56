"""XML as activity files come: read element by element, without a tree, whatever is declared of it or not."""

from __future__ import annotations

import re
from io import BytesIO
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from coachd.errors import BrokenFile

DEEPEST = 64
"""GPX and TCX are ten deep; every level costs memory."""

LONGEST_TEXT = 10_000
"""What is longer in one element is cut: a number, a time or a name is not."""

HEAD = 8_192
"""Within so many bytes the first element stands; looking for it in more would let a file of comments take its time."""

_ROOT = re.compile(rb"<(?![?!])\s*(?:[\w.-]+:)?([\w.-]+)")
_BEGIN = re.compile(rb"^[\s\x00]*(?:\xef\xbb\xbf)?[\s\x00]*")


class Elements(ContentHandler):
    """What hears of the elements of a file, by their names without prefix.

    Prefixes are not looked up, since files use some that they do not declare. Subclasses say in `opened` and `closed`
    what an element means; `above(1)` is the name of its parent.
    """

    def __init__(self) -> None:
        super().__init__()
        self._path: list[str] = []
        self._text: list[str] = []
        self._length = 0

    def above(self, levels: int) -> str:
        """The name of the element so many levels above the present one; empty where there is none."""
        return self._path[-1 - levels] if len(self._path) > levels else ""

    def opened(self, name: str, attributes: AttributesImpl[str]) -> None:
        """An element begins."""

    def closed(self, name: str, text: str) -> None:
        """An element without others in it ends, or one with others, whose `text` then is what follows the last."""

    def startElement(self, name: str, attrs: AttributesImpl[str]) -> None:  # noqa: N802  # the name that SAX calls
        local = name.rpartition(":")[2]
        self._path.append(local)
        if len(self._path) > DEEPEST:
            raise BrokenFile("its elements are nested too deeply")
        self._text.clear()
        self._length = 0
        self.opened(local, attrs)

    def characters(self, content: str) -> None:
        if self._length < LONGEST_TEXT:
            self._text.append(content)
            self._length += len(content)

    def endElement(self, name: str) -> None:  # noqa: N802
        self.closed(name.rpartition(":")[2], "".join(self._text).strip())
        self._text.clear()
        self._length = 0
        self._path.pop()


def root(content: bytes) -> str:
    """The name of the first element, without prefix, of something that looks like XML; empty otherwise."""
    head = content[:HEAD]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.decode("utf-16", errors="replace").encode()
    if not _bare(head).startswith(b"<"):
        return ""
    found = _ROOT.search(re.sub(rb"<!--.*?-->", b"", head, flags=re.DOTALL))
    return found[1].decode("ascii", errors="replace") if found else ""


def parse(content: bytes, elements: Elements) -> bool:
    """Tell `elements` of everything in the file; False where it breaks off or is damaged from some place on.

    Blanks before the XML declaration are passed over. Raises BrokenFile where it declares entities: no activity needs
    them, and a few lines of them can fill any memory.
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.expatreader import create_parser

    parser = create_parser()
    parser.setContentHandler(elements)
    try:
        parser.parse(BytesIO(_bare(content)))
    except DefusedXmlException:
        raise BrokenFile("it declares entities, which no activity needs") from None
    except (SAXException, ValueError, LookupError):  # the last two: of an encoding that is declared wrongly
        return False
    return True


def _bare(content: bytes) -> bytes:
    return content[_BEGIN.match(content).end() :]  # type: ignore[union-attr]  # the pattern matches nothing, too
