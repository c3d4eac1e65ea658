"""WCAG 2.1 AA by axe-core on every tab, filled with real content: light and dark, wide and narrow, both scripts and English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from ingest.script import Script
from tests.browsing import LANGUAGES, choose_language, fill, keep_picture, open_tab, tab_names
from tests.test_ui_browser import PATIENCE, address, browser, pytestmark  # noqa: F401  (fixtures)

SEVERE = {"serious", "critical"}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
# Findings in Gradio's own markup that no option of Gradio's and no style of ours mends: (rule, pattern of the element) -> the reason.
EXCEPTIONS: dict[tuple[str, str], str] = {}
RUN = "(rules) => axe.run(document, rules).then((found) => found.violations)"


def findings(page: Page) -> list[str]:
    """The serious and critical findings about what is shown, without the listed exceptions."""
    found = []
    for violation in page.evaluate(RUN, RULES):
        for node in violation["nodes"]:
            listed = any(violation["id"] == rule and re.search(part, node["html"]) for rule, part in EXCEPTIONS)
            if violation["impact"] in SEVERE and not listed:
                why = node["failureSummary"].replace("\n", " ")
                found.append(
                    f"{violation['id']}: {' '.join(node['target'])}\n    {node['html'][:200]}\n    {why[:300]}"
                )
    return found


@pytest.fixture(scope="module", params=[(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")], ids=str)
def filled(browser: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:  # noqa: F811
    width, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN", color_scheme=scheme)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(address)
    page.locator("#rw-question textarea").wait_for()
    fill(page)
    # Half-way through a fade every colour is paler than it will be.
    page.add_style_tag(content="*, ::before, ::after { transition: none !important; animation: none !important; }")
    page.evaluate(AXE_SCRIPT)
    yield page
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_tab(filled: Page, language: Script) -> None:
    choose_language(filled, language)
    width = filled.viewport_size["width"] if filled.viewport_size else 0
    scheme = "dark" if filled.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else "light"
    bad = []
    for number, name in enumerate(tab_names(filled)):
        open_tab(filled, number)
        bad += [f"{name}: {found}" for found in findings(filled)]
        keep_picture(filled, f"{width}-{scheme}-{language}-{number}")
    assert not bad, f"{len(bad)} findings:\n" + "\n".join(bad)
