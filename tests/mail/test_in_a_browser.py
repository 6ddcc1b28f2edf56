"""The mails in a real browser: readable for everybody, in light and dark, on a small telephone, with nothing loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from mail import browser, samples

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.skipif(browser.installed() is None, reason="there is no Chromium here")
MAILS = samples.all_mails()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser.running() as running:
        yield running


@pytest.fixture(params=["light", "dark"])
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    page = chromium.new_page(color_scheme=request.param, viewport={"width": 320, "height": 900})
    yield page
    page.close()


@pytest.mark.parametrize("name", MAILS)
def test_everybody_can_read_it(page, name):
    page.set_content(MAILS[name].html)
    found = Axe().run(page)
    assert not found.response["violations"], found.generate_report()


@pytest.mark.parametrize("name", MAILS)
def test_it_fits_on_a_telephone_of_320_pixels(page, name):
    page.set_content(MAILS[name].html)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("name", MAILS)
def test_opening_it_asks_nobody_for_anything(page, name):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(MAILS[name].html, wait_until="networkidle")
    assert asked == []


def test_dark_mode_changes_the_colours(chromium):
    colours = set()
    for scheme in ("light", "dark"):
        page = chromium.new_page(color_scheme=scheme)
        page.set_content(MAILS["weekly"].html)
        colours.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        page.close()
    assert len(colours) == 2
