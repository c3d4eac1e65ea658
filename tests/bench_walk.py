"""`python -m tests.bench_walk`: a new user writes a job description: open the page, type a sentence, draft, settle what is found, download.

Clicks are counted, typing is at a person's speed, and each step is looked at for a moment before the next.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Locator, Page, sync_playwright

from tests.bench import line
from tests.bench_load import ROOT, served
from tests.test_ui_browser import CHROMIUM, FLAGS

SENTENCE = "招2名上海的售前客服,8-10k,要会打字,男性优先,向客服主管汇报"
WIDTHS = (1280, 360)
# Milliseconds between two keys, and for looking at what a click has changed.
KEY_MS = 120
LOOK_MS = 2_500
MOST_SECONDS, MOST_CLICKS = 120.0, 10


class Walk:
    """One user with one page; every click is counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks = page, 0

    def click(self, target: Locator) -> None:
        """Look, then click."""
        target.wait_for()
        self.page.wait_for_timeout(LOOK_MS)
        target.click()
        self.clicks += 1

    def write(self, text: str, end: str = "") -> None:
        """Type where the focus is."""
        self.page.keyboard.type(text, delay=KEY_MS)
        if end:
            self.page.keyboard.press(end)


def walk(page: Page, address: str) -> tuple[float, int, int]:
    """The seconds, the clicks, and the size of the Word file in bytes.

    :param page: an empty page.
    :param address: the server's.
    """
    user, began = Walk(page), time.monotonic()
    page.goto(address)
    page.locator("#rw-question textarea").wait_for()
    user.click(page.get_by_role("tab", name="职位描述", exact=True))
    user.click(page.locator("#rw-sentence textarea"))
    user.write(SENTENCE)
    user.click(page.locator("#rw-draft-button"))
    gone = page.locator('.rw-acts [data-do="rewrite"]').first
    user.click(gone)
    page.locator(".rw-find", has_text="男性优先").wait_for(state="detached")
    for field, text in (("[data-section=company]", "某店"), ("[data-section=benefits]", "五险一金")):
        user.click(page.locator(f".rw-list {field}"))
        user.write(text, "Enter")
    user.click(page.locator(".rw-list [data-field=valid_until]"))
    user.write("2026-12-31", "Enter")
    page.locator(".rw-list [data-do]").first.wait_for(state="detached")
    page.locator(".rw-side .rw-good").wait_for()
    with page.expect_download() as waiting:
        user.click(page.locator("#rw-word"))
    return time.monotonic() - began, user.clicks, Path(waiting.value.path()).stat().st_size


def main() -> None:
    """Print seconds and clicks at a laptop's and a phone's width."""
    with tempfile.TemporaryDirectory() as place:
        subprocess.run([sys.executable, "-m", "ui", "ingest", "--library", place, "-q"], check=True, cwd=ROOT)
        with served(Path(place)) as (address, _), sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            for width in WIDTHS:
                context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
                seconds, clicks, size = walk(context.new_page(), address)
                context.close()
                line(f"{width} px: seconds", f"{seconds:.0f} s", seconds / MOST_SECONDS, f"{MOST_SECONDS:.0f} s")
                line(f"{width} px: clicks", f"{clicks}", clicks / MOST_CLICKS, f"{MOST_CLICKS}")
                print(f"  Word file of {size} bytes")
            browser.close()


if __name__ == "__main__":
    main()
