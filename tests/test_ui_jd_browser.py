"""A job description from the open page to the checked file, in a real browser: both scripts, English, wide and narrow, keyboard."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import docx
import pytest
from playwright.sync_api import expect

from tests.test_ui_browser import PATIENCE, Visit, address, browser, pytestmark  # noqa: F401  (fixtures)

CHINESE = re.compile(r"[\u4e00-\u9fff]{4}")
WIDTHS = {"wide": 1280, "phone": 360}
# The first thing that is sent takes longer to reach the server than what follows it.
SLOW_AT_FIRST = """() => {
  const [sent, late] = [window.fetch, [700, 50]];
  window.fetch = async (input, init) => {
    if (String(input.url ?? input).includes("/queue/join")) await new Promise((go) => setTimeout(go, late.shift() ?? 0));
    return sent.call(window, input, init);
  };
}"""
SENTENCE = "招2名上海的售前客服,8-10k,要会打字,男性优先,向客服主管汇报"


class Studio(Visit):
    """The job description tab, with every click counted."""

    clicks = 0

    def click(self, selector: str | Any) -> None:
        self.clicks += 1
        (self.page.locator(selector).first if isinstance(selector, str) else selector).click()

    def open(self, name: str = "职位描述") -> None:
        self.click(self.page.get_by_role("tab", name=name, exact=True))

    def draft(self, sentence: str = SENTENCE) -> None:
        self.page.locator("#rw-sentence textarea").fill(sentence)
        self.click("#rw-draft-button")
        self.page.locator(".rw-paper").wait_for()

    def type(self, text: str) -> None:
        """Fill the open field and confirm it."""
        field = self.page.locator(".rw-field")
        field.fill(text)
        field.press("Enter")

    def lines(self, section: str) -> Any:
        return self.page.locator(f"section[data-section={section}] .rw-line")

    def word(self) -> str:
        with self.page.expect_download() as waiting:
            self.click("#rw-word")
        data = Path(waiting.value.path()).read_bytes()
        self.name = waiting.value.suggested_filename
        return "\n".join(part.text for part in docx.Document(io.BytesIO(data)).paragraphs)


def studio(browser: Any, address: str, width: int, **options: Any) -> Studio:  # noqa: F811
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN", **options)
    context.set_default_timeout(PATIENCE)
    visit = Studio(context.new_page())
    visit.page.goto(address)
    visit.page.locator("#rw-question textarea").wait_for()
    return visit


@pytest.fixture(params=WIDTHS, ids=str)
def visit(browser: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Studio]:  # noqa: F811
    width = WIDTHS[request.param]
    visit = studio(browser, address, width)
    yield visit
    scrolled = visit.page.evaluate("document.documentElement.scrollWidth")
    visit.page.context.close()
    assert scrolled <= width, "the page scrolls sideways"
    hosts = {urlparse(url).hostname for url in visit.urls if not url.startswith(("data:", "blob:", "about:"))}
    assert hosts == {"127.0.0.1"} and visit.complaints == []


def test_from_the_open_page_to_a_checked_file(visit: Studio) -> None:
    page, began = visit.page, time.monotonic()
    visit.open()
    visit.draft()
    expect(page.locator(".rw-chip[data-field=location]")).to_contain_text("上海")
    expect(page.locator(".rw-find", has_text="男性优先").locator(".rw-sev-illegal")).to_have_count(1)
    visit.click(".rw-list [data-section=company]")
    visit.type("某店")
    visit.click(".rw-list [data-section=benefits]")
    visit.type("五险一金")
    visit.click(".rw-list [data-field=valid_until]")
    visit.type("2026-12-31")
    visit.click(visit.lines("nice_to_have").locator(".rw-text"))
    visit.click(visit.lines("nice_to_have").locator("[data-do=remove]"))
    expect(page.locator(".rw-side .rw-good")).to_be_visible()
    expect(page.locator(".rw-list [data-do]")).to_have_count(0)
    words = visit.word()
    assert visit.name == "售前客服.docx"
    for told in ("某店", "五险一金", "2026-12-31", "8-10k", "上海"):
        assert told in words
    assert "男性优先" not in words and "岗位职责" in words
    assert visit.clicks <= 10 and time.monotonic() - began < 120


def test_lines_are_edited_moved_locked_and_brought_back(visit: Studio) -> None:
    page = visit.page
    visit.open()
    visit.draft()
    duty = visit.lines("responsibilities").nth(1)
    citation = duty.locator(".rw-n").first
    citation.click()
    page.locator(".rw-cite[open] mark").first.wait_for()
    duty.locator(".rw-text").click()
    visit.type("负责年度品牌大会的策划。")
    expect(duty).to_have_class(re.compile("rw-of-brief"))
    page.locator("#rw-undo").click()
    expect(duty).to_have_class(re.compile("rw-of-corpus"))
    duty.locator(".rw-row").click()
    duty.locator("[data-do=lock]").click()
    expect(duty).to_have_class(re.compile("rw-locked"))
    kept = duty.locator(".rw-text").inner_text()
    page.locator("section[data-section=responsibilities] [data-do=regenerate]").click()
    expect(duty.locator(".rw-text")).to_have_text(kept)
    must = page.locator('.rw-line[data-text="会打字"]')
    must.locator(".rw-text").click()
    must.locator("[data-do=move]").click()
    expect(visit.lines("nice_to_have").filter(has_text="打字")).to_have_count(1)
    page.locator("[data-do=keep]").first.click()
    visit.type("测试理由")
    expect(page.locator(".rw-kept")).to_contain_text("测试理由")
    expect(page.locator(".rw-side .rw-good")).to_be_visible()


def test_the_keyboard_is_enough(visit: Studio) -> None:
    page, keys = visit.page, visit.page.keyboard
    visit.open()
    visit.draft()
    row = visit.lines("responsibilities").first
    row.locator(".rw-row").focus()
    first, second = (visit.lines("responsibilities").nth(at).locator(".rw-text").inner_text() for at in (0, 1))
    keys.press("Enter")
    keys.press("End")
    keys.type("甲")
    keys.press("Escape")
    expect(row.locator(".rw-text")).to_have_text(first)
    keys.press("Enter")
    keys.press("End")
    keys.type("乙")
    keys.press("Enter")
    expect(row.locator(".rw-text")).to_have_text(f"{first}乙")
    # The text is shown at once; the server's answer draws the page anew a moment later and gives the line its focus back.
    page.wait_for_timeout(1000)
    page.wait_for_function("document.activeElement.closest('.rw-line') !== null")
    keys.press("Alt+ArrowDown")
    expect(row.locator(".rw-text")).to_have_text(second)
    keys.press("Control+z")
    expect(row.locator(".rw-text")).to_have_text(f"{first}乙")
    count = visit.lines("responsibilities").count()
    visit.lines("responsibilities").first.locator(".rw-row").focus()
    keys.press("Delete")
    expect(visit.lines("responsibilities")).to_have_count(count - 1)
    assert page.evaluate("document.activeElement.closest('.rw-line') !== null")


def test_keys_pressed_before_the_answer_are_not_lost(visit: Studio) -> None:
    page, keys = visit.page, visit.page.keyboard
    visit.open()
    visit.draft()
    rows = visit.lines("responsibilities")
    first, second = (rows.nth(at).locator(".rw-text").inner_text() for at in (0, 1))
    rows.first.locator(".rw-row").focus()
    page.evaluate(SLOW_AT_FIRST)
    keys.press("Enter")
    keys.press("End")
    keys.type("乙")
    # Each of these meets the page before the server has answered the one before it; nothing is waited for.
    keys.press("Enter")
    keys.press("Alt+ArrowDown")
    keys.press("Control+z")
    expect(page.locator("#rw-redo")).to_be_enabled()
    expect(rows.first.locator(".rw-text")).to_have_text(f"{first}乙")
    keys.press("Control+z")
    expect(rows.first.locator(".rw-text")).to_have_text(first)
    expect(rows.nth(1).locator(".rw-text")).to_have_text(second)
    keys.press("Control+Shift+z")
    expect(rows.first.locator(".rw-text")).to_have_text(f"{first}乙")


def test_each_key_of_several_meets_a_line_of_its_own(visit: Studio) -> None:
    page, keys = visit.page, visit.page.keyboard
    visit.open()
    visit.draft()
    rows = page.locator("#rw-editor .rw-line[data-line]")
    count = rows.count()
    rows.nth(1).locator(".rw-row").focus()
    page.evaluate(SLOW_AT_FIRST)
    # The first can go no further up, which changes nothing and must not hold the others back.
    keys.press("Alt+ArrowUp")
    for _ in range(3):
        keys.press("Delete")
    expect(page.locator("#rw-undo")).to_be_enabled()
    expect(rows).to_have_count(count - 3)
    page.wait_for_timeout(1500)
    expect(rows).to_have_count(count - 3)
    assert page.evaluate("document.activeElement.closest('.rw-line') !== null")


def test_the_place_of_writing_outlives_a_redraw(visit: Studio) -> None:
    page, keys = visit.page, visit.page.keyboard
    visit.open()
    visit.draft()
    rows = visit.lines("responsibilities")
    second = rows.nth(1).locator(".rw-text").inner_text()
    page.evaluate(SLOW_AT_FIRST)
    rows.first.locator(".rw-text").click()
    page.locator(".rw-field").fill("第一行的新文字")
    rows.nth(1).locator(".rw-text").click()
    keys.press("Control+Home")
    keys.type("乙")
    expect(rows.first).to_have_class(re.compile("rw-of-brief"))
    keys.type("丙")
    expect(page.locator(".rw-field")).to_have_value(f"乙丙{second}")


def test_nothing_typed_is_lost(visit: Studio) -> None:
    page = visit.page
    visit.open()
    visit.draft()
    first, second = visit.lines("responsibilities").nth(0), visit.lines("responsibilities").nth(1)
    first.locator(".rw-text").click()
    page.locator(".rw-field").fill("第一行的新文字")
    # Going on to another line keeps the first; its answer redraws the page while the second is being typed.
    second.locator(".rw-text").click()
    page.keyboard.type("还在打字", delay=40)
    expect(first.locator(".rw-text")).to_have_text("第一行的新文字")
    assert page.locator(".rw-field").input_value().endswith("还在打字")
    # What is in an open field is in the file that is asked for next.
    page.locator(".rw-field").fill("紧接着下载的文字")
    assert "紧接着下载的文字" in visit.word()
    # A form with an error stays as it was.
    page.locator("#rw-start > button").click()
    page.locator("#rw-form > button").click()
    # What was understood of the sentence comes into the form when it is opened.
    expect(page.get_by_label("招聘人数").last).to_have_value("2")
    page.get_by_label("招聘人数").last.fill("some")
    page.locator("#rw-form-button").click()
    page.get_by_text("招聘人数要写成整数").wait_for()
    assert page.get_by_label("招聘人数").last.input_value() == "some"
    # The page is closed and opened again.
    page.locator("#rw-sentence textarea").fill("还没写完的一句")
    page.reload()
    visit.open()
    page.locator("#rw-start > button").click()
    expect(page.locator("#rw-sentence textarea")).to_have_value("还没写完的一句")
    expect(first.locator(".rw-text")).to_have_text("第一行的新文字")


def test_versions_differences_and_approval(visit: Studio) -> None:
    page = visit.page
    visit.open()
    visit.draft()
    page.get_by_role("tab", name="版本与审批").click()
    page.locator("#rw-save").click()
    expect(page.locator("#rw-versions input")).to_have_value(re.compile("第 1 版"))
    page.locator(".rw-chip[data-field=salary]").click()
    visit.type("9-12k")
    expect(page.locator("#rw-changes")).to_contain_text("8 改为 9")
    page.locator("#rw-approve").click()
    page.get_by_text("请填写姓名").wait_for()
    page.locator("#rw-name").locator("input, textarea").fill("测试员")
    page.locator("#rw-approve").click()
    page.get_by_text("还有违规用语没有处理").wait_for()
    page.locator("[data-do=keep]").first.click()
    visit.type("测试理由")
    expect(page.locator(".rw-kept")).to_contain_text("测试员")
    page.locator("#rw-approve").click()
    expect(page.locator("#rw-state .rw-answered")).to_contain_text("已由 测试员")
    page.locator(".rw-chip[data-field=salary]").click()
    visit.type("10-12k")
    expect(page.locator("#rw-state .rw-refused")).to_be_visible()


@pytest.mark.parametrize(
    ("radio", "tab", "sentence", "heading"),
    [
        ("繁體", "職位描述", "徵求 2 名台北的售前客服,月薪 35,000-40,000 元,須會打字", "工作內容"),
        (
            "English",
            "Job descriptions",
            "Hiring 2 pre-sales customer service staff in Boston",
            "Responsibilities",
        ),
    ],
)
def test_other_languages(visit: Studio, radio: str, tab: str, sentence: str, heading: str) -> None:
    page = visit.page
    page.locator("#rw-language").get_by_text(radio).click()
    visit.open(tab)
    visit.draft(sentence)
    expect(page.locator("section[data-section=responsibilities] h3")).to_contain_text(heading)
    text = visit.lines("responsibilities").first.locator(".rw-text").inner_text()
    assert (CHINESE.search(text) is None) == (radio == "English")
    expect(page.locator("#rw-word")).to_contain_text("Word")
    expect(page.locator(".rw-list")).not_to_contain_text("必备" if radio == "English" else "岗位")
    assert heading in visit.word()


def test_two_browsers_do_not_see_each_other(browser: Any, address: str) -> None:  # noqa: F811
    first = studio(browser, address, 1280, color_scheme="dark")
    first.open()
    first.draft("招一名苏州的售前客服,只给甲看")
    second = studio(browser, address, 1280)
    second.open()
    second.page.locator("#rw-sentence textarea").wait_for()
    assert second.page.locator(".rw-paper").count() == 0 and not second.page.locator("#rw-drafts").is_visible()
    second.draft("招一名青岛的数据分析师")
    assert "苏州" not in second.page.content()
    first.page.reload()
    first.open()
    expect(first.page.locator(".rw-chip[data-field=location]")).to_contain_text("苏州")
    for visit in (first, second):
        visit.page.context.close()


def test_a_draft_is_deleted_after_a_second_click(visit: Studio) -> None:
    page = visit.page
    visit.open()
    visit.draft()
    page.get_by_role("tab", name="版本与审批").click()
    page.locator("#rw-delete").click()
    page.locator("#rw-sure").click()
    expect(page.locator(".rw-paper")).to_have_count(0)
    expect(page.locator("#rw-sentence textarea")).to_be_visible()
