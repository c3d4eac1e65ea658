"""The questions tab in a real browser: sources beside answers, kept conversations, ratings, stop and retry; wide and phone, keyboard."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import pytest
from playwright.sync_api import expect

from rag.app import Rolewright
from rag.settings import Settings
from rag.types import Answer, Turn
from tests.serving import running
from tests.test_ui_browser import PATIENCE, SLOW, Visit, address, browser, pytestmark  # noqa: F401  (fixtures)

WIDTHS = {"wide": 1280, "phone": 360}
DUTIES = "售前客服的主要职责是什么?"
REFUSED = "公司食堂几点开门?"


class Talk(Visit):
    """A visit that waits for whole answers."""

    def ask(self, question: str) -> Any:
        """Ask, and wait until the answer is whole."""
        message = super().ask(question)
        expect(self.page.locator(".rw-live")).to_have_count(0)
        return message


def enter(browser: Any, address: str, width: int, **options: Any) -> Talk:  # noqa: F811
    """A browser that nobody has used before, on the page."""
    context = browser.new_context(
        viewport={"width": width, "height": 800}, **{"locale": "zh-CN", "permissions": ["clipboard-read"], **options}
    )
    context.set_default_timeout(PATIENCE)
    visit = Talk(context.new_page())
    visit.page.goto(address)
    visit.page.locator("#rw-question textarea").wait_for()
    return visit


@pytest.fixture(params=WIDTHS, ids=str)
def visit(browser: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Talk]:  # noqa: F811
    width = WIDTHS[request.param]
    visit = enter(browser, address, width)
    yield visit
    scrolled = visit.page.evaluate("document.documentElement.scrollWidth")
    visit.page.context.close()
    assert scrolled <= width, "the page scrolls sideways"
    hosts = {urlparse(url).hostname for url in visit.urls if not url.startswith(("data:", "blob:", "about:"))}
    assert hosts == {"127.0.0.1"} and visit.complaints == []


def history(page: Any) -> None:
    """Open the list of conversations."""
    if not page.locator("#rw-talks").is_visible():
        page.locator("#rw-history").click()
    page.locator("#rw-talks-search").wait_for()


def menu(page: Any, at: int = 0) -> Any:
    """Open the menu of one conversation of the list."""
    row = page.locator(".rw-talk").nth(at)
    row.locator("summary").click()
    return row.locator(".rw-talk-menu")


def inside(page: Any, selector: str) -> bool:
    """Whether an element can be seen whole."""
    script = "e => { const b = e.getBoundingClientRect(); return b.top >= 0 && b.left >= 0 && b.bottom <= innerHeight && b.right <= innerWidth }"
    return bool(page.locator(selector).first.evaluate(script))


def test_a_source_opens_beside_the_answer_and_closes_again(visit: Talk) -> None:
    page = visit.page
    answer = visit.ask(DUTIES)
    chip = answer.locator(".rw-answer .rw-n").nth(2)
    number = chip.inner_text()
    chip.click()
    panel = page.locator(".rw-source")
    panel.wait_for()
    mark = panel.locator("mark")
    expect(mark).to_have_count(1)
    assert mark.inner_text() in answer.inner_text() and inside(page, ".rw-source mark"), "scrolled to the sentence"
    assert len(panel.locator(".rw-around").inner_text()) > 10 * len(mark.inner_text())
    expect(panel.locator("header")).to_contain_text(f"出处 {number}")
    if page.viewport_size["width"] > 900:
        assert answer.bounding_box()["x"] + answer.bounding_box()["width"] <= panel.bounding_box()["x"]
    # The next one, then back with the keyboard.
    panel.get_by_role("button", name="下一处").click()
    expect(panel.locator("header")).to_contain_text(f"出处 {int(number) + 1}")
    page.keyboard.press("Escape")
    expect(panel).not_to_be_visible()
    assert page.evaluate("document.activeElement.className").endswith(f"rw-to-{int(number) + 1}"), "the focus is back"
    # The same one again needs no answer of the server to be shown.
    page.locator(f".rw-answer .rw-to-{int(number) + 1}").first.click()
    expect(panel).to_be_visible()
    panel.get_by_role("button", name="关闭").click()
    expect(panel).not_to_be_visible()


def test_the_keyboard_opens_and_closes_a_source(visit: Talk) -> None:
    page = visit.page
    chip = visit.ask(DUTIES).locator(".rw-answer .rw-to-1").first
    chip.focus()
    page.keyboard.press("Enter")
    page.locator(".rw-source mark").wait_for()
    assert page.evaluate("document.activeElement.classList.contains('rw-source')")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.rw-source') !== null")
    page.keyboard.press("Escape")
    expect(page.locator(".rw-source")).not_to_be_visible()
    assert chip.evaluate("e => e === document.activeElement")


def test_a_reload_brings_the_conversation_back_with_its_sources(visit: Talk) -> None:
    page = visit.page
    visit.ask(DUTIES)
    visit.ask(REFUSED)
    text = page.locator(".rw-answer").first.inner_text()
    page.reload()
    expect(page.locator(".rw-asked")).to_have_count(2)
    assert page.locator(".rw-answer").first.inner_text() == text
    page.locator(".rw-answer .rw-to-1").first.click()
    page.locator(".rw-source mark").wait_for()
    page.keyboard.press("Escape")
    page.locator("#rw-new").click()
    expect(page.locator(".rw-asked")).to_have_count(0)
    visit.ask("数据分析师做什么?")
    expect(page.locator(".rw-asked")).to_have_count(1)


def test_conversations_are_found_opened_renamed_and_deleted(visit: Talk) -> None:
    page = visit.page
    visit.ask(DUTIES)
    page.locator("#rw-new").click()
    expect(page.locator(".rw-asked")).to_have_count(0)
    visit.ask(REFUSED)
    history(page)
    expect(page.locator(".rw-talk")).to_have_count(2)
    search = page.locator("#rw-talks-search input, #rw-talks-search textarea")
    search.fill("商品")
    expect(page.locator(".rw-talk")).to_have_count(1)
    expect(page.locator(".rw-talk")).to_contain_text("售前客服")
    search.fill("没有这样的词")
    expect(page.locator(".rw-list-of-talks")).to_contain_text("没有找到")
    search.fill("")
    expect(page.locator(".rw-talk")).to_have_count(2)
    menu(page, 1).get_by_text("改名").click()
    field = page.locator(".rw-talk-name")
    field.fill("面试 <b>准备")
    field.press("Enter")
    expect(page.locator(".rw-talk-title").nth(1)).to_have_text("面试 <b>准备")
    page.locator(".rw-talk-open").nth(1).click()
    expect(page.locator(".rw-asked")).to_contain_text("售前客服")
    expect(page.locator("#rw-talk-title")).to_have_text("面试 <b>准备")
    history(page)
    delete = menu(page, 1).locator("[data-do=delete]")
    delete.click()
    expect(delete).to_have_text("再点一次,永久删除".replace(",", "\uff0c"))
    expect(page.locator(".rw-talk")).to_have_count(2)
    delete.click()
    expect(page.locator(".rw-talk")).to_have_count(1)
    expect(page.locator(".rw-asked")).to_have_count(0)


def test_a_conversation_is_downloaded(visit: Talk) -> None:
    page = visit.page
    visit.ask(DUTIES)
    history(page)
    with page.expect_download() as waiting:
        menu(page).get_by_text("下载 Markdown").click()
    text = Path(waiting.value.path()).read_text("utf-8")
    assert text.startswith("# 售前客服") and "- [1] " in text and waiting.value.suggested_filename.endswith(".md")
    with page.expect_download() as waiting:
        menu(page).get_by_text("下载 JSON").click()
    row = json.loads(Path(waiting.value.path()).read_text("utf-8"))
    assert row["exchanges"][0]["answer"]["citations"][0]["quote"]


def test_a_thumbs_down_asks_why_and_can_be_taken_back(visit: Talk) -> None:
    page = visit.page
    visit.ask(DUTIES)
    page.locator(".rw-do-down").click()
    expect(page.locator(".rw-reason").last).to_be_in_viewport(ratio=0.5)
    page.locator(".rw-ask-why").get_by_role("button", name="自己写").click()
    page.locator(".rw-own input").fill("少了 <b>目标")
    page.keyboard.press("Enter")
    expect(page.locator(".rw-ask-why")).to_contain_text("少了 <b>目标")
    page.locator(".rw-do-down").click()
    expect(page.locator(".rw-ask-why")).to_have_count(0)
    page.locator(".rw-do-down").click()
    page.locator(".rw-reason", has_text="不完整").click()
    expect(page.locator(".rw-ask-why")).to_contain_text("已记录")
    page.reload()
    expect(page.locator(".rw-do-down")).to_have_class(re.compile("rw-pressed"))
    page.locator(".rw-do-up").click()
    expect(page.locator(".rw-do-up")).to_have_class(re.compile("rw-pressed"))
    expect(page.locator(".rw-do-down")).not_to_have_class(re.compile("rw-pressed"))


def test_an_answer_is_copied_with_its_sources(visit: Talk) -> None:
    page = visit.page
    answer = visit.ask(DUTIES).locator(".rw-answer").inner_text()
    page.locator(".rw-copy").click()
    page.locator(".rw-copy.rw-done").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(answer.split("\n")[0][:12]) and "[1]" in copied
    title = page.locator(".rw-from .rw-doc").first.inner_text()
    assert re.search(rf"^\[1\].* {re.escape(title)}", copied, re.M)


def test_what_is_offered_next_is_asked_with_one_click(visit: Talk) -> None:
    page = visit.page
    visit.ask(DUTIES)
    option = page.locator("#rw-chat button.option").first
    question = option.inner_text()
    option.click()
    expect(page.locator(".rw-asked").nth(1)).to_contain_text(question)
    expect(page.locator(".rw-status").nth(1)).to_have_class(re.compile("rw-answered"))
    # Only the last answer is asked anew.
    expect(page.locator(".rw-do-again")).to_have_count(1)
    page.locator(".rw-do-again").click()
    expect(page.locator(".rw-asked")).to_have_count(2)
    expect(page.locator(".rw-answered")).to_have_count(2)


def test_two_browsers_do_not_see_each_other(browser: Any, address: str) -> None:  # noqa: F811
    first, second = (enter(browser, address, 1280, color_scheme=scheme) for scheme in ("dark", "light"))
    first.ask("苏州的售前客服做什么?")
    second.page.reload()
    history(second.page)
    expect(second.page.locator(".rw-list-of-talks")).to_contain_text("还没有对话")
    assert "苏州" not in second.page.content()
    for visit in (first, second):
        assert visit.complaints == []
        visit.page.context.close()


@pytest.mark.parametrize(
    ("radio", "helpful", "empty"), [("繁體", "有用", "還沒有對話"), ("English", "Helpful", "Nothing")]
)
def test_other_languages(visit: Talk, radio: str, helpful: str, empty: str) -> None:
    page = visit.page
    page.locator("#rw-language").get_by_text(radio).click()
    history(page)
    expect(page.locator(".rw-list-of-talks")).to_contain_text(empty)
    page.locator(".rw-talks-close").click()
    visit.ask(DUTIES)
    expect(page.locator(".rw-do-up")).to_have_text(helpful)
    page.locator("#rw-language").get_by_text("简体").click()
    expect(page.locator(".rw-do-up")).to_have_text("有用")
    expect(page.locator(".rw-asked")).to_have_count(1)


class Slow(Rolewright):
    """Tells an answer line by line, as a chat model does."""

    def stream(self, turn: Turn) -> Iterator[Answer]:
        """Forty snapshots, a third of a second each: long enough for a busy machine to click before the last one."""
        final = self.ask(turn)
        for n in range(1, 40):
            yield replace(final, answer=final.answer[: n * 3].rsplit("[", 1)[0], citations=())
            time.sleep(0.35)
        yield final


def begin_answer(page: Any) -> None:
    """Ask, and wait until the answer is being written."""
    page.locator("#rw-question textarea").fill(DUTIES)
    page.locator("#rw-question textarea").press("Enter")
    page.locator(".rw-answer.rw-live").wait_for()


def test_an_answer_is_stopped(library: Path, browser: Any) -> None:  # noqa: F811
    with running(Slow(Settings(library=library))) as url:
        visit = enter(browser, url, 1280)
        page = visit.page
        begin_answer(page)
        expect(page.locator("#rw-send")).not_to_be_visible()
        page.locator("#rw-stop").click()
        expect(page.locator(".rw-refused")).to_have_text("没有答完")
        expect(page.locator("#rw-send")).to_be_visible()
        assert page.locator(".rw-n").count() == 0
        # Until the server has let go of the last one, Gradio begins no other.
        page.wait_for_timeout(1500)
        page.locator(".rw-do-again").click()
        page.locator(".rw-answer.rw-live").wait_for()
        expect(page.locator(".rw-answer .rw-n").first).to_be_visible(timeout=PATIENCE)
        expect(page.locator("#rw-send")).to_be_visible()
        expect(page.locator(".rw-refused")).to_have_count(0)
        assert visit.complaints == []
        page.context.close()


def test_an_answer_does_not_come_back_into_a_new_conversation(library: Path, browser: Any) -> None:  # noqa: F811
    with running(Slow(Settings(library=library))) as url:
        visit = enter(browser, url, 1280)
        page = visit.page
        begin_answer(page)
        page.locator("#rw-new").click()
        page.locator("#rw-chat .example").first.wait_for()
        page.wait_for_timeout(1500)
        assert page.locator(".rw-asked").count() == 0 and visit.complaints == []
        page.context.close()


def test_an_answer_is_stopped_over_a_slow_line(library: Path, browser: Any) -> None:  # noqa: F811
    with running(Slow(Settings(library=library))) as url:
        visit = enter(browser, url, 1280)
        page = visit.page
        page.add_init_script(SLOW)
        page.reload()
        begin_answer(page)
        page.locator("#rw-stop").click()
        expect(page.locator(".rw-refused")).to_have_text("没有答完")
        # By now the page has heard of the end, after it took the answer for stopped.
        page.wait_for_timeout(3000)
        page.locator(".rw-do-down").click(timeout=5000)
        expect(page.locator(".rw-ask-why")).to_be_visible()
        assert visit.complaints == []
        page.context.close()


TOASTS = """() => new MutationObserver(() => {
  const toast = document.querySelector(".toast-body");
  if (toast) console.error(toast.innerText);
}).observe(document.body, { childList: true, subtree: true })"""


def test_a_page_that_is_left_under_way_complains_of_nothing(library: Path, browser: Any) -> None:  # noqa: F811
    with running(Slow(Settings(library=library))) as url:
        visit = enter(browser, url, 1280)
        page = visit.page
        begin_answer(page)
        # A slow server leaves the old page in sight for a while: no error may come up on it.
        page.evaluate(TOASTS)
        asked: list[Any] = []
        page.route(f"{url}/", lambda route: asked.extend([route]))
        page.evaluate("setTimeout(() => location.reload())")
        while not asked:
            page.wait_for_timeout(50)
        page.wait_for_timeout(500)
        assert visit.complaints == []
        asked[0].continue_()
        page.locator(".rw-answer:not(.rw-live)").wait_for()
        expect(page.locator(".rw-asked")).to_have_count(1)
        assert visit.complaints == []
        page.context.close()


def test_a_page_that_is_loaded_again_and_again_complains_of_nothing(browser: Any, address: str) -> None:  # noqa: F811
    visit = enter(browser, address, 1280)
    page = visit.page
    for _ in range(8):
        with page.expect_request("**/queue/data?*"):
            # At "commit" Chromium may still be swapping the pages, and takes no other reload.
            page.reload(wait_until="domcontentloaded")
    page.locator("#rw-question textarea").wait_for()
    assert visit.complaints == []
    page.context.close()


def test_a_stream_that_breaks_is_told(library: Path, browser: Any) -> None:  # noqa: F811
    """A link that turns out to be a file makes the browser say that the page is left, and it stays."""
    with running(Slow(Settings(library=library))) as url:
        visit = enter(browser, url, 1280)
        page = visit.page
        begin_answer(page)
        headers = {"content-disposition": "attachment; filename=a.txt"}
        page.route("**/a.txt", lambda route: route.fulfill(body="a", headers=headers))
        with page.expect_download():
            page.evaluate("location.href = '/a.txt'")
        page.locator(".toast-body").first.wait_for()
        assert visit.complaints
        page.context.close()


def test_the_question_box_stays_where_it_is_when_the_conversation_gets_its_title(visit: Talk) -> None:
    visit.page.locator("#rw-chat").wait_for()

    def top() -> Any:
        return visit.page.evaluate("document.querySelector('#rw-question').getBoundingClientRect().top")

    before = top()
    visit.ask(DUTIES)
    expect(visit.page.locator("#rw-talk-title")).to_have_text(re.compile("售前"))
    assert top() == before
