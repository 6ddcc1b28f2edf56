"""`make screenshots`: the demo's last mail as pictures and as text, for the documentation."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mail import browser

from coachd.demo.season import season

if TYPE_CHECKING:
    from playwright.sync_api import Browser

VIEWS = {
    "digest-light.png": ("light", 680),
    "digest-dark.png": ("dark", 680),
    "digest-320.png": ("light", 320),
}
"""Name of the picture -> colour scheme and width in pixels."""


def take(folder: Path) -> list[Path]:
    """Run the demo and picture its last mail into `folder`. Gives the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    with season(None, print) as shown, browser.running() as chromium:
        text = folder / "digest.txt"
        text.write_text(shown.text.strip() + "\n")
        html = shown.mail.with_suffix(".html").read_text()
        return [text, *(_picture(chromium, html, folder / name) for name in VIEWS)]


def _picture(chromium: Browser, html: str, file: Path) -> Path:
    scheme, width = VIEWS[file.name]
    page = chromium.new_page(color_scheme="dark" if scheme == "dark" else "light", viewport=_size(width))
    page.set_content(html)
    page.screenshot(path=file, full_page=True)
    page.close()
    return file


def _size(width: int) -> dict[str, int]:
    return {"width": width, "height": 800}


if __name__ == "__main__":
    for written in take(Path(sys.argv[1])):
        print(written)
