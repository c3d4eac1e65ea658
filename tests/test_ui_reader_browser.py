"""What the page says follows the language that its reader chose: examples, notices, and the refusals of the guard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from ingest.script import Script
from rag.app import Rolewright
from rag.settings import Settings
from tests.browsing import choose_language, open_tab
from tests.serving import running
from tests.test_ui_browser import PATIENCE, address, browser, pytestmark  # noqa: F401  (fixtures)
from ui.chat_layout import EXAMPLES
from ui.i18n import say

LANGUAGES: tuple[Script, ...] = ("zh-Hans", "zh-Hant", "en")


def entered(browser: Any, address: str) -> Any:  # noqa: F811
    """A page in a browser that asks for simplified Chinese."""
    context = browser.new_context(locale="zh-CN")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(address)
    page.locator("#rw-chat .example").first.wait_for()
    return page


def test_examples_are_in_the_readers_language_and_answered(browser: Any, address: str) -> None:  # noqa: F811
    page = entered(browser, address)
    for language in LANGUAGES:
        choose_language(page, language)
        expect(page.locator("#rw-chat .example")).to_have_text([say(key, language) for key in EXAMPLES])
    for number in range(len(EXAMPLES)):
        page.locator("#rw-chat .example").nth(number).click()
        page.locator(".rw-status.rw-answered").wait_for()
        expect(page.locator(".rw-live")).to_have_count(0)
        page.locator("#rw-new").click()
        page.locator("#rw-chat .example").first.wait_for()
    page.context.close()


def test_a_notice_has_its_title_in_the_readers_language(browser: Any, address: str) -> None:  # noqa: F811
    page = entered(browser, address)
    open_tab(page, 2)
    page.locator("#rw-compare-go").click()
    title = page.locator(".toast-title")
    title.wait_for()
    assert title.evaluate("e => [getComputedStyle(e).fontSize, getComputedStyle(e, '::before').content]") == [
        "0px",
        '"请注意"',
    ]
    page.context.close()


def test_the_guard_refuses_in_the_language_that_was_chosen(library: Path, browser: Any) -> None:  # noqa: F811
    with running(Rolewright(Settings(library=library, requests_per_minute=20))) as url:
        page = entered(browser, url)
        choose_language(page, "en")
        toast = page.locator(".toast-body").first
        for _ in range(30):
            page.locator("#rw-new").click()
            page.wait_for_timeout(100)
            if toast.is_visible():
                break
        assert "too many requests" in toast.inner_text()
        page.context.close()
