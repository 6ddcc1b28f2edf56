"""What mail programs make of HTML and CSS, from the caniemail.com data, and where a mail relies on something they lack.

`clients.json` is that data (MIT, © the caniemail.com contributors) cut down to one letter for each feature and client:
`y` supported, `a` partly, `n` not, `u` unknown. Run as a program on a new `caniemail.json`, this prints it anew.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

CLIENTS = {
    "Gmail on the web": ("gmail", "desktop-webmail"),
    "Gmail on iOS": ("gmail", "ios"),
    "Gmail on Android": ("gmail", "android"),
    "Outlook for Windows": ("outlook", "windows"),
    "Outlook.com": ("outlook", "outlook-com"),
    "Outlook on iOS": ("outlook", "ios"),
    "Outlook on Android": ("outlook", "android"),
    "Yahoo": ("yahoo", "desktop-webmail"),
    "Apple Mail": ("apple-mail", "macos"),
    "Apple Mail on iOS": ("apple-mail", "ios"),
    "Samsung Email": ("samsung-email", "android"),
    "Thunderbird": ("thunderbird", "macos"),
}
_TAGS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "html-h1-h6"),
    **dict.fromkeys(("table", "tr", "td", "th", "tbody", "thead", "caption"), "html-table"),
    **dict.fromkeys(("ul", "ol", "li", "dl", "dt", "dd"), "html-lists"),
    **dict.fromkeys(("main", "section", "article", "header", "footer", "nav"), "html-semantics"),
}
_PLAIN = frozenset({"html", "head", "meta", "title", "br", "a", "em", "b", "i"})
"""Elements that are not in the data because every client knows them."""

_ATTRIBUTES = frozenset({"class", "href", "content", "name", "charset", "http-equiv", "scope", "colspan", "rowspan"})
_PROPERTIES = {
    "color": "",
    "font-family": "",
    "font-style": "",
    "border-color": "css-border",
    "clear": "css-clear",
    "mso-hide": "",
    "-webkit-text-size-adjust": "",
    "text-size-adjust": "",
}
_GROUPS = (
    (r"(margin|padding)(-(top|right|bottom|left))?", r"css-\1"),
    (r"border(-(top|right|bottom|left))?(-(width|style|color))?", "css-border"),
    (r"(top|right|bottom|left)", "css-left-right-top-bottom"),
)
_VALUES = {"flex": "css-display-flex", "inline-flex": "css-display-flex", "grid": "css-display-grid"}
_MEDIA = ("prefers-color-scheme", "prefers-reduced-motion", "hover", "orientation")


def support() -> dict[str, str]:
    """A letter for each client, in the order of CLIENTS, by feature."""
    found: dict[str, str] = json.loads(Path(__file__).with_name("clients.json").read_text())
    return found


def lacking(html: str) -> dict[str, list[str]]:
    """What the mail uses that some client lacks altogether: the clients by feature.

    What the data does not know stands in it as well, with no client, so that nothing slips through by its name.
    """
    known = support()
    found: dict[str, list[str]] = {}
    for feature in sorted(set(features(html))):
        if feature not in known:
            found[feature] = []
        elif missing := [client for client, letter in zip(CLIENTS, known[feature], strict=True) if letter == "n"]:
            found[feature] = missing
    return found


def features(html: str) -> Iterator[str]:
    """Every feature of HTML and CSS that the mail uses, as the data calls it; unknown ones by their own name."""
    reader = _Reader()
    reader.feed(html)
    yield from reader.found
    for sheet in reader.sheets:
        yield "html-style"
        for query in re.findall(r"@media([^{]*)", sheet):
            yield "css-at-media"
            yield from (f"css-at-media-{feature}" for feature in _MEDIA if feature in query)
        yield from (f"css-at-{rule}" for rule in re.findall(r"@(import|font-face|supports|keyframes)", sheet))
        for block in re.findall(r"\{([^{}]*)\}", sheet):
            yield from _declared(block)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.sheets: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        if tag not in _PLAIN and tag != "style":
            self.found.append(_TAGS.get(tag, f"html-{tag}"))
        for name, value in attrs:
            text = value or ""
            if name == "style":
                self.found += _declared(text)
            elif name == "src" and text.startswith("data:"):
                self.found.append("image-base64")
            elif name == "href" and text.startswith("mailto:"):
                self.found.append("html-mailto-links")
            elif name == "name" and text == "color-scheme":
                self.found.append("html-meta-color-scheme")
            elif name not in _ATTRIBUTES:
                self.found.append(f"html-{name}")

    def handle_endtag(self, tag: str) -> None:
        self._in_style = self._in_style and tag != "style"

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self.sheets.append(data)


def _declared(block: str) -> Iterator[str]:
    for declaration in filter(str.strip, block.split(";")):
        name, _, value = (part.strip().lower() for part in declaration.partition(":"))
        yield from _property(name)
        if name == "display":
            yield _VALUES.get(value.removesuffix("!important").strip(), "css-display")
        if "!important" in value:
            yield "css-important"
        yield from (f"css-function-{function}" for function in re.findall(r"(clamp|min|max|light-dark)\(", value))
        yield from ("css-variables" for _ in re.findall(r"var\(", value))
        yield from ("css-unit-calc" for _ in re.findall(r"calc\(", value))
        units = {"%": "percent"}
        yield from (
            f"css-unit-{units.get(unit, unit)}"
            for unit in re.findall(r"\d(px|r?em|ch|ex|pt|cm|mm|in|v[hw]|vmin|vmax|%)(?![\w])", value)
        )


def _property(name: str) -> Iterator[str]:
    if name in _PROPERTIES:
        yield from filter(None, [_PROPERTIES[name]])
        return
    for pattern, feature in _GROUPS:
        if re.fullmatch(pattern, name):
            yield re.sub(pattern, feature, name)
            return
    yield f"css-{name}"


def _cut_down(data: list[dict[str, Any]]) -> str:
    rows = [
        f"{json.dumps(feature['slug'])}: {json.dumps(''.join(map(_latest, _of_each(feature))))}"
        for feature in sorted(data, key=lambda one: one["slug"])
        if feature["category"] in ("css", "html", "image")
    ]
    return "{\n" + ",\n".join(rows) + "\n}"


def _of_each(feature: dict[str, Any]) -> list[dict[str, str]]:
    return [feature["stats"].get(family, {}).get(place, {}) for family, place in CLIENTS.values()]


def _latest(tested: dict[str, str]) -> str:
    return list(tested.values())[-1][0] if tested else "u"


if __name__ == "__main__":
    print(_cut_down(json.loads(Path(sys.argv[1]).read_text())["data"]))
