"""What a person does in the open page, for tests and screenshots: choose a tab, bring every tab to the state in which it is read."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as Waited

from ingest.script import Script, to_script
from ui.i18n import say

PICTURES = Path(__file__).parent.parent / "build" / "screenshots"
LANGUAGES: dict[Script, str] = {"zh-Hans": "简体", "zh-Hant": "繁體", "en": "English"}
QUESTIONS: dict[Script, tuple[str, str]] = {
    "zh-Hans": ("公司食堂几点开门?", "售前客服的主要职责是什么?"),
    "zh-Hant": ("公司食堂幾點開門?", "售前客服的主要職責是什麼?"),
    "en": ("When does the canteen open?", "What does pre-sales customer service do?"),
}
SENTENCES: dict[Script, str] = {
    "zh-Hans": "招2名上海的售前客服,8-10k,要会打字,男性优先,向客服主管汇报",
    "zh-Hant": "招2名台北的售前客服,月薪40000元,要會打字,限男性",
    "en": "Hire 2 Pre-sales Customer Service staff in Shanghai, 8-10k, fast typing, young men preferred",
}
COMPARED = ("售前客服", "数据分析师")


def keep_picture(page: Page, name: str) -> None:
    """Keep what is seen now as `build/screenshots/NAME.png`, for people to look at after a run of the tests."""
    page.screenshot(path=PICTURES / f"{name}.png")


def tab_names(page: Page) -> list[str]:
    """The names of the page's tabs, those that do not fit included."""
    return page.locator(".tab-wrapper").first.locator(".visually-hidden button").all_text_contents()


def open_named_tab(page: Page, name: str, shows: str | None = None) -> None:
    """Open a tab by its name; on a narrow page it may be in the menu of those that do not fit.

    :param shows: something that is to be seen in it then.
    """
    bar = page.locator(".tab-wrapper").first
    shown = bar.get_by_role("tab", name=name, exact=True)
    hidden = bar.locator(".overflow-dropdown").get_by_role("button", name=name, exact=True)
    # What fits is found out anew after each change, so what was there may be gone when it is to be clicked.
    for patience in (2_000, 2_000, 2_000, 30_000):
        try:
            if shown.count():
                shown.click(timeout=patience)
            else:
                bar.locator(".overflow-menu > button").click(timeout=patience)
                hidden.click(timeout=patience)
            if shows:
                page.locator(shows).first.wait_for(timeout=patience)
            return
        except Waited:
            if patience == 30_000:
                raise


def open_tab(page: Page, number: int) -> None:
    """Open a tab by its place."""
    open_named_tab(page, tab_names(page)[number].strip())


def choose_language(page: Page, language: Script) -> None:
    """Show the page in another language."""
    page.locator("#rw-language").get_by_text(LANGUAGES[language]).click()
    first = page.locator(".tab-wrapper").first.locator(".visually-hidden button").first
    first.filter(has_text=re.compile(f"^{say('chat_tab', language)}$")).wait_for(state="attached")


def ask(page: Page, question: str) -> None:
    """Ask in the open questions tab and wait for the answer's status."""
    before = page.locator(".rw-status").count()
    # While an answer is written no other question is taken; its text stays in the box.
    page.locator("#rw-send").wait_for()
    box = page.locator("#rw-question textarea")
    box.fill(question)
    for _ in range(20):
        box.press("Enter")
        with contextlib.suppress(Waited):
            page.locator(".rw-status").nth(before).wait_for(timeout=2000)
            return
        if not box.input_value():
            break
    page.locator(".rw-status").nth(before).wait_for()


def fill(page: Page, language: Script = "zh-Hans") -> None:
    """A refusal, an answer with an open passage, a draft with findings, a comparison, an open role, an open document.

    :param page: the open page.
    :param language: what it is shown in.
    """
    for question in QUESTIONS[language]:
        ask(page, question)
    page.locator(".rw-to-1").first.click()
    open_tab(page, 1)
    page.locator("#rw-sentence textarea").fill(SENTENCES[language])
    page.locator("#rw-draft-button").click()
    page.locator(".rw-paper").wait_for()
    page.locator("section[data-section=responsibilities] .rw-text").first.click()
    open_tab(page, 2)
    for name in COMPARED if language != "zh-Hant" else (to_script(name, language) for name in COMPARED):
        page.locator("#rw-compare-roles input").fill(name)
        page.get_by_role("option", name=re.compile(name)).first.click()
    # The open list lies over the button where the page is narrow.
    page.locator("#rw-compare-roles input").press("Tab")
    page.locator("#rw-compare-go").click()
    page.locator("#rw-comparison table").wait_for()
    open_tab(page, 3)
    page.locator(".rw-role summary").first.click()
    open_tab(page, 4)
    page.locator("#rw-documents [role=gridcell]:visible").first.click()
    page.locator("pre.rw-pre").first.wait_for()
