"""WCAG 2.1 AA by axe-core on every tab, filled with real content: light and dark, wide and narrow, both scripts and English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.test_ui_browser import PATIENCE, address, browser, pytestmark  # noqa: F401  (fixtures)

LANGUAGES = {"zh-Hans": "简体", "zh-Hant": "繁體", "en": "English"}
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
                found.append(f"{violation['id']}: {' '.join(node['target'])}\n    {node['html'][:200]}\n    {why[:300]}")
    return found


def tab(page: Page, number: int) -> None:
    """Open a tab of the page by its place; on a narrow page it may be in the menu of those that do not fit."""
    shown = page.locator(".tab-container[role=tablist]").first.get_by_role("tab")
    shown.nth(number).click()


def fill(page: Page) -> None:
    """Bring every tab to the state in which it is read: an answer, a refusal, a draft, a comparison, an open document."""
    for number, question in enumerate(("售前客服的主要职责是什么?", "公司食堂几点开门?")):
        page.locator("#rw-question textarea").fill(question)
        page.locator("#rw-question textarea").press("Enter")
        page.locator(".rw-status").nth(number).wait_for()
    page.locator(".rw-to-1").first.click()
    tab(page, 1)
    page.locator("#rw-sentence textarea").fill("招2名上海的售前客服,8-10k,要会打字,男性优先,向客服主管汇报")
    page.locator("#rw-draft-button").click()
    page.locator(".rw-paper").wait_for()
    page.locator("section[data-section=responsibilities] .rw-text").first.click()
    tab(page, 2)
    box = page.locator("#rw-compare-roles input")
    for name in ("售前客服", "数据分析师"):
        box.fill(name)
        page.get_by_role("option", name=re.compile(name)).first.click()
    page.locator("#rw-compare-go").click()
    page.locator("#rw-comparison table").wait_for()
    tab(page, 3)
    page.locator(".rw-role summary").first.click()
    tab(page, 4)
    page.locator("#rw-documents td:visible").first.click()
    page.locator("pre.rw-pre").first.wait_for()


@pytest.fixture(scope="module", params=[(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")], ids=str)
def filled(browser: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:  # noqa: F811
    width, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN", color_scheme=scheme)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(address)
    page.locator("#rw-question textarea").wait_for()
    fill(page)
    page.evaluate(AXE_SCRIPT)
    yield page
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_tab(filled: Page, language: str) -> None:
    filled.locator("#rw-language").get_by_text(LANGUAGES[language]).click()
    filled.wait_for_function("(language) => document.documentElement.lang === language", arg=language)
    bad = []
    for number in range(filled.locator(".tab-container[role=tablist]").first.get_by_role("tab").count()):
        tab(filled, number)
        bad += [f"tab {number}: {found}" for found in findings(filled)]
    assert not bad, f"{len(bad)} findings:\n" + "\n".join(bad)
