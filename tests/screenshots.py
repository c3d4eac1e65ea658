"""`python -m tests.screenshots OUT_DIR`: pictures of every tab, wide and narrow, light and dark, in both scripts and English.

`--docs` makes only the few that the documents show. Each is taken from a real server on the bundled corpus, by Chromium, and reduced to
a palette, which keeps text sharp and files small.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from ingest.script import Script
from rag.app import Rolewright
from rag.settings import Settings
from tests.browsing import fill, open_tab
from tests.serving import running
from tests.test_ui_browser import CHROMIUM, FLAGS, PATIENCE
from ui.i18n import say

COLOURS = 256
TABS = ("ask", "draft", "compare", "map", "library")
HEIGHT = {1280: 860, 360: 740}
LOCALES: dict[Script, str] = {"zh-Hans": "zh-CN", "zh-Hant": "zh-TW", "en": "en-GB"}


@dataclass(frozen=True)
class Look:
    """How a page is looked at.

    :param width: of the window, in pixels.
    :param scheme: the colours.
    :param language: of the page and of what is asked.
    :param docs: the tabs that the documents show.
    """

    width: int
    scheme: Literal["light", "dark"]
    language: Script
    docs: tuple[str, ...] = ()


LOOKS = (
    Look(1280, "light", "zh-Hans", ("ask", "draft")),
    Look(1280, "light", "zh-Hant"),
    Look(1280, "light", "en", ("compare",)),
    Look(1280, "dark", "zh-Hans"),
    Look(360, "light", "zh-Hans"),
    Look(360, "light", "en"),
    Look(360, "dark", "zh-Hant", ("ask", "draft")),
)


def opened(browser: Browser, address: str, look: Look) -> Page:
    """A page with every tab filled."""
    context = browser.new_context(
        viewport={"width": look.width, "height": HEIGHT[look.width]},
        locale=LOCALES[look.language],
        color_scheme=look.scheme,
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(address)
    page.get_by_role("tab", name=say("chat_tab", look.language), exact=True).wait_for()
    fill(page, look.language)
    page.add_style_tag(content="*, ::before, ::after { transition: none !important; animation: none !important; }")
    return page


def pictures(page: Page, tabs: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """Tab and PNG of every picture of one page."""
    for number, tab in enumerate(TABS):
        if tab in tabs:
            open_tab(page, number)
            if tab == "ask":
                page.locator(".rw-asked").last.evaluate("(asked) => asked.scrollIntoView({ behavior: 'instant' })")
            page.evaluate("scrollTo(0, 0)")
            page.mouse.move(0, 0)
            image = Image.open(io.BytesIO(page.screenshot()))
            data = io.BytesIO()
            image.convert("RGB").quantize(COLOURS).save(data, "PNG", optimize=True)
            yield tab, data.getvalue()


def main() -> int:
    """Write the pictures, and name each with its size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, metavar="OUT_DIR")
    parser.add_argument("--docs", action="store_true", help="only those that the documents show")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        app = Rolewright(Settings(library=Path(place), requests_per_minute=0))
        app.ingest([])
        with running(app) as address, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            for look in LOOKS:
                tabs = look.docs if chosen.docs else TABS
                for tab, data in pictures(opened(browser, address, look), tabs) if tabs else ():
                    name = f"{tab}-{look.width}-{look.scheme}-{look.language}.png"
                    (chosen.folder / name).write_bytes(data)
                    print(f"{name} {len(data) / 1024:.0f} KB")
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
