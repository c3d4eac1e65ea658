"""The evaluation and status tabs in a real browser: wide and on a phone, three languages, light and dark."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from eval import history
from rag.app import Rolewright
from rag.settings import Settings
from tests.browsing import open_named_tab
from tests.serving import running
from tests.test_ui_browser import PATIENCE, Visit, browser, pytestmark  # noqa: F401  (fixtures)
from tests.test_ui_evaluate import ROWS
from ui.doctor import CHECKS

WIDTHS = {"wide": 1280, "phone": 360}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, small_folder: Path) -> Rolewright:
    app = Rolewright(Settings(library=tmp_path_factory.mktemp("evaluated")))
    app.ingest([small_folder])
    folder = app.settings.library / history.FOLDER / history.SETS
    folder.mkdir(parents=True)
    (folder / "mine.jsonl").write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS), encoding="utf-8")
    many = [row | {"id": f"{row['id']}-{number}"} for number in range(2000) for row in ROWS]
    (folder / "many.jsonl").write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in many), encoding="utf-8")
    return app


@pytest.fixture(scope="module")
def address(app: Rolewright) -> Iterator[str]:
    with running(app) as url:
        yield url


@pytest.fixture(params=WIDTHS, ids=str)
def visit(browser: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Visit]:  # noqa: F811
    width = WIDTHS[request.param]
    scheme = "dark" if request.param == "phone" else "light"
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN", color_scheme=scheme)
    context.set_default_timeout(PATIENCE)
    visit = Visit(context.new_page())
    visit.page.goto(address)
    visit.page.locator("#rw-question textarea").wait_for()
    yield visit
    scrolled = visit.page.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert scrolled <= width, "the page scrolls sideways"
    assert visit.complaints == []


def _choose(page: Any, field: str, text: str) -> None:
    page.locator(f"{field} input").click()
    page.get_by_role("option").filter(has_text=text).first.click()


def test_run_look_compare_open_and_download(visit: Visit, app: Rolewright) -> None:
    page = visit.page
    before = len(history.runs(app.settings.library))
    open_named_tab(page, "评测")
    for count in (1, 2):
        _choose(page, "#rw-eval-set", "mine.jsonl")
        page.locator("#rw-eval-go").click()
        page.locator(".rw-figures").wait_for()
        page.locator("#rw-eval-go").wait_for()
        _until(page, lambda count=count: len(history.runs(app.settings.library)) == before + count)
    assert page.locator(".rw-figure").count() == 5 and page.locator("#rw-eval-result svg").count() == 2
    open_named_tab(page, "对比", "#rw-compare-go")
    open_named_tab(page, "评测", "#rw-eval-set")
    page.locator("#rw-eval-other input").click()
    page.get_by_role("option").first.click()
    page.locator("#rw-eval-against .rw-numbers").wait_for()
    with page.expect_download() as waiting:
        page.locator("#rw-report-html").click()
    assert "<svg" in Path(waiting.value.path()).read_text(encoding="utf-8")
    page.locator("#rw-eval-ask").click()
    expect(page.locator("#rw-question textarea")).to_have_value(ROWS[2]["question"])
    assert page.locator("#rw-question textarea").is_visible()


def _until(page: Any, true: Any) -> None:
    for _ in range(200):
        if true():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it did not come about")


def test_a_run_is_stopped(visit: Visit, app: Rolewright) -> None:
    page, before = visit.page, len(history.runs(app.settings.library))
    open_named_tab(page, "评测")
    _choose(page, "#rw-eval-set", "many.jsonl")
    page.locator("#rw-eval-go").click()
    page.locator(".rw-progress").wait_for()
    page.locator("#rw-eval-stop").click()
    page.locator("#rw-eval-go").wait_for()
    expect(page.locator(".rw-progress")).to_be_hidden()
    # No late sign of progress brings it back.
    page.wait_for_timeout(1500)
    assert not page.locator(".rw-progress").is_visible() and not page.locator("#rw-eval-stop").is_visible()
    assert page.locator("#rw-eval-go").is_visible() and len(history.runs(app.settings.library)) == before


def test_status_and_three_languages(visit: Visit) -> None:
    page = visit.page
    open_named_tab(page, "状态")
    page.locator("#rw-selfcheck").click()
    expect(page.locator(".rw-selfcheck li")).to_have_count(len(CHECKS))
    page.locator("#rw-test").click()
    page.get_by_text("没有配置模型").wait_for()
    for language, in_use in (("繁體", "正在使用"), ("English", "In use")):
        page.locator("#rw-language").get_by_text(language).click()
        page.locator("#rw-use").get_by_text(in_use).wait_for()
    open_named_tab(page, "Evaluate")
    page.get_by_text("Run to look at").wait_for()
