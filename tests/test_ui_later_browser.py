"""Tabs that are drawn when they are opened, in a real browser: nothing typed is lost, and they speak the reader's language."""

from __future__ import annotations

from typing import Any

import pytest

from tests.test_ui_browser import PATIENCE, Visit, address, browser, playwright, pytestmark

__all__ = ["address", "browser", "pytestmark"]
TYPED = "招一名新媒体运营"


@pytest.fixture
def visit(browser: Any, address: str) -> Any:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    context.set_default_timeout(PATIENCE)
    visit = Visit(context.new_page())
    visit.page.goto(address)
    yield visit
    context.close()
    assert visit.complaints == []


def tab(visit: Visit, number: int) -> None:
    visit.page.get_by_role("tab").nth(number).click()


def test_what_is_typed_in_a_tab_stays_while_others_are_looked_at(visit: Visit) -> None:
    page = visit.page
    tab(visit, 1)
    page.locator("#rw-sentence textarea").fill(TYPED)
    page.locator("#rw-form button").first.click()
    page.get_by_label("职位名称").fill("剪辑")
    drawn = [url for url in visit.urls if "queue/join" in url]
    for number in (2, 1, 0, 1):
        tab(visit, number)
    playwright.expect(page.locator("#rw-compare-go")).to_be_attached()
    playwright.expect(page.locator("#rw-sentence textarea")).to_have_value(TYPED)
    playwright.expect(page.get_by_label("职位名称")).to_have_value("剪辑")
    # The other tab was asked for, and nothing else.
    assert len([url for url in visit.urls if "queue/join" in url]) == len(drawn) + 1


def test_a_tab_speaks_the_language_of_before_and_the_one_of_after(visit: Visit) -> None:
    page = visit.page
    page.locator("#rw-language label").nth(2).click()
    tab(visit, 1)
    playwright.expect(page.locator("#rw-draft-button")).to_have_text("Draft the job description")
    page.locator("#rw-sentence textarea").fill(TYPED)
    page.locator("#rw-language label").nth(1).click()
    playwright.expect(page.locator("#rw-draft-button")).to_have_text("生成職位描述")
    playwright.expect(page.locator("#rw-sentence textarea")).to_have_value(TYPED)
    tab(visit, 5)
    playwright.expect(page.locator("#rw-eval-go")).to_have_text("開始評測")
    page.locator("#rw-language label").nth(0).click()
    playwright.expect(page.locator("#rw-eval-go")).to_have_text("开始评测")
    playwright.expect(page.locator("#rw-draft-button")).to_have_text("生成职位描述")


def test_a_language_chosen_while_a_tab_is_on_its_way(visit: Visit) -> None:
    page = visit.page
    page.locator("#rw-question textarea").wait_for()
    tab(visit, 1)
    page.locator("#rw-language label").nth(2).click()
    playwright.expect(page.locator("#rw-draft-button")).to_have_text("Draft the job description")


def test_the_question_box_stays_where_it_is_while_the_rest_is_drawn(visit: Visit) -> None:
    page = visit.page
    page.goto("about:blank")
    page.add_init_script("""
      window.places = [];
      const look = () => {
        const box = document.querySelector("#rw-question textarea");
        if (box?.checkVisibility()) window.places.push([Math.round(box.getBoundingClientRect().y), !!document.querySelector("#rw-chat")]);
        requestAnimationFrame(look);
      };
      look();
    """)
    page.go_back()
    page.locator("#rw-chat .example").first.wait_for()
    places = page.evaluate("window.places")
    before = [y for y, chat in places if not chat]
    assert before, "the chat was there at once"
    assert abs(before[-1] - places[-1][0]) <= 1


def test_a_question_is_answered_that_was_sent_before_the_rest_was_drawn(visit: Visit) -> None:
    page = visit.page
    page.goto("about:blank")
    page.add_init_script("""
      const send = () => {
        const [box, button] = ["#rw-question textarea", "#rw-send"].map((name) => document.querySelector(name));
        if (!box?.checkVisibility() || !button) return requestAnimationFrame(send);
        window.drawn = !!document.querySelector("#rw-chat");
        box.value = "售前客服的主要职责是什么?";
        box.dispatchEvent(new Event("input", { bubbles: true }));
        setTimeout(() => button.click());
      };
      send();
    """)
    page.go_back()
    page.locator(".rw-status").wait_for()
    assert page.evaluate("window.drawn") is False
    playwright.expect(page.locator(".rw-asked")).to_have_count(1)
    playwright.expect(page.locator("#rw-question textarea")).to_have_value("")
